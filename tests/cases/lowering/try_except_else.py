def f(p):
    try:
        x = g(p)
    except KeyError as e:
        x = e
    except (OSError, ValueError):
        raise
    else:
        h(x)
    return x
