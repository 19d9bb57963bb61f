# file: setup.cfg
# file: state.py
CURRENT = None
HANDLERS = {}


class Engine:
    def start(self):
        pass


ENGINE = Engine()
first, second = Engine(), 3


def install():
    global CURRENT
    CURRENT = Engine()
# file: main.py
import state
from state import ENGINE

reveal_callees(state.ENGINE.start())  # callees: state.Engine.start
reveal_callees(ENGINE.start())  # callees: state.Engine.start
reveal_callees(state.CURRENT.start())  # callees: state.Engine.start
reveal_type(state.first)  # type: Engine
reveal_type(state.second)  # type: int


def outer():
    engine = state.Engine()
    count = 0

    def inner():
        nonlocal count
        count = ""
        reveal_callees(engine.start())  # callees: state.Engine.start

        def innermost():
            reveal_type(count)  # type: int | str
            return engine

        return innermost()

    reveal_callees(inner())  # callees: main.outer.inner
    reveal_type(inner())  # type: Engine
    return inner


reveal_callees(outer()())  # callees: main.outer.inner
reveal_type((lambda: state.Engine())())  # type: Engine
