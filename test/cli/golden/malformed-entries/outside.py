print("must not run")
