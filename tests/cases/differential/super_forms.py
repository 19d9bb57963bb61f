class A:
    def f(self): return "A"
    @classmethod
    def g(cls): return "gA" + cls.__name__
    @property
    def p(self): return "pA"
    def __init__(self): print("A init")
class B(A):
    def f(self): return "B" + super().f()
    @classmethod
    def g(cls): return "gB" + super().g()
    @property
    def p(self): return "pB" + super().p
    def lam(self): return (lambda s: super(B, s).f())(self)
    def inner(self):
        def k(me): return super().f() + me.__class__.__name__
        return k(self)
    def gen(self):
        yield super().f()
        yield __class__
    def __init__(self):
        super().__init__()
        self.cell = self
        def use(): return self
        print(use() is self, super().f())
    def two(self): return super(__class__, self).f()
    def lc(self): return [super(B, self).f() for _ in range(1)]
class C(B):
    f = lambda self: "C" + super(C, self).f()
c = C()
print(c.f(), c.g(), c.p, c.lam(), c.inner(), list(c.gen())[0], c.two(), c.lc())
def no_class(self): return super().f()
try:
    no_class(c)
except RuntimeError as e:
    print(e)
class D(A):
    def f(): return super()
    def g(self):
        del self
        return super()
try: D.f()
except RuntimeError as e: print(e)
try: D.g(D.__new__(D))
except RuntimeError as e: print(e)
