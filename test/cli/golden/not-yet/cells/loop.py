# @loop max_iter=3 carry=total start_from=start@iter=1
total = base
print("looped once, which is wrong")
