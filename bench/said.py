"""What a tool says of a file, in one shape for all tools: Assay's reviews, SARIF, pylint's JSON.

[Said("a.py", "resource-leak", frozenset({772, 404}), "found", 3, 3, (("a.py", 7, 7),))]
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlparse

from assay.ledger.observation import EvidenceRole
from assay.review.review import Reviewed
from weaknesses import is_of

FOUND: Final = "found"
MOST_LINES: Final = 15
"""A place is cut to so many lines: what covers a whole file points at none of it."""

_CWE_KEYS: Final = ("properties", "taxa", "relationships")


@dataclass(frozen=True, slots=True)
class Said:
    """One word of a tool on some lines of a file, 1-based and inclusive.

    `others` are the places besides, with their paths: guards, steps, lines that belong to it.
    """

    path: str
    rule: str
    cwes: frozenset[int]
    word: str
    first: int
    last: int
    others: tuple[tuple[str, int, int], ...] = ()

    def is_of(self, family: str, cwe: int) -> bool:
        """Whether it is of a family of `weaknesses`, or of that number."""
        return is_of(family, cwe, self.rule, self.cwes)

    def touches(self, lines: tuple[int, int]) -> bool:
        """Whether its own lines overlap others."""
        return self.first <= lines[1] and self.last >= lines[0]

    def starts_in(self, lines: tuple[int, int] | None) -> bool:
        """Whether its first line is one of them; what is said of a class is not said of each."""
        return lines is not None and lines[0] <= self.first <= lines[1]

    def places(self) -> Iterator[tuple[int, int]]:
        """All lines of its own file that it points at."""
        yield self.first, self.last
        for path, first, last in self.others:
            if path == self.path:
                yield first, last


def _cut(first: int, last: int) -> tuple[int, int]:
    return first, min(max(first, last), first + MOST_LINES - 1)


def of_reviewed(observations: Sequence[Reviewed]) -> list[Said]:
    """The words of a review."""
    found: list[Said] = []
    for each in observations:
        one = each.observation
        first, last = _cut(one.line, one.end_line)
        others = [
            (place.path, *_cut(place.line, place.end_line))
            for place in one.evidence
            if place.role is not EvidenceRole.SITE or place.line != one.line
        ]
        others += [(step.path, step.line, step.line) for step in one.trace]
        cwes = frozenset((one.rule.cwe, *one.rule.related))
        found.append(
            Said(one.path, one.rule.id, cwes, one.verdict.value, first, last, tuple(others))
        )
    return found


def parsed_report(text: str) -> list[Said]:
    """The findings of a report in SARIF, or in pylint's `json2`. Raises ValueError for others."""
    document = _entry(json.loads(text))
    if "runs" in document:
        return list(_sarif(document))
    if "messages" in document:
        return [_pylint(each) for each in _entries(document.get("messages"))]
    raise ValueError("neither SARIF nor json2 of pylint")


def _entry(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _entries(value: object) -> list[dict[str, object]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) else default


def _numbers(*values: object) -> frozenset[int]:
    """The CWE numbers in anything that JSON holds."""
    import re

    text = json.dumps(values)
    return frozenset(int(each) for each in re.findall(r"(?i)cwe[-_/ :]*(\d{1,4})", text))


def _sarif(document: dict[str, object]) -> Iterator[Said]:
    for run in _entries(document.get("runs")):
        tool = _entry(run.get("tool"))
        rules = _entries(_entry(tool.get("driver")).get("rules"))
        for extension in _entries(tool.get("extensions")):
            rules += _entries(extension.get("rules"))
        by_id = {str(rule.get("id")): rule for rule in rules}
        for result in _entries(run.get("results")):
            places = _entries(result.get("locations"))
            if not places or result.get("suppressions"):
                continue
            name = str(result.get("ruleId") or _entry(result.get("rule")).get("id") or "")
            rule = by_id.get(name, {})
            cwes = _numbers(*(result.get(key) for key in _CWE_KEYS))
            cwes = cwes or _numbers(name, *(rule.get(key) for key in _CWE_KEYS))
            path, first, last = _place(places[0])
            yield Said(path, name, cwes, FOUND, first, last, tuple(_others(result)))


def _others(result: dict[str, object]) -> Iterator[tuple[str, int, int]]:
    places = _entries(result.get("locations"))[1:] + _entries(result.get("relatedLocations"))
    for flow in _entries(result.get("codeFlows")):
        for thread in _entries(flow.get("threadFlows")):
            steps = _entries(thread.get("locations"))
            places += [_entry(step.get("location")) for step in steps]
    for place in places:
        if "startLine" in _entry(_entry(place.get("physicalLocation")).get("region")):
            yield _place(place)


def _place(location: dict[str, object]) -> tuple[str, int, int]:
    physical = _entry(location.get("physicalLocation"))
    uri = str(_entry(physical.get("artifactLocation")).get("uri") or "")
    region = _entry(physical.get("region"))
    first = _number(region.get("startLine"), 1)
    return unquote(urlparse(uri).path), *_cut(first, _number(region.get("endLine"), first))


def _pylint(message: dict[str, object]) -> Said:
    first = _number(message.get("line"), 1)
    rule = str(message.get("symbol") or message.get("messageId") or "")
    last = _number(message.get("endLine"), first)
    return Said(str(message.get("path") or ""), rule, frozenset(), FOUND, *_cut(first, last))
