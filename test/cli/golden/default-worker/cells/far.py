print("on the wrong machine")
