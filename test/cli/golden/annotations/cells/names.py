#@name first choice
# An ordinary comment.

#   @NAME   the last one wins   
print("named")
