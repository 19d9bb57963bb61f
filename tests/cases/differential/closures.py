def counter():
    n = 0
    def inc(by=1):
        nonlocal n
        n += by
        return n
    def get(): return n
    def reset():
        nonlocal n
        del n
    return inc, get, reset
inc, get, reset = counter()
inc(); inc(5)
print(get())
reset()
try:
    get()
except NameError as e:
    print(e)
try:
    reset()
except NameError as e:
    print(e)
def unbound():
    def use(): return later
    try:
        use()
    except NameError as e:
        print(e)
    later = 1
    return use()
print(unbound())
def own():
    try:
        x
    except UnboundLocalError as e:
        print(e)
    x = 1
    def use(): return x
    return use()
print(own())
def three():
    a = 1
    def two():
        def one():
            nonlocal a
            a += 1
            return a
        return one
    return two()(), a
print(three())
def param(p):
    def get(): return p
    p = p + 1
    del p
    try: get()
    except NameError as e: print(e)
    p = 7
    return get()
print(param(1))
def loop():
    fs = []
    for i in range(3):
        def f(): return i
        fs.append(f)
    return [f() for f in fs]
print(loop())
def args():
    return [f(10) for f in [lambda x, i=i: x + i for i in range(3)]]
print(args())
def exc():
    try: raise ValueError("v")
    except ValueError as e:
        def get(): return e
        print(repr(get()))
    try: get()
    except NameError as x: print(x)
exc()
