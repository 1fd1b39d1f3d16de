count = len(greeting)
print("second", count)
