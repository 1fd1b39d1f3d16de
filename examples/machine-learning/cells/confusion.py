# @name confusion
from sklearn.metrics import ConfusionMatrixDisplay

ConfusionMatrixDisplay.from_estimator(best, test_x, test_y, display_labels=wine.target_names, cmap="Blues")
plt.title(f"What {best_name} takes for what");
