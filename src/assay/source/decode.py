r"""Bytes to text, as PEP 263 says.

A byte order mark or the coding cookie of the first two lines names the codec; without either it
is UTF-8. Line ends, form feeds and all other characters are kept; a byte order mark is dropped.

What CPython refuses is read as far as it can be, and `problem` says what is wrong:

- a few bytes that the codec refuses become U+FFFD; many of them mean that this is not text;
- an unknown codec, or one that contradicts the byte order mark, is read as UTF-8;
- UTF-16 and UTF-32 are decoded when a byte order mark announces them: shells on Windows write
  such files, and CPython does not run them;
- anything else with a null byte is binary.

Invariant: `text is None` means that nothing can be read, and then `problem` is not empty.

    >>> decode(b"# coding: latin-1\nname = '\xe9'").text
    "# coding: latin-1\nname = 'é'"
"""

import codecs
import re
from typing import Final, final

from assay.source.lines import without_surrogates

_COOKIE: Final = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_BLANK: Final = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_LINE_END: Final = re.compile(rb"\r\n?|\n")
_HEAD: Final = 4096
"""Bytes in which the first two lines are looked for."""

_WIDE_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_REFUSED_CODECS: Final = frozenset({"idna", "punycode", "undefined", "mbcs", "oem"})
"""Codecs that need quadratic time, always fail, or depend on the machine."""

_FEW_REPLACED: Final = 16
"""So many undecodable characters are few in any file."""

_FEW_SHARE: Final = 50
"""In a longer file, few is at most one character in so many."""


@final
class Decoded:
    """The text of a file, or why there is none."""

    __slots__ = ("encoding", "problem", "text")

    def __init__(self, text: str | None, encoding: str, problem: str) -> None:
        self.text: Final = text
        self.encoding: Final = encoding
        self.problem: Final = problem

    def __repr__(self) -> str:
        return f"Decoded({self.text!r}, {self.encoding!r}, {self.problem!r})"


def decode(data: bytes) -> Decoded:
    """The text of a Python file. Never raises."""
    for mark, codec in _WIDE_MARKS:
        if data.startswith(mark):
            return _decode_wide(data[len(mark) :], codec)
    if b"\x00" in data:
        return Decoded(None, "binary", "not text: the file holds null bytes")
    marked = data.startswith(codecs.BOM_UTF8)
    if marked:
        data = data[len(codecs.BOM_UTF8) :]
    named = _cookie(data)
    if named == "" or _is_utf8(named):
        return _decode_as(data, "utf-8", "")
    if marked:
        return _decode_as(
            data, "utf-8", f"the coding cookie names {named}, the byte order mark means utf-8"
        )
    codec = _canonical(named)
    if codec == "":
        return _decode_as(data, "utf-8", f"unknown encoding {named}, read as utf-8")
    return _decode_as(data, codec, "")


def _decode_wide(data: bytes, codec: str) -> Decoded:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return Decoded(None, "binary", f"not text: a byte order mark of {codec}, but not its bytes")
    if "\x00" in text:
        return Decoded(None, "binary", "not text: the file holds null characters")
    return Decoded(text, codec, f"encoded in {codec}, which Python does not accept as source")


def _decode_as(data: bytes, codec: str, problem: str) -> Decoded:
    try:
        text = data.decode(codec)
    except (UnicodeError, LookupError, ValueError, OverflowError):
        return _replaced(data, codec, problem)
    if "\x00" in text:
        return Decoded(None, "binary", "not text: the decoded file holds null characters")
    whole = without_surrogates(text)
    if whole is not text and problem == "":
        problem = f"holds surrogates after decoding from {codec}"
    return Decoded(whole, codec, problem)


def _replaced(data: bytes, codec: str, problem: str) -> Decoded:
    """The text with what the codec refuses replaced, if that is little."""
    try:
        text = without_surrogates(data.decode(codec, errors="replace"))
    except (UnicodeError, LookupError, ValueError, OverflowError):
        return Decoded(None, "binary", f"not text: cannot be decoded as {codec}")
    genuine = data.count("\ufffd".encode()) if codec == "utf-8" else 0
    replaced = text.count("\ufffd") - genuine
    if replaced > max(_FEW_REPLACED, len(text) // _FEW_SHARE) or "\x00" in text:
        return Decoded(None, "binary", f"not text: {replaced} characters are not valid {codec}")
    line = len(_LINE_END.findall(data[: _first_invalid(data, codec)])) + 1
    noun = "character is" if replaced == 1 else "characters are"
    reason = f"{replaced} {noun} not valid {codec}, the first on line {line}"
    return Decoded(text, codec, f"{problem}; {reason}" if problem else reason)


def _first_invalid(data: bytes, codec: str) -> int:
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        return error.start
    except (UnicodeError, LookupError, ValueError, OverflowError):
        return 0
    return 0


def _cookie(data: bytes) -> str:
    """The codec that the first or the second line names; "" where none does."""
    for line in _LINE_END.split(data[:_HEAD], maxsplit=2)[:2]:
        match = _COOKIE.match(line)
        if match is not None:
            return match.group(1).decode("ascii")
        if _BLANK.match(line) is None:
            return ""
    return ""


def _is_utf8(name: str) -> bool:
    """Whether CPython's tokenizer takes the name for UTF-8 without asking the codec registry."""
    lowered = name[:12].lower().replace("_", "-")
    return lowered == "utf-8" or lowered.startswith("utf-8-")


def _canonical(name: str) -> str:
    """The registry's name of a codec that decodes bytes to text; "" if there is none."""
    try:
        found = codecs.lookup(name).name
        # Raises for a codec that decodes to something else than text, except for no bytes at all.
        b"#".decode(found)
    except (LookupError, ValueError, UnicodeError):
        return ""
    if found in _REFUSED_CODECS or found.startswith(("utf-16", "utf-32")):
        return ""
    return found
