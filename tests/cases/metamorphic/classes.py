"""Methods, private names, inheritance, class attributes, properties and protocols."""

import dataclasses
import enum
import functools


class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0

    def moved(self, by):
        return Point(self.x + by, self.y)


class Counter:
    limit = 3
    names = [str(each) for each in range(limit)]

    def __init__(self, start=0):
        self.__count = start
        self._log = []
        self.label = "counter"

    def step(self, times=1):
        for _ in range(times):
            self.__count = self._next(self.__count)
        return self

    def _next(self, value):
        self._log.append(value)
        return value + 1 if value < self.limit else 0

    @property
    def count(self):
        return self.__count

    @staticmethod
    def doubled(value):
        return value * 2

    @classmethod
    def made(cls, start):
        return cls(start=start)

    def texts(self):
        return [f"{each}:{self.label}" for each in sorted(self._log)]

    def __enter__(self):
        print("enter", self.label)
        return self

    def __exit__(self, *details):
        print("exit", details[0] is None)
        return False


class Loud(Counter):
    def __init__(self, start=0, label="loud"):
        super().__init__(start)
        self.label = label

    def step(self, times=1):
        print("step", times)
        return super().step(times)

    def each(self):
        def inner(value):
            return f"{self.label}{value}"

        return [inner(value) for value in self._log]


@functools.cache
def squared(value):
    print("computed", value)
    return value * value


def main():
    counter = Counter.made(2)
    print(counter.step(3).count, counter.texts(), Counter.doubled(4), Counter.names)
    loud = Loud(label="l")
    with loud as same:
        print(same is loud, same.step(times=2).count, same.each())
    point = Point(1).moved(by=2)
    print(point, point == Point(3), Colour("r").name, [each.name for each in Colour])
    print(squared(3), squared(3), getattr(counter, "limit"))
    try:
        with Counter():
            raise RuntimeError("inside")
    except RuntimeError as error:
        print(error)
