# @name files
# @mount notes data
# A mount is a folder, handed to the cell as a pathlib.Path. Change the file, and this cell is stale.
lines = (notes / "notes.txt").read_text().splitlines()
for number, line in enumerate(lines, start=1):
    print(number, line)
