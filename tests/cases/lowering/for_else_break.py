def f(items):
    for x in items:
        if x:
            break
    else:
        return None
    return x
