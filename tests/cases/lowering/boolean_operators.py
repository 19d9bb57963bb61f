def f(a, b, c):
    x = a and b or c
    y = a if not b else c
    return a < b < c and x is not y
