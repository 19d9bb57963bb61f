# file: setup.cfg
# file: main.py
from abc import ABC, abstractmethod
from typing import Protocol


class Store:
    def flush(self):
        pass

    def keep(self):
        pass


class Other:
    def flush(self):
        pass


def _save(store):
    # Nobody else is meant to call it: what its calls give is all.
    reveal_callees(store.flush())  # callees: main.Store.flush


def save(store):
    # Others may call it with something else.
    reveal_callees(store.flush())  # callees: main.Store.flush, ?


def _handed(store):
    reveal_callees(store.flush())  # callees: main.Store.flush, ?


def _chain(store):
    _save(store)


_chain(Store())
save(Store())
_handed(Store())
register(_handed)


def outer():
    def inner(first, *, second=None):
        reveal_callees(first.flush())  # callees: main.Store.flush
        reveal_callees(second.flush())  # callees: main.Other.flush

    inner(Store(), second=Other())


class Task:
    def __init__(self, store, other):
        self.store = store
        self.other = other

    def run(self):
        reveal_callees(self.store.keep())  # callees: main.Store.keep

    def _step(self, store):
        reveal_callees(store.flush())  # callees: main.Other.flush

    def go(self):
        self._step(Other())


Task(Store(), 1).run()


def checked(value, kinds):
    if isinstance(value, Store):
        reveal_callees(value.flush())  # callees: main.Store.flush
    reveal_callees(value.flush())  # callees: ?
    if not isinstance(value, (Store, Other)):
        return
    reveal_callees(value.flush())  # callees: main.Other.flush, main.Store.flush


def asserted(value, other):
    assert isinstance(value, Store)
    reveal_callees(value.flush())  # callees: main.Store.flush
    if isinstance(other, Store) and other.flush():
        other = Other()
    reveal_callees(other.flush())  # callees: main.Other.flush, ?


def reassigned(value):
    if isinstance(value, Store):
        value = Other()
        reveal_callees(value.flush())  # callees: main.Other.flush, ?


def within(value):
    return isinstance(value, Store) and reveal_callees(value.flush())  # callees: main.Store.flush


class Shape(ABC):
    @abstractmethod
    def area(self):
        ...

    def twice(self):
        reveal_callees(self.area())  # callees: main.Round.area, main.Square.area
        return 2 * self.area()


class Square(Shape):
    def area(self):
        return 1


class Round(Shape):
    def area(self):
        return 2


def measure(shape: Shape):
    reveal_callees(shape.area())  # callees: main.Round.area, main.Square.area
    reveal_type(shape.area())  # type: int


class Closes(Protocol):
    def end_it(self) -> None: ...


class Named:
    def end_it(self):
        pass


def finish(thing: Closes):
    reveal_callees(thing.end_it())  # callees: main.Named.end_it (guessed)


# What is made of a parameter is not the parameter.
def attribute(thing):
    return thing.part


def element(things):
    return things[0], [each for each in things]


def run(function, *args):
    return function(*args)


def make_store():
    return Store()


reveal_type(attribute(Store()))  # type: ?
reveal_type(element([Store()])[0])  # type: ? | Store
reveal_type(run(make_store))  # type: Store
reveal_type(run(Store))  # type: Store
reveal_callees(run(make_store, 1).keep())  # callees: main.Store.keep
