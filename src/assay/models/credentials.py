"""Rows about credentials: formats, names, callables that take or read one: `credentials.toml`."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from assay.frozen import frozen
from assay.models.loader import ModelError, Row, read

_FILE: Final = "credentials.toml"
_TABLES: Final = ("format", "argument", "source", "names", "values")
TOKEN: Final = "token"  # of a provider: whoever has it is let in
PRIVATE_KEY: Final = "private key"
SIGNED_TOKEN: Final = "signed token"  # of this program or another, and mostly expired
URL: Final = "url"
CONNECTION_STRING: Final = "connection string"
KINDS: Final = (TOKEN, PRIVATE_KEY, SIGNED_TOKEN, URL, CONNECTION_STRING)


@frozen
class Format:
    """What a credential of one kind looks like wherever it stands.

    A group `secret` is the part that has to be no placeholder. `hints` are strings one of which is
    in every match, so that most literals never meet the pattern.
    """

    name: str
    kind: str
    pattern: re.Pattern[str]
    hints: tuple[str, ...]


@frozen
class Argument:
    """A positional argument that is a credential."""

    callees: tuple[str, ...]
    position: int
    what: str


@frozen
class Source:
    """Callables that fetch a credential at run time.

    `named` when the first argument is the name of what is read, and says whether it is one;
    `fallback` is the position of a default, or -1.
    """

    callees: tuple[str, ...]
    named: bool
    fallback: int
    what: str


@frozen
class Names:
    """Words of names; what each list is for is said in the file."""

    passwords: frozenset[str]
    password_owners: frozenset[str]
    keys: frozenset[str]
    key_kinds: frozenset[str]
    tokens: frozenset[str]
    token_kinds: frozenset[str]
    trailing: frozenset[str]
    other_meaning: frozenset[str]
    readers: frozenset[str]
    companions: frozenset[str]
    vague: frozenset[str]
    modifiers: frozenset[str]
    wrappers: frozenset[str]
    takers: frozenset[str]
    comparers: frozenset[str]


@frozen
class Values:
    """Words of values; what each list is for is said in the file."""

    placeholders: frozenset[str]
    placeholder_words: frozenset[str]
    vocabulary: frozenset[str]
    weak_keys: frozenset[str]
    algorithms: frozenset[str]


def _pattern(row: Row, key: str) -> re.Pattern[str]:
    text = row.text(key)
    try:
        return re.compile(text)
    except re.error as error:
        raise ModelError(f"{row.where}: `{key}` is no regular expression: {error}") from error


def _format(row: Row) -> Format:
    return Format(
        row.text("name"), row.one_of("kind", KINDS), _pattern(row, "pattern"), row.texts("hints")
    )


def _argument(row: Row) -> Argument:
    return Argument(row.texts("callees"), row.integer("position"), row.text("what"))


def _source(row: Row) -> Source:
    return Source(
        row.texts("callees"),
        row.flag("named", False),
        row.integer("fallback", -1),
        row.text("what"),
    )


def _names(row: Row) -> Names:
    return Names(
        frozenset(row.texts("passwords")),
        frozenset(row.texts("password_owners")),
        frozenset(row.texts("keys")),
        frozenset(row.texts("key_kinds")),
        frozenset(row.texts("tokens")),
        frozenset(row.texts("token_kinds")),
        frozenset(row.texts("trailing")),
        frozenset(row.texts("other_meaning")),
        frozenset(row.texts("readers")),
        frozenset(row.texts("companions")),
        frozenset(row.texts("vague")),
        frozenset(row.texts("modifiers")),
        frozenset(row.texts("wrappers")),
        frozenset(row.texts("takers")),
        frozenset(row.texts("comparers")),
    )


def _values(row: Row) -> Values:
    return Values(
        frozenset(row.texts("placeholders")),
        frozenset(row.texts("placeholder_words")),
        frozenset(row.texts("vocabulary")),
        frozenset(row.texts("weak_keys")),
        frozenset(row.texts("algorithms")),
    )


@cache
def formats() -> tuple[Format, ...]:
    """The known formats, in the order in which they are tried."""
    return read(_FILE, _TABLES).rows("format", _format)


@cache
def arguments() -> dict[str, Argument]:
    """Callables that take a credential by position, by dotted path."""
    rows = read(_FILE, _TABLES).rows("argument", _argument)
    return {callee: row for row in rows for callee in row.callees}


@cache
def sources() -> dict[str, Source]:
    """Callables that fetch a credential, by dotted path."""
    rows = read(_FILE, _TABLES).rows("source", _source)
    return {callee: row for row in rows for callee in row.callees}


@cache
def names() -> Names:
    """The words of names."""
    return read(_FILE, _TABLES).table("names", _names)


@cache
def values() -> Values:
    """The words of values."""
    return read(_FILE, _TABLES).table("values", _values)
