"""Rows about what values are for: names, conversions, generators, digests: `purposes.toml`."""

from __future__ import annotations

from functools import cache
from typing import Final

from assay.frozen import frozen
from assay.models.loader import Document, Row, read

_FILE: Final = "purposes.toml"
_TABLES: Final = (
    "conversions",
    "secret",
    "protection",
    "generator",
    "digest",
    "vector",
    "cookies",
    "salted",
    "access",
    "logging",
    "responses",
    "login",
    "requests",
)


@frozen
class Conversions:
    """Calls whose result holds what they are given; what each list is for is said in the file."""

    methods: frozenset[str]
    functions: frozenset[str]
    paths: frozenset[str]
    adders: frozenset[str]
    keyed: frozenset[str]


@frozen
class SecretWords:
    """Words of the names of what nobody else may guess."""

    last: frozenset[str]
    heads: frozenset[str]
    kinds: frozenset[str]
    makers: frozenset[str]
    made: frozenset[str]
    other: frozenset[str]


@frozen
class Protection:
    """Words of the names that a digest is given or made of."""

    words: frozenset[str]
    inputs: frozenset[str]
    harmless: frozenset[str]
    protocols: frozenset[str]


@frozen
class Generator:
    """Callables that give random or guessable values.

    `picks` when what is picked from decides what the result can be, so that the name of the result
    says little; `guessed` when the value is no random one at all.
    """

    callees: tuple[str, ...]
    weak: bool
    picks: bool
    guessed: bool
    what: str


@frozen
class Digest:
    """Callables that make a digest; `algorithm` is empty when the first argument names it."""

    callees: tuple[str, ...]
    algorithm: str
    weak: bool


@frozen
class Vector:
    """Calls that take an initialisation vector or nonce; `key` is the position of the key or -1."""

    callees: tuple[str, ...]
    keywords: tuple[str, ...]
    position: int
    key: int
    what: str


@frozen
class CookieWords:
    """Words round cookies; what each list is for is said in the file."""

    frameworks: frozenset[str]
    flags: frozenset[str]
    clients: frozenset[str]
    bearers: frozenset[str]
    plain: frozenset[str]
    signers: frozenset[str]


def _cookies(row: Row) -> CookieWords:
    return CookieWords(
        frozenset(row.texts("frameworks")),
        frozenset(row.texts("flags")),
        frozenset(row.texts("clients")),
        frozenset(row.texts("bearers")),
        frozenset(row.texts("plain")),
        frozenset(row.texts("signers")),
    )


@frozen
class Salted:
    """Functions for passwords that take a salt."""

    callees: tuple[str, ...]
    keyword: str
    position: int


def _salted(row: Row) -> Salted:
    return Salted(row.texts("callees"), row.text("keyword"), row.integer("position"))


@frozen
class AccessWords:
    """Words round the question whether somebody is let in."""

    deciding: frozenset[str]
    sent: frozenset[str]
    repeated: frozenset[str]
    keyed: frozenset[str]


def _access(row: Row) -> AccessWords:
    return AccessWords(
        frozenset(row.texts("deciding")),
        frozenset(row.texts("sent")),
        frozenset(row.texts("repeated")),
        frozenset(row.texts("keyed")),
    )


@frozen
class LogWords:
    """Words round logs: methods that write, words of owners, words of what takes a secret out."""

    methods: frozenset[str]
    owners: frozenset[str]
    redacting: frozenset[str]
    whole: frozenset[str]


def _logging(row: Row) -> LogWords:
    return LogWords(
        frozenset(row.texts("methods")),
        frozenset(row.texts("owners")),
        frozenset(row.texts("redacting")),
        frozenset(row.texts("whole")),
    )


@frozen
class ResponseWords:
    """What makes a response; what each list is for is said in the file."""

    makers: frozenset[str]
    methods: frozenset[str]
    own_methods: frozenset[str]
    arguments: frozenset[str]
    attributes: frozenset[str]
    holders: frozenset[str]
    routes: frozenset[str]
    views: frozenset[str]
    parts: frozenset[str]


def _responses(row: Row) -> ResponseWords:
    return ResponseWords(
        frozenset(row.texts("makers")),
        frozenset(row.texts("methods")),
        frozenset(row.texts("own_methods")),
        frozenset(row.texts("arguments")),
        frozenset(row.texts("attributes")),
        frozenset(row.texts("holders")),
        frozenset(row.texts("routes")),
        frozenset(row.texts("views")),
        frozenset(row.texts("parts")),
    )


