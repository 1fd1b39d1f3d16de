# @name split
from sklearn.model_selection import train_test_split

features, grower = table.drop(columns="grower"), table["grower"]
train_x, test_x, train_y, test_y = train_test_split(
    features, grower, test_size=0.3, random_state=SEED, stratify=grower
)
print(f"{len(train_x)} wines to learn from, {len(test_x)} to be judged by")
