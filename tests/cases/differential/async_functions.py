def drive(c):
    sends = []
    try:
        while True:
            sends.append(c.send(None))
    except StopIteration as stop:
        return sends, stop.value
class Sleep:
    def __init__(self, n): self.n = n
    def __await__(self):
        for i in range(self.n):
            yield i
        return self.n
async def add(a, b):
    return await Sleep(a) + await Sleep(b)
async def fail():
    await Sleep(1)
    raise ValueError("f")
async def main():
    print(await add(1, 2))
    try:
        await fail()
    except ValueError as e:
        print(e)
    finally:
        await Sleep(1)
        print("fin")
    try:
        await 3
    except TypeError as e:
        print(e)
    x = [await Sleep(i) for i in range(3)]
    y = {await Sleep(1): await Sleep(2) for _ in range(1) if await Sleep(1)}
    z = (lambda v: v)(await Sleep(0)) or "zero"
    return x, y, z, f"{await Sleep(1)}"
print(drive(main()))
async def stop():
    raise StopIteration(1)
try:
    drive(stop())
except RuntimeError as e:
    print(e)
c = main()
c.send(None)
try:
    c.throw(KeyError("in"))
except KeyError as e:
    print(e)
c.close()
async def cleanup():
    try:
        await Sleep(3)
    except GeneratorExit:
        print("exit")
        raise
    finally:
        print("closed")
c = cleanup()
c.send(None)
c.close()
c = add(0, 0)
drive(c)
try:
    c.send(None)
except RuntimeError as e:
    print(e)
import inspect, types
print(inspect.iscoroutinefunction(add), inspect.isgeneratorfunction(drive), type(add(0, 0).__await__()).__name__)
@types.coroutine
def old():
    x = yield "old"
    return x
async def use_old():
    return await old()
c = use_old()
print(c.send(None))
try: c.send(5)
except StopIteration as s: print(s.value)
async def deep(n):
    if n == 0:
        try:
            raise ValueError("inner")
        except ValueError:
            try:
                await Sleep(1)
                raise KeyError("second")
            except KeyError as e:
                return repr(e.__context__)
    return await deep(n - 1)
print(drive(deep(3)))
