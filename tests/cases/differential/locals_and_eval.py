def f(a, b=2):
    c = 3
    def inner(): return c
    print(sorted(locals().items(), key=lambda kv: kv[0])[:2], sorted(locals()))
    return eval("a + b"), eval("c"), eval("x", {"x": 9}), sorted(vars())
print(f(1))
x = 5
exec("y = x + 1")
print(y, eval("x * y"), "f" in dir(), globals() is vars(), locals() is globals())
class C:
    v = 1
    w = eval("v + 1")
    print(sorted(k for k in dir() if k[0] != "_"))
print(C.w)
ns = {}
exec("def g(): return 7\nclass K: z = g()", ns)
print(ns["K"].z)
def defaulted(a, names=None):
    return eval("a", names, None), eval("b", None, {"b": 1})
print(defaulted(4))
def h():
    exec("q = 1")
    try: q
    except NameError as e: print(e)
    return [eval("k") for k in range(2)] if 0 else "h"
print(h())
