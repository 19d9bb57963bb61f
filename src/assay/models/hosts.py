"""Rows about names and addresses of hosts: `hosts.toml` as typed values."""

from __future__ import annotations

from functools import cache

from assay.frozen import frozen
from assay.models.loader import Row, read

_FILE = "hosts.toml"
_TABLES = ("hosts", "connects")


@frozen
class HostWords:
    """What the names of hosts are made of."""

    roles: frozenset[str]
    domains: frozenset[str]
    reserved: frozenset[str]


@frozen
class Connects:
    """Calls that connect to the host that an argument names."""

    functions: frozenset[str]
    position: int
    keywords: tuple[str, ...]


def _words(row: Row) -> HostWords:
    return HostWords(
        frozenset(row.texts("roles")),
        frozenset(row.texts("domains")),
        frozenset(row.texts("reserved")),
    )


def _connects(row: Row) -> Connects:
    functions = frozenset(row.texts("functions"))
    return Connects(functions, row.integer("position"), row.texts("keywords"))


@cache
def host_words() -> HostWords:
    """The words of names of hosts. Raises ModelError."""
    return read(_FILE, _TABLES).table("hosts", _words)


@cache
def connecting_calls() -> tuple[Connects, ...]:
    """The rows of calls that connect. Raises ModelError."""
    return read(_FILE, _TABLES).rows("connects", _connects)
