# path: depot/awaitables.py
"""What is awaited opens when the await ends; what a hand-over that fails leaves stays ours."""

import asyncio
import subprocess

import aiohappyeyeballs
import aiosqlite


async def released(host):
    # handled: CWE-772
    reader, writer = await asyncio.open_connection(host, 80)
    try:
        return await reader.read()
    finally:
        writer.close()


async def interrupted(host):
    # found: CWE-772
    reader, writer = await asyncio.open_connection(host, 80)
    data = await reader.read()
    writer.close()
    return data


async def close_on_exception_only(host):
    # found: CWE-772
    reader, writer = await asyncio.open_connection(host, 80)
    try:
        data = await reader.read()
    except Exception:  # cancellation passes it by
        writer.close()
        raise
    writer.close()
    return data


async def close_on_everything(host):
    # handled: CWE-772
    reader, writer = await asyncio.open_connection(host, 80)
    try:
        data = await reader.read()
    except BaseException:
        writer.close()
        raise
    writer.close()
    return data


async def through_wait_for(loop, factory, greeted):
    # found: CWE-772
    coroutine = loop.create_connection(factory, "host", 80)
    transport, protocol = await asyncio.wait_for(coroutine, timeout=10)
    await greeted
    return transport, protocol


async def guarded_greeting(loop, factory, greeted):
    # handled: CWE-772
    coroutine = loop.create_connection(factory, "host", 80)
    transport, protocol = await asyncio.wait_for(coroutine, timeout=10)
    try:
        await greeted
    except:
        transport.close()
        raise
    transport.close()


async def left_by_the_loop(self, addresses, **options):
    # found: CWE-772
    sock = await aiohappyeyeballs.start_connection(addresses)
    # clean: CWE-772
    return await self._loop.create_connection(**options, sock=sock)


async def taken_over(self, addresses, **options):
    sock = None
    try:
        # handled: CWE-772
        sock = await aiohappyeyeballs.start_connection(addresses)
        # clean: CWE-772
        connection = await self._loop.create_connection(**options, sock=sock)
        sock = None
        return connection
    finally:
        if sock is not None:
            sock.close()


async def entered(path):
    # handled: CWE-772
    async with aiosqlite.connect(path) as connection:
        return await connection.execute("select 1")


async def never_awaited(path):
    # clean: CWE-772
    return aiosqlite.connect(path)


def pipe_left(command):
    # found: CWE-772
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    process.wait()


def pipe_left_on_a_way(command, quiet):
    output = subprocess.PIPE if quiet else None
    # found: CWE-772
    process = subprocess.Popen(command, stdout=output)
    process.wait()


def pipe_closed(command):
    # handled: CWE-772
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        process.wait()
    finally:
        if process.stdout:
            process.stdout.close()
