import sys
def g(n):
    try:
        while n:
            try:
                got = yield n
                print("got", got)
            except KeyError as e:
                print("key", e)
            n -= 1
    finally:
        print("cleanup", sys.exc_info()[0])
    return "result"
it = g(3)
print(next(it), it.send("a"), it.throw(KeyError("k")))
try:
    next(it)
except StopIteration as stop:
    print(stop.value)
it = g(2)
next(it)
it.close()
it.close()
it = g(2)
next(it)
try:
    it.throw(ValueError("v"))
except ValueError as e:
    print(e, list(it))
it = g(2)
try:
    it.send(1)
except TypeError as e:
    print(e)
it = g(1)
try:
    it.throw(OSError)
except OSError:
    print("not started")
def stubborn():
    try:
        yield 1
    except GeneratorExit:
        yield 2
s = stubborn()
next(s)
try:
    s.close()
except RuntimeError as e:
    print(e)
def stops():
    yield 1
    raise StopIteration("x")
try:
    list(stops())
except RuntimeError as e:
    print(e, repr(e.__cause__))
def stops_in_handler():
    try:
        yield 1
        raise ValueError
    except ValueError:
        try:
            next(iter([]))
        except StopIteration as e:
            print("inside", repr(e.__context__))
            yield 2
    finally:
        print("fin")
print(list(stops_in_handler()))
def early():
    return 5
    yield
print(list(early()))
def empty_send():
    x = yield
    print("x", x)
    y = (yield x) or 3
    print((yield), y)
e = empty_send()
print(next(e), e.send(1), e.send(0), next(e, "end"))
def exc_state():
    try:
        raise ValueError("in")
    except ValueError:
        yield sys.exc_info()[1]
        yield sys.exc_info()[1]
    yield sys.exc_info()[1]
for x in exc_state():
    print(repr(x), sys.exc_info())
print(exc_state.__name__, exc_state().__name__, exc_state().__qualname__)
