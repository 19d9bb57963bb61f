"""The identity of an observation: what outlives renaming, moving and formatting.

An identity is made of the rule, the qualified function, the normalised statement that the checker
gives (`Observation.identity`) and an ordinal among equals in that function. Paths, lines, columns
and verdicts are no part of it, so a site keeps its identity when a guard is added.

Invariant: within one file no two observations share a fingerprint, and equal input gives equal
fingerprints in every process.

    >>> fingerprint("resource-leak", "Store.load", "f = open(path)", 0)
    '7497efe9f19d0766'
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from assay.ledger.observation import Observation

_BYTES: Final = 8


def fingerprint(rule_id: str, function: str, identity: str, ordinal: int) -> str:
    """16 hexadecimal digits; `ordinal` counts equals in the function from 0."""
    from hashlib import blake2b  # costs a millisecond; a file without sites needs none

    digest = blake2b(digest_size=_BYTES)
    for part in (rule_id, function, identity, str(ordinal)):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()


def in_order(observations: Iterable[Observation]) -> list[Observation]:
    """The observations of one file by line, column and CWE, ties broken by what they say."""
    return sorted(observations, key=_position)


def fingerprints(ordered: Iterable[Observation]) -> list[str]:
    """One fingerprint for each observation of one file, given in the order of `in_order`."""
    seen: dict[tuple[str, str, str], int] = {}
    result: list[str] = []
    for observation in ordered:
        key = (observation.rule.id, observation.function, observation.identity)
        ordinal = seen.get(key, 0)
        seen[key] = ordinal + 1
        result.append(fingerprint(*key, ordinal))
    return result


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
