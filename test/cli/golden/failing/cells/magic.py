%whos
print(1)
