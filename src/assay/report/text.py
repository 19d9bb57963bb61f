"""The report for a terminal: a block for each file, a row for each verdict that has lines.

    store.py  library    40 lines, 12 calls, 1 unresolved

      found    CWE-772  Resource leak           12  file is still open when json.load raises
      unseen   CWE-703  Error handling           -  1 name not in view: fetch
      clean    CWE-798  Hard-coded credentials   -  21 string literals examined
      absent   2 classes with no site in this file (--verbose lists them)

    24 sites: 1 found, 1 unseen, 22 clean.

What weakens the review comes before everything else. One file is shown whole. Of several, those are
shown in which something is found, then a table of all classes and what was not read whole;
`verbose` shows all. Messages are wrapped at
the width and never cut.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from assay.frozen import frozen
from assay.ledger.ledger import Unseen
from assay.ledger.observation import Verdict
from assay.ledger.reason import SWITCHED_OFF, is_not_analysed
from assay.ledger.rule import Severity
from assay.report.ansi import Painter
from assay.report.visible import visible, visible_code, width
from assay.report.words import (
    all_sites,
    baseline_lines,
    baselined_words,
    cwe_list,
    function_words,
    how_read,
    is_told,
    line_in_file,
    others_words,
    plural,
    site_counts,
    site_words,
    some_names,
    suppressed_words,
    unanswered,
    weakened_lines,
    what_it_is,
)
from assay.review.conclusion import Conclusion, conclude
from assay.review.review import ClassReview, FileReview, Parsed, Review, Reviewed

_VERDICT_WIDTH: Final = 7
_MIN_MESSAGE: Final = 24
_NAMES: Final = 8
_NO_LINE: Final = "-"


@frozen
class TextStyle:
    """How the text is laid out. `columns` is the width at which messages are wrapped."""

    columns: int
    painter: Painter
    verbose: bool
    statistics: bool


@frozen
class _Row:
    verdict: Verdict
    cwe: str
    title: str
    line: str
    severity: Severity | None
    message: str
    below: tuple[str, ...]


def render_text(review: Review, style: TextStyle) -> str:
    """The report, with a line end."""
    blocks: list[str] = []
    weakened = [
        line for text in weakened_lines(review) for line in _wrapped("", visible(text), style)
    ]
    if weakened:
        blocks.append("\n".join(weakened))
    alone = len(review.files) == 1
    shown = {id(each) for each in review.observations}
    findings = {id(each) for each in review.findings}
    for file in review.files:
        observations = [each for each in file.observations if id(each) in shown]
        own = [each for each in observations if id(each) in findings]
        if alone or style.verbose:
            blocks.append(_file_block(file, observations, True, style))
        elif own:
            blocks.append(_file_block(file, own, False, style))
    if not alone and review.files:
        blocks.append(_class_table(review, style))
    unread = _unread(review, style)
    if unread:
        blocks.append(unread)
    if style.statistics:
        blocks.append(_statistics(review, style))
    blocks.append(_summary(review, conclude(review), style))
    return "\n\n".join(blocks) + "\n"


def _file_block(
    file: FileReview, observations: Sequence[Reviewed], whole: bool, style: TextStyle
) -> str:
    lines = [_header(file, style)]
    if file.head.problem:
        said = f"{how_read(file.head.parsed)}: {visible(file.head.problem)}"
        lines += _wrapped("  ", said, style)
    rows = _rows(file, observations, style) if whole else _finding_rows(observations, style)
    lines.append("")
    lines += _table(rows, style)
    if whole:
        for each in file.observations:
            if each.observation.suppressed is not None:
                lines += _wrapped("  suppressed  ", suppressed_words(each), style)
            elif each.known:
                lines += _wrapped("  baseline    ", baselined_words(each), style)
    absent = [each for each in file.classes if each.verdict is Verdict.ABSENT]
    if whole and absent:
        if style.verbose:
            names = ", ".join(f"CWE-{each.rule.cwe} {each.rule.title}" for each in absent)
            text = f"{plural(len(absent), 'class')} with no site in this file: {names}"
        else:
            text = (
                f"{plural(len(absent), 'class')} with no site in this file (--verbose lists them)"
            )
        word = style.painter.verdict(Verdict.ABSENT, f"{Verdict.ABSENT.value:<{_VERDICT_WIDTH}}")
        lines += _wrapped(f"  {word}  ", text, style, len("  absent   "))
    if len(lines) == 2:
        lines.append("  no weakness class was looked for")
    return "\n".join(lines)


def _header(file: FileReview, style: TextStyle) -> str:
    head = file.head
    facts = [plural(head.lines, "line"), plural(head.calls, "call")]
    if head.unresolved:
        facts.append(f"{head.unresolved:,} unresolved")
    if head.parsed is not Parsed.WHOLE:
        facts.append(how_read(head.parsed))
    return (
        f"{style.painter.bold(visible(head.path))}  {what_it_is(head)}    "
        f"{style.painter.dim(', '.join(facts))}"
    )


def _finding_rows(findings: Sequence[Reviewed], style: TextStyle) -> list[_Row]:
    """What is found, worst first, then what is unseen."""
    ordered = sorted(
        findings,
        key=lambda each: (
            each.observation.verdict.rank,
            each.observation.severity.rank,
            each.observation.line,
        ),
    )
    return [_site_row(each, style) for each in ordered]


def _rows(file: FileReview, observations: Sequence[Reviewed], style: TextStyle) -> list[_Row]:
    """Found sites worst first, then handled, unseen and clean ones, each by line."""
    rows: list[_Row] = []
    for verdict in (Verdict.FOUND, Verdict.HANDLED):
        group = [each for each in observations if each.observation.verdict is verdict]
        group.sort(key=lambda each: (each.observation.severity.rank, each.observation.line))
        rows += [_site_row(each, style) for each in group]
    silent: list[ClassReview] = []
    off = [hole for hole in file.unseen if hole.reason == SWITCHED_OFF]
    rows += [_off_row(hole) for hole in off]
    switched_off = {rule for hole in off for rule in hole.rules}
    for each in file.classes:
        if each.rule.id in switched_off:
            continue
        holes = _holes(file, each)
        if not style.verbose and not each.sites.total and all(not hole.rules for hole in holes):
            if holes:
                silent.append(each)  # nothing but what no rule could look at
        elif each.sites.unseen or holes:
            rows += _unseen_rows(file, each, holes, observations, style)
    if silent:
        rows.append(_silent_row(file, silent))
    for each in file.classes:
        if each.verdict is Verdict.CLEAN or (style.verbose and each.sites.clean):
            rows.append(_clean_row(each))
    if style.verbose:
        rows += [
            _site_row(each, style)
            for each in observations
            if each.observation.verdict is Verdict.CLEAN
        ]
    return rows


def _site_row(reviewed: Reviewed, style: TextStyle) -> _Row:
    observation = reviewed.observation
    found = observation.verdict is Verdict.FOUND
    return _Row(
        observation.verdict,
        f"CWE-{observation.rule.cwe}",
        observation.rule.title,
        line_in_file(reviewed),
        observation.severity if found else None,
        visible(observation.message),
        tuple(_details(reviewed)) if style.verbose else (),
    )


def _details(reviewed: Reviewed) -> Iterable[str]:
    """What `--verbose` adds below a site: where it is, the quoted lines, the way, the identity."""
    observation = reviewed.observation
    yield (
        f"in {function_words(observation)}, severity {observation.severity.value}, "
        f"confidence {observation.confidence.value}, {observation.rule.id} {reviewed.fingerprint}"
    )
    for evidence in observation.evidence:
        elsewhere = f"{visible(evidence.path)}:" if evidence.path != observation.path else ""
        code = visible_code(evidence.text)
        for offset, text in enumerate(code):
            label = evidence.role.value if offset == 0 else ""
            yield f"{label:<7}  {elsewhere}{evidence.line + offset:>5} | {text.expandtabs(4)}"
    for step in observation.trace:
        elsewhere = f"{visible(step.path)}:" if step.path != observation.path else ""
        yield f"{'step':<7}  {elsewhere}{step.line:>5} > {visible(step.message)}"


def _holes(file: FileReview, each: ClassReview) -> list[Unseen]:
    return [hole for hole in file.unseen if hole.rules == () or each.rule.id in hole.rules]


def _lost_words(file: FileReview, hole: Unseen) -> str:
    """What was not analysed, and why unless the head of the file says that."""
    return hole.name if is_told(file.head, hole.reason) else f"{hole.name}: {hole.reason}"


def _off_row(hole: Unseen) -> _Row:
    """One row for all classes that nobody looked for."""
    count = plural(len(hole.rules), "class")
    return _Row(Verdict.UNSEEN, "-", count, _NO_LINE, None, visible(hole.name), ())


def _silent_row(file: FileReview, classes: Sequence[ClassReview]) -> _Row:
    """One row for all classes without any site that cannot be called absent."""
    lost = dict.fromkeys(_lost_words(file, hole) for hole in file.unseen if not hole.rules)
    return _Row(
        Verdict.UNSEEN,
        "-",
        plural(len(classes), "class"),
        _NO_LINE,
        None,
        f"no site in what was read; not analysed: {some_names(list(lost), _NAMES)}",
        (),
    )


def _unseen_rows(
    file: FileReview,
    each: ClassReview,
    holes: Sequence[Unseen],
    observations: Sequence[Reviewed],
    style: TextStyle,
) -> list[_Row]:
    """One row for the class; with `verbose` also one for each unseen site."""
    names: dict[str, None] = {}
    lost: dict[str, None] = {}
    for hole in holes:
        if is_not_analysed(hole.reason):
            lost[_lost_words(file, hole)] = None
        else:
            names[hole.name] = None
    sites = [
        reviewed
        for reviewed in file.observations
        if reviewed.observation.verdict is Verdict.UNSEEN
        and reviewed.observation.rule.id == each.rule.id
    ]
    parts: list[str] = []
    named = len(sites) == 1 and any(name in sites[0].observation.message for name in names)
    if names and not named:
        shown = some_names(list(names), len(names) if style.verbose else _NAMES)
        parts.append(f"{plural(len(names), 'name')} not in view: {shown}")
    if lost:
        shown = some_names(list(lost), len(lost) if style.verbose else _NAMES)
        parts.append(f"not analysed: {shown}")
    line = _NO_LINE
    if len(sites) == 1:
        only = sites[0]
        if len(only.observation.missing) <= 1:  # else each name has lines of its own
            line = line_in_file(only)
        parts.insert(0, visible(only.observation.message))
    elif sites:
        places = ", ".join(dict.fromkeys(line_in_file(site) for site in sites))
        messages = {site.observation.message for site in sites}
        if len(messages) == 1:
            parts.insert(0, f"{visible(sites[0].observation.message)} (lines {places})")
        else:
            parts.insert(0, f"{plural(len(sites), 'site')} (lines {places})")
    rows = [
        _Row(
            Verdict.UNSEEN,
            f"CWE-{each.rule.cwe}",
            each.rule.title,
            line,
            None,
            "; ".join(parts),
            (),
        )
    ]
    if style.verbose:
        shown_ids = {id(site) for site in observations}
        rows += [_site_row(site, style) for site in sites if id(site) in shown_ids]
    return rows


def _clean_row(each: ClassReview) -> _Row:
    return _Row(
        Verdict.CLEAN,
        f"CWE-{each.rule.cwe}",
        each.rule.title,
        _NO_LINE,
        None,
        site_words(each.rule, each.sites)
        + ("" if each.sites.clean == each.sites.total else f", {each.sites.clean:,} clean"),
        (),
    )


def _table(rows: Sequence[_Row], style: TextStyle) -> list[str]:
    """The rows in columns; what follows a message stands below it."""
    if not rows:
        return []
    cwe_width = max(len(row.cwe) for row in rows)
    title_width = max(width(row.title) for row in rows)
    line_width = max(len(row.line) for row in rows)
    indent = 2 + _VERDICT_WIDTH + 2 + cwe_width + 2 + title_width + 2 + line_width + 2
    lines: list[str] = []
    for row in rows:
        word = style.painter.verdict(row.verdict, f"{row.verdict.value:<{_VERDICT_WIDTH}}")
        title = row.title + " " * (title_width - width(row.title))
        first = f"  {word}  {row.cwe:<{cwe_width}}  {title}  {row.line:>{line_width}}  "
        message = row.message
        if row.severity is not None:
            message = f"{message} [{row.severity.value}]"
        wrapped = _wrapped(first, message, style, indent)
        if row.severity is not None:
            plain = f"[{row.severity.value}]"
            wrapped[-1] = wrapped[-1].removesuffix(plain) + style.painter.severity(
                row.severity, plain
            )
        lines += wrapped
        lines += [f"    {style.painter.dim(text)}" for text in row.below]
    return lines


def _wrapped(first: str, text: str, style: TextStyle, indent: int = -1) -> list[str]:
    """The text after `first`, its other lines below its own start.

    `indent` is the visible width of `first`, -1 when it holds no colour. Words longer than a line
    are kept whole.
    """
    if indent < 0:
        indent = width(first)
    below = " " * indent
    available = style.columns - indent
    if available < _MIN_MESSAGE:
        below = " " * 8
        available = max(style.columns - len(below), _MIN_MESSAGE)
        wrapped = textwrap.wrap(text, available, break_long_words=False, break_on_hyphens=False)
        return [first.rstrip(), *(below + line for line in wrapped)]
    wrapped = textwrap.wrap(text, available, break_long_words=False, break_on_hyphens=False)
    if not wrapped:
        return [first.rstrip()]
    return [first + wrapped[0], *(below + line for line in wrapped[1:])]


def _class_table(review: Review, style: TextStyle) -> str:
    """The verdict of every class on all files."""
    roles: dict[str, int] = {}
    for file in review.files:
        roles[file.head.role] = roles.get(file.head.role, 0) + 1
    told = ", ".join(f"{roles[role]:,} {role}" for role in sorted(roles))
    lines = [
        f"{style.painter.bold('all files')}  {plural(len(review.files), 'file')} ({told})    "
        f"{style.painter.dim(plural(review.lines, 'line'))}",
        "",
    ]
    rows = [
        _Row(
            each.verdict,
            f"CWE-{each.rule.cwe}",
            each.rule.title,
            _NO_LINE,
            None,
            _class_message(each, len(review.files)),
            (),
        )
        for each in sorted(review.classes, key=lambda each: each.verdict.rank)
        if each.verdict is not Verdict.ABSENT or style.verbose
    ]
    lines += _table(rows, style)
    absent = sum(each.verdict is Verdict.ABSENT for each in review.classes)
    if absent and not style.verbose:
        word = style.painter.verdict(Verdict.ABSENT, f"{Verdict.ABSENT.value:<{_VERDICT_WIDTH}}")
        lines.append(f"  {word}  {plural(absent, 'class')} with no site (--verbose lists them)")
    return "\n".join(lines)


def _class_message(each: ClassReview, files: int) -> str:
    if each.sites.total == 0 and each.verdict is Verdict.ABSENT:
        return f"no site in {plural(files, 'file')}"
    sites = site_counts(each.sites) if each.sites.total else "no site in view"
    by_file = dict(zip(Verdict, each.files, strict=True))
    told = [
        f"{verdict.value} in {plural(by_file[verdict], 'file')}"
        for verdict in (Verdict.FOUND, Verdict.UNSEEN)
        if by_file[verdict]
    ]
    return f"sites: {sites}" + (f"; {', '.join(told)}" if told else "")


def _unread(review: Review, style: TextStyle) -> str:
    """Everything that was not read whole, with the reason; of a lone file its block says it."""
    told = {review.files[0].head.path} if len(review.files) == 1 else set()
    unread = [each for each in review.unread if each.path not in told]
    if not unread:
        return ""
    lines = [f"{style.painter.bold('not read whole')}  {plural(len(unread), 'path')}", ""]
    for each in unread:
        word = style.painter.verdict(Verdict.UNSEEN, f"{each.parsed.value:<6}")
        prefix = f"  {word}  "
        reason = visible(each.reason) or "no reason given"
        lines += _wrapped(prefix, f"{visible(each.path)}: {reason}", style, len("  partly  "))
    return "\n".join(lines)


def _statistics(review: Review, style: TextStyle) -> str:
    """Sites of every class, as a table of numbers."""
    lines = [
        style.painter.bold("statistics"),
        "",
        "  found  handled  unseen    clean  rule",
    ]
    for each in review.classes:
        sites = each.sites
        told = f", {sites.suppressed:,} suppressed" if sites.suppressed else ""
        told += f", {sites.baselined:,} in the baseline" if sites.baselined else ""
        lines.append(
            f"  {sites.found:>5}  {sites.handled:>7}  {sites.unseen:>6}  {sites.clean:>7}  "
            f"{each.rule.id} ({cwe_list(each.rule)}){told}"
        )
    return "\n".join(lines)


def _summary(review: Review, conclusion: Conclusion, style: TextStyle) -> str:
    """Sites by verdict, and what would bring more into view."""
    if not review.files:
        return "no file was reviewed"
    said = f"{all_sites(review)}."
    if len(review.files) > 1:
        said = f"{plural(len(review.files), 'file')}, {said}"
    none = unanswered(review)
    if none:
        have = "has" if none == 1 else "have"
        said += f" {plural(none, 'class')} {have} no answer: not everything was looked at."
    if review.hidden:
        said += (
            f" {plural(review.hidden, 'found site')} below the severity or confidence asked for "
            f"not shown."
        )
    others = others_words(review)
    if others:
        said += f" {others}."
    lines = _wrapped("", said, style)
    for text in baseline_lines(review):
        lines += _wrapped("", f"{visible(text[:1].upper() + text[1:])}.", style)
    for text in hints(conclusion):
        lines += _wrapped("", text, style)
    return "\n".join(lines)


def hints(conclusion: Conclusion) -> list[str]:
    """How to bring what is unseen into view: the remedy that helps most names, once each kind."""
    told = [
        f"To bring {plural(len(remedy.names), 'name')} into view: {visible(remedy.remedy)}"
        for remedy in conclusion.remedies[:2]
    ]
    more = len(conclusion.remedies) - len(told)
    if more > 0:
        told.append(f"{plural(more, 'more remedy')} in the markdown and JSON reports.")
    return told
