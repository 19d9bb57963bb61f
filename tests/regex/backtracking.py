"""A matcher that counts its steps: the textbook recursion over what `re._parser` gives.

It shares no code with `assay.regex`: no automaton, no sets, no tree of its own. It tries what `re`
tries, in the same order, so the number of its steps grows as the time of the engine does, and it
says the same of every text as `re` does.

    steps_of("(a|a)*b", "match", "a" * 10)      some thousands
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final, cast

_WIDEST: Final = 4
"""Characters that a look-behind in these tests reads at most."""

Item = tuple[object, object]
Items = list[Item]


class TooManyStepsError(Exception):
    """More steps than were allowed."""


class Matcher:
    """One pattern, on one text."""

    def __init__(self, pattern: str, flags: int, text: str, most: int) -> None:
        from re import _parser  # type: ignore[attr-defined]

        parsed = _parser.parse(pattern, flags)
        self.items: Final = list(cast("Iterator[Item]", iter(parsed)))
        self.flags: Final = int(parsed.state.flags)
        self.text: Final = text
        self.most: Final = most
        self.steps = 0
        self.groups: dict[int, tuple[int, int]] = {}

    def match(self, start: int, full: bool) -> int | None:
        """Where a match from one place ends; None when there is none."""
        self.groups = {}
        for end in self._sequence(self.items, 0, start, self.flags):
            if not full or end == len(self.text):
                return end
        return None

    def search(self) -> int | None:
        """Where the first match from any place ends."""
        for start in range(len(self.text) + 1):
            end = self.match(start, False)
            if end is not None:
                return end
        return None

    def _step(self) -> None:
        self.steps += 1
        if self.steps > self.most:
            raise TooManyStepsError

    def _sequence(self, items: Items, index: int, at: int, flags: int) -> Iterator[int]:
        if index == len(items):
            yield at
            return
        for after in self._item(items[index], at, flags):
            yield from self._sequence(items, index + 1, after, flags)

    def _item(self, item: Item, at: int, flags: int) -> Iterator[int]:
        self._step()
        op, value = str(item[0]), item[1]
        if op in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            if at < len(self.text) and self._reads(op, value, self.text[at], flags):
                yield at + 1
        elif op == "BRANCH":
            for branch in cast("tuple[object, list[list[Item]]]", value)[1]:
                yield from self._sequence(list(branch), 0, at, flags)
        elif op == "SUBPATTERN":
            yield from self._group(value, at, flags)
        elif op in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, body = cast("tuple[int, int, list[Item]]", value)
            lazy = op == "MIN_REPEAT"
            yield from self._repeat(list(body), int(low), int(high), lazy, 0, at, -1, flags)
        elif op == "POSSESSIVE_REPEAT":
            low, high, body = cast("tuple[int, int, list[Item]]", value)
            for end in self._repeat(list(body), int(low), int(high), False, 0, at, -1, flags):
                yield end
                break
        elif op == "ATOMIC_GROUP":
            for end in self._sequence(list(cast("list[Item]", value)), 0, at, flags):
                yield end
                break
        elif op == "AT":
            if self._stands(str(value), at, flags):
                yield at
        elif op in ("ASSERT", "ASSERT_NOT"):
            if self._looks(value, at, flags) == (op == "ASSERT"):
                yield at
        elif op == "GROUPREF":
            span = self.groups.get(cast(int, value))
            if span is not None:
                told = self.text[span[0] : span[1]]
                if self.text.startswith(told, at):
                    yield at + len(told)
        else:
            raise NotImplementedError(op)

    def _group(self, value: object, at: int, flags: int) -> Iterator[int]:
        number, added, taken, body = cast("tuple[int | None, int, int, list[Item]]", value)
        for end in self._sequence(list(body), 0, at, (flags | added) & ~taken):
            if number is None:
                yield end
                continue
            old = self.groups.get(number)
            self.groups[number] = (at, end)
            yield end
            if old is None:
                self.groups.pop(number, None)
            else:
                self.groups[number] = old

    def _repeat(
        self,
        body: Items,
        low: int,
        high: int,
        lazy: bool,
        count: int,
        at: int,
        last: int,
        flags: int,
    ) -> Iterator[int]:
        self._step()
        may_end = count >= low
        if lazy and may_end:
            yield at
        if count < high and (at != last or count < low):
            for after in self._sequence(body, 0, at, flags):
                yield from self._repeat(body, low, high, lazy, count + 1, after, at, flags)
        if not lazy and may_end:
            yield at

    def _looks(self, value: object, at: int, flags: int) -> bool:
        direction, body = cast("tuple[int, list[Item]]", value)
        if direction > 0:
            return any(True for _ in self._sequence(list(body), 0, at, flags))
        return any(
            end == at
            for start in range(max(0, at - _WIDEST), at + 1)
            for end in self._sequence(list(body), 0, start, flags)
        )

    def _stands(self, name: str, at: int, flags: int) -> bool:
        size = len(self.text)
        if name == "AT_BEGINNING":
            if at == 0:
                return True
            return bool(flags & re.MULTILINE) and self.text[at - 1] == "\n"
        if name == "AT_BEGINNING_STRING":
            return at == 0
        if name == "AT_END_STRING":
            return at == size
        if name == "AT_END":
            if at == size or (at == size - 1 and self.text[at] == "\n"):
                return True
            return bool(flags & re.MULTILINE) and self.text[at] == "\n"
        before = at > 0 and _is_word(self.text[at - 1], flags)
        behind = at < size and _is_word(self.text[at], flags)
        return (before != behind) == (name == "AT_BOUNDARY")

    def _reads(self, op: str, value: object, char: str, flags: int) -> bool:
        if op == "ANY":
            return bool(flags & re.DOTALL) or char != "\n"
        if op == "LITERAL":
            return _same(char, cast(int, value), flags)
        if op == "NOT_LITERAL":
            return not _same(char, cast(int, value), flags)
        items = cast("list[Item]", value)
        negated = bool(items) and str(items[0][0]) == "NEGATE"
        return any(_holds(item, char, flags) for item in items[1 if negated else 0 :]) != negated


def _cases(char: str, flags: int) -> tuple[str, ...]:
    return (char, char.lower(), char.upper()) if flags & re.IGNORECASE else (char,)


def _same(char: str, code: int, flags: int) -> bool:
    return chr(code) in _cases(char, flags)


def _holds(item: Item, char: str, flags: int) -> bool:
    op, value = str(item[0]), item[1]
    if op == "LITERAL":
        return _same(char, cast(int, value), flags)
    if op == "RANGE":
        low, high = cast("tuple[int, int]", value)
        return any(len(each) == 1 and low <= ord(each) <= high for each in _cases(char, flags))
    kind = str(value).removeprefix("CATEGORY_")
    tests: dict[str, Callable[[str, int], bool]] = {
        "DIGIT": lambda each, _: unicodedata.category(each) == "Nd",
        "SPACE": lambda each, _: each.isspace(),
        "WORD": _is_word,
    }
    return tests[kind.removeprefix("NOT_")](char, flags) != kind.startswith("NOT_")


def _is_word(char: str, flags: int) -> bool:
    if flags & re.ASCII and not char.isascii():
        return False
    return char.isalnum() or char == "_"


def steps_of(
    pattern: str, mode: str, text: str, flags: int = 0, most: int = 200_000
) -> tuple[int, bool]:
    """(steps, whether it matched); as many steps as are allowed when there would be more."""
    matcher = Matcher(pattern, flags, text, most)
    try:
        end = matcher.search() if mode == "search" else matcher.match(0, mode == "fullmatch")
    except (TooManyStepsError, RecursionError):
        return most, False
    return matcher.steps, end is not None


def ways_of(pattern: str, text: str, most: int = 200_000) -> int:
    """In how many ways a whole text is read: one for each end that the recursion comes to.

    -1 when there are more steps than are allowed.
    """
    matcher = Matcher(pattern, 0, text, most)
    try:
        ends = list(matcher._sequence(matcher.items, 0, 0, matcher.flags))
    except (TooManyStepsError, RecursionError):
        return -1
    return sum(end == len(text) for end in ends)
