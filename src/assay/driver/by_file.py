"""Rules that are off for some files: `per-file-ignores`.

    [tool.assay.per-file-ignores]
    "tests/" = ["weak-hash", "CWE-798"]

Patterns are those of `.gitignore`, relative to the folder of their configuration; one that matches
a folder holds for everything below it. The review of a file is made as without them, and what the
named rules say of it is then left out: each such class is `unseen`, since nobody looked.

    ByFile(door, governing, rules).applied(review, place)

Invariant: what a configuration of the reviewed side leaves out in this way is counted, and told.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Final, final

from assay.driver.governing import Governing, Settings
from assay.driver.options import FileIgnores, UsageError
from assay.driver.selection import all_named
from assay.frozen import frozen
from assay.ledger.rule import Rule
from assay.report.words import plural
from assay.review.review import FileReview, Weakening
from assay.review.verdicts import without_rules
from assay.source.door import Door
from assay.source.exclusions import Exclusions

_NAMES: Final = 4


@frozen
class _Entry:
    """Patterns, ready to be asked, and the rules that are off where they match."""

    exclusions: Exclusions
    origin: str
    rules: frozenset[str]


@final
class ByFile:
    """The rules that are off for files. `notes` says what of nested configurations has no effect.

    Raises UsageError where the settings of the run name a rule that does not exist.
    """

    def __init__(
        self, door: Door, governing: Governing, rules: Sequence[Rule], notes: list[str]
    ) -> None:
        self._door: Final = door
        self._governing: Final = governing
        self._rules: Final = rules
        self._notes: Final = notes
        self._entries: Final[dict[str, list[_Entry]]] = {}
        self._off: Final[dict[str, dict[str, set[str]]]] = {}  # files by rule, by origin
        run = governing.run
        self._entries[run.place] = [self._entry(each) for each in run.options.per_file_ignores]

    def applied(self, review: FileReview, place: str) -> FileReview:
        """The review of a file without the rules that are off for it."""
        settings = self._governing.of(posixpath.dirname(place)) if place else self._governing.run
        entries = self._of(settings)
        if not entries or not place:
            return review
        judged = {each.rule.id for each in review.classes}
        for entry in entries:
            off = sorted(entry.rules & judged)
            if off and self._matches(entry, place):
                review = without_rules(review, off, entry.origin or "per-file-ignores")
                judged.difference_update(off)
                for rule in off if entry.origin else ():
                    by_rule = self._off.setdefault(entry.origin, {})
                    by_rule.setdefault(rule, set()).add(review.head.path)
        return review

    def weakened(self) -> list[Weakening]:
        """What configurations of the reviewed side have left out so far, in words."""
        found: list[Weakening] = []
        for origin, by_rule in sorted(self._off.items()):
            names = sorted(by_rule)
            shown = ", ".join(names[:_NAMES])
            if len(names) > _NAMES:
                shown += f" and {len(names) - _NAMES} more"
            files = len(set().union(*by_rule.values()))
            said = f"{plural(len(names), 'rule')} off ({shown}) in {plural(files, 'file')}"
            found.append(Weakening(origin, f"{said} by per-file-ignores"))
        return found

    def _of(self, settings: Settings) -> list[_Entry]:
        known = self._entries.get(settings.place)
        if known is None:
            known = []
            for each in settings.options.per_file_ignores:
                try:
                    known.append(self._entry(each))
                except UsageError as error:
                    self._notes.append(f"{settings.origin}: {error}, ignored")
            self._entries[settings.place] = known
        return known

    def _entry(self, each: FileIgnores) -> _Entry:
        ids = all_named(self._rules, each.rules, "per-file-ignores")
        return _Entry(Exclusions([each.patterns]), each.patterns.origin, ids)

    def _matches(self, entry: _Entry, place: str) -> bool:
        """Whether a file, or a folder that it lies in, is one that a pattern names."""
        here, is_folder = place, False
        while here != "/":
            name = posixpath.basename(here)
            if entry.exclusions.origin(self._door, here, name, is_folder) is not None:
                return True
            here, is_folder = posixpath.dirname(here), True
        return False
