x = 1
def f():
    global x, y
    x += 1
    y = "made"
f()
print(x, y)
def g():
    global z
    try:
        z
    except NameError as e:
        print(e)
    z = 1
    del z
    try:
        del z
    except NameError as e:
        print(e)
g()
def h():
    global len
    print(len([1]))
    len = lambda x: "shadow"
    print(len([1]))
    del len
    print(len([1]))
h()
def local():
    try:
        print(x)
    except UnboundLocalError as e:
        print(e)
    x = 3
    del x
    try:
        del x
    except UnboundLocalError as e:
        print(e)
local()
def nested():
    x = "enclosing"
    def inner():
        global x
        return x
    return inner(), x
print(nested())
for x in range(2): pass
print(x, "x" in globals(), globals()["x"])
globals()["dynamic"] = 9
print(dynamic)
def with_global_class():
    global K
    class K: pass
    return K.__qualname__
print(with_global_class())
