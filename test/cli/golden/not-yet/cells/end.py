print("end", base)
