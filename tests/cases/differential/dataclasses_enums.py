from dataclasses import dataclass, field, asdict, replace
from enum import Enum, auto, IntFlag
from typing import NamedTuple, TypedDict, Protocol, Generic, TypeVar
@dataclass(order=True)
class P:
    x: int
    y: list = field(default_factory=list)
    def m(self): return self.x * 2
    @property
    def q(self): return self.y
@dataclass(frozen=True, slots=True)
class F:
    a: int = 1
    def up(self): return __class__.__name__
    def sup(self): return super().__repr__ is not None
print(P(1), P(1) < P(2), asdict(P(3, [4])), replace(P(1), x=5), P(2).m(), F(), hash(F()) == hash(F()), F().up())
try: F().a = 3
except Exception as e: print(type(e).__name__)
class Color(Enum):
    RED = auto()
    BLUE = auto()
    @property
    def low(self): return self.name.lower()
    @classmethod
    def first(cls): return next(iter(cls))
class Flag(IntFlag):
    A = 1
    B = 2
    AB = A | B
print(list(Color), Color.RED.low, Color(2), Color["RED"], Color.first(), Flag.AB, Flag.A | Flag.B)
class NT(NamedTuple):
    a: int
    b: str = "x"
    def both(self): return self.a, self.b
print(NT(1), NT(1).both(), NT._fields)
class TD(TypedDict, total=False):
    k: int
print(TD(k=1), TD.__annotations__, TD.__total__)
T = TypeVar("T")
class Box(Generic[T]):
    def __init__(self, v: T): self.v = v
print(Box[int](3).v, Box[int])
from contextlib import contextmanager, ExitStack, suppress
@contextmanager
def cm(n):
    print("in", n)
    try: yield n
    except ValueError as e: print("swallow", e)
    finally: print("out", n)
with cm(1) as a, cm(2):
    raise ValueError("x")
with suppress(KeyError): {}["k"]
with ExitStack() as s:
    print([s.enter_context(cm(i)) for i in range(2)])
@cm("deco")
def decorated(): return "decorated"
print(decorated())
