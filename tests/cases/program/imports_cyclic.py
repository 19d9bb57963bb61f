# file: setup.cfg
# file: first.py
import second


class First:
    def partner(self):
        return second.Second(self)


def ping(n):
    return second.pong(n)


reveal_type(First().partner().owner)  # type: First
reveal_type(ping(1))  # type: int | str
# file: second.py
from first import First, ping


class Second:
    def __init__(self, owner: First):
        self.owner = owner


def pong(n):
    if n:
        return 1
    if n > 1:
        return ""
    return ping(n)


reveal_callees(First().partner())  # callees: first.First.partner
reveal_type(pong(1))  # type: int | str
