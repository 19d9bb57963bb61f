# path: depot/idioms.py
"""Every idiom that gives back on every way: without it, with it, and nearly."""

import contextlib
import os
import socket
import weakref

from oslo_utils import excutils


# `with` on a name, later


def later_without(path, size):
    # found: CWE-772
    stream = open(path)
    if os.stat(path).st_size > size:
        return None
    data = stream.read()
    stream.close()
    return data


def later(path):
    # handled: CWE-772
    stream = open(path)
    with stream:
        return stream.read()


def later_on_another(path, other):
    # found: CWE-772
    stream = open(path)
    with other:
        return stream.read()


# `except BaseException: close; raise`


def undone_without(address):
    # found: CWE-772
    sock = socket.socket()
    sock.connect(address)
    return sock


def undone(address):
    # handled: CWE-772
    sock = socket.socket()
    try:
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock


def undone_in_the_wrong_handler(address):
    # found: CWE-772
    sock = socket.socket()
    try:
        sock.connect(address)
    except LookupError:
        sock.close()
        raise
    return sock


def undone_for_another(address, other):
    # found: CWE-772
    sock = socket.socket()
    try:
        sock.connect(address)
    except BaseException:
        other.close()
        raise
    return sock


async def undone_across_an_await(address, connect):
    # found: CWE-772
    sock = socket.socket()
    try:
        await connect(address)
    except Exception:  # cancellation passes it by
        sock.close()
        raise
    return sock


async def undone_across_an_await_for_all(address, connect):
    # handled: CWE-772
    sock = socket.socket()
    try:
        await connect(address)
    except BaseException:
        sock.close()
        raise
    return sock


# hand-over by `name = None`


def handed_over_without(address, owner):
    # found: CWE-772
    sock = socket.socket()
    sock.connect(address)
    owner.sock = sock


def handed_over(address, owner):
    # handled: CWE-772
    sock = socket.socket()
    try:
        sock.connect(address)
        owner.sock = sock
        sock = None
    finally:
        if sock is not None:
            sock.close()


def returned_after_hand_over(address):
    # handled: CWE-772
    sock = socket.socket()
    try:
        sock.connect(address)
        made, sock = sock, None
        return made
    finally:
        if sock is not None:
            sock.close()


def dropped_by_name(address):
    # found: CWE-772
    sock = socket.socket()
    try:
        sock.settimeout(2)
        sock = None
        address.check()
    finally:
        if sock is not None:
            sock.close()


# a flag


def flagged(path):
    done = False
    # handled: CWE-772
    stream = open(path, "w")
    try:
        stream.write("x")
        done = True
    finally:
        if not done:
            stream.close()
    return stream


def flagged_too_early(path):
    # found: CWE-772
    stream = open(path, "w")
    done = True
    try:
        stream.write("x")
    finally:
        if not done:
            stream.close()
    return stream


def flag_never_set(path):
    done = False
    # found: CWE-772
    stream = open(path, "w")
    try:
        stream.write("x")
    finally:
        if done:
            stream.close()


# `save_and_reraise_exception`


def saved(address):
    # handled: CWE-772
    sock = socket.socket()
    try:
        sock.connect(address)
    except Exception:
        with excutils.save_and_reraise_exception():
            sock.close()
    return sock


def saved_for_another(address, other):
    # found: CWE-772
    sock = socket.socket()
    try:
        sock.connect(address)
    except Exception:
        with excutils.save_and_reraise_exception():
            other.close()
    return sock


# `weakref.finalize`


def finalized(owner, path):
    # handled: CWE-772
    stream = open(path)
    weakref.finalize(owner, stream.close)
    owner.read(stream.read())


def finalized_for_another(owner, path, other):
    # found: CWE-772
    stream = open(path)
    weakref.finalize(owner, other.close)
    owner.read(stream.read())


# helpers


def by_a_helper(path):
    # handled: CWE-772
    stream = open(path)
    try:
        return stream.read()
    finally:
        close_quietly(stream)


def by_a_helper_for_another(path, other):
    # found: CWE-772
    stream = open(path)
    try:
        return stream.read()
    finally:
        close_quietly(other)


def close_quietly(stream):
    try:
        stream.close()
    except OSError:
        pass


# `ExitStack`


def stacked(paths):
    with contextlib.ExitStack() as stack:
        # handled: CWE-772
        return [stack.enter_context(open(path)).read() for path in paths]


def not_stacked(paths):
    with contextlib.ExitStack():
        # found: CWE-772
        return [open(path).read() for path in paths]


def stacked_callback_of_another(path, other):
    with contextlib.ExitStack() as stack:
        # found: CWE-772
        stream = open(path)
        stack.callback(other.close)
        return stream.read()


# `closing`


def closing(address):
    # handled: CWE-772
    with contextlib.closing(socket.create_connection(address)) as sock:
        return sock.recv(80)


def closing_another(address, other):
    # found: CWE-772
    sock = socket.create_connection(address)
    with contextlib.closing(other):
        return sock.recv(80)


# `close` of the class


class Closed:
    def __init__(self, path):
        # handled: CWE-772
        self._stream = open(path)

    def close(self):
        self._stream.close()


class ClosedAnother:
    def __init__(self, path, other):
        # found: CWE-772
        self._stream = open(path)
        self._other = other

    def close(self):
        self._other.close()
