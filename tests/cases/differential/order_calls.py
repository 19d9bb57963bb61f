def log(x):
    print("eval", getattr(x, "__name__", x))
    return x
def f(*args, **kwargs):
    print([getattr(a, "__name__", a) for a in args], kwargs)
    return f
log(f)(log(1), *log([2, 3]), log(4), k=log(5), **log({"a": 6}), z=log(7))
f(*(), **{})(1)(x=2)
print([log(1), *log((2, 3)), log(4)], {log(1), *log([2])}, (*log("ab"), log(3)))
print({log("a"): log(1), **log({"b": 2}), log("c"): log(3)})
try:
    f(**{"a": 1}, **{"a": 2})
except TypeError:
    print("twice")
try:
    f(a=1, **{"a": 2})
except TypeError:
    print("twice")
try:
    f(*3)
except TypeError:
    print("star")
try:
    f(**3)
except TypeError:
    print("star star")
