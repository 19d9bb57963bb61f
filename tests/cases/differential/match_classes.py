class P:
    __match_args__ = ("x", "y")
    def __init__(self, x, y): self.x, self.y = x, y
class Q(P): pass
class NoArgs: pass
def f(v):
    match v:
        case P(0, 0): return "origin"
        case P(x, 0): return "x", x
        case P(x=a, y=1): return "kw", a
        case Q(x, y=z): return "Q", x, z
        case P(x, [y, *_]): return "list", x, y
        case P(): return "P"
        case int(n) if n > 5: return "int", n
        case str(s) | bytes(s): return "text", s
        case float() | complex(): return "float"
        case [int(a), str(b)]: return "mixed", a, b
        case dict(d): return "dict", d
        case bool(): return "bool"
        case object(__class__=c): return "object", c.__name__
for v in (P(0, 0), P(3, 0), P(4, 1), Q(5, 6), P(1, [2]), P(1, 2), 7, 3, "s", b"b", 1.0, 1j, [1, "a"], {}, True, NoArgs(), set()):
    print(f(v))
for bad in ("NoArgs(1)", "P(1, 2, 3)", "int(1, 2)", "f()", "P(1, x=2)"):
    try:
        exec(f"match P(1, 2):\n case {bad}: print('m')\nmatch NoArgs():\n case {bad}: print('m')\nmatch 3:\n case {bad}: print(4)")
    except TypeError as e:
        print(e)
class Dyn:
    def __getattr__(self, name):
        print("getattr", name)
        if name == "bad": raise AttributeError
        return name
match Dyn():
    case Dyn(a="x"): print("never")
    case Dyn(bad=_): print("never")
    case Dyn(b=b, c="c"): print(b)
class Meta(type):
    def __instancecheck__(cls, obj): print("check"); return obj == 3
class W(metaclass=Meta): pass
match 3:
    case W(): print("is W")
try:
    match 3:
        case NoArgs(1) | int(4, 5): pass
except TypeError as e: print(e)
class B1: __match_args__ = ["x"]
try:
    match B1():
        case B1(1): pass
except TypeError as e: print(e)
