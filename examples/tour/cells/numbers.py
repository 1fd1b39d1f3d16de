# @name numbers
start, step = 3, 5
numbers = [start + step * index for index in range(8)]
numbers
