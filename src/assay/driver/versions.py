"""`assay diff-versions OLD.json NEW.json`: two JSON reports, and what is between them.

Invariant: a file that is no such report is a UsageError that repeats nothing of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from assay.driver.options import UsageError
from assay.ledger.identity import Identity
from assay.ledger.observation import Verdict
from assay.report.json_v1 import SCHEMA
from assay.report.words import plural
from assay.review.versions import Cause, Change, Report, Site, changed_files, changes
from assay.source.own_files import read_own

MOST_BYTES: Final = 2_000_000_000
_LISTS: Final = ("observations", "suppressed", "baselined")
_VERDICTS: Final = {verdict.value: verdict for verdict in Verdict}
_NONE: Final = "not reported"


class _MalformedError(Exception):
    """Something that is not what the schema says."""


def read_report(path: str) -> Report:
    """The report in a file of the user's. Raises UsageError."""
    data = read_own(path, MOST_BYTES)
    if data is None:
        raise UsageError(f"{path}: not a file that can be read")
    try:
        document: object = json.loads(data.decode("utf-8"))
        return _report(_table(document))
    except (ValueError, RecursionError, _MalformedError):
        raise UsageError(f"{path}: not a report of --output-format json") from None


def told(names: tuple[str, str], old: Report, new: Report) -> tuple[str, bool]:
    """The text, and whether anything changed."""
    edited = changed_files(old, new)
    found = changes(old, new)
    lines = [
        f"{name}: assay {report.version}, {report.identity}, "
        f"{plural(len(report.digests), 'file')}, {plural(len(report.sites), 'site')}"
        for name, report in zip(names, (old, new), strict=True)
    ]
    if edited:
        lines.append(f"{plural(len(edited), 'file')} not the same in both")
    for cause in Cause:
        group = [each for each in found if each.cause is cause]
        if group:
            lines += ["", f"because of {cause.value}: {plural(len(group), 'verdict')}"]
            lines += [_line(each) for each in group]
    paired = sum(each.old is not None for each in found)
    lines += ["", f"{plural(len(old.sites) - paired, 'site')} as before"]
    return "".join(f"{line}\n" for line in lines), bool(found)


def _line(change: Change) -> str:
    site = change.site
    before, after = [
        _NONE if each is None else each.verdict.value for each in (change.old, change.new)
    ]
    place = f"{site.identity.path}:{site.line}"
    moved = ""
    if change.old is not None and change.new is not None:
        was = f"{change.old.identity.path}:{change.old.line}"
        moved = f" (was {was})" if was != place else ""
    return f"  {place}: {site.identity.rule} {before} -> {after}{moved}: {site.message}"


def _report(document: Mapping[str, object]) -> Report:
    if document.get("schema") != SCHEMA:
        raise _MalformedError
    tool = _table(document.get("tool"))
    files = [_table(each) for each in _list(document.get("files"))]
    classes = [_table(each) for each in _list(document.get("classes"))]
    sites = [_site(_table(each)) for name in _LISTS for each in _list(document.get(name, []))]
    sites.sort(key=lambda site: (site.identity.path, site.line, site.column))
    return Report(
        _text(tool.get("version")),
        _text(tool.get("identity", "assay/v1")),
        {_text(each.get("path")): _text(each.get("digest", "")) for each in files},
        frozenset(_text(each.get("rule")) for each in classes),
        tuple(sites),
    )


def _site(entry: Mapping[str, object]) -> Site:
    parts = _table(entry.get("identity", {}))
    verdict = _VERDICTS.get(_text(entry.get("verdict")))
    if verdict is None:
        raise _MalformedError
    return Site(
        verdict,
        _count(entry.get("line")),
        _count(entry.get("column")),
        _text(entry.get("message")),
        Identity(
            _text(entry.get("rule")),
            _text(entry.get("path")),
            _text(entry.get("function")),
            _text(parts.get("source", "")),
            _text(parts.get("statement", "")),
            _count(parts.get("ordinal", 0)),
            tuple(_text(each) for each in _list(parts.get("around", []))),
        ),
    )


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise _MalformedError
    return value


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise _MalformedError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _MalformedError
    return value


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _MalformedError
    return value
