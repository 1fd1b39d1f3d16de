print("no lake here")
