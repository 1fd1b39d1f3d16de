# @after mount env
# @timeout 60
print("early")
