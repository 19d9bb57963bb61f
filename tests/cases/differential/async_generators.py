def drive(c):
    try:
        while True: c.send(None)
    except StopIteration as stop:
        return stop.value
class Tick:
    def __await__(self): return (yield)
import sys
async def g(n):
    try:
        for i in range(n):
            await Tick()
            try:
                got = yield i
                print("got", got)
            except KeyError as e:
                print("key", e, sys.exc_info()[0])
                await Tick()
                yield "recovered"
    except ValueError as e:
        print("value", e)
    finally:
        print("finally", sys.exc_info()[0])
        await Tick()
        print("finally done")
async def main():
    a = g(3)
    print(await a.__anext__(), await a.asend("s"), await a.athrow(KeyError("k")))
    print(await a.__anext__())
    try:
        await a.__anext__()
    except StopAsyncIteration as e:
        print("stop", e.args)
    a = g(3)
    await a.__anext__()
    await a.aclose()
    await a.aclose()
    a = g(2)
    await a.__anext__()
    try:
        await a.athrow(ValueError("v"))
    except StopAsyncIteration:
        print("ended")
    a = g(2)
    try:
        await a.athrow(OSError("unstarted"))
    except OSError as e:
        print(e)
    a = g(5)
    async for x in a:
        if x == 1: break
    await a.aclose()
    async def bad():
        yield 1
        raise StopAsyncIteration
    try:
        async for x in bad(): pass
    except RuntimeError as e: print(e)
    async def bad2():
        yield 1
        raise StopIteration
    try:
        async for x in bad2(): pass
    except RuntimeError as e: print(e)
    async def stubborn():
        try: yield 1
        except GeneratorExit: yield 2
    s = stubborn()
    await s.__anext__()
    try: await s.aclose()
    except RuntimeError as e: print(e)
    async def ctx():
        try: raise ValueError("outer")
        except ValueError:
            await Tick()
            yield repr(sys.exc_info()[1])
            try: raise KeyError("inner")
            except KeyError as e: yield repr(e.__context__)
            yield repr(sys.exc_info()[1])
    print([x async for x in ctx()])
    x = (await y for y in [Tick(), Tick()])
    print([z async for z in x])
drive(main())
import inspect
print(inspect.isasyncgenfunction(g), type(g(1)).__name__)
