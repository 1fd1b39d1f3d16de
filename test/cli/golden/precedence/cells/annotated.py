# @env WHO=annotation
# @mount place three
# @timeout 60
import os

print(os.environ["WHO"], os.environ["ONLY"], place.name, kept.name)
