# needs 3.12
def show(x): return getattr(x, "__name__", x)
def f[T, *Ts, **P](a: T, b: int = 3) -> T: return a
print(f(1), [show(p) for p in f.__type_params__], f.__annotations__["a"], f.__name__, f.__qualname__)
class C[T: int, U: (str, bytes)]:
    x: T
    def m[V](self, v: V) -> T: return v
    def n(self) -> U: return T
print([show(p) for p in C.__type_params__], C.__annotations__, C[int, str], C().m(4), C().n(), C.__orig_bases__, C.__mro__[1].__name__)
print(C.__type_params__[0].__bound__, C.__type_params__[1].__constraints__)
class D[T](C[T, str], list): pass
print(D.__parameters__, D.__bases__[0] is C, D.__mro__[-2].__name__)
type A = list[later]
later = int
print(A, A.__value__)
type B[T] = dict[T, list[T]]
print(B, B[int], B.__type_params__, B.__value__)
type R = list[R]
print(R.__value__)
def lazy[T: undefined_bound](x): return T
try:
    lazy(1).__bound__
except NameError as e: print(e)
def outer():
    n = int
    class K[T]:
        def g(self) -> n: return n, T
        def h[W](self, x: W = 5, *, y=6): return (x, y, W, T)
    return K
print(outer()().g(), outer()().h(), outer().g.__annotations__ if 0 else "")
class Base:
    @staticmethod
    def s[T](x: T): return T
    @classmethod
    def c[T](cls): return cls, T
    def __init_subclass__(cls, **kw): print(cls.__name__, kw, cls.__type_params__)
class Sub[T](Base, tag=1): pass
print(Base.s(1), Sub.c())
def dflt[T](a=print("default"), b: T = 2): return a, b
print(dflt())
def dec(x): print("dec", x.__name__, x.__type_params__); return x
@dec
def deco[T](): pass
@dec
class Deco[T]: pass
class Sup[T]:
    def hi(self): return "Sup"
class Sub2[T](Sup[T]):
    def hi(self): return "Sub" + super().hi()
print(Sub2().hi())
print([x for x in Sub2.__type_params__])
