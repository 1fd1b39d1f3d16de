# @name functions
# Functions and classes travel to other cells as source: change one, and only the cells that reach it run again.
OFFSET = 1


def shifted(values):
    """Every value plus OFFSET, which is looked up when the function is called, as in any script."""
    return [value + OFFSET for value in values]


def mean(values):
    return sum(values) / len(values)
