"""The review of a change: both states of the program, and what became worse.

The new state is reviewed as ever, from the cache where that is as it was. Each review says what it
rests on (`driver.grounds`); where all of that is the same in the old state, so is the review. What
is left are the files that were changed and those that depend on them: these are reviewed in the old
state, too, with the settings of the new one, and compared.

    review_change(door, Wanted("main", False, None), ["."], governing, checkers, detail, False)

Invariant: a file is left out only when its reviews in both states are the same.
"""

from __future__ import annotations

import os
from collections.abc import Container, Mapping, Sequence
from typing import Final, final

from assay.checkers.base import Checker
from assay.driver.governing import Governing
from assay.driver.grounds import DAY, Now, Snapshot
from assay.driver.pipeline import Detail, Reviewer
from assay.driver.run import Kept, Run, collected, review_paths
from assay.driver.states import States, Wanted, states_of
from assay.frozen import frozen, replace
from assay.ledger.observation import Verdict
from assay.ledger.reason import BUDGET, INTERNAL_ERROR, word
from assay.ledger.rule import Confidence, Severity
from assay.report.words import unread_words
from assay.review.audience import ALL_FOUND
from assay.review.delta import Delta, Lines, Side, changes_of
from assay.review.review import FileReview, Review, Reviewed
from assay.review.verdicts import review_of_all
from assay.source.collect import Collected
from assay.source.door import Door
from assay.source.file import read_file

_NO_QUESTIONS: Final = ("file", "folder", "entry", DAY)


@frozen
class ChangeRun:
    """The run over the new state, cut to the files that the change concerns, and the delta."""

    run: Run
    delta: Delta


def review_change(
    door: Door,
    wanted: Wanted,
    paths: Sequence[str],
    governing: Governing,
    checkers: Sequence[Checker],
    detail: Detail,
    quiet: bool,
) -> ChangeRun:
    """Reviews both states of the change. Raises UsageError where one of them cannot be had."""
    states = states_of(door, wanted)
    other = Now(states.old)
    kept = Kept(other)
    run = review_paths(
        states.new,
        paths,
        "",
        governing,
        checkers,
        detail,
        quiet,
        kept=kept,
        audience=ALL_FOUND,
    )
    concerned = _concerned(states, kept, other)
    in_old = {file.place: file for file in collected(states.old, paths, governing).files}
    # What an ignore file or a configuration says now is no change of the files that it is about.
    concerned |= (in_old.keys() - kept.grounds.keys()) & states.changed
    before = review_paths(
        states.old,
        paths,
        "",
        governing,
        checkers,
        detail,
        quiet=True,
        only=concerned,
        ready=kept.ready,
        audience=ALL_FOUND,
    )
    reported = {kept.reported[place] for place in concerned if place in kept.reported}
    files = tuple(file for file in run.review.files if file.head.path in reported)
    shown = {id(each) for each in run.review.observations}
    shown.update(id(each) for each in before.review.observations)
    old = Side(before.review.files, _lines_of(states.old))
    changes = changes_of(
        old,
        Side(files, _lines_of(states.new)),
        _Clean(states.old, in_old, checkers, detail).was,
        lambda each: id(each) in shown,
        _Because(states, kept).of,
    )
    changed = tuple(sorted(states.new.reported(place) for place in states.changed))
    told = set(kept.reported.values()).difference(reported)
    run = replace(run, review=_without(run.review, told))
    unread = [f"{states.old_name}: {unread_words(each)}" for each in before.review.unread]
    unread += _new_holes(before.review.files, files)
    delta = Delta(
        states.old_name,
        states.new_name,
        changed,
        len(reported.difference(changed)),
        changes.worse,
        changes.better,
        changes.other,
        changes.same,
        (*states.notes, *unread),
    )
    lost = (*run.lost, *states.notes)
    return ChangeRun(replace(run, review=_cut(run.review, files), lost=lost), delta)


def _concerned(states: States, kept: Kept, old: Now) -> set[str]:
    """The files of the new state whose review may be another one in the old."""
    snapshots = _snapshots(states.new, kept)
    return {
        place
        for place, grounds in kept.grounds.items()
        if place in states.changed
        or not grounds
        or not all(old.holds(ground, snapshots) for ground in grounds)
    }


