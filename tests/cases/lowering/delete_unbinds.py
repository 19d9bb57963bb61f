def f(p):
    x = p
    if p:
        del x
    return x
