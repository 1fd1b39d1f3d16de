# @name plot
import matplotlib.pyplot as plt

monthly = clean.set_index("date").groupby("station")["temperature"].resample("MS").mean().unstack("station")
fig, ax = plt.subplots(figsize=(8, 3.5))
monthly.plot(ax=ax, marker="o")
ax.set_ylabel("°C")
ax.set_xlabel("")
ax.set_title("Mean temperature by month")
ax.grid(alpha=0.3);
