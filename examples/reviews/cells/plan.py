# @name plan
for number, entry in enumerate(tasks, 1):
    print(f"{number}. {entry['task']} ({entry['days']} days)")
print(f"In all: {sum(entry['days'] for entry in tasks)} days")
