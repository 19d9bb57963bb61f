class V:
    def __init__(self, name):
        self.name = name
    def _op(self, word, other):
        print(self.name, word, getattr(other, "name", other))
        return V(f"({self.name}{word}{getattr(other, 'name', other)})")
    def __add__(self, other): return self._op("+", other)
    def __radd__(self, other): return self._op("r+", other)
    def __iadd__(self, other): return self._op("+=", other)
    def __mul__(self, other): return self._op("*", other)
    def __matmul__(self, other): return self._op("@", other)
    def __pow__(self, other): return self._op("**", other)
    def __lt__(self, other): return self._op("<", other)
    def __contains__(self, other): print("in", other); return True
    def __bool__(self): print("bool", self.name); return "<" in self.name
    def __repr__(self): return f"V({self.name})"
    def __neg__(self): print("neg"); return self
    def __invert__(self): print("inv"); return self
a, b, c = V("a"), V("b"), V("c")
x = a + b * c ** a @ b
x = 1 + a
a += b
a += 1
print((a < b < c).name)
print((b < c) if (a < b) else 0)
print(not a, -a is a, ~a is a, +1, 3 in a, 3 not in a)
d = 7
d -= 1; d *= 3; d //= 2; d <<= 2; d >>= 1; d |= 1; d ^= 2; d &= 255; d **= 2; d %= 100
e = 7; e /= 2
print(d, e)
print(1 < 2 < 3, 1 < 3 < 2, 1 < 2 > 1 != 5, 1 is 1, None is not None)
print(a and b and 1, a or b or 1)
print(2 ** -1, -2 ** 2, 7 // -2, 7 % -3, 5 ^ 3)
try:
    1 + "a"
except TypeError as error:
    print(error)
try:
    x = "a"
    x += 1
except TypeError as error:
    print(error)
