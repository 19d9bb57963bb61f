"""What codes of other tools in comments mean here: `foreign.toml` as typed values."""

from __future__ import annotations

from functools import cache

from assay.frozen import frozen
from assay.models.loader import Row, read

_FILE = "foreign.toml"
_TABLES = ("code",)


@frozen
class Code:
    """One weakness by its codes elsewhere, and the ids of the rules that stand for it here."""

    bandit: str
    test: str
    ruff: tuple[str, ...]
    rules: tuple[str, ...]


def _code(row: Row) -> Code:
    return Code(row.text("bandit", ""), row.text("test", ""), row.texts("ruff"), row.texts("rules"))


@cache
def codes() -> tuple[Code, ...]:
    """All rows. Raises ModelError."""
    return read(_FILE, _TABLES).rows("code", _code)


@cache
def rules_of_bandit() -> dict[str, tuple[str, ...]]:
    """Ids of rules by what a `# nosec` names: a code or the name of a test."""
    found: dict[str, tuple[str, ...]] = {}
    for row in codes():
        for name in (row.bandit, row.test):
            if name:
                found[name] = (*found.get(name, ()), *row.rules)
    return found


@cache
def rules_of_ruff() -> dict[str, tuple[str, ...]]:
    """Ids of rules by what a `# noqa:` names."""
    found: dict[str, tuple[str, ...]] = {}
    for row in codes():
        for name in row.ruff:
            found[name] = (*found.get(name, ()), *row.rules)
    return found
