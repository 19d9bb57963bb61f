def f(items):
    return [x.a for x in items if x]
