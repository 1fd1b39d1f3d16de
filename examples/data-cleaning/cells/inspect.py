# @name inspect
missing = raw.isna().sum().rename("missing")
distinct = raw.nunique().rename("distinct")
pd.concat([missing, distinct], axis=1)
