def log(x):
    print("eval", x)
    return x
def d(n):
    print("decorator", n)
    return lambda f: (print("apply", n), f)[1]
@d(1)
@d(2)
def f(a: log("ann") = log("default"), *, k=log("kw")) -> log("ret"):
    pass
@d(3)
@d(4)
class C(log(object), metaclass=log(type)):
    print("body")
    @d(5)
    @staticmethod
    def m(x=log("md")): return x
    @property
    def p(self): return 1
    @p.setter
    @d(6)
    def p(self, v): print("set", v)
print(C.m(), C().p)
C().p = 3
try:
    @(lambda f: 1 / 0)
    def bad(): pass
except ZeroDivisionError as e: print(e)
try: bad
except NameError as e: print(e)
@d(7)
async def co(): pass
@d(8)
def gen(): yield
print([n for n in (co.__name__, gen.__name__, f.__name__, C.__name__)])
