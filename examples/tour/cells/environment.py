# @name environment
# @env SUBJECT=world
import os

print(f"{os.environ['GREETING']}, {os.environ['SUBJECT']}!")
