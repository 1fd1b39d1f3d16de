import os

print(os.environ['MODE'])
