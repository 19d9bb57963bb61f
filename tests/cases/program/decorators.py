# file: setup.cfg
# file: deco.py
import functools


def keep(function):
    function.marked = True
    return function


def wrap(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        print("before")
        return function(*args, **kwargs)

    return inner


def factory(name):
    def decorate(function):
        def inner(*args, **kwargs):
            return helper(function, *args)

        return inner

    return decorate


def replace(function):
    def other():
        return b""

    return other


class Memo:
    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        return self.function(*args)


def helper(function, *args):
    return function(*args)


def optional(function=None, *, name=""):
    if function is None:
        return functools.partial(optional, name=name)

    def inner(*args):
        return function(*args)

    return inner
# file: main.py
import functools
import click
from deco import Memo, factory, keep, optional, replace, wrap


@keep
def kept():
    return 1


@wrap
def wrapped():
    return 1


@factory("x")
def made():
    return 1


@replace
def replaced():
    return 1


@Memo
def memo():
    return 1


@click.command()
@click.option("--name")
@wrap
def command(name):
    return 1


@click.group()
def group():
    pass


@group.command()
def sub():
    return 1


group.add_command(command)


@functools.lru_cache(maxsize=None)
def cached():
    return 1


@unknown_decorator
def unknown():
    return 1


class Store:
    @wrap
    def save(self, item):
        return 1

    @factory("y")
    @keep
    def load(self):
        return ""

    @classmethod
    @wrap
    def build(cls):
        return cls()


reveal_callees(kept())  # callees: main.kept
reveal_type(kept())  # type: int
reveal_callees(wrapped())  # callees: deco.wrap.inner (wrapper), main.wrapped
reveal_type(wrapped())  # type: int
reveal_callees(made())  # callees: deco.factory.decorate.inner (wrapper), main.made
reveal_callees(replaced())  # callees: deco.replace.other
reveal_type(replaced())  # type: bytes
reveal_callees(memo())  # callees: deco.Memo.__call__, main.memo
reveal_callees(command())  # callees: deco.wrap.inner (wrapper), main.command
reveal_callees(cached())  # callees: main.cached
reveal_callees(group.add_command(command))  # callees: = click.group().add_command
reveal_callees(sub())  # callees: main.sub
reveal_callees(cached.cache_clear())  # callees: = functools.lru_cache().cache_clear
reveal_callees(unknown())  # callees: main.unknown
reveal_callees(Store().save(1))  # callees: deco.wrap.inner (wrapper), main.Store.save
reveal_callees(Store().load())  # callees: deco.factory.decorate.inner (wrapper), main.Store.load
reveal_callees(Store.build())  # callees: deco.wrap.inner (wrapper), main.Store.build
reveal_callees(wrap(kept)())  # callees: deco.wrap.inner (wrapper), main.kept
again = wrap(wrap(kept))
reveal_callees(again())  # callees: deco.wrap.inner (wrapper), main.kept
part = functools.partial(Store().save, 1)
reveal_callees(part())  # callees: deco.wrap.inner (wrapper), main.Store.save


@keep
class Decorated:
    def go(self):
        pass


reveal_callees(Decorated().go())  # callees: main.Decorated.go
