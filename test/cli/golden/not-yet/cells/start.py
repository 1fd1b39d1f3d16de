base = 1
print("start")
