# file: setup.cfg
# file: parts.py
class Wheel:
    def turn(self):
        pass


class Track:
    def turn(self):
        pass
# file: main.py
import socket
from dataclasses import dataclass, field
from enum import Enum
from typing import Generic, NamedTuple, Optional, TypeVar

import parts
from parts import Wheel


class Cart:
    declared: Wheel
    quoted: "parts.Track"
    either: "Wheel | parts.Track | None" = None
    maybe: Optional[Wheel] = None

    def __init__(self, size: int, wheel: parts.Wheel = None, *rest, **more):
        self.size = size
        self.wheel = wheel
        self.track = parts.Track()
        self.link: "socket.socket" = None
        self.later = None
        self.rest = rest

    def load(self):
        self.later = Wheel()

        def inside():
            self.inner = parts.Track()

        return inside


cart = Cart(1)
reveal_callees(cart.declared.turn())  # callees: parts.Wheel.turn
reveal_callees(cart.quoted.turn())  # callees: parts.Track.turn
reveal_callees(cart.either.turn())  # callees: parts.Track.turn, parts.Wheel.turn
reveal_type(cart.maybe)  # type: None | Wheel
reveal_type(cart.size)  # type: int
reveal_callees(cart.wheel.turn())  # callees: parts.Wheel.turn
reveal_callees(cart.track.turn())  # callees: parts.Track.turn
reveal_callees(cart.link.recv(1))  # callees: = socket.socket.recv
reveal_callees(cart.later.turn())  # callees: parts.Wheel.turn
reveal_callees(cart.inner.turn())  # callees: parts.Track.turn
reveal_callees(cart.missing.turn())  # callees: ?


@dataclass
class Order:
    wheel: Wheel
    names: list[str] = field(default_factory=list)
    spares: "list[Wheel]" = field(default_factory=list)
    # No annotation would be no field; one that says nothing leaves the default.
    any: object = field(default_factory=Wheel)


order = Order(Wheel())
reveal_callees(Order(Wheel()))  # callees: new Order
reveal_callees(order.wheel.turn())  # callees: parts.Wheel.turn
reveal_callees(order.spares[0].turn())  # callees: parts.Wheel.turn
reveal_callees(order.names.append(""))  # callees: = list.append
reveal_callees(order.any.turn())  # callees: parts.Wheel.turn


class Row(NamedTuple):
    wheel: Wheel
    count: int


reveal_callees(Row(Wheel(), 1).wheel.turn())  # callees: parts.Wheel.turn


class Colour(Enum):
    RED = 1
    BLUE = 2

    def shown(self):
        return ""


reveal_callees(Colour.RED.shown())  # callees: main.Colour.shown


class Proxy:
    def __init__(self):
        self._target = Wheel()

    def __getattr__(self, name):
        return getattr(self._target, name)


reveal_callees(Proxy().turn())  # callees: parts.Wheel.turn


class Machine:
    part = None

    def __init__(self):
        self.tool = None
        self.gear = None

    def work(self):
        # A place that only classes below fill.
        reveal_callees(self.part.turn())  # callees: parts.Wheel.turn
        reveal_callees(self.tool.turn())  # callees: parts.Track.turn


class Lathe(Machine):
    part = Wheel()

    def __init__(self):
        super().__init__()
        self.tool = parts.Track()

    def refit(self):
        self.gear = Wheel()


class Mill(Lathe):
    def refit(self):
        self.gear = parts.Track()


# The methods of all bases store into the same object.
reveal_callees(Mill().gear.turn())  # callees: parts.Track.turn, parts.Wheel.turn


class Open:
    def __getattr__(self, name):
        return lookup(name)


reveal_callees(Open().turn())  # callees: ?
