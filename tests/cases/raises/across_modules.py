from app import errors
from app.store import Store, opened, unlocked


def load(path):
    # raises: NoSuchThing, OSError
    reveal_raises()
    return Store(path).read("key")


def with_default(path):
    # raises: OSError
    reveal_raises()
    try:
        return load(path)
    except errors.StoreError:
        # raises: NoSuchThing
        reveal_raises()
        return None


def by_base_of_python(path):
    # raises: OSError
    reveal_raises()
    try:
        return load(path)
    except LookupError:
        return None


def held(path):
    # raises: Locked, no return
    reveal_raises()
    with opened(path) as store:
        store.touch()


def held_without_locks(path):
    # raises: OSError
    reveal_raises()
    with unlocked(path) as store:
        store.touch()


class Special(Store):
    def check(self, key):
        raise errors.Locked(key)


def overridden(path: Store):
    # raises: Locked
    reveal_raises()
    path.check("key")


def ends(path):
    # raises: SystemExit, no return
    reveal_raises()
    errors.die(path)
# file: app/__init__.py
# file: app/errors.py
import sys


class StoreError(Exception):
    pass


class NoSuchThing(StoreError, LookupError):
    pass


class Locked(StoreError):
    pass


def die(message):
    sys.exit(message)
# file: app/store.py
import contextlib

from .errors import Locked, NoSuchThing


class Store:
    def __init__(self, path):
        self.file = open(path)

    def read(self, key):
        for line in self.file:
            if line == key:
                return line
        raise NoSuchThing(key)

    def check(self, key):
        self.last = key

    def touch(self):
        raise Locked(self.last)


@contextlib.contextmanager
def opened(path):
    try:
        yield Store(path)
    except OSError:
        print("swallowed")


@contextlib.contextmanager
def unlocked(path):
    try:
        yield Store(path)
    except Locked:
        print("swallowed")
