class M:
    def __init__(self, v): self.v = v
    def __enter__(self): return self.v
    def __exit__(self, *a): print("exit", a[0]); return True
d = {}
with M((1, 2)) as (a, b), M(3) as d["k"]:
    print(a, b, d)
with M(1) as (a, b):
    print("never")
print("after")
class C: pass
c = C()
with M(5) as c.attr: pass
print(c.attr)
with M([1, 2, 3]) as [x, *y]: print(x, y)
def gen():
    with M(1) as v:
        yield v
        print("resumed")
    yield 2
print(list(gen()))
g = gen()
next(g)
try:
    g.close()
except RuntimeError as e:
    print(e)
g = gen()
next(g)
print(g.throw(ValueError))
