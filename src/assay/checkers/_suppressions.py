"""Comments that accept findings, against what the rules say of the statements they cover.

    silence(facts, ledger, True)       # every found site that a comment accepts says so
    for one in comments_of(facts): one.unknown, one.accepts, one.verdicts(ledger)

Invariant: what is found stays found; a comment only adds that somebody accepts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, final

from assay.frozen import replace
from assay.ledger.ledger import Ledger, Unseen
from assay.ledger.observation import Observation, Suppressed, Verdict
from assay.ledger.rule import Rule, named
from assay.models.foreign import rules_of_bandit, rules_of_ruff
from assay.program.facts import FileFacts
from assay.source.file import SourceFile
from assay.source.normal import Place
from assay.source.span import Span
from assay.source.suppressions import (
    ENABLE,
    FOREIGN,
    NOQA,
    NOSEC,
    Suppression,
    covers,
    suppressions_of,
)

OWN_RULES: Final = ("expired-suppression", "malformed-suppression", "unused-suppression")
"""Rules about the comments themselves. No comment accepts what they find."""


_SHOWN: Final = 3


@final
class Comment:
    """One comment with the rules that each of its names stands for.

    `unknown` are names of no rule, `refused` those of rules that no comment accepts.
    """

    __slots__ = ("refused", "rules", "said", "unknown")

    def __init__(self, said: Suppression) -> None:
        self.said: Final = said
        self.rules: Final[Mapping[str, frozenset[str]]] = {
            name: _ids(said.verb, name) for name in said.names
        }
        own = said.verb not in FOREIGN
        self.unknown: Final = [name for name, ids in self.rules.items() if own and not ids]
        self.refused: Final = [
            name for name, ids in self.rules.items() if own and ids and ids <= _own_ids()
        ]

    @property
    def problem(self) -> str:
        """What is wrong with it; "" for nothing."""
        if self.said.problem:
            return self.said.problem
        if self.unknown:
            return f"there is no rule {spelled(self.unknown)} (assay rules lists all rules)"
        if self.refused:
            where = "per-file-ignores in the configuration"
            return f"no comment accepts {spelled(self.refused)}; say so in {where}"
        return ""

    def accepts(self, rule: str) -> bool:
        """Whether it names a rule. A `# nosec` that names nothing means what Bandit looks for."""
        named_ids: Iterable[frozenset[str]] = self.rules.values()
        if self.said.verb == NOSEC and not self.said.names:
            named_ids = [_known_to_bandit()]
        return rule not in OWN_RULES and any(rule in ids for ids in named_ids)


@final
class Coverage:
    """Which comments of a file cover which sites; places are looked up once."""

    __slots__ = ("_facts", "_places", "comments")

    def __init__(self, facts: FileFacts) -> None:
        self._facts: Final = facts
        self._places: Final[dict[tuple[int, int, int, int], Place]] = {}
        found = [Comment(said) for said in suppressions_of(facts.source)]
        self.comments: Final = [one for one in found if one.said.verb != ENABLE or one.problem]

    def covers(self, one: Comment, site: Observation) -> bool:
        """Whether a comment stands where it covers a site, whatever it names."""
        last = site.end_line
        return not one.problem and covers(
            self._facts.source, one.said, site.line, last, self._place(site)
        )

    def _place(self, site: Observation) -> Place:
        source = self._facts.source
        key = (site.line, site.column, site.end_line, site.end_column)
        place = self._places.get(key)
        if place is None:
            start = source.byte_column(site.line, site.column)
            end = source.byte_column(site.end_line, site.end_column)
            place = source.statements.at(Span(site.line, start, site.end_line, end))
            self._places[key] = place
        return place

    def accepted(self, one: Comment, name: str, ledger: Ledger) -> list[Observation]:
        """The sites that a comment covers by one of its names, found or not decided."""
        ids = one.rules[name]
        return [
            each
            for each in ledger.observations
            if each.rule.id in ids
            and each.verdict in (Verdict.FOUND, Verdict.UNSEEN)
            and self.covers(one, each)
        ]


def silence(facts: FileFacts, ledger: Ledger, foreign: bool) -> None:
    """Says of each found site of the ledger which comment accepts it.

    `foreign` says whether comments for other tools count.
    """
    coverage = Coverage(facts)
    if not coverage.comments:
        return
    day = facts.program.day
    counting = [
        one
        for one in coverage.comments
        if not one.said.is_expired(day) and (foreign or one.said.verb not in FOREIGN)
    ]
    for index, site in enumerate(ledger.observations):
        if site.verdict is Verdict.FOUND:
            for one in counting:
                if one.accepts(site.rule.id) and coverage.covers(one, site):
                    ledger.observations[index] = replace(site, suppressed=_suppressed(one.said))
                    break


def until_days(source: SourceFile) -> list[str]:
    """The days after which comments of a file no longer hold, sorted."""
    return sorted({one.until for one in suppressions_of(source) if one.until})


def lost_for(ids: frozenset[str], ledger: Ledger) -> list[Unseen]:
    """What was not looked at by one of some rules."""
    return [hole for hole in ledger.unseen if not hole.rules or not ids.isdisjoint(hole.rules)]


def spelled(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`, `a, b, c and 4 more`."""
    shown = [*names[:_SHOWN]]
    if len(names) > _SHOWN:
        shown.append(f"{len(names) - _SHOWN} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def _suppressed(said: Suppression) -> Suppressed:
    by = said.verb if said.verb in FOREIGN else "assay"
    return Suppressed(said.line, by, said.names, said.reason, said.until)


@lru_cache(maxsize=4096)  # names are whatever the reviewed code holds
def _ids(verb: str, name: str) -> frozenset[str]:
    """The ids of the rules that a name stands for; none for an unknown one."""
    if verb == NOSEC:
        return frozenset(rules_of_bandit().get(name, ()))
    if verb == NOQA:
        return frozenset(rules_of_ruff().get(name, ()))
    return frozenset(rule.id for rule in named(_all_rules(), name))


@cache
def _known_to_bandit() -> frozenset[str]:
    return frozenset(rule for rules in rules_of_bandit().values() for rule in rules)


@cache
def _own_ids() -> frozenset[str]:
    return frozenset(OWN_RULES)


@cache
def _all_rules() -> tuple[Rule, ...]:
    from assay.checkers.registry import all_checkers  # which imports this module

    return tuple(checker.rule for checker in all_checkers())
