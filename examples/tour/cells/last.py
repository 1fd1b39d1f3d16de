# @name last
# @after environment
# Cells that share no variable run side by side; `@after` orders them all the same.
print(f"{len(numbers)} numbers, {len(path)} points, {len(lines)} lines of notes")
