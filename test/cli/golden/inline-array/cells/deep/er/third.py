# @name the third
count += 1
count
