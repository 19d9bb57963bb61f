def drive(c):
    n = 0
    try:
        while True:
            c.send(None)
            n += 1
    except StopIteration as stop:
        return n, stop.value
class Tick:
    def __await__(self):
        yield
        return "tick"
class Range:
    def __init__(self, n, fail=None): self.n, self.i, self.fail = n, 0, fail
    def __aiter__(self): return self
    async def __anext__(self):
        await Tick()
        if self.fail == self.i: raise ValueError(self.i)
        if self.i >= self.n: raise StopAsyncIteration
        self.i += 1
        return self.i
class M:
    def __init__(self, name, suppress=False): self.name, self.suppress = name, suppress
    async def __aenter__(self):
        await Tick()
        print("enter", self.name)
        return self.name
    async def __aexit__(self, kind, value, tb):
        await Tick()
        print("exit", self.name, kind and kind.__name__)
        return self.suppress
async def loops(act):
    async for x in Range(4):
        if x == 2 and act == "break": break
        if x == 2 and act == "continue": continue
        if x == 2 and act == "return": return "returned"
        print(x)
    else:
        print("else")
    return "end"
for act in ("", "break", "continue", "return"):
    print(drive(loops(act)))
async def fails():
    try:
        async for x in Range(3, 1): print(x)
        else: print("never")
    except ValueError as e: print("ve", e, repr(e.__context__))
    async for a, (b, *c) in pairs(): print(a, b, c)
    for bad in (3, Bad1(), Bad2()):
        try:
            async for x in bad: pass
        except TypeError as e: print(e)
async def pairs():
    yield 1, (2, 3)
class Bad1:
    def __aiter__(self): return 3
class Bad2:
    def __aiter__(self): return self
    def __anext__(self): return 3
try: drive(fails())
except TypeError as e: print(e)
async def withs(act, suppress):
    for i in range(2):
        try:
            async with M("a", suppress) as a, M("b") as b:
                print(a, b)
                if act == "raise": raise ValueError(i)
                if act == "return": return "ret"
                if act == "break": break
                if act == "continue": continue
            print("after")
        except ValueError as e: print("caught", e)
    else: print("else")
    return "end"
for act in ("", "raise", "return", "break", "continue"):
    for s in (False, True):
        print(act, s, drive(withs(act, s)))
async def comps():
    return ([x async for x in Range(3)], {x: y async for x in Range(2) for y in [x]},
            [y async for x in Range(3) if x > 1 for y in range(x)],
            [z async for z in (w * 2 async for w in Range(2))],
            {await Tick() for _ in range(2)})
print(drive(comps()))
async def notcm():
    try:
        async with 3: pass
    except TypeError as e: print(e)
drive(notcm())
