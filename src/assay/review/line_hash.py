r"""The hash by which code-scanning services follow a finding from one run to the next.

GitHub's upload computes, for each line, a hash of the first 100 characters from the line's start
that are neither space nor tab, with `\r` and `\r\n` read as `\n`, across the ends of lines and
filled up with the mark of the end and then zeros; a suffix `:n` counts equal hashes from 1. Giving
the identical value keeps it from warning about ours.

The hash is the polynomial of the characters' UTF-16 code units in 37, modulo 2^64, in hexadecimal.

    >>> line_hashes("x = 1\n", [1])
    {1: '8e00d41f0ebba6bf:1'}
"""

from __future__ import annotations

from array import array
from collections.abc import Collection
from typing import Final

_BLOCK: Final = 100
_BASE: Final = 37
_MASK: Final = (1 << 64) - 1
_END_OF_FILE: Final = 0xFFFF
_LINE_FEED: Final = 0x0A
_SHIFTED_OUT: Final = pow(_BASE, _BLOCK, 1 << 64)


def line_hashes(text: str, lines: Collection[int]) -> dict[int, str]:
    """The hash of each of the lines, 1-based, as `hexadecimal:count`."""
    if not lines:
        return {}
    units = _units(text)
    starts = [0]
    starts += [index + 1 for index, unit in enumerate(units) if unit == _LINE_FEED]
    units.append(_END_OF_FILE)
    count = len(units)
    units.extend([0] * _BLOCK)
    value = 0
    for unit in units[:_BLOCK]:
        value = (value * _BASE + unit) & _MASK
    seen: dict[int, int] = {}
    hashes: dict[int, str] = {}
    wanted = frozenset(lines)
    last = max(wanted)
    line = 0
    for index in range(count):
        if index == starts[line]:
            line += 1
            seen[value] = seen.get(value, 0) + 1
            if line in wanted:
                hashes[line] = f"{value:x}:{seen[value]}"
            if line == last or line == len(starts):
                break
        value = (value * _BASE + units[index + _BLOCK] - _SHIFTED_OUT * units[index]) & _MASK
    return hashes


def _units(text: str) -> array[int]:
    """The UTF-16 code units that count."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n").replace(" ", "").replace("\t", "")
    units: array[int] = array("H")
    units.frombytes(kept.encode("utf-16-le", "surrogatepass"))
    if array("H", [1]).tobytes()[0] == 0:
        units.byteswap()
    return units
