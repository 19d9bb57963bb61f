"""Conditions, loops, short circuits, comprehensions, generators, patterns and early ways out."""

import itertools

LIMIT = 10
total = 0


def said(value, text="said"):
    print(text, value)
    return value


def grade(points):
    if points > 90:
        return "top"
    elif points > 50:
        if points % 2:
            return "odd"
        print("even")
    else:
        print("low")
    return "rest"


def last_condition(value):
    global total
    if value is not None:
        total += value
        print("added", value)


def last_with_else(value):
    if value == "a":
        print("is a")
    elif isinstance(value, Exception):
        print("error")
    elif value in ("b", "c"):
        print("b or c")
    else:
        print("other")


def circuits(left, right):
    both = said(left, "left") and said(right, "right")
    either = said(left, "left") or said(right, text="right")
    chosen = said(1) if both else said(2)
    chain = said(0) < said(left) < said(right)
    return both, either, chosen, chain


def lists(values):
    pairs = [(a, b) for a in said(values) for b in range(a) if a != b]
    table = {key: said(key) for key in values}
    lazy = (said(each, "lazy") for each in values)
    return pairs, table, next(lazy), sorted({each % 2 for each in values})


def produced(limit):
    value = 0
    while value < limit:
        received = yield said(value, "yield")
        if received:
            value = received
        value += 1


def matched(command):
    match command:
        case ["go", where]:
            return said(where, "go")
        case {"stop": when}:
            return f"stop {when}"
        case str() as text if len(text) > 3:
            return text.upper()
        case _:
            return None


def waiting(values):
    found = None
    while values:
        value = values.pop()
        if not value:
            continue
        if value > 3:
            found = value
            break
    else:
        print("none found")
    return found


def starred(*parts, sep="-", **more):
    return sep.join(map(str, parts)) + str(sorted(more.items()))


def main():
    print(grade(95), grade(51), grade(60), grade(3))
    last_condition(None)
    last_condition(4)
    for each in ("a", "b", "z", ValueError()):
        last_with_else(each)
    print(circuits(1, 2), circuits(0, 5), total, LIMIT)
    print(lists([1, 2, 3]))
    producer = produced(4)
    print(next(producer), producer.send(1), list(producer))
    print(matched(["go", 1]), matched({"stop": 2}), matched("abcd"), matched("a"), matched(3))
    print(waiting([1, 5, 0, 2]), waiting([0, 1]))
    print(starred(*[1, 2], sep="/", **{"a": 1}), starred(3, b=LIMIT))
    counted = itertools.count(5)
    text = f"{next(counted)!r:>3} {said(LIMIT, 'f')}"
    total_here = (step := next(counted)) + step
    print(text, total_here, (lambda value: said(value, "lambda") * 2)(4))
    squares = [square for each in range(3) if (square := each * each)]
    print(squares, square, max(said([3, 1])), not said(0))
