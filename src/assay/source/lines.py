r"""Lines, counted as CPython counts them.

A line ends at `\n`, at `\r\n` or at a lone `\r`, and nowhere else: form feed, vertical tab, U+0085
and U+2028 are ordinary characters for the tokenizer, although `str.splitlines` breaks there.

Invariant: `text[offsets[i]:]` starts with `lines[i]`, and there are as many offsets as lines.

    >>> split_lines("a\x0cb\r\nc")
    ['a\x0cb', 'c']
"""

import re
from itertools import accumulate
from typing import Final

_LINE_END: Final = re.compile(r"\r\n?|\n")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def split_lines(text: str) -> list[str]:
    """The lines without their ends. A final line end does not open another line."""
    lines = text.split("\n") if "\r" not in text else _LINE_END.split(text)
    if lines[-1] == "":
        lines.pop()
    return lines


def line_offsets(text: str) -> list[int]:
    """For each line the offset of its first character in the text, in code points."""
    if "\r" in text:
        offsets = [0, *(match.end() for match in _LINE_END.finditer(text))]
    else:
        offsets = [0, *accumulate(len(line) + 1 for line in text.split("\n")[:-1])]
    if offsets[-1] == len(text):
        offsets.pop()
    return offsets


def without_surrogates(text: str) -> str:
    """The text with each lone surrogate, which no source file can hold, as U+FFFD."""
    if text.isascii() or _SURROGATE.search(text) is None:
        return text
    return _SURROGATE.sub("\ufffd", text)
