def f():
    try:
        g()
    except* OSError as e:
        h(e)
