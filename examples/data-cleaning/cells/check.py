# @name check
assert clean["temperature"].between(COLDEST, HOTTEST).all()
assert not clean.duplicated(["station", "date"]).any(), "a station has two readings on one day"
print("All checks passed.")
