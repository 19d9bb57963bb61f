"""What a regular expression says of the texts that it matches: which characters they may hold.

    characters_of("[a-z0-9]+")      letters and digits
    anchors("^[a-z]+$")             (True, "$")

Invariant: a pattern that cannot be read allows everything.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from itertools import pairwise
from typing import Final

from assay.domains.taint.characters import (
    DIGITS,
    EVERYTHING,
    LETTERS,
    OTHERS,
    SPECIAL,
    bit,
    mask,
)

_REPEATS: Final = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_SPACES: Final = mask(" \t\n\r")
_CATEGORIES: Final = {
    "CATEGORY_DIGIT": DIGITS | OTHERS,
    "CATEGORY_WORD": LETTERS | DIGITS | OTHERS,
    "CATEGORY_SPACE": _SPACES,
    "CATEGORY_NOT_DIGIT": EVERYTHING & ~DIGITS,
    "CATEGORY_NOT_WORD": EVERYTHING & ~(LETTERS | DIGITS),
    "CATEGORY_NOT_SPACE": EVERYTHING & ~_SPACES,
}

_DEEPEST: Final = 100  # groups in groups


@lru_cache(maxsize=512)
def characters_of(pattern: str) -> int:
    """The characters that a text may hold which the pattern matches as a whole."""
    tree = _parsed(pattern)
    return EVERYTHING if tree is None else _sequence(tree)


@lru_cache(maxsize=512)
def anchors(pattern: str) -> tuple[bool, str]:
    """Whether it is bound to the start, and how to the end: `""`, `"$"` or `"\\Z"`."""
    tree = _parsed(pattern)
    if not isinstance(tree, list) or not tree:
        return False, ""
    first, last = tree[0], tree[-1]
    at_start = _name(first) == "AT" and str(first[1]) in ("AT_BEGINNING", "AT_BEGINNING_STRING")
    end = ""
    if _name(last) == "AT":
        end = {"AT_END": "$", "AT_END_STRING": "\\Z"}.get(str(last[1]), "")
    return at_start, end


@lru_cache(maxsize=512)
def removed_by(pattern: str) -> int:
    """The characters that `re.sub(pattern, "", text)` certainly leaves none of."""
    tree = _parsed(pattern)
    if not isinstance(tree, list) or len(tree) != 1:
        return 0
    node = tree[0]
    if _name(node) in _REPEATS:
        repeat = node[1]
        assert isinstance(repeat, tuple)
        inner = list(repeat[2])
        if repeat[0] > 1 or len(inner) != 1:
            return 0
        node = inner[0]
    value = node[1]
    if _name(node) == "LITERAL":
        assert isinstance(value, int)
        return bit(chr(value)) & mask(SPECIAL)
    return _certainly(value) if _name(node) == "IN" else 0


@lru_cache(maxsize=512)
def path_tokens(pattern: str) -> frozenset[str]:
    """What a text that is matched as a whole is as a path: without `..`, and not absolute.

    `^[0-9]+/[0-9]+.zip$` matches no `..`, since its one dot stands between digits and a letter.
    """
    tree = _parsed(pattern)
    if tree is None:
        return frozenset()
    parts = _flat(tree)
    tokens: set[str] = set()
    dot, slash = bit("."), bit("/")
    if parts and not parts[0][1] and not parts[0][0] & slash:
        tokens.add("relative")
    # What may be missing and holds no dot keeps none apart.
    holding = [bool(held & dot) for held, many in parts if held & dot or not many]
    alone = not any(one and two for one, two in pairwise(holding))
    if alone and not any(held & dot and many for held, many in parts):
        tokens.add("nodots")
    return frozenset(tokens)


def _flat(nodes: list[tuple[object, ...]]) -> list[tuple[int, bool]]:
    """The characters of each part of a pattern, and whether it may be missing or stand again."""
    found: list[tuple[int, bool]] = []
    for node in nodes:
        name = _name(node)
        if name == "AT":
            continue
        plain = name in ("LITERAL", "NOT_LITERAL", "ANY", "IN")
        if name in _REPEATS and isinstance(node[1], tuple) and node[1][0] >= 1:
            found.append((_node(node), False))  # once for the start, once for what stands again
            found.append((_node(node), True))
        else:
            found.append((_node(node), not plain))
    return found


def _parsed(pattern: str) -> list[tuple[object, ...]] | None:
    from re import _parser  # type: ignore[attr-defined]

    if _most_open(pattern) > _DEEPEST:
        return None  # what follows walks the tree by recursion
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(_parser.parse(pattern))
    except (re.error, RecursionError, OverflowError, ValueError):
        return None


def _most_open(pattern: str) -> int:
    """How many groups stand in each other, or more: escaped parentheses are counted too."""
    most = opened = 0
    if pattern.count("(") > _DEEPEST:
        for letter in pattern:
            if letter == "(":
                opened += 1
                most = max(most, opened)
            elif letter == ")":
                opened -= 1
    return most


def _name(node: tuple[object, ...]) -> str:
    return str(node[0])


def _sequence(nodes: object) -> int:
    result = 0
    for node in nodes:  # type: ignore[attr-defined]
        result |= _node(node)
    return result


def _node(node: tuple[object, ...]) -> int:
    name = _name(node)
    value = node[1]
    if name == "LITERAL":
        assert isinstance(value, int)
        return bit(chr(value))
    if name == "NOT_LITERAL":
        assert isinstance(value, int)
        return EVERYTHING & ~(bit(chr(value)) & mask(SPECIAL))
    if name == "ANY":
        return EVERYTHING & ~mask("\n")
    if name == "IN":
        return _set(value)
    if name in _REPEATS:
        assert isinstance(value, tuple)
        return _sequence(value[2])
    if name == "SUBPATTERN":
        assert isinstance(value, tuple)
        return _sequence(value[3])
    if name == "ATOMIC_GROUP":
        return _sequence(value)
    if name == "BRANCH":
        assert isinstance(value, tuple)
        result = 0
        for branch in value[1]:
            result |= _sequence(branch)
        return result
    if name in ("AT", "ASSERT", "ASSERT_NOT", "GROUPREF"):
        return 0
    return EVERYTHING


def _set(items: object) -> int:
    result = 0
    negated = False
    for item in items:  # type: ignore[attr-defined]
        name = _name(item)
        value = item[1]
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            result |= bit(chr(value))
        elif name == "RANGE":
            result |= _range(value[0], value[1])
        elif name == "CATEGORY":
            result |= _CATEGORIES.get(str(value), EVERYTHING)
        else:
            result = EVERYTHING
    return EVERYTHING & ~_certainly(items) if negated else result


def _range(low: int, high: int) -> int:
    result = 0
    for code in range(low, min(high, 127) + 1):
        result |= bit(chr(code))
    return result | (OTHERS if high > 127 else 0)


def _certainly(items: object) -> int:
    """The characters that a set matches for sure, negated ones turned round."""
    negated = False
    singles = 0
    letters: set[int] = set()
    for item in items:  # type: ignore[attr-defined]
        name = _name(item)
        value = item[1]
        if name == "NEGATE":
            negated = True
        elif name == "LITERAL":
            singles |= bit(chr(value)) & mask(SPECIAL)
            letters.add(value)
        elif name == "RANGE":
            singles |= _range(value[0], value[1]) & mask(SPECIAL)
            letters.update(range(value[0], min(value[1], 127) + 1))
        elif name == "CATEGORY" and str(value) in ("CATEGORY_SPACE", "CATEGORY_NOT_WORD"):
            singles |= _CATEGORIES[str(value)] & mask(SPECIAL)
    if negated:
        inside = _set([item for item in items if _name(item) != "NEGATE"])  # type: ignore[attr-defined]
        return EVERYTHING & ~inside
    if {code for code in range(128) if chr(code).isalpha()} <= letters:
        singles |= LETTERS
    if set(range(48, 58)) <= letters:
        singles |= DIGITS
    return singles
