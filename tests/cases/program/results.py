# file: setup.cfg
# file: main.py
import contextlib
import copy
from typing import cast


class Store:
    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        pass

    def __iter__(self):
        yield Row()

    def __getitem__(self, key):
        return Row()

    def __add__(self, other):
        return Sum()


class Sum:
    def close(self):
        pass


class Row:
    def show(self):
        return 1


class AsyncStore:
    async def __aenter__(self):
        return Store()

    async def __aexit__(self, *exc):
        pass

    def __aiter__(self):
        return self

    async def __anext__(self):
        return Row()


def make():
    return Store()


def same(value):
    return value


def pair():
    return Store(), Row()


async def later():
    return Store()


@contextlib.contextmanager
def opened():
    yield Store()


@contextlib.asynccontextmanager
async def opened_later():
    yield Store()


def rows():
    yield Row()


async def rows_later():
    yield Row()


def loop(n):
    return loop(n - 1) if n else Store()


reveal_callees(make().close())  # callees: main.Store.close
reveal_callees(same(make()).close())  # callees: main.Store.close
reveal_callees(same(value=Row()).show())  # callees: main.Row.show
reveal_callees(copy.copy(make()).close())  # callees: main.Store.close
reveal_callees(cast(Store, thing).close())  # callees: main.Store.close
reveal_callees(cast("Store", thing).close())  # callees: main.Store.close
reveal_callees(loop(3).close())  # callees: main.Store.close
reveal_callees((make() + 1).close())  # callees: main.Sum.close
reveal_callees(make()[0].show())  # callees: main.Row.show
store, row = pair()
reveal_callees(store.close())  # callees: main.Store.close
reveal_callees(row.show())  # callees: main.Row.show
reveal_type(pair()[1])  # type: Row
with opened() as inside:
    reveal_callees(inside.close())  # callees: main.Store.close
with make() as inside2, contextlib.closing(Row()) as inside3:
    reveal_callees(inside2.close())  # callees: main.Store.close
    reveal_callees(inside3.show())  # callees: main.Row.show
for each in rows():
    reveal_callees(each.show())  # callees: main.Row.show
for each2 in make():
    reveal_callees(each2.show())  # callees: main.Row.show
for number, each3 in enumerate(rows()):
    reveal_type(number)  # type: int
    reveal_callees(each3.show())  # callees: main.Row.show
for one, other in zip([Store()], rows()):
    reveal_type(one)  # type: Store
    reveal_type(other)  # type: Row
reveal_callees([same(Row()) for _ in "ab"][0].show())  # callees: main.Row.show
reveal_callees(sorted(rows())[0].show())  # callees: main.Row.show
reveal_callees(next(rows()).show())  # callees: main.Row.show
reveal_callees(next(iter({1: Row()}.values())).show())  # callees: main.Row.show
reveal_type({"a": Row()}.get("a"))  # type: None | Row
for key, value in {"a": Row()}.items():
    reveal_type(key)  # type: str
    reveal_type(value)  # type: Row


async def main():
    reveal_callees((await later()).close())  # callees: main.Store.close
    async with AsyncStore() as a, opened_later() as b:
        reveal_callees(a.close())  # callees: main.Store.close
        reveal_callees(b.close())  # callees: main.Store.close
    async for row in AsyncStore():
        reveal_callees(row.show())  # callees: main.Row.show
    async for row2 in rows_later():
        reveal_callees(row2.show())  # callees: main.Row.show
    try:
        make()
    except (KeyError, Refused) as error:
        reveal_type(error)  # type: KeyError | Refused
        reveal_callees(error.why())  # callees: main.Refused.why, = KeyError.why


class Refused(Exception):
    def why(self):
        pass


def clauses(kinds):
    try:
        make()
    except Refused as error:
        reveal_callees(error.why())  # callees: main.Refused.why
    except (OSError, Denied) as error:
        reveal_type(error)  # type: Denied | OSError
        reveal_callees(error.why())  # callees: main.Denied.why, = OSError.why
    except kinds as error:
        reveal_callees(error.why())  # callees: main.Denied.why, main.Refused.why, = OSError.why, ?


class Denied(Exception):
    def why(self):
        pass
