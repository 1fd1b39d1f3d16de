# @name models
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def candidates(seed):
    """The classifiers to compare, untrained, by name."""
    return {
        "logistic regression": make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
        "nearest neighbours": make_pipeline(StandardScaler(), KNeighborsClassifier(n_neighbors=7)),
        "random forest": RandomForestClassifier(n_estimators=300, random_state=seed),
    }


models = {name: model.fit(train_x, train_y) for name, model in candidates(SEED).items()}
list(models)
