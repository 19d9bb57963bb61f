"""Released on the normal way only."""

import contextlib
import json
import mmap
import os
import socket
import tempfile
from http.client import HTTPConnection


def close_at_the_end(path):
    # found: CWE-772
    stream = open(path)
    data = json.load(stream)
    stream.close()
    return data


def connected(address):
    # found: CWE-772
    sock = socket.socket()
    sock.connect(address)
    return sock


def early_return(path):
    # found: CWE-772
    stream = open(path)
    if stream.readline() == "":
        return None
    rest = stream.read()
    stream.close()
    return rest


def only_for_one_error(address):
    # found: CWE-772
    sock = socket.create_connection(address)
    try:
        sock.sendall(b"hello")
    except UnicodeError:
        sock.close()
        raise
    return sock


def written_descriptor(data):
    # found: CWE-772
    descriptor, path = tempfile.mkstemp()
    os.write(descriptor, data)
    os.close(descriptor)
    return path


@contextlib.contextmanager
def opened(path):
    # found: CWE-772
    stream = open(path)
    yield stream
    stream.close()


async def session_closed_at_the_end(url):
    import aiohttp

    # found: CWE-772
    session = aiohttp.ClientSession()
    page = await session.get(url)
    await session.close()
    return page


async def cancelled_between(address):
    # found: CWE-772
    sock = socket.socket()
    try:
        await connect(sock, address)
    except Exception:  # cancellation is no Exception
        sock.close()
        raise
    sock.close()


def raising_between(path, size):
    # found: CWE-772
    stream = open(path)
    if os.fstat(stream.fileno()).st_size > size:
        raise ValueError("too large")
    with stream:
        return stream.read()


def requested(host):
    # found: CWE-772
    connection = HTTPConnection(host)
    connection.request("GET", "/")
    return connection


def mapped(fill, descriptor, size):
    # found: CWE-772
    area = mmap.mmap(descriptor, size)
    area.seek(fill(size))
    return area


def with_a_variable(path, mode):
    # found: CWE-772
    descriptor = os.open(path, os.O_RDONLY)
    # handled: CWE-772
    with os.fdopen(descriptor, mode) as stream:
        return stream.read()
