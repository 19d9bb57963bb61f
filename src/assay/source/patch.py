"""A patch: the files that it changes, and what they were before it.

Understood is what `git diff` and `diff -u` print. The files of the disk are those behind the patch;
`before` takes it back, line by line, and says where it does not fit.

    before(parse(text)[0], b"x = 2\\n")       b"x = 1\\n"

Raises `PatchError`, whose message says what to do, for whatever is no patch.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from assay.frozen import frozen

_HUNK: Final = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_DIFF: Final = re.compile(
    rb"^(?:diff --git |Index: |--- [^\n]*\n\+\+\+ |@@ -\d+(?:,\d+)? \+\d)", re.MULTILINE
)
_NOTHING: Final = "/dev/null"
_ESCAPES: Final = {
    "a": 7,
    "b": 8,
    "t": 9,
    "n": 10,
    "v": 11,
    "f": 12,
    "r": 13,
    '"': 34,
    "\\": 92,
}
_ESCAPE: Final = re.compile(r"\\([0-7]{3}|.)")


class PatchError(Exception):
    """Something is no patch, or does not fit; the message says which."""


@frozen
class Hunk:
    """Lines that stand together: `new_line` is the first of the new text, from 1 on."""

    new_line: int
    old: tuple[bytes, ...]
    new: tuple[bytes, ...]


@frozen
class FilePatch:
    """What a patch does to one file. `old` and `new` are its names, "" where there is none."""

    old: str
    new: str
    hunks: tuple[Hunk, ...]


def is_patch(data: bytes) -> bool:
    """Whether a text looks like a patch."""
    return _DIFF.search(data) is not None


def parse(data: bytes) -> list[FilePatch]:
    """The files of a patch, in its order."""
    lines = data.splitlines(keepends=True) if b"\r" not in data else _lines(data)
    found: list[FilePatch] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith(b"diff --git "):
            at, patch = _file(lines, at + 1, _git_names(line))
            if patch is not None:
                found.append(patch)
        elif line.startswith(b"--- ") and at + 1 < len(lines) and lines[at + 1].startswith(b"+++ "):
            at, patch = _file(lines, at, ("", ""))
            if patch is not None:
                found.append(patch)
        elif _HUNK.match(line):
            raise PatchError("a patch that does not name its file (no line with ---)")
        else:
            at += 1
    if not found:
        raise PatchError("a patch that changes no file")
    return found


def before(patch: FilePatch, after: bytes) -> bytes:
    """The text of a file before a patch, by the text after it."""
    lines = _lines(after)
    result: list[bytes] = []
    at = 0
    for hunk in patch.hunks:
        start = hunk.new_line - 1 if hunk.new else hunk.new_line
        size = len(hunk.new)
        if start < at or tuple(lines[start : start + size]) != hunk.new:
            raise PatchError(
                f"{patch.new or patch.old}: the patch does not fit at line {hunk.new_line}; it must"
                " be what led to the files as they are"
            )
        result += lines[at:start]
        result += hunk.old
        at = start + size
    result += lines[at:]
    return b"".join(result)


def _lines(data: bytes) -> list[bytes]:
    """The lines as a patch counts them: only a line feed ends one."""
    parts = data.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _git_names(line: bytes) -> tuple[str, str]:
    """The names in `diff --git a/x b/x`, which count where nothing else names the file."""
    text = line[len(b"diff --git ") :].rstrip(b"\r\n").decode("utf-8", "surrogateescape")
    if text.startswith('"'):
        match = re.fullmatch(r'("(?:[^"\\]|\\.)*") (.*)', text)
        return (_named(match[1]), _named(match[2])) if match else ("", "")
    half = len(text) // 2  # both names are equal but for their first letter
    return _named(text[:half]), _named(text[half + 1 :])


def _file(lines: Sequence[bytes], at: int, names: tuple[str, str]) -> tuple[int, FilePatch | None]:
    """The patch of one file that starts there, and where it ends."""
    old, new = names
    hunks: list[Hunk] = []
    differs = False
    while at < len(lines):
        line = lines[at]
        text = line.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
        if line.startswith(b"diff --git "):
            break
        if line.startswith(b"--- ") and at + 1 < len(lines) and lines[at + 1].startswith(b"+++ "):
            if hunks:
                break
            following = lines[at + 1].rstrip(b"\r\n").decode("utf-8", "surrogateescape")
            old, new = _named(text[4:]), _named(following[4:])
            at += 2
        elif _HUNK.match(line):
            at, hunk = _hunk(lines, at, new or old)
            hunks.append(hunk)
        else:
            if text.startswith("new file mode"):
                old, differs = "", True
            elif text.startswith("deleted file mode"):
                new, differs = "", True
            elif text.startswith(("rename from ", "copy from ")):
                # A copy leaves the first file as it is; what was before the second is nothing.
                old, differs = ("" if text[0] == "c" else text.partition(" from ")[2]), True
            elif text.startswith(("rename to ", "copy to ")):
                new = text.partition(" to ")[2]
            elif text.startswith(("GIT binary patch", "Binary files ")):
                return _after_binary(lines, at), None
            at += 1
    if not (hunks or differs) or not (old or new):
        return at, None
    return at, FilePatch(old, new, tuple(hunks))


def _after_binary(lines: Sequence[bytes], at: int) -> int:
    while at < len(lines) and not lines[at].startswith(b"diff --git "):
        at += 1
    return at


def _hunk(lines: Sequence[bytes], at: int, name: str) -> tuple[int, Hunk]:
    match = _HUNK.match(lines[at])
    assert match is not None, "only called for one"
    left_old = int(match[2]) if match[2] is not None else 1
    left_new = int(match[4]) if match[4] is not None else 1
    old: list[bytes] = []
    new: list[bytes] = []
    first = int(match[3])
    at += 1
    while (left_old > 0 or left_new > 0) and at < len(lines):
        mark, rest = lines[at][:1], lines[at][1:]
        if mark in (b"\n", b"\r"):  # an editor took the blank of an empty line away
            mark, rest = b" ", lines[at]
        if mark not in (b" ", b"-", b"+", b"\\"):
            break
        if mark in (b" ", b"-"):
            old.append(rest)
            left_old -= 1
        if mark in (b" ", b"+"):
            new.append(rest)
            left_new -= 1
        if mark == b"\\":
            _without_end(lines[at - 1][:1], old, new)
        at += 1
    if at < len(lines) and lines[at].startswith(b"\\"):
        _without_end(lines[at - 1][:1], old, new)
        at += 1
    if left_old or left_new:
        raise PatchError(f"{name}: the patch ends in the middle of a hunk (line {at})")
    return at, Hunk(first, tuple(old), tuple(new))


def _without_end(mark: bytes, old: list[bytes], new: list[bytes]) -> None:
    """`\\ No newline at end of file`: of the line before, on the side that it is of."""
    if mark in (b" ", b"-") and old:
        old[-1] = old[-1].removesuffix(b"\n")
    if mark in (b" ", b"+") and new:
        new[-1] = new[-1].removesuffix(b"\n")


def _named(text: str) -> str:
    """A name as it is written behind --- or +++, without what stands for the side."""
    name = _unquoted(text) if text.startswith('"') else text.partition("\t")[0].rstrip()
    if name == _NOTHING:
        return ""
    prefix, slash, rest = name.partition("/")
    return rest if slash and len(prefix) == 1 and prefix in "abciow" else name


def _unquoted(text: str) -> str:
    """What git quotes: bytes in octal, and the escapes of C."""
    inner = text[1:].rpartition('"')[0]

    def one(match: re.Match[str]) -> str:
        code = match[1]
        value = int(code, 8) & 255 if len(code) == 3 else _ESCAPES.get(code, ord(code) & 255)
        return chr(value)

    try:
        data = _ESCAPE.sub(one, inner).encode("latin-1")
    except UnicodeEncodeError:
        return inner
    return data.decode("utf-8", "surrogateescape")
