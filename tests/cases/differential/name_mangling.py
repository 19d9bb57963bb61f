class A:
    __x = 1
    def __init__(self):
        self.__y = 2
        self._A__z = 3
    def get(self): return self.__x, self.__y, self.__z
    def __m(self, __p=5, *, __k=6):
        __local = __p
        def inner():
            nonlocal __local
            __local += 1
            return __local
        return inner(), __k
    def call(self): return self.__m(__p=7, __k=8) if 0 else self.__m(_A__k=9)
    def glob(self):
        global __g
        __g = 4
    def imp(self):
        import string as __s
        return __s.digits, [__v for __v in range(2)], __dunder__
    __ann: int = 3
__dunder__ = "d"
class __B:
    __q = 1
class _C:
    __r = 2
    class D:
        __t = 3
class ___:
    __u = 4
a = A()
a.glob()
print(a.get(), a.call(), _A__g, a.imp(), A.__annotations__)
print(sorted(k for k in vars(A) if "A" in k), hasattr(__B, "_B__q"), hasattr(_C, "_C__r"), hasattr(_C.D, "_D__t"), hasattr(___, "__u"))
