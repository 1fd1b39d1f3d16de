# @name best
best_name = scores["cross-validation"].idxmax()
best = models[best_name]
print(f"Best in cross-validation: {best_name} ({scores.loc[best_name, 'test']:.1%} on the test wines)")
