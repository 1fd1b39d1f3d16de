# @worker local
print("near")
