"""Coroutines, asynchronous context managers, generators and cancellation."""

import asyncio
import contextlib


class Session:
    def __init__(self, log):
        self.log = log

    async def __aenter__(self):
        self.log.append("open")
        return self

    async def __aexit__(self, *details):
        self.log.append("close")

    async def get(self, number):
        await asyncio.sleep(0)
        if number > 2:
            raise ValueError(number)
        return number * 10


@contextlib.asynccontextmanager
async def noted(log, name):
    log.append(name)
    try:
        yield name.upper()
    finally:
        log.append(f"end {name}")


async def numbers(limit):
    for number in range(limit):
        yield number
        await asyncio.sleep(0)


async def fetched(log):
    async with Session(log) as session:
        first = await session.get(1)
        rest = [await session.get(number) async for number in numbers(2)]
        return first, rest


async def guarded(log, number):
    session = Session(log)
    try:
        result = await session.get(number)
    except ValueError as error:
        log.append(f"failed {error}")
        return None
    async with noted(log, "inner") as name:
        log.append(name)
    return result


async def limited(log):
    try:
        await asyncio.wait_for(asyncio.sleep(10), timeout=0.001)
    except asyncio.TimeoutError:
        log.append("late")
    lock = asyncio.Lock()
    async with lock:
        log.append(lock.locked())
    return lock.locked()


async def together(log):
    results = await asyncio.gather(guarded(log, 2), guarded(log, 5), limited(log))
    return results


def plain(text):
    return text[::-1]


async def main():
    log = []
    print(await fetched(log), await guarded(log, 1), plain("abc"))
    print(await together(log))
    print(sorted(map(str, log)))
