"""Small pieces of text that several reports share: numbers, plurals, places, names of classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Rule
from assay.report.visible import visible
from assay.review.review import (
    Baseline,
    FileHead,
    Parsed,
    Review,
    Reviewed,
    SiteCounts,
    Unread,
    UnseenName,
)

_WEAKENED: Final = 8
_COMMENTS: Final = {"assay": "a comment", "nosec": "# nosec", "noqa": "# noqa"}

COUNTED = (Verdict.FOUND, Verdict.HANDLED, Verdict.UNSEEN, Verdict.CLEAN)
"""The verdicts in the order in which a sentence counts them."""


def plural(count: int, noun: str) -> str:
    """`1 file`, `2,300 files`; nouns in -s, -sh and -y follow their rules."""
    if count == 1:
        return f"1 {noun}"
    if noun.endswith(("s", "sh", "ch", "x")):
        return f"{count:,} {noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{count:,} {noun[:-1]}ies"
    return f"{count:,} {noun}s"


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def lines_of(first: int, last: int) -> str:
    """`12` or `12-14`."""
    return str(first) if last <= first else f"{first}-{last}"


def line_words(first: int, last: int) -> str:
    """`line 12` or `lines 12-14`."""
    return f"line {first}" if last <= first else f"lines {first}-{last}"


def cwe_list(rule: Rule) -> str:
    """`CWE-798, CWE-259`: the leading number first."""
    return ", ".join(f"CWE-{number}" for number in (rule.cwe, *rule.related))


def site_words(rule: Rule, sites: SiteCounts) -> str:
    """`21 string literals examined`; of one, `1 site examined (string literals)`."""
    if sites.total == 1:
        return f"1 site examined ({rule.site})"
    return f"{sites.total:,} {rule.site} examined"


def counts_by_verdict(counts: Sequence[tuple[Verdict, int]]) -> str:
    """`1 found, 2 handled`, without those that are 0; `nothing` if all are."""
    parts = [f"{count:,} {verdict.value}" for verdict, count in counts if count]
    return ", ".join(parts) if parts else "nothing"


def site_counts(sites: SiteCounts) -> str:
    """`1 found, 2 handled, 14 clean, 1 suppressed, 3 in the baseline`."""
    said = counts_by_verdict([(verdict, sites.of(verdict)) for verdict in COUNTED])
    told = [
        f"{number:,} {word}"
        for number, word in (
            (sites.suppressed, "suppressed"),
            (sites.baselined, "in the baseline"),
        )
        if number
    ]
    accepted = sites.suppressed + sites.baselined
    return ", ".join(told if accepted and accepted == sites.total else [said, *told])


def all_sites(review: Review) -> str:
    """`17 sites: 1 found, 2 handled, 14 clean`, over all classes; what is hidden counts, too."""
    sites = review.sites
    if not sites.total:
        return "no site"
    return f"{plural(sites.total, 'site')}: {site_counts(sites)}"


def unanswered(review: Review) -> int:
    """Classes that are unseen without any site: code was not looked at that may hold one."""
    return sum(each.verdict is Verdict.UNSEEN and not each.sites.unseen for each in review.classes)


def place(reviewed: Reviewed) -> str:
    """`path:line:column`; in a notebook `path:cell 3:line:column`."""
    observation = reviewed.observation
    if reviewed.cell is not None:
        cell = reviewed.cell
        return f"{visible(observation.path)}:cell {cell.number}:{cell.line}:{observation.column}"
    return f"{visible(observation.path)}:{observation.line}:{observation.column}"


def line_in_file(reviewed: Reviewed) -> str:
    """The line, or `cell:line` in a notebook."""
    if reviewed.cell is not None:
        return f"{reviewed.cell.number}:{reviewed.cell.line}"
    return str(reviewed.observation.line)


def function_words(observation: Observation) -> str:
    """The qualified function, or `module level`."""
    return visible(observation.function) if observation.function else "module level"


def what_it_is(head: FileHead) -> str:
    """`functional test, OpenStack Nova`."""
    kind = head.kind or head.role
    return ", ".join(visible(part) for part in (kind, head.project) if part)


def some_names(names: Sequence[str], limit: int) -> str:
    """The first names, and how many more there are."""
    shown = [visible(name) for name in names[:limit]]
    more = len(names) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def unseen_label(name: UnseenName, alone: bool) -> str:
    """The name, with the file before it where the name says a part of a file."""
    return name.name if alone or not name.path else f"{name.path}: {name.name}"


def how_read(parsed: Parsed) -> str:
    """`not read` or `read partly`."""
    return "not read" if parsed is Parsed.NOT else "read partly"


def is_told(head: FileHead, reason: str) -> bool:
    """Whether the head of a file says the reason of a hole already."""
    detail = reason.partition(": ")[2]
    return bool(head.problem and detail and (detail in head.problem or head.problem in detail))


def unread_words(unread: Unread) -> str:
    """`a.py: read partly: lines 6-7 not analysed: '(' was never closed`."""
    reason = f": {unread.reason}" if unread.reason else ""
    return f"{unread.path}: {how_read(unread.parsed)}{reason}"


def suppressed_words(reviewed: Reviewed) -> str:
    """`12 resource-leak: found, and accepted by line 11 until 2027-03-01: the pool closes it`."""
    observation = reviewed.observation
    accepted = observation.suppressed
    said = f"{line_in_file(reviewed)} {observation.rule.id}: {visible(observation.message)}"
    if accepted is None:
        return said
    said += f"; accepted by {_COMMENTS[accepted.by]} in line {accepted.line}"
    if accepted.until:
        said += f" until {accepted.until}"
    return f"{said}: {visible(accepted.reason)}" if accepted.reason else said


def others_words(review: Review) -> str:
    """`9 more findings with --persona pedantic`, for several personas by each; "" for none."""
    total = plural(sum(number for _, number in review.for_others), "more finding")
    if len(review.for_others) == 1:
        return f"{total} with --persona {review.for_others[0][0].value}"
    told = [f"{number:,} for {persona.value}" for persona, number in review.for_others]
    return f"{total} with another --persona: {joined(told)}" if told else ""


def baselined_words(reviewed: Reviewed) -> str:
    """`12 resource-leak: file is still open when json.load raises`."""
    observation = reviewed.observation
    return f"{line_in_file(reviewed)} {observation.rule.id}: {visible(observation.message)}"


def baseline_lines(review: Review) -> list[str]:
    """`baseline .assay-baseline.jsonl: 3 findings in it, 1 site of it not found any more`."""
    known = len(review.baselined)
    lines: list[str] = []
    for each in review.baselines:
        parts: list[str] = []
        if len(review.baselines) == 1 and (known or review.findings):
            parts.append(f"{plural(known, 'finding')} in it, {len(review.findings):,} new")
        parts += stale_words(each)
        if parts:
            lines.append(f"baseline {each.where}: {', '.join(parts)}")
    return lines


def stale_words(baseline: Baseline) -> list[str]:
    """`3 sites of it not found any more (--write-baseline removes them)`, and what is old in it."""
    parts: list[str] = []
    gone = sum(each.count for each in baseline.stale)
    if gone:
        them = "it" if gone == 1 else "them"
        parts.append(
            f"{plural(gone, 'site')} of it not found any more (--write-baseline removes {them})"
        )
    if baseline.others:
        parts.append(
            f"{plural(baseline.others, 'entry')} of another version of Assay, compared by rule and "
            "function (--write-baseline renews them)"
        )
    return parts


def weakened_lines(review: Review) -> list[str]:
    """`weakened by pyproject.toml: 2 rules off (...), exit-zero is set`, a line for each place."""
    by_place: dict[str, list[str]] = {}
    for each in review.weakened:
        by_place.setdefault(each.where, []).append(each.what)
    lines = [f"weakened by {where}: {', '.join(what)}" for where, what in by_place.items()]
    if len(lines) > _WEAKENED:
        more = len(lines) - _WEAKENED + 1
        lines[_WEAKENED - 1 :] = [f"weakened by {more} more files, which the JSON report lists"]
    return lines
