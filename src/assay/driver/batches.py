"""The files of a run, by the configuration that governs them and by the rules that it leaves.

A *part* is what one configuration governs. Parts with the same rules are reviewed as one *batch*:
a hundred nested configurations that only exclude files cost nothing.

Invariant: there are few batches, whatever the reviewed side says. Each is a program of its own that
reads its neighbours anew, so selections beyond the limit do not count, and `notes` says so.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Final

from assay.checkers.base import Checker
from assay.driver.governing import Governing, Settings
from assay.driver.options import Options, UsageError
from assay.driver.selection import chosen
from assay.driver.weakened import Judged
from assay.frozen import frozen
from assay.source.collect import Collected

MOST_SELECTIONS: Final = 8
"""Lists of rules in one run; the cache keeps as many."""


@frozen
class Part:
    """What one configuration governs: its settings, the rules that it leaves, and its files."""

    settings: Settings
    checkers: tuple[Checker, ...]
    files: tuple[Collected, ...]

    @property
    def origin(self) -> str:
        """What leaves out the rules that are not judged."""
        return self.settings.origin or "the command line"


@frozen
class Batch:
    """Files that are reviewed together, each with what leaves out rules for it."""

    checkers: tuple[Checker, ...]
    files: tuple[Collected, ...]
    origins: tuple[str, ...]


def selected(checkers: Sequence[Checker], options: Options) -> list[Checker]:
    """The checkers whose rules some options choose. Raises UsageError for a name of no rule."""
    rules = [checker.rule for checker in checkers]
    kept = {
        rule.id for rule in chosen(rules, options.select, options.extend_select, options.ignore)
    }
    return [checker for checker in checkers if checker.rule.id in kept]


def parts_of(
    files: Sequence[Collected],
    governing: Governing,
    checkers: Sequence[Checker],
    notes: list[str],
) -> list[Part]:
    """The files by their configuration: first the part of the run, which may have none.

    Raises UsageError where the settings of the run name a rule that does not exist.
    """
    run = governing.run
    governed: dict[str, list[Collected]] = {run.place: []}
    settings = {run.place: run}
    for file in files:
        own = governing.of(posixpath.dirname(file.place))
        settings.setdefault(own.place, own)
        governed.setdefault(own.place, []).append(file)
    of_run = tuple(selected(checkers, run.options))
    known = {_ids(of_run)}
    parts = [Part(run, of_run, tuple(governed.pop(run.place)))]
    for place in sorted(governed):
        own = settings[place]
        try:
            kept = tuple(selected(checkers, own.options))
        except UsageError as error:
            notes.append(f"{own.origin}: {error}; its rules are those of the run")
            kept = of_run
        if _ids(kept) not in known and len(known) == MOST_SELECTIONS:
            notes.append(
                f"{own.origin}: its rules are those of the run, after {MOST_SELECTIONS} selections"
            )
            kept = of_run
        known.add(_ids(kept))
        parts.append(Part(own, kept, tuple(governed[place])))
    return parts


def batches_of(parts: Sequence[Part]) -> list[Batch]:
    """The parts that have files, those with the same rules together."""
    grouped: dict[tuple[str, ...], list[Part]] = {}
    for part in parts:
        if part.files:
            grouped.setdefault(_ids(part.checkers), []).append(part)
    batches: list[Batch] = []
    for group in grouped.values():
        pairs = [(file, part.origin) for part in group for file in part.files]
        pairs.sort(key=_reported)
        files = tuple(file for file, _ in pairs)
        batches.append(Batch(group[0].checkers, files, tuple(origin for _, origin in pairs)))
    return batches


def judged(parts: Sequence[Part], checkers: Sequence[Checker]) -> list[Judged]:
    """What each configuration leaves of the rules; those that govern no file say nothing."""
    found: list[Judged] = []
    for number, part in enumerate(parts):
        if not part.settings.layers or (number and not part.files):
            continue
        without = tuple(selected(checkers, part.settings.unweakened))
        found.append(Judged(part.settings, _ids(part.checkers), _ids(without), len(part.files)))
    return found


def _ids(checkers: Sequence[Checker]) -> tuple[str, ...]:
    return tuple(checker.rule.id for checker in checkers)


def _reported(pair: tuple[Collected, str]) -> str:
    return pair[0].reported