def _snapshots(door: Door, kept: Kept) -> dict[str, Snapshot]:
    """The files of each project that a review asked an outline of."""
    now = Now(door)
    roots = {
        what.partition(" ")[2]
        for grounds in kept.grounds.values()
        for kind, what, _ in grounds
        if kind not in _NO_QUESTIONS
    }
    return {root: now.snapshot(root) for root in sorted(roots)}


def _without(review: Review, paths: Container[str]) -> Review:
    """The review without what is said of files that are not read whole in both states alike."""
    return replace(review, unread=tuple(each for each in review.unread if each.path not in paths))


def _new_holes(old: Sequence[FileReview], new: Sequence[FileReview]) -> list[str]:
    """What of a file was analysed before, or was not there, and is not analysed now."""
    before = {
        (file.head.path, hole.name, word(hole.reason)) for file in old for hole in file.unseen
    }
    return [
        f"{file.head.path}: {hole.name}: {hole.reason}"
        for file in new
        for hole in file.unseen
        if word(hole.reason) in (BUDGET, INTERNAL_ERROR)
        and (file.head.path, hole.name, word(hole.reason)) not in before
    ]


def _cut(review: Review, files: Sequence[FileReview]) -> Review:
    """The review of some of the files."""
    paths = {file.head.path for file in files}
    cut = review_of_all(
        files,
        (),
        [each.rule for each in review.classes],
        Severity.INFO,
        Confidence.LOW,
        review.unread,
        review.weakened,
    )
    kept = tuple(each for each in review.observations if each.observation.path in paths)
    return replace(cut, observations=kept)


@final
class _Clean:
    """Whether sites of the old state were clean, which a review only counts."""

    def __init__(
        self,
        door: Door,
        files: Mapping[str, Collected],
        checkers: Sequence[Checker],
        detail: Detail,
    ) -> None:
        self._door: Final = door
        self._files: Final = {file.reported: file for file in files.values()}
        self._checkers: Final = checkers
        self._detail: Final = replace(detail, keep_clean=True, line_hashes=False)
        self._reviewer: Reviewer | None = None
        self._known: Final[dict[str, frozenset[tuple[str, str, int]]]] = {}

    def was(self, new: Reviewed, line: int) -> bool:
        """Whether the old state had a clean site of that rule in that function and line."""
        observation = new.observation
        known = self._known.get(observation.path)
        if known is None:
            known = self._sites(observation.path)
            self._known[observation.path] = known
        return (observation.rule.id, observation.function, line) in known

    def _sites(self, path: str) -> frozenset[tuple[str, str, int]]:
        file = self._files.get(path)
        if file is None:
            return frozenset()
        if self._reviewer is None:
            self._reviewer = Reviewer(self._door, self._checkers, self._detail)
        found = self._reviewer.review(file.place, path).review.observations
        return frozenset(
            (each.observation.rule.id, each.observation.function, each.observation.line)
            for each in found
            if each.observation.verdict is Verdict.CLEAN
        )


@final
class _Because:
    """Which of the changed files the review of another file rests on."""

    def __init__(self, states: States, kept: Kept) -> None:
        self._states: Final = states
        self._grounds: Final = {path: kept.grounds[place] for place, path in kept.reported.items()}

    def of(self, path: str) -> tuple[str, ...]:
        """Their paths, sorted; none for a file that was changed itself."""
        door, changed = self._states.new, self._states.changed
        if self._place(path) in changed:
            return ()
        found = {
            what
            for kind, what, _ in self._grounds.get(path, ())
            if kind == "file" and what in changed
        }
        return tuple(sorted(door.reported(place) for place in found))

    def _place(self, path: str) -> str:
        return _place_of(self._states.new, path)


def _place_of(door: Door, path: str) -> str:
    """The place of a path as reports print it."""
    return door.place(os.path.join(door.reach.base, path))


def _lines_of(door: Door) -> Lines:
    """The lines of the files behind a door, each read once."""
    known: dict[str, Sequence[str]] = {}

    def lines(path: str) -> Sequence[str]:
        if path not in known:
            place = _place_of(door, path)
            known[path] = read_file(door, place, path).lines if place else ()
        return known[path]

    return lines
