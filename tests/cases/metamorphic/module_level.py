"""Work that a module does by itself, and names that functions share with it."""

from __future__ import annotations

import sqlite3 as database
import string
import threading
from collections import OrderedDict, defaultdict
from functools import partial

lock = threading.Lock()
settings = {"debug": False, "name": "shop"}
known: list[str] = []

with lock:
    known.append(settings["name"])

for letter in string.ascii_lowercase[:3]:
    if letter != "b":
        known.append(letter.upper())

try:
    size = int("12")
    broken = int("x")
except ValueError as error:
    print("module", error)
    broken = -1

connection = database.connect(":memory:")
connection.execute("create table t (name text, size integer)")


def insert(rows):
    with connection:
        connection.executemany("insert into t values (?, ?)", rows)


def rows(smallest):
    cursor = connection.cursor()
    cursor.execute("select name, size from t where size >= ? order by name", (smallest,))
    found = cursor.fetchall()
    cursor.close()
    return found


def counted():
    count = 0

    def once():
        nonlocal count
        count += 1
        return count

    once()
    return once() + once()


def grouped(words):
    groups = defaultdict(list)
    for word in words:
        groups[len(word)].append(word)
    return OrderedDict(sorted(groups.items()))


def local_import(text):
    import base64
    from hashlib import sha256

    encoded = base64.b64encode(text.encode())
    return encoded.decode(), sha256(encoded).hexdigest()[:6]


def locked(values):
    lock.acquire()
    try:
        if not values:
            return None
        return values.pop(0)
    finally:
        lock.release()


def main():
    insert([("a", 1), ("b", 20)])
    insert([("c", 30)])
    print(known, size, broken, rows(smallest=10), rows(0))
    print(counted(), grouped(["a", "bb", "cc"]), local_import("text"))
    print(locked([1, 2]), locked([]), lock.locked(), partial(grouped)(["x"]))
    try:
        connection.execute("select * from nothing")
    except database.OperationalError as error:
        print("database", error)
    connection.close()
