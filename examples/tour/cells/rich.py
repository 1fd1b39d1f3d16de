# @name rich
class Badge:
    """Anything with a _repr_html_, _repr_svg_ or _repr_markdown_ is shown as such."""

    def __init__(self, text):
        self.text = text

    def _repr_svg_(self):
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40"><rect width="160" height="40" rx="8" '
            f'fill="#4c78a8"/><text x="80" y="26" text-anchor="middle" font-family="sans-serif" font-size="16" '
            f'fill="white">{self.text}</text></svg>'
        )


display(Badge("from cell to cell"))
{"start": start, "numbers": numbers, "points": {"first": [path[0].x, path[0].y], "count": len(path)}}
