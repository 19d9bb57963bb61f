async def f(p):
    async with connect(p) as c:
        return await c.fetch()
