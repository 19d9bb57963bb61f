"""The rules about outside data, each with its page: `injection.toml` as typed values."""

from __future__ import annotations

from functools import cache

from assay.frozen import frozen
from assay.models.loader import Row, read


@frozen
class RuleRow:
    """One rule; `guard` names what a finding is without, `page` is what `assay explain` prints.

    `context` is where data stands in the most usual of its sinks.
    """

    id: str
    cwe: int
    context: str
    related: tuple[int, ...]
    title: str
    severity: str
    precision: str
    site: str
    guard: str
    summary: str
    page: str


def _rule(row: Row) -> RuleRow:
    related = tuple(number for number in row.values("related") if isinstance(number, int))
    return RuleRow(
        row.text("id"),
        row.integer("cwe"),
        row.text("context"),
        related,
        row.text("title"),
        row.text("severity"),
        row.text("precision"),
        row.text("site"),
        row.text("guard"),
        row.text("summary"),
        row.text("page"),
    )


@cache
def rule_rows() -> tuple[RuleRow, ...]:
    """The rules, in the order of the file. Raises ModelError."""
    return read("injection.toml", ("rule",)).rows("rule", _rule)
