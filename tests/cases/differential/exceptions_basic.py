def f(x):
    try:
        if x == 1: raise KeyError("a")
        if x == 2: raise (ValueError)
        if x == 3: raise OSError(2, "m") from TypeError("cause")
        if x == 4: raise OSError from None
        if x == 5: [][3]
        if x == 6: raise 3
        if x == 7: raise ValueError from 3
        if x == 8: raise int
        if x == 9: raise
        if x == 10: raise GeneratorExit
        return "none"
    except (KeyError, IndexError) as e:
        return "key", repr(e)
    except ValueError:
        return "value"
    except OSError as e:
        return "os", e.args, repr(e.__cause__), repr(e.__context__), e.__suppress_context__
    except (TypeError, RuntimeError) as e:
        return "type", e.args
    except:
        return "bare"
for i in range(11):
    print(f(i))
try:
    e = 1
    try:
        raise ValueError
    except ValueError as e:
        pass
    e
except NameError as error:
    print(error)
try:
    try:
        raise ValueError
    except 3:
        pass
except TypeError as error:
    print(error, repr(error.__context__))
try:
    try:
        raise ValueError
    except (KeyError, "x"):
        pass
except TypeError as error:
    print(error)
def kinds():
    print("evaluated")
    return KeyError
try:
    pass
except kinds():
    pass
try:
    raise KeyError
except kinds():
    print("took")
