x = "global"
def f():
    x = "function"
    class C:
        print(x)
        x = "class"
        print(x)
        def m(self): return x
        y = [x for _ in range(1)]
        z = (lambda: x)()
    class D:
        x = x
        del x
        try:
            print("after del", x)
        except NameError as e:
            print(e)
    return C
C = f()
print(C.x, C().m(), C.y, C.z)
class E:
    global g
    g = "set global"
    class Inner:
        def __init__(self): self.q = __class__.__qualname__
    def h(self): return __class__
print(g, E.Inner().q, E().h() is E, E.__qualname__, hasattr(E, "g"))
def outer():
    n = 1
    class K:
        nonlocal n
        n = 2
        m = n
    return n, K.m, hasattr(K, "n")
print(outer())
def free():
    class K:
        print(late)
        late = "in"
    return K
late = "global late"
free()
class Doc:
    """The doc."""
    a: int
    b: str = "b"
    for i in range(2): pass
print(Doc.__doc__, Doc.__annotations__, Doc.i, sorted(k for k in vars(Doc) if not k.startswith("__")))
class Loc:
    v = 1
    print(sorted(k for k in locals() if not k.startswith("__")))
    locals()["w"] = 2
print(Loc.w)
def dec(tag):
    print("dec", tag)
    def wrap(c):
        print("apply", tag, c.__name__)
        return c
    return wrap
@dec(1)
@dec(2)
class Z: pass
