class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        print("prepare", name, [b.__name__ for b in bases], kw)
        return {"prepared": 1}
    def __new__(mcs, name, bases, ns, **kw):
        print("new", name, sorted(k for k in ns if k[:2] != "__"), kw)
        return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        print("init", name)
        super().__init__(name, bases, ns)
    def __call__(cls, *a):
        print("call", a)
        return super().__call__(*a)
class A(metaclass=Meta, opt=3):
    x = prepared
    def __init__(self, *a): self.a = a
class B(A, **{"opt2": 4}):
    def __init__(self, *a):
        super().__init__(*a, "b")
        print(__class__.__name__)
print(B(1).a, A.x, type(B) is Meta)
class Base:
    def __init_subclass__(cls, /, tag=None, **kw):
        print("sub", cls.__name__, tag)
        super().__init_subclass__(**kw)
class Sub(Base, tag="t"): pass
class Desc:
    def __set_name__(self, owner, name): print("set_name", owner.__name__, name)
    def __get__(self, obj, owner): return "got"
    def __set__(self, obj, value): print("set", value)
class H:
    d = Desc()
h = H()
h.d = 3
print(h.d, H.d)
class Gen:
    def __mro_entries__(self, bases): return (dict,)
class FromEntries(Gen()): pass
print(FromEntries.__mro__[1], FromEntries.__orig_bases__[0].__class__.__name__)
try:
    class Bad(1): pass
except TypeError as e: print(type(e))
try:
    class Worse(metaclass=Meta, metaclass2=int): raise ValueError("body")
except ValueError as e: print(e)
bases = (A,)
class Star(*bases, opt=1): y = 2
print(type("Dyn", (), {"k": 1}).k)
class Slots:
    __slots__ = ("a",)
    @property
    def p(self): return self.a
    @p.setter
    def p(self, v): self.a = v
    @staticmethod
    def s(): return "s"
    @classmethod
    def c(cls): return cls
q = Slots(); q.p = 4; print(q.p, Slots.s(), Slots.c() is Slots)
