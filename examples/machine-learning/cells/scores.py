# @name scores
from sklearn.model_selection import cross_val_score

folds = {name: cross_val_score(model, train_x, train_y, cv=5) for name, model in candidates(SEED).items()}
scores = pd.DataFrame(
    {
        "cross-validation": {name: fold.mean() for name, fold in folds.items()},
        "spread": {name: fold.std() for name, fold in folds.items()},
        "test": {name: model.score(test_x, test_y) for name, model in models.items()},
    }
)
scores
