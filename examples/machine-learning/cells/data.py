# @name data
from sklearn.datasets import load_wine

wine = load_wine(as_frame=True)
table = wine.frame.rename(columns={"target": "grower"})
table
