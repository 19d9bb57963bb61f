def f(p):
    assert p, "message"
    raise ValueError(p) from None
