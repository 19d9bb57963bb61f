def f(p):
    if (m := g(p)) and m.ok:
        return m
    return [y := 1, y]
