def f():
    for x in y:
        try:
            try:
                break
            finally:
                a()
        finally:
            b()
