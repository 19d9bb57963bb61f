f(a, *b, k=c, **d)
x = [*a, 1]
y = {**a, "k": b}
