def f(p):
    with open(p) as a:
        return a.read()
