# needs 3.12
class Outer:
    class Inner: pass
    def f[T](self, x: Inner, y: T) -> Inner: return x
    type Alias = list[Inner]
    class G[T](Inner): pass
print(Outer.f.__annotations__, Outer.Alias.__value__, Outer.G.__mro__[1])
class Names:
    limit = int
    def g[T: limit](self): return T
print(Names().g().__bound__)
