def f(p):
    try:
        return g(p)
    finally:
        h()
