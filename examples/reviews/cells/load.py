# @name load
import pandas as pd

reviews = pd.read_csv("data/reviews.csv")
reviews
