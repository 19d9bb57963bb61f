"""The identity of an observation: what outlives renaming, moving and formatting.

Each site has two keys. The *fingerprint* is made of the rule, the qualified function, the kind of
data that reaches the site, the normal form of its statement, and an ordinal among those that are
equal in all of these. Paths, lines, columns and verdicts are no part of it, so a site keeps it when
a guard is added or its file is renamed. The *path fingerprint* is made of that and of the place of
the file in its project: it tells two equal pieces of code in two files apart.

An ordinal counts: where an equal statement comes or goes before a site, the number of equals is
right and which is which is not. That is told by `around` when two reviews are compared
(`ledger.matching`).

Invariants: within one file no two observations share a fingerprint, and within one project none
share both keys; equal input gives equal keys in every process and every supported Python.

    >>> fingerprint("resource-leak", "Store.load", "", form_digest("f = open(path)"), 0)
    'eaaaee52e5d1d69a'
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from assay.frozen import frozen
from assay.ledger.observation import Observation

VERSION: Final = "assay/v2"
"""What the keys are called. A change of how they are made gets a new name."""

_BYTES: Final = 8
_NEAR_BYTES: Final = 4


@frozen
class Identity:
    """What tells a site apart, as values that can be kept and compared later.

    `path` is that of the file in its project. `around` is (enclosing, before, before that, after,
    after that), "" for none; empty when it is not known.
    """

    rule: str
    path: str
    function: str
    source: str
    statement: str
    ordinal: int
    around: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits that do not depend on the file."""
        return fingerprint(self.rule, self.function, self.source, self.statement, self.ordinal)

    @property
    def path_fingerprint(self) -> str:
        """16 hexadecimal digits that do."""
        return _digest((VERSION, self.fingerprint, self.path), _BYTES)


def fingerprint(rule: str, function: str, source: str, statement: str, ordinal: int) -> str:
    """16 hexadecimal digits; `ordinal` counts equals in the function from 0."""
    return _digest((VERSION, rule, function, source, statement, str(ordinal)), _BYTES)


def form_digest(form: str) -> str:
    """16 hexadecimal digits for the normal form of a statement."""
    return _digest((form,), _BYTES)


def near_digest(form: str) -> str:
    """8 hexadecimal digits for that of a neighbour; "" for none."""
    return _digest((form,), _NEAR_BYTES) if form else ""


def in_order(observations: Iterable[Observation]) -> list[Observation]:
    """The observations of one file by line, column and CWE, ties broken by what they say."""
    return sorted(observations, key=_position)


def identities(ordered: Iterable[Observation], path: str) -> list[Identity]:
    """One identity for each observation of one file, given in the order of `in_order`."""
    seen: dict[tuple[str, str, str, str], int] = {}
    result: list[Identity] = []
    for each in ordered:
        key = (each.rule.id, each.function, each.source, each.identity)
        ordinal = seen.get(key, 0)
        seen[key] = ordinal + 1
        result.append(
            Identity(
                each.rule.id,
                path,
                each.function,
                each.source,
                each.identity,
                ordinal,
                each.around,
            )
        )
    return result


def _digest(parts: tuple[str, ...], size: int) -> str:
    from hashlib import blake2b  # costs a millisecond; a file without sites needs none

    digest = blake2b(digest_size=size)
    for part in parts:
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()


def _position(observation: Observation) -> tuple[int, int, int, int, int, str, str, str]:
    return (
        observation.line,
        observation.column,
        observation.rule.cwe,
        observation.end_line,
        observation.end_column,
        observation.rule.id,
        observation.identity,
        observation.message,
    )
