a.b = c[0] = value
(x, *y), z[1:2] = pair
c[k] += 1
del a.b, c[0], x
