if True:
    def f(): return "a"
else:
    def f(): return "b"
print(f())
if 0:
    print("never")
    def dead(): pass
while 0: print("never")
if not 0: print("yes")
if 1 and 0 or 1: print("const")
if "": pass
elif None: pass
elif 0.0: pass
else: print("else")
while 1:
    break
def g():
    return 1
    print("dead")
    x = 2
    for i in range(3): yield_ = i
print(g())
def gen():
    if 0: yield
print(list(gen()))
def u():
    raise ValueError
    return 1
try: u()
except ValueError: print("raised")
def loop():
    while True:
        pass
        return 5
        continue
print(loop())
for i in range(2):
    pass
    continue
    print("dead")
x = (1 if 1 else 2), (3 if "" else 4)
print(x)
assert True, 1 / 0
assert (1, "tuple") if 1 else 0
def later():
    return helper()
def helper(): return "helped"
print(later())
print(__name__, __doc__)
lambda: (yield)
"string statement"
...
1; 2; print(3);
