# @name importance
forest = models["random forest"]
importance = pd.Series(forest.feature_importances_, index=train_x.columns).sort_values()
importance.plot.barh(color="#4c78a8")
plt.title("What the random forest looks at")
plt.tight_layout()
