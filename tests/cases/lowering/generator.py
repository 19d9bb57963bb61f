def f(items):
    try:
        got = yield 1
        yield from items
    finally:
        close(got)
