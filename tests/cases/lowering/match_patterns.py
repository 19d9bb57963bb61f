def f(p):
    match p:
        case [1, x]:
            return x
        case {"k": v, **rest} if v:
            return rest
        case Point(x=0) | None:
            return 0
