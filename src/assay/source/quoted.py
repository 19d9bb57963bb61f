"""Strings and comments of a text by their look, whether or not the text parses.

One pass of a regular expression, so that texts that no parser takes (broken files, other languages
of the same quotes) have strings too. In a text that parses these are its tokens, except for an
f-string that holds its own quotes in a field (PEP 701), which falls into its pieces.

    [text[one.first : one.last] for one in quoted("x = f'a{b}'  # c")]      ["a{b}", " c"]
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, final

_TOKEN: Final = re.compile(
    r"""(?P<mark>[\#"'])(?:(?<=\#)(?P<comment>[^\r\n]*)|(?<!\#)(?:
    (?P<three>(?P=mark){2})[^\\"']*
    (?:(?:\\.|(?!(?P=mark){3})["'])[^\\"']*)*(?:(?P=mark){3}|\Z)
    |[^\\\r\n"']*
    (?:(?:\\(?:\r\n|(?!\r\n).)|(?!(?P=mark))["'])[^\\\r\n"']*)*(?:(?P=mark)|(?=[\r\n])|\Z)))""",
    re.S | re.X,
)
_PREFIX: Final = "rRbBuUfFtT"
_LONGEST_PREFIX: Final = 3
_OPENING: Final = re.compile(r"[{}\\\"']")


@final
class Quoted:
    """A string or comment: `start` and `end` with its marks, `first` and `last` without them."""

    __slots__ = ("end", "first", "has_fields", "is_comment", "last", "start")

    def __init__(
        self, start: int, end: int, first: int, last: int, is_comment: bool, has_fields: bool
    ) -> None:
        self.start: Final = start
        self.end: Final = end
        self.first: Final = first
        self.last: Final = last
        self.is_comment: Final = is_comment
        self.has_fields: Final = has_fields


def quoted(text: str) -> list[Quoted]:
    """The strings and comments, in the order of the text."""
    found: list[Quoted] = []
    before = 0
    for match in _TOKEN.finditer(text):
        at_mark, end = match.span()
        if match.start("comment") >= 0:
            found.append(Quoted(at_mark, end, at_mark + 1, end, True, False))
            before = end
            continue
        start = at_mark
        earliest = max(before, at_mark - _LONGEST_PREFIX)
        while start > earliest and text[start - 1] in _PREFIX:
            start -= 1
        quote = match["mark"] * (1 if match["three"] is None else 3)
        first = at_mark + len(quote)
        last = end - len(quote) if text.endswith(quote, first, end) else end
        prefix = text[start:at_mark].lower()
        found.append(Quoted(start, end, first, last, False, "f" in prefix or "t" in prefix))
        before = end
    return found


def at(tokens: Sequence[Quoted], offset: int) -> Quoted | None:
    """The string or comment that a place lies in, its marks left out."""
    index = bisect_right(tokens, offset, key=_first) - 1
    if index >= 0 and tokens[index].first <= offset < tokens[index].last:
        return tokens[index]
    return None


def within(tokens: Sequence[Quoted], start: int, end: int) -> Sequence[Quoted]:
    """The strings and comments that a range touches."""
    low = bisect_right(tokens, start, key=_first) - 1
    high = low
    while high + 1 < len(tokens) and tokens[high + 1].start < end:
        high += 1
    return [one for one in tokens[max(low, 0) : high + 1] if one.end > start]


def literal_runs(text: str, token: Quoted) -> list[tuple[int, int]]:
    """What of a string is text, and no field of an f-string."""
    if not token.has_fields:
        return [(token.first, token.last)]
    runs: list[tuple[int, int]] = []
    start = token.first
    depth = 0
    position = start
    while True:
        match = _OPENING.search(text, position, token.last)
        if match is None:
            break
        position = match.end()
        sign = match.group()
        if sign == "{":
            if depth == 0 and text.startswith("{", position, token.last):
                position += 1
                continue
            if depth == 0:
                runs.append((start, match.start()))
            depth += 1
        elif sign == "}" and depth:
            depth -= 1
            start = position
        elif sign == "\\" and not depth:
            position += 0 if text.startswith(("{", "}"), position) else 1
    if depth == 0:
        runs.append((start, token.last))
    return [(first, last) for first, last in runs if first < last]


def _first(token: Quoted) -> int:
    return token.first
