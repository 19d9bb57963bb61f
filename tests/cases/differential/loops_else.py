for i in range(3):
    if i == 5:
        break
else:
    print("else", i)
for i in range(3):
    if i == 1:
        break
else:
    print("never")
print(i)
n = 0
while n < 5:
    n += 1
    if n == 2:
        continue
    if n == 4:
        break
    print(n)
else:
    print("never")
while n:
    n -= 1
else:
    print("done", n)
for a, (b, *c) in [(1, (2, 3)), (4, (5,))]:
    print(a, b, c)
for x in []:
    pass
else:
    print("empty")
for [y] in [[1], [2]]:
    for z in range(2):
        if z:
            break
    else:
        print("inner else")
    print(y, z)
while True:
    while True:
        break
    break
class Seq:
    def __getitem__(self, i):
        if i > 2:
            raise IndexError
        return i * i
print([*Seq()], list(q for q in Seq()))
