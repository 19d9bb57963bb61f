"""The words with which an `Unseen.reason` starts; details may follow after a colon.

Example: `Unseen(path, 12, "lines 12-14", SYNTAX, ...)`, or `f"{INTERNAL_ERROR}: KeyError: 'x'"`.
"""

from __future__ import annotations

from typing import Final

NOT_IN_VIEW: Final = "not in view"
SYNTAX: Final = "syntax"
BUDGET: Final = "budget"
INTERNAL_ERROR: Final = "internal error"
BINARY: Final = "binary"
UNREADABLE: Final = "unreadable"
SWITCHED_OFF: Final = "switched off"

NOT_ANALYSED: Final = (SYNTAX, BUDGET, INTERNAL_ERROR, BINARY, UNREADABLE)
"""Reasons that mean that code in hand was not looked at, which `--strict` does not accept."""


def word(reason: str) -> str:
    """The reason without its details."""
    return reason.partition(":")[0]


def is_not_analysed(reason: str) -> bool:
    """Whether code in hand was not looked at; False when other code is not in view."""
    return word(reason) in NOT_ANALYSED
