# @mount lake s3://bucket/prefix ro
print("no lake here")
