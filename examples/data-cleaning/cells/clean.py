# @name clean
clean = raw.drop_duplicates().copy()
clean["date"] = pd.to_datetime(clean["date"])
clean["station"] = clean["station"].str.strip().str.title()
clean["temperature"] = to_number(clean["temperature"])
clean["rain"] = to_number(clean["rain"]).clip(lower=0)
clean = clean[plausible(clean["temperature"])].sort_values(["station", "date"], ignore_index=True)
print(f"{len(raw) - len(clean)} of {len(raw)} rows dropped")
clean
