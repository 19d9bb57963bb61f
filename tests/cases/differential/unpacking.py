def gen(n):
    for i in range(n):
        print("yield", i)
        yield i
a, b = gen(2)
try:
    a, b = gen(3)
except ValueError as e:
    print(e)
try:
    a, b, c = gen(2)
except ValueError as e:
    print(e)
a, *b = gen(3)
*a, b = "xyz"
a, *b, c = [1, 2]
print(a, b, c)
try:
    a, *b, c = [1]
except ValueError as e:
    print(e)
try:
    a, b = 3
except TypeError as e:
    print(e)
(a, b), [c, (d,)] = (1, 2), (3, [4])
print(a, b, c, d)
[] = ()
() = []
try:
    () = [1]
except ValueError as e:
    print(e)
a, b = b, a
i, l = 0, [0, 0]
i, l[i] = 1, 5
print(i, l)
x = y, z = 1, 2
print(x, y, z)
class It:
    def __iter__(self): raise OSError("iter")
try:
    a, b = It()
except OSError as e:
    print(e)
for i, *rest in [(1, 2, 3), [4]]:
    print(i, rest)
def f(): return 1, *[2, 3]
print(f(), *f(), sep="-")
