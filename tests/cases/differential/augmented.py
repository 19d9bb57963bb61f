class L(list):
    def __iadd__(self, other): print("iadd", other); self.append(other); return self
class B:
    def __init__(self): self.__dict__["v"] = L()
    def __getattr__(self, n): print("getattr", n); return 5
    def __setattr__(self, n, v): print("setattr", n, v)
    def __getitem__(self, k): print("getitem", k); return 1
    def __setitem__(self, k, v): print("setitem", k, v)
def log(x): print("log", x); return x
b = B()
b.v += log(1)
b.w += log(2)
b[log("k")] += log(3)
b[log(1):log(2)] *= log(4)
t = ([],)
try:
    t[0] += [1]
except TypeError as e:
    print(e, t)
def f():
    x = 1
    x += (x := 5)
    y = [1]
    y += "ab"
    z = (1,)
    z += (2,)
    return x, y, z
print(f())
def g():
    try: n += 1
    except UnboundLocalError as e: print(e)
    n = 0
g()
class C:
    k = 1
    k += 1
    for i in range(3): k += i
print(C.k)
n = None
try: n += 1
except TypeError as e: print(e)
s = "a"; s *= 3; s += "b"; print(s)
i = 10; i -= 3; i **= 2; i //= 5; i %= 4; i <<= 3; i >>= 1; i |= 8; i &= 12; i ^= 5; i /= 2; print(i)
