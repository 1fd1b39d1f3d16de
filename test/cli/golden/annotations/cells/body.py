print("code first")
# @env LATE=1
import os

print("LATE" in os.environ)
