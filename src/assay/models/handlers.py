"""Rows about what cannot be caught or entered: `handlers.toml` as a typed value."""

from __future__ import annotations

import functools
from typing import Final, final

from assay.models.loader import Row, read


@final
class HandlerModel:
    """Beginnings of paths of error codes, and paths of what has to be called to be entered."""

    __slots__ = ("codes", "managers")

    def __init__(self, row: Row) -> None:
        self.codes: Final = row.texts("codes")
        self.managers: Final = row.texts("managers")


@functools.cache
def handler_model() -> HandlerModel:
    """The rows of `handlers.toml`. Raises ModelError."""
    return read("handlers.toml", ("handlers",)).table("handlers", HandlerModel)
