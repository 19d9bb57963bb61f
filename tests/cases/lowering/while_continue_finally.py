def f(p):
    while p:
        try:
            if g():
                continue
        finally:
            h()
