# @name by station
by_station = clean.groupby("station").agg(
    days=("date", "nunique"),
    mean_temperature=("temperature", "mean"),
    coldest=("temperature", "min"),
    hottest=("temperature", "max"),
    rain=("rain", "sum"),
)
by_station.round(1)
