parts = 0
print("before")
half = halve(8)
print("after")
