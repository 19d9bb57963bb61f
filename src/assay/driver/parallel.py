"""Many files: here when they are few, by several processes when they are many.

Invariant: the result has one review for each file, in the order of the files, and does not depend
on the number of processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assay.checkers.base import Checker
from assay.driver.collecting import without_collector
from assay.driver.pipeline import Answer, Detail, Reviewer
from assay.driver.progress import Progress
from assay.source.collect import Collected
from assay.source.door import Door

REGISTRY: Final = "assay.checkers.registry"
"""The module whose `all_checkers` gives a worker its checkers."""

FEW_FILES: Final = 50
FEW_BYTES: Final = 1_000_000


def review_files(
    door: Door,
    files: Sequence[Collected],
    checkers: Sequence[Checker],
    detail: Detail,
    jobs: int,
    progress: Progress,
    registry: str,
    start: str = "spawn",
) -> list[Answer]:
    """The reviews of the files, in their order. Few and small files are not worth a process.

    `checkers` are some of those that `all_checkers` of the module `registry` gives.
    """
    if jobs < 2 or detail.debug or _are_few(files):
        return _in_process(door, files, checkers, detail, progress)
    from assay.driver.pool import Pool
    from assay.driver.processes import can_start

    if not can_start(start):
        return _in_process(door, files, checkers, detail, progress)
    return Pool(door.reach, files, checkers, detail, jobs, progress, registry, start).run()


def _in_process(
    door: Door,
    files: Sequence[Collected],
    checkers: Sequence[Checker],
    detail: Detail,
    progress: Progress,
) -> list[Answer]:
    reviews: list[Answer] = []
    with without_collector():
        reviewer = Reviewer(door, checkers, detail)
        for file in files:
            reviews.append(reviewer.review(file.place, file.reported))
            progress.done(len(reviews))
    return reviews


def _are_few(files: Sequence[Collected]) -> bool:
    if len(files) >= FEW_FILES:
        return False
    return sum(file.size for file in files) < FEW_BYTES
