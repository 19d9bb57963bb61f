"""What changed from one report to another, and whether the tool or the code is why.

Sites are paired by their place in files that are the same byte for byte, else by their identity
(`ledger.matching`). A verdict in a file depends on other files, too. So where only the tool is
another one it is the tool, where only code is it is the code, and where both are nobody can say.

    changes(old, new)[0].cause      Cause.TOOL

Invariant: no cause is named that is not the only one which the reports leave.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

from assay.frozen import frozen, replace
from assay.ledger.identity import Identity
from assay.ledger.matching import match
from assay.ledger.observation import Verdict


class Cause(enum.Enum):
    """Why a verdict is another one."""

    TOOL = "the tool"
    CODE = "the code"
    EITHER = "the tool or the code"
    NEITHER = "neither, so settings or files that the reports do not list"


@frozen
class Site:
    """A site of a report; line and column are 1-based."""

    verdict: Verdict
    line: int
    column: int
    message: str
    identity: Identity


@frozen
class Report:
    """What a report says. `digests` are those of its files, `rules` those that were judged.

    `sites` are in the order of path and line. `identity` says how fingerprints were made.
    """

    version: str
    identity: str
    digests: dict[str, str]
    rules: frozenset[str]
    sites: tuple[Site, ...]


@frozen
class Change:
    """A site with another verdict; None for a side that has no such site, or says clean."""

    cause: Cause
    old: Site | None
    new: Site | None

    @property
    def site(self) -> Site:
        """The site as it is now, else as it was."""
        site = self.new or self.old
        assert site is not None, "a change has a side"
        return site


def changed_files(old: Report, new: Report) -> frozenset[str]:
    """The files that are not the same, and those that one of the reports alone has."""
    paths = old.digests.keys() | new.digests.keys()
    return frozenset(path for path in paths if not _is_same(path, old, new))


def changes(old: Report, new: Report) -> tuple[Change, ...]:
    """Every site with another verdict: what is found comes first, then by place."""
    edited = changed_files(old, new)
    found: list[Change] = []
    for before, after in _paired(old, new, edited):
        verdicts = {each.verdict for each in (before, after) if each is not None}
        if len(verdicts) == 2 or (None in (before, after) and verdicts != {Verdict.CLEAN}):
            found.append(Change(_cause(old, new, edited, before, after), before, after))
    return tuple(sorted(found, key=_order))


def _is_same(path: str, old: Report, new: Report) -> bool:
    """Whether a file is the same; one that was not read is not known to be."""
    digest = old.digests.get(path)
    return bool(digest) and digest == new.digests.get(path)


def _cause(
    old: Report, new: Report, edited: frozenset[str], before: Site | None, after: Site | None
) -> Cause:
    is_other_tool = (old.version, old.identity) != (new.version, new.identity)
    rule = (before or after or _nobody()).identity.rule
    if rule not in old.rules or rule not in new.rules:  # nobody asked, whatever the code is
        return Cause.TOOL if is_other_tool else Cause.NEITHER
    if not edited:
        return Cause.TOOL if is_other_tool else Cause.NEITHER
    return Cause.EITHER if is_other_tool else Cause.CODE


def _nobody() -> Site:
    raise AssertionError("a change has a side")


def _paired(
    old: Report, new: Report, edited: frozenset[str]
) -> list[tuple[Site | None, Site | None]]:
    places: dict[tuple[str, str, int, int], list[Site]] = {}
    for site in old.sites:
        if site.identity.path not in edited:
            places.setdefault(_place(site), []).append(site)
    pairs: list[tuple[Site | None, Site | None]] = []
    left: list[Site] = []
    for site in new.sites:
        there = places.get(_place(site)) if site.identity.path not in edited else None
        if there:
            pairs.append((there.pop(0), site))
        else:
            left.append(site)
    taken = {id(before) for before, _ in pairs}
    rest = [site for site in old.sites if id(site) not in taken]
    same = old.identity == new.identity
    matching = match(_identities(rest, same), _identities(left, same))
    pairs += [(rest[pair.old], left[pair.new]) for pair in matching.pairs]
    pairs += [(rest[index], None) for index in matching.gone]
    pairs += [(None, left[index]) for index in matching.added]
    return pairs


def _identities(sites: Sequence[Site], same: bool) -> list[Identity]:
    """The identities; of statements that were digested in different ways nothing is compared."""
    if same:
        return [site.identity for site in sites]
    return [replace(site.identity, statement="", source="", around=()) for site in sites]


def _place(site: Site) -> tuple[str, str, int, int]:
    return site.identity.path, site.identity.rule, site.line, site.column


def _order(change: Change) -> tuple[bool, bool, str, int, int, str]:
    return (
        change.new is None or change.new.verdict is not Verdict.FOUND,
        change.old is None or change.old.verdict is not Verdict.FOUND,
        change.site.identity.path,
        change.site.line,
        change.site.column,
        change.site.identity.rule,
    )
