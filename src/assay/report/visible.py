r"""Reviewed text made safe to print: no control character reaches a terminal or a page.

A reviewed file may hold escape sequences that move the cursor, set the title or hide text, and
bidirectional marks that reorder what a reader sees (CVE-2021-42574). Both are shown as escapes.

Invariant: the result of `visible` holds no character of the categories Cc, Cf, Cs, Zl and Zp,
and nothing else is changed.

    >>> visible("a\x1b[31mb\u202e")
    'a\\x1b[31mb\\u202e'
"""

from __future__ import annotations

import unicodedata
from typing import Final

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def visible(text: str) -> str:
    """The text on one line with every control and format character escaped."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        _escaped(char) if unicodedata.category(char) in _HIDDEN else char for char in text
    )


def visible_code(text: str) -> list[str]:
    r"""The lines of quoted code; tabs are kept, everything else is as in `visible`.

    A lone `\r` ends a line as it does for Python.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return ["\t".join(visible(part) for part in line.split("\t")) for line in lines]


def width(text: str) -> int:
    """Columns that visible text takes on a terminal: East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    columns = 0
    for char in text:
        if unicodedata.combining(char):
            continue
        columns += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return columns


def _escaped(char: str) -> str:
    code = ord(char)
    if char in "\t\n\r":
        return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}[char]
    if code < 0x100:
        return f"\\x{code:02x}"
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"
