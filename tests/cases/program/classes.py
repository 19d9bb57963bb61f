# file: setup.cfg
# file: base.py
class Base:
    kind = "base"

    def run(self):
        return self.step()

    def step(self):
        return 1

    @classmethod
    def make(cls):
        reveal_type(cls)  # type: type[Base]
        return cls()

    @staticmethod
    def plain(value):
        return ""


class Left(Base):
    def step(self):
        return super().step()


class Right(Base):
    def step(self):
        reveal_callees(super().step())  # callees: base.Base.step
        return 2.0


class Both(Left, Right):
    def step(self):
        # The order of lookup is Both, Left, Right, Base.
        reveal_callees(super().step())  # callees: base.Left.step
        reveal_callees(super(Left, self).step())  # callees: base.Right.step
        reveal_callees(super(Both, self).run())  # callees: base.Base.run
        return None
# file: main.py
from base import Base, Both, Left
import socketserver

both = Both()
reveal_callees(both.step())  # callees: base.Both.step
reveal_callees(both.run())  # callees: base.Base.run
reveal_callees(Left().step())  # callees: base.Both.step, base.Left.step
reveal_callees(Base.make())  # callees: base.Base.make
reveal_callees(Base.plain(1))  # callees: base.Base.plain
reveal_callees(Both.step(both))  # callees: base.Both.step
reveal_type(both.kind)  # type: str
reveal_type(both.__class__)  # type: type[Both]
reveal_type(type(both))  # type: type[Both]


class Served(socketserver.BaseRequestHandler):
    def handle(self):
        reveal_callees(self.setup())  # callees: = socketserver.BaseRequestHandler.setup


class Callable:
    def __init__(self, size):
        self.size = size

    def __call__(self, text):
        return b""


reveal_callees(Callable(1))  # callees: new Callable, main.Callable.__init__
reveal_callees(Callable(1)("a"))  # callees: main.Callable.__call__
reveal_type(Callable(1)("a"))  # type: bytes


class Plain:
    pass


reveal_callees(Plain())  # callees: new Plain


class Outer:
    class Inner:
        def go(self):
            pass

    made = Inner


reveal_callees(Outer.Inner().go())  # callees: main.Outer.Inner.go
reveal_callees(Outer().made().go())  # callees: main.Outer.Inner.go
# Two bases whose orders contradict each other: CPython refuses the class, the analysis goes on.
class X(Base, Both):
    pass


reveal_callees(X().run())  # callees: base.Base.run


class Loop(Loop):
    def turn(self):
        pass


reveal_callees(Loop().turn())  # callees: main.Loop.turn
