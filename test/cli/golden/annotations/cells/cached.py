# @cache forever
# @cache ttl=3600
print("cached")
