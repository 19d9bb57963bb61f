"""Sets of characters as intervals, and the partition of an alphabet that a few sets induce.

A set is a sorted tuple of disjoint intervals of code points, both ends inclusive. An alphabet cuts
all characters into classes which none of the sets can tell apart, so that a set becomes a mask with
one bit for each class, and a class has one character to stand for it.

    of_range(ord("a"), ord("z"))                ((97, 122),)
    Alphabet([digits, letters], 0x10FFFF)       three classes: digits, letters, the rest

Deviation: above U+00FF the categories (`\\w`, `\\d`, `\\s`) are blocks that stand for all that
Unicode has there, since the exact sets are some hundred intervals each. A witness is spelled with
characters below wherever a class has one.
"""

from __future__ import annotations

from typing import Final, TypeAlias, final

Intervals: TypeAlias = tuple[tuple[int, int], ...]

LAST_CHARACTER: Final = 0x10FFFF
LAST_BYTE: Final = 0xFF

NEWLINE: Final[Intervals] = ((10, 10),)

_MOST_FOLDED: Final = 512
"""Characters above ASCII whose other cases are looked up one by one."""


def normal(parts: list[tuple[int, int]]) -> Intervals:
    """Intervals in any order, made sorted and disjoint."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(parts):
        if found and low <= found[-1][1] + 1:
            if high > found[-1][1]:
                found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return tuple(found)


def of_range(low: int, high: int) -> Intervals:
    """The characters from one code point to another, both included."""
    return ((low, high),)


def union(first: Intervals, second: Intervals) -> Intervals:
    """The characters of either set."""
    return normal([*first, *second])


def complement(chars: Intervals, last: int) -> Intervals:
    """The characters up to `last` that a set does not hold."""
    found: list[tuple[int, int]] = []
    start = 0
    for low, high in chars:
        if low > last:
            break
        if low > start:
            found.append((start, low - 1))
        start = high + 1
    if start <= last:
        found.append((start, last))
    return tuple(found)


def folded(chars: Intervals, is_ascii: bool) -> Intervals:
    """A set with the other cases of its characters, as `re.IGNORECASE` compares them."""
    parts = list(chars)
    left = _MOST_FOLDED
    for low, high in chars:
        for first, last, shift in ((65, 90, 32), (97, 122, -32)):
            begin, end = max(low, first), min(high, last)
            if begin <= end:
                parts.append((begin + shift, end + shift))
        if is_ascii:
            continue
        for code in range(max(low, 128), high + 1):
            left -= 1
            if left < 0:
                break
            others = (chr(code).lower(), chr(code).upper())
            parts.extend((ord(other), ord(other)) for other in others if len(other) == 1)
    return normal(parts)


# Above Latin-1: letters and marks, general punctuation with its spaces, ideographs.
_HIGH_WORD: Final = ((0x100, 0x1FFF), (0x2C00, 0x2DFF), (0x3040, 0xD7FF), (0xF900, 0xFAFF))
_HIGH_DIGIT: Final = ((0x660, 0x669), (0x966, 0x96F))
_HIGH_SPACE: Final = ((0x2000, 0x200A), (0x2028, 0x2029), (0x3000, 0x3000))

_ASCII_DIGITS: Final = ((48, 57),)
_ASCII_WORD: Final = ((48, 57), (65, 90), (95, 95), (97, 122))
_ASCII_SPACE: Final = ((9, 13), (32, 32))


def _latin(test: str) -> list[tuple[int, int]]:
    """The Latin-1 characters that a category holds."""
    found: list[tuple[int, int]] = []
    for code in range(256):
        char = chr(code)
        if (
            (test == "digit" and char.isdecimal())
            or (test == "space" and char.isspace())
            or (test == "word" and (char.isalnum() or char == "_"))
        ):
            found.append((code, code))
    return found


DIGITS: Final = normal([*_latin("digit"), *_HIGH_DIGIT])
SPACE: Final = normal([*_latin("space"), *_HIGH_SPACE])
WORD: Final = normal([*_latin("word"), *_HIGH_WORD])


def category(name: str, is_ascii: bool) -> Intervals | None:
    """`digit`, `space` or `word` as `re` means them; None for another name."""
    if name == "digit":
        return _ASCII_DIGITS if is_ascii else DIGITS
    if name == "space":
        return _ASCII_SPACE if is_ascii else SPACE
    if name == "word":
        return _ASCII_WORD if is_ascii else WORD
    return None


@final
class Alphabet:
    """The classes of characters that some sets induce; those in the fewest sets come first.

    Among equals the most readable comes first. `everything` is the mask of all classes. In masks of
    what stands before or behind a place there are two more bits: `beyond` means the edge of the
    text, `last_line` a newline with which the text ends.
    """

    __slots__ = ("_masks", "beyond", "count", "everything", "last_line", "newline", "samples")

    def __init__(self, sets: list[Intervals], last: int) -> None:
        distinct = list(dict.fromkeys(sets))
        # How many sets hold it, its best character, the sets.
        classes: list[tuple[int, tuple[int, int], int]] = []
        for signature, parts in _signatures(distinct, last).items():
            best = _best(parts)
            if best is not None:
                classes.append((signature.bit_count(), best, signature))
        classes.sort()
        self.samples: Final = tuple(chr(code) for _, (_, code), _ in classes)
        self.count: Final = len(classes)
        self.everything: Final = (1 << self.count) - 1
        self.beyond: Final = 1 << self.count
        self.last_line: Final = 2 << self.count
        self._masks: Final[dict[Intervals, int]] = {
            chars: sum(
                1 << place
                for place, (_, _, signature) in enumerate(classes)
                if signature >> number & 1
            )
            for number, chars in enumerate(distinct)
        }
        self.newline: Final = self._masks.get(NEWLINE, 0)

    def mask(self, chars: Intervals) -> int:
        """The classes of a set; it has to be one of those that the alphabet was made of."""
        return self._masks[chars]


def _signatures(distinct: list[Intervals], last: int) -> dict[int, list[tuple[int, int]]]:
    """The intervals that no set cuts, by the sets that hold them (a bit for each)."""
    cuts = {0}
    for chars in distinct:
        for low, high in chars:
            if low <= last:
                cuts.add(low)
            if high < last:
                cuts.add(high + 1)
    starts = sorted(cuts)
    places = [0] * len(distinct)
    found: dict[int, list[tuple[int, int]]] = {}
    for index, start in enumerate(starts):
        end = starts[index + 1] - 1 if index + 1 < len(starts) else last
        signature = 0
        for number, chars in enumerate(distinct):
            while places[number] < len(chars) and chars[places[number]][1] < start:
                places[number] += 1
            if places[number] < len(chars) and chars[places[number]][0] <= start:
                signature |= 1 << number
        found.setdefault(signature, []).append((start, end))
    return found


# What stands for a class, the first that it holds: something that reads well in a message.
_READABLE: Final = (
    (97, 122),
    (48, 57),
    (65, 90),
    (32, 32),
    (33, 47),
    (58, 64),
    (91, 96),
    (123, 126),
    (9, 13),
    (0xA1, 0xD7FF),
    (0, 0xA0),
    (0xE000, LAST_CHARACTER),
)


def _best(parts: list[tuple[int, int]]) -> tuple[int, int] | None:
    """(rank, code point) of the character that stands for a class; None for surrogates only."""
    for rank, (low, high) in enumerate(_READABLE):
        for first, last in parts:
            code = max(first, low)
            if code <= min(last, high):
                return rank, code
    return None
