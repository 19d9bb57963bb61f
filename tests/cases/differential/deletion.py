x = y = z = 1
del x, (y, [z])
for name in "xyz":
    print(name in globals())
class C: a = 1
c = C()
c.b = 2
del c.b
try:
    del c.b
except AttributeError as e:
    print(e)
d = {1: 2, 3: 4}
del d[1]
try:
    del d[1]
except KeyError as e:
    print(e)
l = list(range(10))
del l[2:4], l[-1]
print(l)
def f():
    v = 1
    if True:
        del v
    try:
        return v
    except UnboundLocalError as e:
        return str(e)
print(f())
def g(a):
    del a
    a = 2
    return a
print(g(1))
class D:
    q = 1
    del q
    try:
        del q
    except NameError as e: print(e)
print(hasattr(D, "q"))
