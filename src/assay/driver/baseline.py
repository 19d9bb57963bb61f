"""The baselines of a run: where they lie, what they say of its files, and writing them.

Each project that is reviewed may have one in its root, read through the door; it came with the
code, so what it takes out of the exit code is told among what weakens the review. A baseline that
the user names stands for all projects of the run instead.

    baselines = Baselines(door, Wanted("", write=True, reads=True))
    reviews = baselines.applied(reviews, paths, rules, shown)
    baselines.write()

Invariants: an entry is stale only where the run has looked at its place and would have said so;
whatever it has not looked at is kept when the baseline is written. A file that cannot be read, or
that is no baseline, is a UsageError.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Final, final

from assay.driver.options import UsageError
from assay.frozen import frozen, replace
from assay.ledger.identity import VERSION
from assay.ledger.observation import Observation, Verdict
from assay.ledger.reason import SWITCHED_OFF, is_not_analysed
from assay.report.words import plural
from assay.review.baseline import (
    NAME,
    BaselineError,
    Entry,
    compared,
    entries_of,
    parsed,
    together,
    written,
)
from assay.review.review import Baseline, FileReview, Parsed, Reviewed, Weakening
from assay.review.verdicts import with_known
from assay.source.door import Door
from assay.source.entry import MISSING
from assay.source.rewrite import create, rewrite

MOST_BYTES: Final = 100_000_000
"""A larger baseline is an error."""

_NAMES: Final = 4


@frozen
class Wanted:
    """What the user asks for. `file` is "" for the baseline of each project.

    Without `reads` there is none. `write` makes it say what is found now.
    """

    file: str = ""
    write: bool = False
    reads: bool = True


@final
class _Source:
    """A baseline: the door that leads to it, its place, and the root that it speaks of, "" for all.

    `data` are its bytes, None where there is no such file.
    """

    __slots__ = ("after", "data", "door", "entries", "place", "result", "root", "said", "where")

    def __init__(self, door: Door, place: str, root: str, where: str) -> None:
        self.door: Final = door
        self.place: Final = place
        self.root: Final = root
        self.where: Final = where
        contents = door.read(place, MOST_BYTES)
        if contents.data is None and contents.problem != MISSING:
            raise UsageError(f"{where}: {contents.problem}")
        if contents.data is not None and len(contents.data) > MOST_BYTES:
            raise UsageError(f"{where}: larger than {MOST_BYTES} bytes")
        self.data: Final = contents.data
        try:
            self.entries: Final = parsed((contents.data or b"").decode("utf-8"))
        except UnicodeDecodeError:
            raise UsageError(f"{where}: not UTF-8") from None
        except BaselineError as error:
            raise UsageError(f"{where}: {error}") from None
        self.after: tuple[Entry, ...] = self.entries
        self.result: Baseline | None = None
        self.said = ""


@final
class Baselines:
    """What the baselines say of a run. Raises UsageError for one that cannot be used."""

    __slots__ = ("_door", "_sources", "_wanted")

    def __init__(self, door: Door, wanted: Wanted) -> None:
        self._door: Final = door
        self._wanted: Final = wanted
        sources: list[_Source] = []
        if wanted.file:
            sources.append(_named(wanted.file))
            if sources[0].data is None and not wanted.write:
                raise UsageError(f"--baseline: {wanted.file}: {MISSING}")
        elif wanted.reads:
            roots = [f"/{root.name}" for root in door.reach.roots]
            closed = [root for root in roots if not door.is_open(root)]
            if wanted.write and len(roots) != 1:
                raise UsageError("--write-baseline: several projects; name a file with --baseline")
            if wanted.write and not closed:
                raise UsageError("--write-baseline: no project; name a file with --baseline")
            for root in closed:
                place = f"{root}/{NAME}"
                source = _Source(door, place, root, door.reported(place))
                if source.data is not None or wanted.write:
                    sources.append(source)
        self._sources: Final = sources

    def applied(
        self,
        reviews: Sequence[FileReview],
        paths: Sequence[str],
        rules: Sequence[str],
        shown: Callable[[Observation], bool],
    ) -> list[FileReview]:
        """The reviews with what the baselines know of them.

        `paths` are those of the run, `rules` all that there are; `shown` is asked of an observation
        whether it is a finding that reports would have. A baseline that is to be written knows all
        of them.
        """
        result = list(reviews)
        for source in self._sources:
            mine = [
                number
                for number, review in enumerate(result)
                if not source.root or self._root_of(review) == source.root
            ]
            own = _Work(self._door, source, [result[number] for number in mine])
            for number, review in zip(
                mine, own.applied(paths, rules, shown, self._wanted.write), strict=True
            ):
                result[number] = review
        return result

    def results(self) -> tuple[Baseline, ...]:
        """What reports say of each, after `applied`."""
        return tuple(each.result for each in self._sources if each.result is not None)

    def weakened(self, reviews: Sequence[FileReview]) -> list[Weakening]:
        """What baselines that came with the code take out of the exit code."""
        found: list[Weakening] = []
        for source in self._sources:
            if not source.root:
                continue
            known = [
                each.observation
                for review in reviews
                if self._root_of(review) == source.root
                for each in review.observations
                if each.known and each.observation.suppressed is None
            ]
            if known:
                files = len({each.path for each in known})
                rules = sorted({each.rule.id for each in known})
                said = f"{plural(len(known), 'found site')} in {plural(files, 'file')} accepted"
                more = len(rules) - _NAMES
                names = ", ".join(rules[:_NAMES]) + (f" and {more:,} more" if more > 0 else "")
                found.append(Weakening(source.where, f"{said} ({names})"))
        return found

    def write(self) -> list[str]:
        """Writes what has changed, and says so. Raises UsageError, with the file as it was."""
        said: list[str] = []
        for source in self._sources:
            data = written(source.after).encode("utf-8")
            if data != source.data:
                if source.data is None:
                    problem = create(source.door, source.place, data)
                else:
                    problem = rewrite(source.door, source.place, source.data, data)
                if problem:
                    raise UsageError(f"{source.where}: {problem}")
            sites = sum(each.count for each in source.after)
            said.append(f"{source.where}: {plural(sites, 'site')}{source.said}")
        return said

    def _root_of(self, review: FileReview) -> str:
        return self._door.root_of(self._door.place_of_reported(review.head.path))


def _named(path: str) -> _Source:
    """The baseline that the user names: the door leads to its folder and nowhere else."""
    folder, name = os.path.split(os.path.abspath(path))
    door = Door.of_folder(folder)
    return _Source(door, f"{door.place(folder)}/{name}", "", path.replace(os.sep, "/"))


@final
class _Work:
    """One baseline and the reviews that it speaks of."""

    def __init__(self, door: Door, source: _Source, reviews: Sequence[FileReview]) -> None:
        self._door: Final = door
        self._source: Final = source
        self._reviews: Final = reviews
        self._by_path: Final = {_inner(each): each for each in reviews}

    def applied(
        self,
        paths: Sequence[str],
        rules: Sequence[str],
        shown: Callable[[Observation], bool],
        write: bool,
    ) -> list[FileReview]:
        """As `Baselines.applied`."""
        source = self._source
        places = [
            (number, index, each)
            for number, review in enumerate(self._reviews)
            for index, each in enumerate(review.observations)
            if each.observation.verdict is Verdict.FOUND or shown(each.observation)
        ]
        answer = compared(source.entries, [each.identity for _, _, each in places])
        gone, kept = self._gone(answer.left, paths, frozenset(rules), shown)
        known: list[dict[int, bool]] = [{} for _ in self._reviews]
        now: list[Reviewed] = []
        added = 0
        for (number, index, each), before in zip(places, answer.known, strict=True):
            accepted = each.observation.suppressed is not None
            adds = write and not before and not accepted and shown(each.observation)
            added += adds
            known[number][index] = before or adds
            if (before or adds) and not accepted:
                now.append(each)
        before_sites = sum(each.count for each in source.entries)
        if write:
            source.after = together(entries_of(each.identity for each in now), kept)
            after_sites = sum(each.count for each in source.after)
            removed = before_sites + added - after_sites
            source.said = f", {added:,} added, {removed:,} removed"
        others = 0 if write else sum(each.version != VERSION for each in source.entries)
        source.result = Baseline(source.where, () if write else gone, others)
        return [
            with_known(review, states) for review, states in zip(self._reviews, known, strict=True)
        ]

    def _gone(
        self,
        left: Sequence[Entry],
        paths: Sequence[str],
        rules: frozenset[str],
        shown: Callable[[Observation], bool],
    ) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """What is left of entries: that which the run has looked for in vain, and the others."""
        tops = [top for top in map(self._door.place, paths) if top]
        looked: list[Entry] = []
        skipped: list[Entry] = []
        for each in left:
            (looked if self._is_looked_at(each, tops, rules) else skipped).append(each)
        # A site that is not in view today may be again, with other files beside it.
        unseen = [
            each.identity
            for review in self._reviews
            for each in review.observations
            if each.observation.verdict is Verdict.UNSEEN and not shown(each.observation)
        ]
        gone = compared(looked, unseen).left
        stays = _without(looked, gone)
        return gone, (*skipped, *stays)

    def _is_looked_at(self, entry: Entry, tops: Sequence[str], rules: frozenset[str]) -> bool:
        """Whether the run would have told of what an entry stands for; `tops` are its paths."""
        review = self._by_path.get(entry.path)
        if review is not None:
            return entry.rule not in rules or _is_judged(review, entry.rule)
        if self._source.root:
            roots = [self._source.root]
        else:
            roots = [f"/{root.name}" for root in self._door.reach.roots]
        if len(roots) != 1:
            return False
        place = f"{roots[0]}/{entry.path}"
        if not any(place == top or place.startswith(f"{top}/") for top in tops):
            return False
        return self._door.look(place).problem == MISSING


def _without(entries: Sequence[Entry], gone: Sequence[Entry]) -> list[Entry]:
    """What of the entries is not gone."""
    less: Mapping[tuple[str, ...], int] = {_key(each): each.count for each in gone}
    kept: list[Entry] = []
    for each in entries:
        count = each.count - less.get(_key(each), 0)
        if count > 0:
            kept.append(replace(each, around=each.around[:count]))
    return kept


def _key(entry: Entry) -> tuple[str, ...]:
    return (entry.path, entry.rule, entry.function, entry.source, entry.statement, entry.version)


def _inner(review: FileReview) -> str:
    return review.head.inner or review.head.path


def _is_judged(review: FileReview, rule: str) -> bool:
    """Whether a rule has had its say on the whole of a file."""
    if review.head.parsed is not Parsed.WHOLE:
        return False
    if all(each.rule.id != rule for each in review.classes):
        return False
    return not any(
        (is_not_analysed(hole.reason) or hole.reason == SWITCHED_OFF)
        and (hole.rules == () or rule in hole.rules)
        for hole in review.unseen
    )
