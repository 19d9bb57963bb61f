def log(x):
    print("eval", x)
    return x
a: log("ann a") = log("val a")
b: log("ann b")
(c): log("ann c") = 1
class T:
    def __repr__(self): return "T()"
t = T()
t.attr: log("ann attr") = log("val attr")
d = {}
d[log("key")]: log("ann item") = log("val item")
log(t).x: log("no value")
print(__annotations__)
class C:
    m: log("m")
    n: log("n") = log("nv")
    if 1:
        o: int
    def f(self):
        p: undefined = 1
        q: undefined
        self.r: undefined = 2
        (s): undefined = 3
        return p, s
print(C.__annotations__, C().f())
try: b
except NameError as e: print(e)
def g():
    u: int
    try: u
    except UnboundLocalError as e: print(e)
g()
def h():
    (later): int
    return later
later = "global"
print(h())
class NoAnn: pass
print("__annotations__" in vars(NoAnn))
try:
    v: undefined_name = log("v")
except NameError as e: print(e, v)
