# @name load
import pandas as pd

raw = pd.read_csv("data/readings.csv", dtype=str)
raw
