def halve(n):
    return n / parts


print("fine")
