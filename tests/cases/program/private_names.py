# file: app/__init__.py
# file: app/store.py
import threading


class Base:
    def __open(self):
        return 1

    def open(self):
        reveal_callees(self.__open())  # callees: app.store.Base.__open


class Store(Base):
    __limit = "ten"

    def __init__(self):
        self.__path = "data"

    def __open(self):
        return "store"

    def __close__(self):
        return None

    @staticmethod
    def __checked(value):
        reveal_type(value)  # type: str
        return value

    def load(self):
        reveal_callees(self.__open())  # callees: app.store.Store.__open
        reveal_type(self.__open())  # type: str
        reveal_type(self.__path)  # type: str
        reveal_type(self.__limit)  # type: str
        reveal_callees(self.__close__())  # callees: app.store.Store.__close__
        reveal_callees(Store.__checked("x"))  # callees: app.store.Store.__checked
        reveal_callbacks(threading.Thread(target=self.__open))  # callbacks: thread app.store.Store.__open()


class _Hidden:
    def __run(self):
        return 1

    def run(self):
        def inner():
            reveal_callees(self.__run())  # callees: app.store._Hidden.__run

        inner()


# file: app/main.py
from app.store import Store

reveal_callees(Store()._Store__open())  # callees: app.store.Store.__open
reveal_callees(Store().load())  # callees: app.store.Store.load


class Other:
    def ask(self, store: Store):
        reveal_callees(store.__open())  # callees: ?
