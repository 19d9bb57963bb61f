def f(a, b, c):
    try:
        try:
            try:
                if a: raise a
                print("body")
            finally:
                print("f1")
                if b: raise b
        except KeyError as e:
            print("caught", repr(e), repr(e.__context__))
            if c: raise c
        finally:
            print("f2")
    except ValueError as e:
        print("outer", repr(e), repr(e.__context__), repr(e.__cause__))
    else:
        print("else")
    finally:
        print("f3")
errors = [None, KeyError("k"), ValueError("v")]
for a in range(3):
    for b in range(3):
        for c in range(3):
            make = [None, KeyError, ValueError]
            try:
                f(*[make[i] and make[i](f"{i}") for i in (a, b, c)])
            except Exception as e:
                print("!!", repr(e))
def g():
    for i in range(4):
        try:
            try:
                if i == 0: continue
                if i == 1: raise TypeError(i)
                if i == 3: return "ret"
            finally:
                print("inner", i)
                try:
                    if i == 2: raise OSError(i)
                except OSError as e:
                    print(repr(e.__context__))
                    continue
        except TypeError:
            print("type")
        finally:
            print("outer", i)
print(g())
