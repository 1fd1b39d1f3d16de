# @worker gpu
print("on the wrong machine")
