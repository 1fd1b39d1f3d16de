# @name setup
import matplotlib.pyplot as plt
import pandas as pd

plt.rcParams["figure.figsize"] = (6.4, 3.6)
pd.set_option("display.precision", 3)
SEED = 7
