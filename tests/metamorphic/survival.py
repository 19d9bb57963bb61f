"""What becomes of the found and the guarded sites of a spec case that is written otherwise.

A site that was found stays found, or its site is lost, or it is unseen, or it is reassured: called
handled or clean. A guarded one keeps its guard (handled or clean), or becomes a false alarm, or is
unseen, or silent. Findings where there was no site are false alarms too.

Invariant: the answer depends on the case, the operator and the code of Assay alone.
"""

from __future__ import annotations

import ast
import enum
import os
import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from spec import SPECS, Case, checker_of, facts_of, in_view, read_case, review

from assay.ledger.observation import Observation, Verdict
from assay.ledger.reason import INTERNAL_ERROR
from assay.ledger.rule import Family
from assay.program.facts import FileFacts
from assay.program.program import Program
from assay.source.door import Door
from metamorphic.catalogue import Operator, attempt
from metamorphic.draft import Draft, Span, Spot
from metamorphic.rendering import Rendered

_BY_RESULT: Final = frozenset({Family.CLEANUP, Family.RACES, Family.ERRORS})
_WORD: Final = re.compile(r"\w+")
_REASSURING: Final = (Verdict.HANDLED.value, Verdict.CLEAN.value)


class Fate(enum.Enum):
    """What became of a site."""

    FOUND = "found"  # found, and found still
    LOST = "lost"
    UNSEEN = "unseen"
    REASSURED = "reassured"
    GUARDED = "guarded"  # guarded, and guarded still
    ALARM = "alarm"
    GUARD_UNSEEN = "guard unseen"
    SILENT = "silent"
    STRAY = "stray"  # a finding where no site was


@dataclass(frozen=True, slots=True)
class Said:
    """One observation, as far as it is compared."""

    path: str
    line: int
    cwe: int
    word: str
    message: str


@dataclass(frozen=True, slots=True)
class Site:
    """A site of a case that is found or handled; `line` is that of the case file."""

    span: Span
    cwe: int
    is_found: bool
    line: int
    is_counted: bool = True  # not one that the case calls spurious


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one site under one operator; `said` are the words there afterwards."""

    case: str
    rule: str
    operator: str
    line: int
    fate: Fate
    said: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A site that an operator leaves alone, and why."""

    case: str
    rule: str
    operator: str
    is_found: bool
    why: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """An operator that made no program, or a rule that ended with an internal error."""

    case: str
    operator: str
    what: str


Result = Outcome | Skipped | Trouble
# What rules say of a text with other files round it, and of those of them that are named.
Reviewer = Callable[[Case, str, tuple[tuple[str, str], ...], tuple[str, ...]], list[Said]]


def spec_cases() -> list[Path]:
    """All case files."""
    return sorted(
        case
        for case in SPECS.glob("*/*.py")
        if family_of(case.parent.name) is not Family.SUPPRESSIONS  # comments are no part of a tree
    )


def said_of(
    case: Case, text: str, others: tuple[tuple[str, str], ...], also: tuple[str, ...]
) -> list[Said]:
    """What the rules of a case say of a text, and of further files by their paths."""
    if not others:
        return _said(case, facts_of(case.path, text, case.outside), case.path)
    with tempfile.TemporaryDirectory() as folder:
        root = os.path.realpath(folder)
        for name, content in ((".git/HEAD", ""), *others, (case.path, text)):
            place = Path(root, name)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8")
        program = Program(Door.of_folder(root), case.outside)
        found: list[Said] = []
        for path in (case.path, *also):
            module = program.read(program.door.place(os.path.join(root, path)))
            found += _said(case, module.facts, path)
        return found


def _said(case: Case, facts: FileFacts, path: str) -> list[Said]:
    ledger = review(facts, case.rules)
    said = [
        Said(path, each.line, each.rule.cwe, each.verdict.value, each.message)
        for each in ledger.observations
    ]
    errors = [hole for hole in ledger.unseen if hole.reason.startswith(INTERNAL_ERROR)]
    return said + [Said(path, each.line, 0, INTERNAL_ERROR, each.reason) for each in errors]


