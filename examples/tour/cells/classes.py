# @name classes
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    x: float
    y: float

    def __add__(self, other):
        return Point(self.x + other.x, self.y + other.y)


path = [Point(index, number) for index, number in enumerate(numbers)]
sum(path[1:], start=path[0])
