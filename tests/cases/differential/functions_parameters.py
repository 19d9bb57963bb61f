def f(a, /, b, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw
print(f(1, 2, d=4), f(1, b=2, d=4), f(1, 2, 3, 4, 5, d=6, e=7, z=8, a=9))
for call in (lambda: f(), lambda: f(1, 2), lambda: f(a=1, b=2, d=3), lambda: f(1, 2, b=3, d=4)):
    try:
        call()
    except TypeError as e:
        print(e)
def log(x):
    print("default", x)
    return x
def g(a=log(1), b=log(2), *, c=log(3), d, e=log(4)) -> log("ret"):
    return a, b, c, d, e
print(g(d=0), g.__defaults__, g.__kwdefaults__, g.__annotations__)
def h(x: log("x"), *y: log("y"), z: log("z") = log("dz"), **w: log("w")) -> log("r"): "doc h"
print(h.__annotations__, h.__doc__, h.__name__, h.__qualname__, h.__module__ == __name__)
def mutable(x, acc=[]):
    acc.append(x)
    return acc
mutable(1)
print(mutable(2))
k = lambda *a, b=1, **c: (a, b, c)
print(k(1, b=2, q=3), k.__name__)
def outer():
    def inner(): pass
    return inner, lambda: 0
print([x.__qualname__ for x in outer()])
import inspect
print(inspect.signature(f), inspect.signature(h), inspect.signature(k))
def captured(a, *args, b=2, **kw):
    def show(): return a, args, b, kw
    a += 1
    b = "new"
    return show()
print(captured(1, 2, z=3))
def rec(n): return 1 if n == 0 else n * rec(n - 1)
print(rec(10))
def deco(tag):
    print("make", tag)
    def d(fn):
        print("apply", tag)
        return lambda *a: (tag, fn(*a))
    return d
@deco("a")
@deco("b")
def decorated(x=log("def")): return x
print(decorated(1))
@(lambda fn: fn)
def expr(): return "expr"
print(expr())
