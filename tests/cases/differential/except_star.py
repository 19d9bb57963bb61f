def leaves(e):
    return [leaves(x) for x in e.exceptions] if isinstance(e, BaseExceptionGroup) else repr(e)
def f(e):
    try:
        try:
            if e: raise e
            print("none")
        except* (ValueError, KeyError) as g:
            print("vk", type(g).__name__, leaves(g))
        except* TypeError as g:
            print("t", leaves(g))
            raise
        except* OSError:
            print("os")
            raise RuntimeError("new")
        else:
            print("else")
        finally:
            print("finally")
    except BaseException as out:
        print("out", type(out).__name__, out.args[0] if out.args else None, leaves(out))
    else:
        print("clean")
G = ExceptionGroup
f(None)
f(ValueError(1))
f(TypeError(1))
f(OSError(1))
f(G("g", [ValueError(1), KeyError(2)]))
f(G("g", [ValueError(1), TypeError(2), G("h", [TypeError(3), KeyError(4)])]))
f(G("g", [ValueError(1), TypeError(2), OSError(3), ZeroDivisionError(4)]))
f(G("g", [OSError(3), G("i", [ZeroDivisionError(4)])]))
f(ZeroDivisionError(5))
f(G("g", [ZeroDivisionError(5)]))
f(BaseExceptionGroup("b", [KeyboardInterrupt(), ValueError(1)]))
try:
    try: raise ValueError
    except* ExceptionGroup: pass
except TypeError as e: print(e)
try:
    try: raise ValueError
    except* 3: pass
except BaseException as e: print(type(e))
for i in range(2):
    try:
        raise G("g", [ValueError(i)])
    except* ValueError as v:
        def use(): return v
        print(leaves(use()))
    try: use()
    except NameError as e: print(e)
try:
    try:
        raise G("a", [ValueError(1), TypeError(2)])
    except* ValueError as e:
        raise e
except* ValueError as e: print("v", leaves(e))
except* TypeError as e: print("t", leaves(e))
try:
    try:
        raise G("a", [ValueError(1), TypeError(2)])
    except* ValueError as e:
        raise KeyError("k") from e
    except* TypeError as e:
        raise KeyError("l")
except ExceptionGroup as e: print(repr(e.message), leaves(e), e.exceptions[0].__cause__ is not None)
def gen():
    try:
        yield 1
    except* ValueError as e:
        yield leaves(e)
g = gen(); next(g); print(g.throw(ValueError("thrown")))
