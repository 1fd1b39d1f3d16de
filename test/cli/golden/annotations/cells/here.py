# @worker local
print("here")
