"""What the parser is given in place of the text: the same text with stretches written over.

A mask has the length of the text, so that offsets hold in both, and names and literals are read
from the text itself. It serves to blank what is broken, and to spell differently what the grammar
misreads: lines in brackets are joined, tabs are made regular, `type(x).a = 1` is kept from being
taken for a type alias, Python 2's `exec a in b` is written `not  a in b`, defaults of type
parameters (PEP 696) and `lazy` before an import (PEP 810) are blanked.

Invariant: `len(mask.parsed) == len(source)`. Example: of `x = f(1,\\ny = 2\\n` the first line is
masked as `0`, a filler statement, and its lines are in `lost`.
"""

import re
from bisect import bisect_right
from typing import Final, final

from assay.source.recover.lines import LogicalLine, columns, parameter_defaults

_TYPE: Final = re.compile(rb"\btype(?=[ \t]*[(\[])")
_EXEC: Final = re.compile(rb"exec(?=[ \t]+[^\s=(.,])")
_LAZY: Final = re.compile(rb"lazy(?=[ \t]+(?:import|from)\b)")
_GENERIC: Final = re.compile(rb"(?:(?:async[ \t]+)?def|class|type)[ \t]+\w+[ \t]*\[")
_NAMED: Final = re.compile(rb"(?:async[ \t]+def|def|class)[ \t]+\w+", re.ASCII)
_CLAUSE: Final = re.compile(rb"(?:elif|else|except|finally)\b")

SYNTAX: Final = "syntax error"
TOO_DEEP: Final = "nested too deeply"


@final
class Mask:
    """See the module's docstring.

    `lost` are the lines that were blanked, and why. `fillers` are the offsets of the statements
    left in their place, `headers` those of definitions of which only the name was readable.
    `defaults` maps the end of a type parameter to the stretch of its default, `execs` has the
    offsets at which `not` stands for `exec`. `joined` says that rows differ from the text's,
    `newer` that a form was masked which only later Pythons than 3.11 read.
    """

    __slots__ = (
        "defaults",
        "execs",
        "fillers",
        "headers",
        "joined",
        "lost",
        "newer",
        "parsed",
    )

    def __init__(
        self,
        parsed: bytes,
        lost: list[tuple[int, int, str]],
        fillers: frozenset[int],
        headers: frozenset[int],
        defaults: dict[int, tuple[int, int]],
        execs: frozenset[int],
        joined: bool,
        newer: bool,
    ) -> None:
        self.parsed: Final = parsed
        self.lost: Final = lost
        self.fillers: Final = fillers
        self.headers: Final = headers
        self.defaults: Final = defaults
        self.execs: Final = execs
        self.joined: Final = joined
        self.newer: Final = newer


def no_mask(source: bytes) -> Mask:
    """The text as it is."""
    return Mask(source, [], frozenset(), frozenset(), {}, frozenset(), False, False)


def mask_of(source: bytes, lines: list[LogicalLine], culprits: frozenset[int]) -> Mask:
    """Mask a text, and blank its broken logical lines and those with their index in `culprits`."""
    parsed = bytearray(source)
    for match in _TYPE.finditer(source):
        parsed[match.start() : match.end()] = b"typo"
    defaults: dict[int, tuple[int, int]] = {}
    execs: list[int] = []
    newer = False
    joined = False
    blanked: list[tuple[int, int, str]] = []
    fillers: list[int] = []
    headers: list[int] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        _indentation(source, parsed, line)
        if line.broken or line.deep or index in culprits:
            reason = TOO_DEEP if line.deep else SYNTAX
            behind = _cut(source, parsed, lines, index, fillers, headers)
            end = lines[behind - 1].end
            blanked.append((line.begin, end, reason))
            # What stands for a short header may have taken the place of a line end.
            if parsed.count(b"\n", line.begin, end) != source.count(b"\n", line.begin, end):
                joined = True
            index = behind
            continue
        for begin, end in line.comments:
            parsed[begin:end] = b" " * (end - begin)
        for joint in line.joints:
            parsed[joint] = 0x0D
            joined = True
        if _EXEC.match(source, line.begin):
            parsed[line.begin : line.begin + 4] = b"not "
            execs.append(line.begin)
        elif _LAZY.match(source, line.begin) and not line.indent:
            # A form feed sets the indentation back to nothing.
            parsed[line.begin : line.begin + 5] = b"\f\f\f\f\f"
            newer = True
        elif _GENERIC.match(source, line.begin):
            for end, begin, behind in parameter_defaults(source, line):
                defaults[end] = (begin, behind)
                parsed[end:behind] = b" " * (behind - end)
                newer = True
        index += 1
    starts = _starts(source)
    lost = [
        (bisect_right(starts, begin), bisect_right(starts, max(begin, end - 1)), reason)
        for begin, end, reason in blanked
    ]
    return Mask(
        bytes(parsed),
        lost,
        frozenset(fillers),
        frozenset(headers),
        defaults,
        frozenset(execs),
        joined,
        newer,
    )


def _starts(text: bytes) -> list[int]:
    return [0, *(match.end() for match in re.finditer(rb"\n", text))]


def _indentation(source: bytes, parsed: bytearray, line: LogicalLine) -> None:
    """Write mixed tabs and spaces so that a tab counts eight columns, as the grammar counts them.

    The width never needs more bytes than it had; form feeds, which count nothing, fill the rest.
    """
    start = source.rfind(b"\n", 0, line.begin) + 1
    indent = source[start : line.begin]
    if b" \t" not in indent and b"\f" not in indent:
        return
    tabs, spaces = divmod(columns(indent), 8)
    filling = len(indent) - tabs - spaces
    if filling >= 0:
        parsed[start : line.begin] = b"\f" * filling + b"\t" * tabs + b" " * spaces


def _cut(
    source: bytes,
    parsed: bytearray,
    lines: list[LogicalLine],
    index: int,
    fillers: list[int],
    headers: list[int],
) -> int:
    """Blank one logical line; with its suite, if it has one and its name cannot be read.

    Returns the index of the first line that is not blanked.
    """
    line = lines[index]
    behind = index + 1
    has_suite = behind < len(lines) and lines[behind].indent > line.indent
    definition = _NAMED.match(source, line.begin)
    if has_suite and definition is not None:
        tail = b":" if definition[0].startswith(b"class") else b"():"
        begin = definition.end()
        if line.end - begin >= len(tail):
            _blank(parsed, begin, line.end)
            parsed[begin : begin + len(tail)] = tail
            headers.append(line.begin)
            return behind
    while behind < len(lines) and (
        lines[behind].indent > line.indent
        or (
            has_suite
            and lines[behind].indent == line.indent
            and _CLAUSE.match(source, lines[behind].begin)
        )
    ):
        behind += 1
    _blank(parsed, line.begin, lines[behind - 1].end)
    parsed[line.begin] = 0x30
    fillers.append(line.begin)
    return behind


def _blank(parsed: bytearray, begin: int, end: int) -> None:
    stretch = bytes(parsed[begin:end])
    parsed[begin:end] = b"\n".join([b" " * len(row) for row in stretch.split(b"\n")])
