print(whole)
