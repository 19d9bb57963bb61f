import sys
class M:
    def __init__(self, name, suppress=False, fail=None):
        self.name, self.suppress, self.fail = name, suppress, fail
    def __enter__(self):
        print("enter", self.name)
        if self.fail == "enter": raise OSError(self.name)
        return self.name
    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind and kind.__name__, value and value.args, tb is not None, sys.exc_info()[0])
        if self.fail == "exit": raise TypeError(self.name)
        return self.suppress
def f(*managers, act=None):
    a, b = managers
    for i in range(2):
        try:
            with a as x, b as y:
                print("body", x, y)
                if act == "raise": raise ValueError(i)
                if act == "return": return "returned"
                if act == "break": break
                if act == "continue": continue
            print("after")
        except Exception as e:
            print("caught", repr(e), repr(e.__context__))
    else:
        print("else")
    return "end"
for act in (None, "raise", "return", "break", "continue"):
    for s1 in (False, True):
        for s2 in (False, True):
            print("--", act, s1, s2)
            print(f(M("a", s1), M("b", s2), act=act))
for fail in ("enter", "exit"):
    for act in (None, "raise", "return"):
        print("--", fail, act)
        print(f(M("a", False), M("b", False, fail), act=act))
        print(f(M("a", True), M("b", True, fail), act=act))
class N: pass
class P:
    __enter__ = None
    def __exit__(self, *a): pass
try:
    with N(): pass
except TypeError as e: print(e)
class Q:
    def __enter__(self): pass
try:
    with Q(): pass
except TypeError as e: print(e)
with (M("p") as p, M("q")):
    print(p)
with M("tu") as (u, v), M("w") as M.attr: print(u, v, M.attr)
