def f(n):
    for i in range(5):
        try:
            try:
                if i == n: raise ValueError(i)
            except ValueError as e:
                return "ret", e.args, e
            else:
                continue
            finally:
                print("f", i)
        except Exception: print("never")
print(f(2)[:2])
def g():
    try: raise ValueError
    except ValueError as e:
        try: raise KeyError
        except KeyError as k:
            return repr(k.__context__)
        finally: print("inner")
    finally: print("outer")
print(g())
def h():
    while True:
        try: raise ValueError
        except ValueError as e:
            break
    try: e
    except UnboundLocalError as x: return str(x)
print(h())
def k():
    for i in range(3):
        try: raise ValueError(i)
        except ValueError as e:
            if i < 2: continue
            return i
        finally:
            import sys
            print(sys.exc_info())
print(k())
def m():
    try:
        return 1 / 0
    except ZeroDivisionError as e:
        del e
        return "deleted"
print(m())
def n():
    try: raise ValueError
    except ValueError as e:
        e = 5
    try: e
    except UnboundLocalError: print("unbound")
n()
def r():
    with open(__import__("os").devnull) as fh:
        for line in fh: return "line"
        else: return "no lines"
print(r())
def deep():
    try:
        try:
            try: return 1
            finally: print(1)
        finally: print(2)
    finally:
        try: print(3)
        finally: print(4)
print(deep())
