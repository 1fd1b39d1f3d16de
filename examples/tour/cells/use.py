# @name use
moved = shifted(numbers)
print("before:", mean(numbers))
print("after: ", mean(moved))
