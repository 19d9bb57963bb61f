def f(p):
    with open(p) as a, lock:
        a.read()
