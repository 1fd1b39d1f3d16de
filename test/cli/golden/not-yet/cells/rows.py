print(found)