@frozen
class Login:
    """Calls that send a password over an open connection, and names that ask for TLS before."""

    callees: tuple[str, ...]
    always: bool
    keyword: str
    position: int
    guards: tuple[str, ...]
    what: str


def _login(row: Row) -> Login:
    return Login(
        row.texts("callees"),
        row.flag("always", False),
        row.text("keyword"),
        row.integer("position"),
        row.texts("guards"),
        row.text("what"),
    )


def _vector(row: Row) -> Vector:
    return Vector(
        row.texts("callees"),
        row.texts("keywords"),
        row.integer("position"),
        row.integer("key"),
        row.text("what"),
    )


def _conversions(row: Row) -> Conversions:
    return Conversions(
        frozenset(row.texts("methods")),
        frozenset(row.texts("functions")),
        frozenset(row.texts("paths")),
        frozenset(row.texts("adders")),
        frozenset(row.texts("keyed")),
    )


def _secret(row: Row) -> SecretWords:
    return SecretWords(
        frozenset(row.texts("last")),
        frozenset(row.texts("heads")),
        frozenset(row.texts("kinds")),
        frozenset(row.texts("makers")),
        frozenset(row.texts("made")),
        frozenset(row.texts("other")),
    )


def _protection(row: Row) -> Protection:
    return Protection(
        frozenset(row.texts("words")),
        frozenset(row.texts("inputs")),
        frozenset(row.texts("harmless")),
        frozenset(row.texts("protocols")),
    )


def _generator(row: Row) -> Generator:
    return Generator(
        row.texts("callees"),
        row.flag("weak"),
        row.flag("picks"),
        row.flag("guessed", False),
        row.text("what"),
    )


def _digest(row: Row) -> Digest:
    return Digest(row.texts("callees"), row.text("algorithm"), row.flag("weak"))


def _document() -> Document:
    return read(_FILE, _TABLES)


@cache
def conversions() -> Conversions:
    """The calls that a value is followed through."""
    return _document().table("conversions", _conversions)


@cache
def secret_words() -> SecretWords:
    """The words of names of secrets."""
    return _document().table("secret", _secret)


@cache
def protection() -> Protection:
    """The words of names of digests."""
    return _document().table("protection", _protection)


@cache
def generators() -> dict[str, Generator]:
    """Generators by dotted path."""
    rows = _document().rows("generator", _generator)
    return {callee: row for row in rows for callee in row.callees}


@cache
def generator_keys() -> frozenset[str]:
    """The last names of the generators."""
    return frozenset(callee.rpartition(".")[2] for callee in generators())


@cache
def digests() -> dict[str, Digest]:
    """Makers of digests by dotted path."""
    rows = _document().rows("digest", _digest)
    return {callee: row for row in rows for callee in row.callees}


@cache
def digest_keys() -> frozenset[str]:
    """The last names of the makers of digests."""
    return frozenset(callee.rpartition(".")[2] for callee in digests())


@cache
def vectors() -> dict[str, Vector]:
    """Calls that take a vector, by dotted path."""
    rows = _document().rows("vector", _vector)
    return {callee: row for row in rows for callee in row.callees}


@cache
def vector_keys() -> frozenset[str]:
    """The last names of those calls."""
    return frozenset(callee.rpartition(".")[2] for callee in vectors())


@cache
def cookie_words() -> CookieWords:
    """The words round cookies."""
    return _document().table("cookies", _cookies)


@cache
def salted() -> dict[str, Salted]:
    """Functions for passwords, by dotted path."""
    rows = _document().rows("salted", _salted)
    return {callee: row for row in rows for callee in row.callees}


@cache
def salted_keys() -> frozenset[str]:
    """The last names of those functions."""
    return frozenset(callee.rpartition(".")[2] for callee in salted())


@cache
def access_words() -> AccessWords:
    """The words round access."""
    return _document().table("access", _access)


@cache
def log_words() -> LogWords:
    """The words round logs."""
    return _document().table("logging", _logging)


@cache
def response_words() -> ResponseWords:
    """The words round responses."""
    return _document().table("responses", _responses)


@cache
def logins() -> dict[str, Login]:
    """Calls that send a password, by dotted path."""
    rows = _document().rows("login", _login)
    return {callee: row for row in rows for callee in row.callees}


@cache
def login_keys() -> frozenset[str]:
    """The last names of those calls."""
    return frozenset(callee.rpartition(".")[2] for callee in logins())


@cache
def request_paths() -> frozenset[str]:
    """Calls that send a request to an address."""
    return _document().table("requests", lambda row: frozenset(row.texts("paths")))
