# @mount data ./files ro
# @mount more files/sub
print(sorted(entry.name for entry in data.iterdir()), (more / "b.txt").read_text().strip())
