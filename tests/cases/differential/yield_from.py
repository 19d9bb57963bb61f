def inner(n):
    total = 0
    try:
        for i in range(n):
            total += (yield i) or 0
    except KeyError:
        print("key inside")
        yield "recovered"
    finally:
        print("inner done")
    return total
def outer():
    a = yield from inner(3)
    print("a", a)
    try:
        b = yield from inner(2)
    except ValueError as e:
        print("value", e)
        b = yield from [7, 8]
    print("b", b)
    yield from ()
    return (yield from iter(range(1)))
o = outer()
print(next(o), o.send(10), o.send(5), o.send(1))
print(o.throw(ValueError("v")))
print(list(o))
o = outer()
next(o)
print(o.throw(KeyError))
print(next(o))
o.close()
def it():
    try:
        yield from 3
    except TypeError as e:
        print(e)
list(it())
class Iter:
    def __iter__(self): return self
    def __next__(self): raise StopIteration("value")
def use():
    print((yield from Iter()))
list(use())
def early():
    r = yield from done()
    print("r", r)
def done():
    return "done"
    yield
list(early())
def tree(t):
    if isinstance(t, list):
        for x in t: yield from tree(x)
    else:
        yield t
print(list(tree([1, [2, [3, 4]], 5])))
