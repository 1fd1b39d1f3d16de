# @sql connection=warehouse
print("marked as SQL, so never Python")