def family_of(rule: str) -> Family:
    """The family that the registry gives a rule."""
    return checker_of(rule).rule.family


def sites_of(case: Case) -> list[Site]:
    """The sites of a case that rules find or call handled, those it calls spurious included."""
    with in_view(case.path, case.text, case.others, case.outside) as facts:
        observations = list(review(facts, case.rules).observations)
    lines = case.text.splitlines()
    found: list[Site] = []
    for wanted in case.expectations:
        if wanted.word not in (Verdict.FOUND.value, Verdict.HANDLED.value, "spurious"):
            continue
        is_found = wanted.word != Verdict.HANDLED.value
        word = Verdict.FOUND if is_found else Verdict.HANDLED
        for each in observations:
            if (each.line, each.rule.cwe, each.verdict) == (wanted.line, wanted.cwe, word):
                observations.remove(each)
                shown = case.shown[wanted.line - 1]
                is_counted = wanted.word != "spurious"
                found.append(Site(_span(each, lines), wanted.cwe, is_found, shown, is_counted))
                break
    return found


def _span(observation: Observation, lines: list[str]) -> Span:
    first, last = lines[observation.line - 1], lines[observation.end_line - 1]
    return Span(
        observation.line,
        len(first[: observation.column - 1].encode()),
        observation.end_line,
        len(last[: observation.end_column - 1].encode()),
    )


@dataclass(frozen=True, slots=True)
class Variant:
    """A case written otherwise; `places` are the lines where the word on each site may stand,
    `scopes` the lines of the function that it is in, each as (path, line).
    """

    text: str
    others: tuple[tuple[str, str], ...]
    also: tuple[str, ...]
    places: list[frozenset[tuple[str, int]]]
    scopes: list[frozenset[tuple[str, int]]]
    why_not: list[str]  # of each site; empty when it was rewritten


def written(case: Case, sites: Sequence[Site], operator: Operator | None) -> Variant:
    """The case as an operator writes it; without one as it is, in the form of `ast.unparse`.

    Raises SyntaxError when the case is not of this Python, ValueError when the result is none.
    """
    draft = Draft(case.text, [site.span for site in sites], case.path)
    words = {word for _, text in case.others for word in _WORD.findall(text)}
    draft.foreign = frozenset(words)
    family = family_of(case.rules[0])
    for spot, site in zip(draft.spots, sites, strict=True):
        spot.by_value = family not in _BY_RESULT
        spot.constant_first = family is not Family.INJECTION
        if operator is not None and site.is_counted:
            attempt(operator, draft, spot, case.rules[0])
    rendered = draft.written()
    others = dict(case.others) | draft.others
    places: list[frozenset[tuple[str, int]]] = []
    for spot in draft.spots:
        lines = {(case.path, line) for line in _lines(rendered, spot)}
        file = draft.modules.get(spot.node)
        if file is not None:
            count = len(draft.others[file].splitlines())
            lines |= {(file, line) for line in range(1, count + 1)}
        places.append(frozenset(lines))
    scopes = [
        frozenset((case.path, line) for line in _scope(rendered, draft, spot))
        for spot in draft.spots
    ]
    why_not = [spot.why_not for spot in draft.spots]
    also = tuple(sorted(draft.others))
    return Variant(rendered.text, tuple(others.items()), also, places, scopes, why_not)


def _lines(rendered: Rendered, spot: Spot) -> Iterable[int]:
    for node in spot.places:
        if node in rendered.span:
            first, last = rendered.span[node]
            yield from range(first, last + 1)
    for made in spot.made:
        for node in ast.walk(made):
            if node in rendered.span:
                first, last = rendered.span[node]
                yield from range(first, last + 1)


def _scope(rendered: Rendered, draft: Draft, spot: Spot) -> Iterable[int]:
    function = draft.function_of(draft.statement_of(spot.node))
    where: ast.AST = draft.top_of(spot.node) if function is None else function
    first, last = rendered.whole.get(where, rendered.span.get(where, (1, 0)))
    return range(first, last + 1)


