x = "outer"
print([x for x in range(3)], x)
print({x: y for x, y in [(1, 2)]}, {x for x in "ab"} == {"a", "b"}, x)
print([(a, b) for a in range(3) if a for b in range(a) if b != 1])
print([[i * j for j in range(3)] for i in range(2)])
fs = [lambda: i for i in range(3)]
print([f() for f in fs])
gs = [(lambda k=k: k) for k in range(3)]
print([g() for g in gs])
def f():
    hs = [lambda: n for n in range(2)]
    n = "local"
    more = [[lambda: (m, p) for p in range(2)] for m in range(2)]
    return [h() for h in hs], n, [[q() for q in r] for r in more]
print(f())
class C:
    y = 5
    data = [1, 2]
    z = [d for d in data]
    try:
        w = [y for d in data]
    except NameError as e:
        print(e)
    v = [d for d in [y]]
    g = list(y2 for y2 in data)
print(C.z, C.v, C.g)
def walrus():
    total = 0
    print([total := total + v for v in range(4)], total)
    print(any((last := n) > 2 for n in range(5)), last)
    print([(y := f, y ** 2) for f in (1, 2)], y)
walrus()
print([w := 5, w * 2], w)
if (n := len("abc")) > 2 and (m := n * 2): print(n, m)
def gen():
    return (i for i in print("first") or range(2))
g = gen()
print("made", list(g))
print(sum(x * y for x in range(3) for y in range(x)))
print({k: v for d in [{"a": 1}, {"b": 2}] for k, v in d.items()})
try:
    [1 / q for q in (1, 0)]
except ZeroDivisionError as e:
    print(e)
try:
    q
except NameError as e:
    print(e)
def unbound():
    [z for z in range(2)]
    try:
        print(z)
    except UnboundLocalError as e:
        print(e)
    z = 1
unbound()
def nested():
    a = 1
    return [a for a in [a, 2]], [b for a in [3] for b in [a]], a
print(nested())
def deleted():
    it = 0
    r = [it := it + 1 for _ in range(2)]
    del it
    try: it
    except UnboundLocalError as e: print(e)
    return r
print(deleted())
print([*[i for i in range(2)], *(j for j in "xy")])
