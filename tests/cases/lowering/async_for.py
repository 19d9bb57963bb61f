async def f(items):
    async for x in items:
        yield x
