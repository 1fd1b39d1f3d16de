print(reply)
