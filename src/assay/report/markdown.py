"""The report as a page that reads like a person's review.

What the code is, then each family of weaknesses with what was examined, the verdicts and the
quoted lines, then what was not in view, a conclusion and what to look at next. Every sentence is
made from facts of the review; nothing is said of code that was not analysed.

Invariants: reviewed text never becomes markup. Code stands in fences longer than any run of
backticks in it, prose and names have their special characters escaped, control characters are
made visible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from assay.ledger.observation import Evidence, EvidenceRole, Verdict
from assay.ledger.reason import SWITCHED_OFF, is_not_analysed, word
from assay.ledger.rule import Family
from assay.report.visible import visible, visible_code
from assay.report.words import (
    COUNTED,
    all_sites,
    baseline_lines,
    baselined_words,
    counts_by_verdict,
    cwe_list,
    how_read,
    is_told,
    joined,
    line_words,
    others_words,
    plural,
    site_counts,
    site_words,
    suppressed_words,
    unseen_label,
    weakened_lines,
    what_it_is,
)
from assay.review.conclusion import Conclusion, conclude
from assay.review.review import ClassReview, FileReview, Review, Reviewed, UnseenName

_SPECIAL: Final = re.compile(r"([\\`*\[\]<>|~&#]|(?<![^\W_])_|_(?![^\W_]))")
_BACKTICKS: Final = re.compile(r"`+")
_DESCRIBED: Final = 10
"""So many files are described one by one."""

_NEXT: Final = 10
_PLACES: Final = 3
_ROLE_WORDS: Final = {
    EvidenceRole.SITE: "Site",
    EvidenceRole.GUARD: "Guard",
    EvidenceRole.MISSING: "Where a guard would stand",
    EvidenceRole.CONTEXT: "Beside it",
}


def render_markdown(review: Review, verbose: bool) -> str:
    """The page. `verbose` lists clean sites and what the descriptions rest on."""
    conclusion = conclude(review)
    alone = len(review.files) == 1
    parts: list[str] = [f"# Review of {_title(review)}"]
    weakened = weakened_lines(review)
    if weakened:
        parts.append("\n".join(f"- **{_sentence_case(prose(text))}**" for text in weakened))
    parts += _what_it_is(review, verbose)
    for family in Family:
        parts += _family(review, family, alone, verbose)
    parts += _not_in_view(review)
    parts += _conclusion(review, conclusion, verbose)
    parts += _next(review, conclusion)
    return "\n\n".join(parts) + "\n"


def prose(text: str) -> str:
    """Text that markdown prints as it is."""
    return _SPECIAL.sub(r"\\\1", visible(text))


def code(text: str) -> str:
    """A code span, whatever the text holds."""
    shown = visible(text)
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or not shown.strip() else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def fenced(text: str, indent: str) -> str:
    """Lines of code in a block whose fence they cannot close."""
    lines = visible_code(text)
    fence = "`" * max(3, max(_longest_run(line) for line in lines) + 1)
    return "\n".join(f"{indent}{line}".rstrip() for line in (f"{fence}python", *lines, fence))


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)


def _title(review: Review) -> str:
    if len(review.files) == 1:
        return code(review.files[0].head.path)
    return plural(len(review.files), "file")


def _what_it_is(review: Review, verbose: bool) -> Iterator[str]:
    yield "## What it is"
    if not review.files:
        yield "No file was reviewed."
    elif len(review.files) <= _DESCRIBED:
        for file in review.files:
            yield _described(file, len(review.files) > 1, verbose)
    else:
        roles: dict[str, int] = {}
        projects: dict[str, int] = {}
        for file in review.files:
            roles[file.head.role] = roles.get(file.head.role, 0) + 1
            if file.head.project:
                projects[file.head.project] = projects.get(file.head.project, 0) + 1
        told = joined([f"{roles[role]:,} {role}" for role in sorted(roles)])
        text = (
            f"{plural(len(review.files), 'file')} with {plural(review.lines, 'line')}, "
            f"by role: {told}."
        )
        if projects:
            project = min(projects, key=lambda name: (-projects[name], name))
            text += f" Project: {prose(project)} ({plural(projects[project], 'file')})."
        yield text
    whole = len(review.files) - len(review.not_whole)
    if review.unread:
        yield f"{whole:,} of {plural(len(review.files), 'file')} read whole. Not read whole:"
        yield "\n".join(
            f"- {code(each.path)}, {how_read(each.parsed)}: {prose(each.reason)}"
            for each in review.unread
        )


def _described(file: FileReview, named: bool, verbose: bool) -> str:
    head = file.head
    summary = prose(head.summary or what_it_is(head)).rstrip(".")
    start = f"{code(head.path)}: {summary}" if named else _sentence_case(summary)
    size = f"{plural(head.lines, 'line')}, {plural(head.calls, 'call')}, role: {head.role}"
    text = f"{start}. {size[0].upper()}{size[1:]}."
    if not verbose:
        return text
    facts = [
        f"- {prose(fact.text)}" + (f" (line {fact.line})" if fact.line else "")
        for fact in head.facts
    ]
    return "\n".join([text, "", *facts]) if facts else text


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


def _family(review: Review, family: Family, alone: bool, verbose: bool) -> Iterator[str]:
    classes = [each for each in review.classes if each.rule.family is family]
    if not classes:
        return
    yield f"## {_sentence_case(family.value)}"
    present = [each for each in classes if each.verdict is not Verdict.ABSENT]
    for each in sorted(present, key=lambda each: each.verdict.rank):
        yield from _class(review, each, alone, verbose)
    absent = [
        f"{prose(each.rule.title)} ({cwe_list(each.rule)}): no {prose(each.rule.site)}"
        for each in classes
        if each.verdict is Verdict.ABSENT
    ]
    if absent:
        yield "\n".join(["Absent, with no site in what was read:", "", *(f"- {a}" for a in absent)])


def _class(review: Review, each: ClassReview, alone: bool, verbose: bool) -> Iterator[str]:
    yield f"### {prose(each.rule.title)} ({cwe_list(each.rule)}): {each.verdict.value}"
    yield _examined(review, each, alone)
    wanted = [Verdict.FOUND, Verdict.HANDLED, Verdict.UNSEEN]
    if verbose:
        wanted.append(Verdict.CLEAN)
    for verdict in wanted:
        for reviewed in review.observations:
            observation = reviewed.observation
            if observation.rule.id == each.rule.id and observation.verdict is verdict:
                yield _observation(reviewed, alone)


def _examined(review: Review, each: ClassReview, alone: bool) -> str:
    if each.sites.total == 0 and any(
        hole.reason == SWITCHED_OFF for hole in _concerning(review, each)
    ):
        text = "No site where the rule is not switched off."
    elif each.sites.total == 0:
        text = f"No site: there are no {prose(each.rule.site)} in what was read."
    else:
        text = f"{site_words(each.rule, each.sites)}: {site_counts(each.sites)}."
        if each.clean_lines:
            lines = ", ".join(str(line) for line in each.clean_lines)
            text += f" Clean: {'line' if len(each.clean_lines) == 1 else 'lines'} {lines}."
    if not alone:
        by_file = dict(zip(Verdict, each.files, strict=True))
        counted = [(verdict, by_file[verdict]) for verdict in COUNTED]
        if any(number for _, number in counted):
            text += f" By file: {counts_by_verdict(counted)}."
    if each.verdict is Verdict.UNSEEN:
        holes = _concerning(review, each)
        if holes:
            names = [code(unseen_label(hole, alone)) for hole in holes[:_NEXT]]
            more = len(holes) - len(names)
            if more:
                names.append(f"{more:,} more")
            text += f" Not in view, and needed for an answer: {joined(names)}."
    return text


def _concerning(review: Review, each: ClassReview) -> list[UnseenName]:
    holes = [name for name in review.unseen if name.rules == () or each.rule.id in name.rules]
    return sorted(holes, key=lambda name: (-name.sites, name.name, name.reason))


def _observation(reviewed: Reviewed, alone: bool) -> str:
    observation = reviewed.observation
    where = line_words(observation.line, observation.end_line)
    if reviewed.cell is not None:
        where = f"cell {reviewed.cell.number}, line {reviewed.cell.line}"
    if not alone:
        where = f"{code(observation.path)}, {where}"
    inside = f", in {code(observation.function)}" if observation.function else ""
    lines = [
        f"- **{_sentence_case(observation.verdict.value)}** at {where}{inside}: "
        f"{prose(observation.message)}."
    ]
    if observation.verdict is Verdict.FOUND:
        lines[0] += (
            f" Severity {observation.severity.value}, confidence {observation.confidence.value}."
        )
    if observation.missing:
        lines[0] += f" Not in view: {joined([code(name) for name in observation.missing])}."
    for evidence in observation.evidence:
        lines += ["", f"  {_evidence_words(evidence, observation.path)}:", ""]
        lines.append(fenced(evidence.text, "  "))
    if observation.trace:
        lines += ["", "  The way to it:", ""]
        for number, step in enumerate(observation.trace, 1):
            path = "" if step.path == observation.path else f"{code(step.path)}, "
            lines.append(f"  {number}. {path}line {step.line}: {prose(step.message)}")
    lines += ["", f"  Identity: {code(observation.rule.id)} {code(reviewed.fingerprint)}"]
    return "\n".join(lines)


def _evidence_words(evidence: Evidence, path: str) -> str:
    elsewhere = "" if evidence.path == path else f"{code(evidence.path)}, "
    return (
        f"{_ROLE_WORDS[evidence.role]}, {elsewhere}{line_words(evidence.line, evidence.end_line)}"
    )


def _not_in_view(review: Review) -> Iterator[str]:
    yield "## What was not in view"
    if not review.unseen:
        yield "Nothing that an answer depends on."
        return
    reasons: dict[str, list[UnseenName]] = {}
    for name in review.unseen:
        reasons.setdefault(word(name.reason), []).append(name)
    for reason in sorted(reasons):
        names = sorted(reasons[reason], key=lambda name: (-name.sites, name.name))
        yield f"**{_sentence_case(prose(reason))}**: {plural(len(names), 'name')}"
        by_remedy: dict[str, list[UnseenName]] = {}
        for name in names:
            by_remedy.setdefault(name.remedy, []).append(name)
        lines = [_unseen_group(group, review) for group in by_remedy.values()]
        yield "\n".join(f"- {line}" for line in lines)


def _unseen_group(names: list[UnseenName], review: Review) -> str:
    """The names that one remedy brings into view."""
    if len(names) == 1 or not names[0].remedy:
        return "\n- ".join(_unseen_line(name, review) for name in names)
    labels = [code(unseen_label(name, len(review.files) == 1)) for name in names]
    return f"{joined(labels)}. To see them: {prose(names[0].remedy)}"


def _unseen_line(name: UnseenName, review: Review) -> str:
    alone = len(review.files) == 1
    places: list[str] = []
    for path, line in name.places[:_PLACES]:
        if alone:
            places.append(f"line {line}" if line else "the whole file")
        else:
            places.append(code(f"{path}:{line}" if line else path))
    more = len(name.places) - len(places)
    if more:
        places.append(f"{more:,} more")
    text = f"{code(unseen_label(name, alone))} ({joined(places)})"
    detail = name.reason.partition(":")[2].strip()
    told = _is_told(name, review)
    if detail and not told:
        text += f", {prose(detail)}"
    return f"{text}. To see it: {prose(name.remedy)}" if name.remedy else text


def _is_told(name: UnseenName, review: Review) -> bool:
    """Whether the list of what was not read says the reason already."""
    return bool(name.path) and any(
        file.head.path == name.path and is_told(file.head, name.reason) for file in review.files
    )


def _conclusion(review: Review, conclusion: Conclusion, verbose: bool) -> Iterator[str]:
    yield "## Conclusion"
    if not review.files:
        yield "Nothing was reviewed, so nothing can be said."
        return
    text = f"{_sentence_case(all_sites(review))}."
    absent = sum(each.verdict is Verdict.ABSENT for each in review.classes)
    if absent:
        text += f" Of {plural(len(review.classes), 'weakness class')}, {absent:,} have no site."
    yield text
    alone = len(review.files) == 1
    if conclusion.wrong:
        yield "\n".join(
            f"- {prose(each.rule.title)} (CWE-{each.rule.cwe}) is found at "
            f"{plural(each.sites.found, 'site')}: {_places(each, conclusion.wrong, alone)}."
            for each in conclusion.found_classes
        )
    elif not conclusion.found_classes and review.baselined:
        yield "Nothing is found in what was in view that is not in the baseline or accepted."
    elif not conclusion.found_classes and review.suppressed:
        yield "Nothing is found in what was in view that no comment accepts."
    elif not conclusion.found_classes:
        yield "Nothing is found in what was in view."
    if review.suppressed:
        yield f"{plural(len(review.suppressed), 'found site')} accepted by comments:"
        yield "\n".join(
            f"- {code(each.observation.path)}, line {prose(suppressed_words(each))}"
            for each in review.suppressed
        )
    others = others_words(review)
    if others:
        yield f"{_sentence_case(prose(others))}."
    for text in baseline_lines(review):
        yield f"{_sentence_case(prose(text))}."
    if review.baselined and (alone or verbose):
        yield "\n".join(
            f"- {code(each.observation.path)}, line {prose(baselined_words(each))}"
            for each in review.baselined
        )
    for verdict in (Verdict.HANDLED, Verdict.CLEAN):
        titles = [
            f"{prose(each.rule.title)} (CWE-{each.rule.cwe})"
            for each in review.classes
            if each.verdict is verdict
        ]
        if titles:
            yield f"{_sentence_case(verdict.value)}: {joined(titles)}."
    if conclusion.unseen_classes:
        names = [
            f"{prose(each.rule.title)} (CWE-{each.rule.cwe})" for each in conclusion.unseen_classes
        ]
        yield f"No answer yet for {joined(names)}: it depends on what was not in view."
    if review.hidden:
        yield (
            f"{plural(review.hidden, 'found site')} below the severity or confidence asked for "
            f"not shown."
        )


def _places(each: ClassReview, wrong: Sequence[Reviewed], alone: bool) -> str:
    """The worst sites of a class: their lines in a single file, else path and line."""
    told = [
        line_words(reviewed.observation.line, reviewed.observation.end_line)
        if alone
        else code(f"{reviewed.observation.path}:{reviewed.observation.line}")
        for reviewed in wrong
        if reviewed.observation.rule.id == each.rule.id
    ]
    more = each.sites.found - len(told[:_PLACES])
    return joined([*told[:_PLACES], *([f"{more:,} more"] if more else [])])


def _next(review: Review, conclusion: Conclusion) -> Iterator[str]:
    yield "## What to look at next"
    steps: list[str] = []
    alone = len(review.files) == 1
    for reviewed in conclusion.wrong[:_NEXT]:
        observation = reviewed.observation
        where = f"{observation.path}:{observation.line}"
        steps.append(
            f"{code(where)}: {prose(observation.rule.title)}, severity {observation.severity.value}"
        )
    for remedy in conclusion.remedies[:_NEXT]:
        names = [code(unseen_label(name, alone)) for name in remedy.names[:_NEXT]]
        more = len(remedy.names) - len(names)
        if more:
            names.append(f"{more:,} more")
        steps.append(f"{joined(names)}: {prose(remedy.remedy)}")
    told = {name.name for remedy in conclusion.remedies for name in remedy.names}
    for unseen in (*conclusion.not_analysed, *conclusion.not_in_view):
        if unseen.name not in told and len(steps) < 3 * _NEXT:
            if is_not_analysed(unseen.reason):
                what = "read by hand, since it was not analysed"
            elif unseen.sites > 1:
                what = f"{plural(unseen.sites, 'site')} depend on it"
            else:
                what = "1 site depends on it"
            reason = word(unseen.reason) if _is_told(unseen, review) else unseen.reason
            steps.append(f"{code(unseen_label(unseen, alone))} ({prose(reason)}): {what}")
    if not steps:
        yield "Nothing in particular."
    else:
        yield "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
