"""Closures that can reach a resource: a `with` closes it whoever else can, and reading takes nothing."""

import socket
import sqlite3
from contextlib import closing


def read_by_a_key(path, names):
    # handled: CWE-772
    with open(path) as stream:
        return sorted(names, key=lambda name: stream.name + name)


def used_by_a_callback(path, bus):
    # handled: CWE-772
    with open(path) as stream:
        bus.on("line", lambda line: print(line, file=stream))


def used_by_a_function(path, lines):
    # handled: CWE-772
    with open(path, "w") as stream:

        def put(line):
            stream.write(line)

        for line in lines:
            put(line)


def given_as_a_default(path, bus):
    # handled: CWE-772
    with open(path) as stream:
        bus.on("line", lambda line, to=stream: print(line, file=to))


def closing_round_a_connection(path, names):
    # handled: CWE-772
    with closing(sqlite3.connect(path)) as db:
        return [name for name in names if (lambda: db.execute(name).fetchone())()]


def read_and_closed_at_the_end(path, names):
    # handled: CWE-772
    stream = open(path)
    try:
        return sorted(names, key=lambda name: stream.name + name)
    finally:
        stream.close()


def read_and_left_open(path, names):
    # found: CWE-772
    stream = open(path)
    names = sorted(names, key=lambda name: stream.name + name)
    print(stream.readline())
    return names


def read_and_left_open_by_an_error(host, data):
    # found: CWE-772
    sock = socket.create_connection((host, 1), 3)
    size = max(data, key=lambda item: sock.family + len(item))
    sock.sendall(size)
    sock.close()


def only_the_transaction(path, names):
    # found: CWE-772
    with sqlite3.connect(path) as db:
        return sorted(names, key=lambda name: db.execute(name).fetchone())


def closed_by_the_closure(path, bus):
    # unseen: CWE-772
    stream = open(path)
    bus.on("end", lambda: stream.close())


def given_out_by_the_closure(path):
    # unseen: CWE-772
    stream = open(path)
    return lambda: stream


def replaced_by_the_closure(path):
    # unseen: CWE-772
    stream = open(path)

    def again():
        nonlocal stream
        # unseen: CWE-772
        stream = open(path)

    again()
    stream.close()