def outcomes(
    file: Path, operators: Sequence[Operator], reviewer: Reviewer = said_of
) -> list[Result]:
    """What becomes of the sites of a case file under each operator."""
    case = read_case(file)
    sites = sites_of(case)
    try:
        plain = written(case, sites, None)
    except (SyntaxError, ValueError) as error:
        return [Trouble(case.name, "", f"not written again: {error}")]
    before = reviewer(case, plain.text, plain.others, plain.also)
    kept = [
        index
        for index, site in enumerate(sites)
        if _count(before, plain.places[index], site.cwe)[_word(site)]
    ]
    sites = [sites[index] for index in kept]
    plain = written(case, sites, None)
    results: list[Result] = []
    for operator in operators:
        try:
            variant = written(case, sites, operator)
        except (SyntaxError, ValueError, KeyError) as error:
            results.append(Trouble(case.name, operator.name, f"no program: {error}"))
            continue
        results += [
            Skipped(case.name, case.rules[0], operator.name, site.is_found, why)
            for site, why in zip(sites, variant.why_not, strict=True)
            if why
        ]
        if any(
            site.is_counted and not why for site, why in zip(sites, variant.why_not, strict=True)
        ):
            after = reviewer(case, variant.text, variant.others, variant.also)
            results += _judged(case, operator.name, sites, (plain, before), (variant, after))
    return results


def _word(site: Site) -> str:
    return Verdict.FOUND.value if site.is_found else Verdict.HANDLED.value


def _count(said: list[Said], places: frozenset[tuple[str, int]], cwe: int) -> Counter[str]:
    return Counter(
        each.word for each in said if each.cwe == cwe and (each.path, each.line) in places
    )


def _judged(
    case: Case,
    operator: str,
    sites: Sequence[Site],
    plain: tuple[Variant, list[Said]],
    variant: tuple[Variant, list[Said]],
) -> list[Result]:
    before, after = plain[1], variant[1]
    everywhere = frozenset(place for places in variant[0].places for place in places)
    stray = [
        each
        for each in after
        if each.word == Verdict.FOUND.value and (each.path, each.line) not in everywhere
    ]
    rule = case.rules[0]
    results: list[Result] = [
        Trouble(case.name, operator, each.message) for each in after if each.word == INTERNAL_ERROR
    ]
    for index, site in enumerate(sites):
        if variant[0].why_not[index] or not site.is_counted:
            continue
        was = _count(before, plain[0].places[index], site.cwe)
        now = _count(after, variant[0].places[index], site.cwe)
        fate = fate_of(site.is_found, was, now)
        if fate in (Fate.LOST, Fate.UNSEEN, Fate.REASSURED):
            moved = next(
                (
                    s
                    for s in stray
                    if s.cwe == site.cwe and (s.path, s.line) in variant[0].scopes[index]
                ),
                None,
            )
            if moved is not None:
                stray.remove(moved)
                fate = Fate.FOUND
        words = "; ".join(
            f"{each.word}: {each.message}"
            for each in after
            if each.cwe == site.cwe and (each.path, each.line) in variant[0].places[index]
        )
        results.append(Outcome(case.name, rule, operator, site.line, fate, words))
    results += [
        Outcome(case.name, rule, operator, each.line, Fate.STRAY, f"{each.word}: {each.message}")
        for each in stray
    ]
    return results


def fate_of(is_found: bool, was: Counter[str], now: Counter[str]) -> Fate:
    """What became of a site, from the numbers of the words where it was and where it is now.

    A word that was there already, of another site on the same line, tells nothing.
    """
    reassuring = sum(now[word] for word in _REASSURING)
    if is_found:
        if now[Verdict.FOUND.value]:
            return Fate.FOUND
        if now[Verdict.UNSEEN.value] > was[Verdict.UNSEEN.value]:
            return Fate.UNSEEN
        return Fate.REASSURED if reassuring > sum(was[w] for w in _REASSURING) else Fate.LOST
    if now[Verdict.FOUND.value] > was[Verdict.FOUND.value]:
        return Fate.ALARM
    if reassuring:
        return Fate.GUARDED
    return Fate.GUARD_UNSEEN if now[Verdict.UNSEEN.value] else Fate.SILENT
