def outer(a):
    n = 0

    def inner():
        nonlocal n
        n += a
        return n

    return inner
