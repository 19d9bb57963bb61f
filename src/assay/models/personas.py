"""Whom findings are for: `personas.toml` as typed values."""

from __future__ import annotations

from functools import cache

from assay.frozen import frozen
from assay.models.loader import Row, read

_FILE = "personas.toml"
_TABLES = ("row",)


@frozen
class PersonaRow:
    """Observations with a verdict, and the least persona that is shown them.

    Empty lists take all.
    """

    verdict: str
    persona: str
    rules: tuple[str, ...]
    families: tuple[str, ...]
    severity: tuple[str, ...]
    confidence: tuple[str, ...]


def _row(row: Row) -> PersonaRow:
    return PersonaRow(
        row.text("verdict"),
        row.text("persona"),
        row.texts("rules"),
        row.texts("families"),
        row.texts("severity"),
        row.texts("confidence"),
    )


@cache
def persona_rows() -> tuple[PersonaRow, ...]:
    """All rows. Raises ModelError."""
    return read(_FILE, _TABLES).rows("row", _row)
