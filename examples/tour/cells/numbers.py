# @name numbers
start, step = 3, 4
numbers = [start + step * index for index in range(8)]
numbers
