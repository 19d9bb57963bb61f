"""What came with the reviewed folder and makes the review say less, in words.

A configuration there, ignore files and names of folders may leave out files, switch off rules and
raise levels; comments may accept what is found. All of that may be meant well; whoever reads that
nothing is found has to know it.

A setting weakens by comparison: with the same command line and the user's own configuration, and
without the reviewed side's. What the user asks for is no weakening.

    weakened_by(run, judged, left_out)[0].what     "2 rules off (old-tls, weak-hash)"
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assay.driver.governing import Settings
from assay.driver.options import Options
from assay.frozen import frozen
from assay.ledger.rule import Confidence, Severity
from assay.models.outside import KINDS, OutsideData
from assay.report.words import plural
from assay.review.audience import Persona
from assay.review.review import FileReview, Weakening
from assay.source.exclusions import BUILT_IN, LeftOut
from assay.source.suppressions import NOSEC

_COMMENTS: Final = "comments"
_DEFAULTS: Final = "default exclusions"
_NAMES: Final = 4
_ROWS: Final = 20


@frozen
class Judged:
    """The rules of some settings, and how many files they are judged in.

    `rules` are ids, `without` those that would be judged without the reviewed side's word.
    """

    settings: Settings
    rules: tuple[str, ...]
    without: tuple[str, ...]
    files: int


def weakened_by(
    run: Settings, judged: Sequence[Judged], left_out: Sequence[LeftOut]
) -> tuple[Weakening, ...]:
    """Everything that weakens a run, configurations first."""
    found: list[Weakening] = []
    for each in judged:
        kept = frozenset(each.rules)
        off = [rule for rule in each.without if rule not in kept]
        if off:
            said = f"{plural(len(off), 'rule')} off ({_some(off)})"
            if each.settings.place != run.place:
                said += f" in {plural(each.files, 'file')}"
            found.append(Weakening(each.settings.origin, said))
    if run.layers:
        found += [Weakening(_origin(run, key), said) for key, said in _levels(run)]
        found += _rows(run)
    others = [each for each in left_out if each.origin != BUILT_IN]
    defaults = [each for each in left_out if each.origin == BUILT_IN]
    found += [Weakening(each.origin, f"{_counted(each)} left out") for each in others]
    found += [
        Weakening(_DEFAULTS, f"{_counted(each)} left out ({_some(each.names)})")
        for each in defaults
    ]
    return tuple(found)


def by_comments(reviews: Sequence[FileReview]) -> list[Weakening]:
    """What comments in the code accept, so that it makes no exit code and no entry of a report."""
    sites = [
        each.observation
        for review in reviews
        for each in review.observations
        if each.observation.suppressed is not None
    ]
    if not sites:
        return []
    rules = sorted({site.rule.id for site in sites})
    files = len({site.path for site in sites})
    said = f"{plural(len(sites), 'found site')} suppressed in {plural(files, 'file')}"
    said += f" ({_some(rules)})"
    blanket = sum(
        site.suppressed is not None and site.suppressed.by == NOSEC and not site.suppressed.names
        for site in sites
    )
    if blanket:
        said += f", {blanket:,} by # nosec without a code"
    return [Weakening(_COMMENTS, said)]


def _some(names: Sequence[str], most: int = _NAMES) -> str:
    shown = ", ".join(names[:most])
    more = len(names) - most
    return f"{shown} and {more:,} more" if more > 0 else shown


def _counted(each: LeftOut) -> str:
    parts = [
        plural(count, noun)
        for count, noun in ((each.files, "Python file"), (each.folders, "folder"))
        if count
    ]
    return " and ".join(parts)


def _origin(run: Settings, key: str) -> str:
    """The layer of the reviewed side that says a setting, the strongest."""
    for layer in reversed(run.layers):
        if key in layer.values:
            return layer.origin
    return run.origin


def _levels(run: Settings) -> list[tuple[str, str]]:
    """Settings of the whole run that are weaker than without the reviewed side: key and words."""
    now, then = run.options, run.unweakened
    found: list[tuple[str, str]] = []
    if now.exit_zero and not then.exit_zero:
        found.append(("exit-zero", "exit-zero is set"))
    if then.strict and not now.strict:
        found.append(("strict", "strict is off"))
    for key, level, before in _ranks(now, then):
        if level.rank < before.rank:
            found.append((key, f"{key} is {level.value}, not {before.value}"))
    if Persona(now.persona).rank < Persona(then.persona).rank:
        found.append(("persona", f"persona is {now.persona}, not {then.persona}"))
    if _is_narrower(now.threat_model, then.threat_model):
        found.append(("threat-model", f"threat-model is {now.threat_model}"))
    return found


def _ranks(
    now: Options, then: Options
) -> tuple[tuple[str, Severity | Confidence, Severity | Confidence], ...]:
    return (
        ("fail-on", now.fail_on, then.fail_on),
        ("min-severity", now.min_severity, then.min_severity),
        ("min-confidence", now.min_confidence, then.min_confidence),
    )


def _is_narrower(model: str, before: str) -> bool:
    """Whether data of some kind no longer counts as outside data."""
    now, then = OutsideData(model), OutsideData(before)
    return any(then.counts(kind) and not now.counts(kind) for kind in KINDS)


def _rows(run: Settings) -> list[Weakening]:
    """Rows that say of code of the reviewed side that it makes outside data harmless."""
    by_origin: dict[str, list[str]] = {}
    sources = run.settled["model"].sources
    for row, layer in zip(run.options.model, sources, strict=True):
        if layer.reviewed and row.table in ("sanitizer", "validator"):
            by_origin.setdefault(layer.origin, []).append(f"{row.table} {', '.join(row.paths)}")
    return [
        Weakening(origin, f"outside data counts as harmless after {_some(titles, _ROWS)}")
        for origin, titles in by_origin.items()
    ]
