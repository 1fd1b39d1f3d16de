# @after early
# @timeout 0.75e2
print("late")
