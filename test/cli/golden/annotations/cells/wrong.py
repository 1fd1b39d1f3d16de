# @timeout soon
# @env NOVALUE
# @mount only_a_name
print("runs without what was wrong")
