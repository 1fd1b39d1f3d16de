import os

print(os.environ["WHO"], os.environ["ONLY"], place.name, kept.name)
