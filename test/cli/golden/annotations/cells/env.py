# @env A=1
# @env B=two words = kept
# @Env A=3
import os

print(os.environ["A"], os.environ["B"])
