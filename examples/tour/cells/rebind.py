# @name rebind
# A name means its nearest definition above, so a cell may give it a new value for the cells below.
numbers = [number for number in numbers if number % 2]
numbers.append(100)
numbers
