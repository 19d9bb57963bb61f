# file: setup.cfg
# file: main.py
import functools
from werkzeug.utils import cached_property


class Engine:
    def start(self):
        pass


class lazy:
    def __init__(self, make):
        self.make = make

    def __get__(self, owner, kind=None):
        return self.make(owner)


class Port:
    def __get__(self, owner, kind=None):
        return 8080


class Car:
    port = Port()

    @property
    def engine(self):
        return Engine()

    @engine.setter
    def engine(self, value):
        self._engine = value

    @functools.cached_property
    def spare(self):
        return Engine()

    @cached_property
    def third(self) -> "Engine":
        return make_engine()

    @lazy
    def fourth(self):
        return Engine()

    def _get(self):
        return Engine()

    def start(self):
        pass

    begin = start
    sixth = property(_get)


car = Car()
reveal_callees(car.engine.start())  # callees: main.Engine.start
reveal_callees(car.spare.start())  # callees: main.Engine.start
reveal_callees(car.third.start())  # callees: main.Engine.start
reveal_callees(car.fourth.start())  # callees: main.Engine.start
reveal_callees(car.begin())  # callees: main.Car.start
reveal_callees(car.sixth.start())  # callees: main.Engine.start
reveal_type(car.port)  # type: int
