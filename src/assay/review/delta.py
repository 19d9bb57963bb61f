"""The verdict delta: what a change made worse, and what better.

Sites of both states are matched by their identity (`ledger.matching`), so that code which moved, or
whose file was renamed, is no news. A site is worse when it is found and was not, or when the guard
that it was handled by is gone and nobody sees another one.

    handled -> found        with the guard that is gone, and where it stood
    clean   -> unseen       what could be decided before cannot be decided now

Invariants: what is `found` or was `handled` is in `worse` exactly when its word became worse; the
order is that of severity, then of place; nothing is called better in a file that was not read
whole, or by a rule that could not look.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Final, final

from assay.frozen import frozen
from assay.ledger.matching import match
from assay.ledger.observation import Evidence, EvidenceRole, Verdict
from assay.review.review import FileReview, Parsed, Reviewed

NOTHING: Final = ""
SUPPRESSED: Final = "suppressed"

_FOUND: Final = Verdict.FOUND.value
_UNSEEN: Final = Verdict.UNSEEN.value
_HANDLED: Final = Verdict.HANDLED.value
_CLEAN: Final = Verdict.CLEAN.value
_WORSE: Final = {
    _FOUND: (NOTHING, SUPPRESSED, _UNSEEN, _HANDLED, _CLEAN),
    _UNSEEN: (_HANDLED, _CLEAN),
}
_BETTER: Final = {
    _HANDLED: (_FOUND, _UNSEEN),
    NOTHING: (_FOUND,),
}

Lines = Callable[[str], Sequence[str]]
"""The lines of a file by its reported path; none where there is no such file."""


@frozen
class Guard:
    """What made a site handled: lines of the old state, and what became of them.

    `gone` says that the line is not there any more. `new_line` is where it stood, as a line of the
    new state: the line itself, or the one that follows; 0 where the file is gone.
    """

    path: str
    line: int
    end_line: int
    text: str
    gone: bool
    new_line: int


@frozen
class Change:
    """A site whose word changed. `before` and `after` are verdicts, SUPPRESSED, or NOTHING.

    `old` and `new` are the observations, None where there is none. `old_line` is the line of the
    site in the old state, 0 where it has none. `because` are the changed files that the word rests
    on, where the site's own file is as it was.
    """

    before: str
    after: str
    old: Reviewed | None
    new: Reviewed | None
    old_line: int
    guards: tuple[Guard, ...]
    because: tuple[str, ...]

    @property
    def reviewed(self) -> Reviewed:
        """The observation that tells where it is: the new one, if any."""
        either = self.new or self.old
        assert either is not None, "a change is of something"
        return either


@frozen
class Delta:
    """What a change did to the verdicts.

    `old_name` and `new_name` are the states as reports call them, `changed` the paths of the files
    that differ, `dependants` how many others were reviewed since they rest on those. `same` counts
    what is found as before, in the files that were reviewed.
    """

    old_name: str
    new_name: str
    changed: tuple[str, ...]
    dependants: int
    worse: tuple[Change, ...]
    better: tuple[Change, ...]
    other: tuple[Change, ...]
    same: tuple[Reviewed, ...]
    notes: tuple[str, ...] = ()


@frozen
class Side:
    """One state: the reviews of the files that the change concerns, and the lines of any file."""

    files: tuple[FileReview, ...]
    lines: Lines


@frozen
class Changes:
    """The sites of both states, paired, by what became of them."""

    worse: tuple[Change, ...]
    better: tuple[Change, ...]
    other: tuple[Change, ...]
    same: tuple[Reviewed, ...]


def changes_of(
    old: Side,
    new: Side,
    was_clean: Callable[[Reviewed, int], bool],
    is_shown: Callable[[Reviewed], bool],
    because: Callable[[str], tuple[str, ...]],
) -> Changes:
    """Pairs the sites of two states and says what became of each.

    `was_clean` is asked whether a new site stood there before, at that line, and was clean;
    `is_shown` whether a report shows a found one; `because` for the changed files that a file rests
    on.
    """
    mine = [each for file in old.files for each in file.observations]
    theirs = [each for file in new.files for each in file.observations]
    matching = match([each.identity for each in mine], [each.identity for each in theirs])
    maps = LineMaps(old.lines, new.lines)
    work = _Sorting(maps, is_shown, because)
    for pair in matching.pairs:
        work.add(mine[pair.old], theirs[pair.new], mine[pair.old].observation.line, False)
    for index in matching.added:
        each = theirs[index]
        line = maps.before(each.observation.path, each.observation.line)
        work.add(None, each, line, bool(line) and was_clean(each, line))
    holes = {file.head.path: file for file in new.files}
    for index in matching.gone:
        each = mine[index]
        is_certain = _is_looked_at(holes.get(each.observation.path), each.observation.rule.id)
        work.gone(each, is_certain)
    return work.changes()


def _is_looked_at(file: FileReview | None, rule: str) -> bool:
    """Whether the silence of a rule in a file says that there is nothing; the file may be gone."""
    if file is None:
        return True
    if file.head.parsed is not Parsed.WHOLE:
        return False
    return all(hole.rules and (rule not in hole.rules or hole.line) for hole in file.unseen)


def word_of(reviewed: Reviewed) -> str:
    """The verdict, or SUPPRESSED."""
    if reviewed.observation.suppressed is not None:
        return SUPPRESSED
    return reviewed.observation.verdict.value


@final
class LineMaps:
    """Which line of one state is which of the other, file by file."""

    def __init__(self, old: Lines, new: Lines) -> None:
        self._old: Final = old
        self._new: Final = new
        self._known: Final[dict[str, list[tuple[str, int, int, int, int]]]] = {}

    def before(self, path: str, line: int) -> int:
        """The line of the old state that a line of the new one was; 0 for none."""
        for tag, old, _, new, new_end in self._opcodes(path):
            if new <= line - 1 < new_end:
                return old + line - new if tag == "equal" else 0
        return 0

    def after(self, path: str, line: int) -> tuple[int, bool]:
        """Where a line of the old state is in the new one, and whether it is still there.

        Where it is not, the line that stands at its place; 0 where the file is gone.
        """
        lines = self._new(path)
        if not lines:
            return 0, False
        for tag, old, old_end, new, _ in self._opcodes(path):
            if old <= line - 1 < old_end:
                if tag == "equal":
                    return new + line - old, True
                return min(new + 1, len(lines)), False
        return len(lines), False

    def _opcodes(self, path: str) -> list[tuple[str, int, int, int, int]]:
        known = self._known.get(path)
        if known is None:
            matcher = difflib.SequenceMatcher(None, self._old(path), self._new(path), False)
            known = list(matcher.get_opcodes())
            self._known[path] = known
        return known


@final
class _Sorting:
    """The changes so far."""

    def __init__(
        self,
        maps: LineMaps,
        is_shown: Callable[[Reviewed], bool],
        because: Callable[[str], tuple[str, ...]],
    ) -> None:
        self._maps: Final = maps
        self._is_shown: Final = is_shown
        self._because: Final = because
        self._worse: Final[list[Change]] = []
        self._better: Final[list[Change]] = []
        self._other: Final[list[Change]] = []
        self._same: Final[list[Reviewed]] = []

    def add(self, old: Reviewed | None, new: Reviewed, line: int, was_clean: bool) -> None:
        """A site of the new state, with what it was."""
        before = word_of(old) if old is not None else _CLEAN if was_clean else NOTHING
        after = word_of(new)
        if before == after:
            if after == _FOUND and self._is_shown(new):
                self._same.append(new)
            return
        if after == _FOUND and not self._is_shown(new):
            return
        guards = self._guards(old) if old is not None and before == _HANDLED else ()
        change = Change(before, after, old, new, line, guards, self._because(new.observation.path))
        if before in _WORSE.get(after, ()):
            self._worse.append(change)
        elif before in _BETTER.get(after, ()):
            self._better.append(change)
        elif old is not None:
            self._other.append(change)

    def gone(self, old: Reviewed, is_certain: bool) -> None:
        """A site that has no like in the new state."""
        before = word_of(old)
        if before != _FOUND or not self._is_shown(old):
            return
        path, line = old.observation.path, old.observation.line
        change = Change(before, NOTHING, old, None, line, (), self._because(path))
        (self._better if is_certain else self._other).append(change)

    def changes(self) -> Changes:
        """All of them, each group in its order."""
        for group in (self._worse, self._better, self._other):
            group.sort(key=_order)
        self._same.sort(key=_order_of_site)
        return Changes(
            tuple(self._worse), tuple(self._better), tuple(self._other), tuple(self._same)
        )

    def _guards(self, old: Reviewed) -> tuple[Guard, ...]:
        """The guards of a site, those that are gone first."""
        found = [
            self._guard(each)
            for each in old.observation.evidence
            if each.role is EvidenceRole.GUARD
        ]
        found.sort(key=_is_there)
        return tuple(found)

    def _guard(self, evidence: Evidence) -> Guard:
        line, stays = self._maps.after(evidence.path, evidence.line)
        return Guard(
            evidence.path, evidence.line, evidence.end_line, evidence.text, not stays, line
        )


def _is_there(guard: Guard) -> bool:
    return not guard.gone


def _order(change: Change) -> tuple[int, str, int, int, str, str]:
    return (change.reviewed.observation.severity.rank, *_order_of_site(change.reviewed))


def _order_of_site(reviewed: Reviewed) -> tuple[str, int, int, str, str]:
    observation = reviewed.observation
    return (
        observation.path,
        observation.line,
        observation.column,
        observation.rule.id,
        reviewed.fingerprint,
    )


def counts_by_change(changes: Sequence[Change]) -> Mapping[str, int]:
    """How many changes there are of each severity, by its name, the worst first."""
    found: dict[str, int] = {}
    for change in sorted(changes, key=_order):
        name = change.reviewed.observation.severity.value
        found[name] = found.get(name, 0) + 1
    return found
