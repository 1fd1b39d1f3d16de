import os

print(os.environ.get("API_TOKEN"), os.environ.get("SECRET_SPARE"))
