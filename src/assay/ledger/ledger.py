"""The ledger: what every rule looked at, in one file.

Checkers write into it, reviews read it. Clean sites are observations like the others, so that
"clean" is a count of examined sites and never the absence of a record. Where no report shows clean
sites (`keep_clean` is false), a rule with very many of them only notes their lines (`note_clean`).
"""

from __future__ import annotations

from typing import Final, final

from assay.frozen import frozen
from assay.ledger.observation import Observation


@frozen
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


@final
class Ledger:
    """Observations and holes of one file, in the order in which they were made.

    `tracebacks` holds one formatted traceback for each internal error, for `--debug`. `clean_lines`
    are the lines of clean sites that have no observation, by the id of their rule. `judged` are the
    ids of the rules that have had their say.
    """

    __slots__ = (
        "clean_lines",
        "judged",
        "keep_clean",
        "observations",
        "path",
        "tracebacks",
        "unseen",
    )

    def __init__(
        self,
        path: str,
        observations: list[Observation] | None = None,
        unseen: list[Unseen] | None = None,
        keep_clean: bool = True,
    ) -> None:
        self.path: Final = path
        self.observations: Final[list[Observation]] = [] if observations is None else observations
        self.unseen: Final[list[Unseen]] = [] if unseen is None else unseen
        self.keep_clean: Final = keep_clean
        self.tracebacks: Final[list[str]] = []
        self.clean_lines: Final[dict[str, list[int]]] = {}
        self.judged: Final[set[str]] = set()

    def note_clean(self, rule: str, line: int) -> None:
        """Counts a clean site of a rule; only where `keep_clean` is false."""
        self.clean_lines.setdefault(rule, []).append(line)
