r"""The values of number and string tokens, by the rules of the language reference.

They are worked out here rather than by `ast.literal_eval`, since a piece of an f-string is no token
of its own, since Python 2's forms (`0777`, `10L`) are read too, and since an unknown escape must
not print a warning.

Invariant: for every token that the host accepts the value is the host's value. Example:
`text_of(r"a\n", raw=False)` is an `a` and a newline; `number_of("0x_ff")` is 255.
"""

import re
import unicodedata
from typing import Final

from assay.source.recover.reader import Unreadable

_ESCAPE: Final = re.compile(
    r"""\\(?:(?P<newline>\n)|(?P<simple>[\\'"abfnrtv])|(?P<octal>[0-7]{1,3})"""
    r"""|x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})"""
    r"""|N\{(?P<name>[^{}]*)\})"""
)
_BYTES_ESCAPE: Final = re.compile(
    rb"""\\(?:(?P<newline>\n)|(?P<simple>[\\'"abfnrtv])|(?P<octal>[0-7]{1,3})"""
    rb"""|x(?P<x>[0-9a-fA-F]{2}))"""
)
_SIMPLE: Final = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_RAW_UNICODE: Final = re.compile(r"\\(?:u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8}))")
_OLD_OCTAL: Final = re.compile(r"0[0-7]+")


def _character(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind == "newline":
        return ""
    text = match[kind or 0]
    if kind == "simple":
        return _SIMPLE[text]
    if kind == "octal":
        return chr(int(text, 8))
    if kind == "name":
        try:
            return unicodedata.lookup(text)
        except KeyError:
            return match[0]
    code = int(text, 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def _byte(match: re.Match[bytes]) -> bytes:
    kind = match.lastgroup
    if kind == "newline":
        return b""
    text = match[kind or 0].decode()
    if kind == "simple":
        return _SIMPLE[text].encode()
    return bytes([int(text, 8 if kind == "octal" else 16) & 0xFF])


def text_of(body: str, raw: bool) -> str:
    """The value of a string literal's inside, without its quotes."""
    if raw or "\\" not in body:
        return body
    return _ESCAPE.sub(_character, body)


def bytes_of(body: bytes, raw: bool) -> bytes:
    """The value of a bytes literal's inside, without its quotes."""
    if raw or b"\\" not in body:
        return body
    return _BYTES_ESCAPE.sub(_byte, body)


def raw_unicode(body: str) -> str:
    r"""The value of the inside of Python 2's `ur""`, in which only `\uXXXX` is an escape."""
    return _RAW_UNICODE.sub(_character, body)


def number_of(token: str) -> tuple[int | float | complex, bool]:
    """The value of a number token, and whether only Python 2 spells it so."""
    if not token.isascii():
        raise Unreadable()
    last = token[-1:]
    hexadecimal = token[:2] in ("0x", "0X")
    try:
        if last in "jJ":
            return complex(0.0, float(token[:-1])), False
        if hexadecimal or token[:2] in ("0o", "0O", "0b", "0B"):
            if last in "lL":
                return int(token[:-1], 0), True
            return int(token, 0), False
        if last in "lL":
            digits = token[:-1]
            return int(digits, 8 if _OLD_OCTAL.fullmatch(digits) else 10), True
        if token.isdigit() and token[0] == "0" and token.strip("0"):
            return int(token, 8), True
        if "." in token or "e" in token or "E" in token:
            return float(token), False
        return int(token), False
    except ValueError:
        # Bad digits or underscores, or more digits than the host converts.
        raise Unreadable() from None
