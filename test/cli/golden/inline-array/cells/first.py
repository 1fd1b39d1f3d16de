greeting = "from the first"
print(greeting)
