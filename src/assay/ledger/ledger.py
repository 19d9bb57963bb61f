"""The ledger: what every rule looked at, in one file.

Checkers write into it, reviews read it. Clean sites are observations like the others, so that
"clean" is a count of examined sites and never the absence of a record.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from assay.ledger.observation import Observation


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something that was not analysed, or not in view.

    `name` is a callee, a line range or a function; `reason` one of the words of the review
    ("callee not in view", "syntax", "budget", "internal error", "binary", ...) with details;
    `rules` the ids of the rules whose answer depends on it, empty for all; `line` is 0 when it
    concerns the whole file.
    """

    path: str
    line: int
    name: str
    reason: str
    remedy: str
    rules: tuple[str, ...]


@dataclass(slots=True)
class Ledger:
    """Observations and holes of one file, in the order in which they were made.

    `tracebacks` holds one formatted traceback for each internal error, for `--debug`.
    """

    path: str
    observations: list[Observation] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)
