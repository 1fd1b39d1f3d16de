# @name topics
topics = judged.groupby(["topic", "mood"]).size().unstack(fill_value=0)
worst = topics["bad"].idxmax()
print(f"{len(judged)} reviews, {int(topics['bad'].sum())} of them bad, most often about {worst}")
topics
