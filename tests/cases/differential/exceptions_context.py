import sys
def chain(e):
    while e is not None:
        yield type(e).__name__, e.args
        e = e.__context__
def f():
    try:
        raise ValueError(1)
    except ValueError:
        print(sys.exc_info()[1])
        try:
            raise KeyError(2)
        except KeyError:
            print(sys.exc_info()[1])
            try:
                raise TypeError(3)
            finally:
                print(sys.exc_info()[1])
try:
    f()
except TypeError as e:
    print(list(chain(e)))
print(sys.exc_info())
def g():
    try:
        try:
            raise ValueError(1)
        except ValueError:
            try:
                raise KeyError(2)
            except KeyError:
                pass
            print(sys.exc_info()[1])
            raise
    except ValueError as e:
        print(list(chain(e)))
    print(sys.exc_info())
g()
def h():
    try:
        1 / 0
    except ZeroDivisionError as e:
        saved = e
    try:
        raise saved
    except ZeroDivisionError as e:
        print(list(chain(e)))
    try:
        try:
            1 / 0
        finally:
            raise OSError("f")
    except OSError as e:
        print(list(chain(e)))
    try:
        try:
            raise saved
        except ZeroDivisionError as again:
            raise again
    except ZeroDivisionError as e:
        print(list(chain(e)))
h()
def inner():
    print(sys.exc_info()[1])
    try:
        raise
    except Exception as e:
        print("re", repr(e))
try:
    raise ValueError("outer")
except ValueError:
    inner()
    print(sys.exc_info()[1])
def loop():
    for i in range(3):
        try:
            try:
                raise ValueError(i)
            except ValueError as e:
                raise KeyError(i)
        except KeyError as e:
            print(list(chain(e)))
            if i == 1:
                continue
loop()
def deep(n):
    try:
        if n == 0: raise ValueError(n)
        deep(n - 1)
    except ValueError as e:
        raise ValueError(n)
try:
    deep(4)
except ValueError as e:
    print(list(chain(e)))
