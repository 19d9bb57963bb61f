"""Reviews in this process, as `assay review` makes them with the settings that it has by default.

A review by command costs half a second before it begins; a bench reviews hundreds of files.

    review_alone("/tmp/x", "shop/web.py").observations

Invariant: the observations are those of `assay review --isolated --no-cache --verbose --persona
pedantic` with the folder as the current one; `tests/bench/test_lone.py` compares them.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Final

from assay.checkers.base import Checker
from assay.checkers.registry import all_checkers
from assay.driver.options import Options, options_of, settle
from assay.driver.outside import outside_data
from assay.driver.pipeline import Detail, Reviewer
from assay.program.silence import Account
from assay.review.review import FileReview, Review
from assay.review.verdicts import review_of_all
from assay.source.door import Door
from assay.source.reach import reach_of

_AFTER: Final = 20  # files between two collections of circles


@cache
def defaults() -> Options:
    """What a review depends on where nobody sets anything."""
    return options_of(settle([]))


@cache
def _checkers() -> tuple[Checker, ...]:
    return tuple(all_checkers())


def review_alone(folder: str, path: str) -> Review:
    """The review of one file below a folder, by its path from there; what lies round it is seen."""
    return review_of(folder, [path])


def review_of(
    folder: str,
    paths: Sequence[str],
    account: Account | None = None,
    rules: frozenset[str] = frozenset(),
) -> Review:
    """The review of some files below a folder as one program, clean sites kept.

    `account` is where silence is written down; of `rules`, if there are any, no other is asked.
    """
    options = defaults()
    reach = reach_of([os.path.join(folder, path) for path in paths], folder)
    door = Door(reach)
    # `file-seconds` is left out: a limit of time would make figures depend on the machine's load.
    detail = Detail(
        keep_clean=True, line_hashes=False, seconds=0, debug=False, outside=outside_data(options)
    )
    checkers = tuple([each for each in _checkers() if not rules or each.rule.id in rules])
    reviewer = Reviewer(door, checkers, detail, account)
    files: list[FileReview] = []
    for path in paths:
        place = door.place(os.path.join(folder, path))
        files.append(reviewer.review(place, door.reported(place)).review)
    door.close()
    asked = [checker.rule for checker in checkers]
    return review_of_all(files, [], asked, options.min_severity, options.min_confidence)


class Collecting:
    """The garbage collector off, but for a collection now and then: reviews are full of circles."""

    def __init__(self) -> None:
        self._left = _AFTER
        gc.disable()

    def next(self) -> None:
        """Says that a file is done."""
        self._left -= 1
        if self._left <= 0:
            gc.collect()
            self._left = _AFTER


def workers(jobs: int) -> ProcessPoolExecutor:
    """Processes for whole reviews; each keeps what it has imported."""
    return ProcessPoolExecutor(jobs)


def is_compiled() -> bool:
    """Whether the hot modules that run are compiled."""
    import assay.ir.function as hot

    return not str(hot.__file__).endswith(".py")


def write(folder: Path, path: str, data: bytes) -> None:
    """Writes a file below a folder, with the folders that it needs."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
