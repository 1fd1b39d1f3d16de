print("apart")
