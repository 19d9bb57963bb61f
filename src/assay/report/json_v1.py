"""The JSON report, version 1, whose schema is docs/json-v1.schema.json.

Lines and columns are 1-based, columns count Unicode code points, `end_column` is exclusive. Keys
keep their order, nothing depends on time or machine: equal reviews give equal bytes.

Breaking changes get a new name (`json-v2`); keys may be added to this one.
"""

from __future__ import annotations

import json
from typing import Final, TypeAlias

from assay.ledger.identity import VERSION
from assay.ledger.observation import Verdict
from assay.review.delta import Change, Delta
from assay.review.review import Baseline, ClassReview, FileReview, Review, Reviewed, UnseenName

SCHEMA: Final = "json-v1"

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


def render_json(review: Review, version: str, delta: Delta | None = None) -> str:
    """The report, indented, with a line end. Clean sites are in it if the review has them."""
    audited = {id(each) for each in review.audited}
    document: dict[str, Json] = {
        "schema": SCHEMA,
        "tool": {"name": "assay", "version": version, "identity": VERSION},
        "files": [_file(file) for file in review.files],
        "classes": [_class(each) for each in review.classes],
        "observations": [_observation(each, id(each) in audited) for each in review.observations],
        "suppressed": [_observation(each) for each in review.suppressed],
        "baselined": [_observation(each) for each in review.baselined],
        "unseen": [_unseen(name) for name in review.unseen],
        "unread": [
            {"path": each.path, "parsed": each.parsed.value, "reason": each.reason}
            for each in review.unread
        ],
        "weakened_by": [{"where": each.where, "what": each.what} for each in review.weakened],
        "baselines": [_baseline(each) for each in review.baselines],
        "persona": {
            "name": review.persona.value,
            "others": {persona.value: number for persona, number in review.for_others},
        },
    }
    if delta is not None:
        document["change"] = {
            "from": delta.old_name,
            "to": delta.new_name,
            "changed": list(delta.changed),
            "dependants": delta.dependants,
            "found_as_before": len(delta.same),
            "not_compared": list(delta.notes),
        }
        document["delta"] = [
            _change(change, kind)
            for kind, changes in (
                ("worse", delta.worse),
                ("better", delta.better),
                ("other", delta.other),
            )
            for change in changes
        ]
    return dumped(document, indent=2) + "\n"


def _change(change: Change, kind: str) -> Json:
    """`before` and `after` are null where the site is not there."""
    observation = change.reviewed.observation
    old = change.old.observation if change.old is not None else None
    new = change.new.observation if change.new is not None else None
    return {
        "change": kind,
        "before": change.before or None,
        "after": change.after or None,
        "rule": observation.rule.id,
        "cwe": observation.rule.cwe,
        "severity": observation.severity.value,
        "function": observation.function,
        "message": observation.message,
        "old_path": None if old is None else old.path,
        "old_line": change.old_line or None,
        "new_path": None if new is None else new.path,
        "new_line": None if new is None else new.line,
        "guards": [
            {
                "path": guard.path,
                "line": guard.line,
                "end_line": guard.end_line,
                "text": guard.text,
                "gone": guard.gone,
                "new_line": guard.new_line or None,
            }
            for guard in change.guards
        ],
        "because": list(change.because),
        "fingerprint": change.reviewed.fingerprint,
        "path_fingerprint": change.reviewed.identity.path_fingerprint,
    }


def dumped(document: Json, indent: int | None) -> str:
    """JSON text in which only what JSON forbids is escaped; lone surrogates always are."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(document, ensure_ascii=False, indent=indent, separators=separators)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(document, ensure_ascii=True, indent=indent, separators=separators)
    return text


def _file(file: FileReview) -> Json:
    head = file.head
    entry: dict[str, Json] = {
        "path": head.path,
        "role": head.role,
        "lines": head.lines,
        "parsed": head.parsed.value,
        "summary": head.summary,
    }
    if head.digest:
        entry["digest"] = head.digest
    if head.problem:
        entry["problem"] = head.problem
    return entry


def _class(each: ClassReview) -> Json:
    entry: dict[str, Json] = {
        "cwe": each.rule.cwe,
        "rule": each.rule.id,
        "title": each.rule.title,
        "verdict": each.verdict.value,
        "sites": {
            verdict.value: each.sites.of(verdict)
            for verdict in (Verdict.FOUND, Verdict.HANDLED, Verdict.CLEAN, Verdict.UNSEEN)
        },
    }
    if each.sites.suppressed:
        entry["suppressed"] = each.sites.suppressed
    if each.sites.baselined:
        entry["baselined"] = each.sites.baselined
    if each.clean_lines:
        entry["clean_lines"] = list(each.clean_lines)
    return entry


def _observation(reviewed: Reviewed, is_audited: bool = False) -> Json:
    observation = reviewed.observation
    entry: dict[str, Json] = {
        "rule": observation.rule.id,
        "cwe": observation.rule.cwe,
        "verdict": observation.verdict.value,
        "path": observation.path,
        "line": observation.line,
        "column": observation.column,
        "end_line": observation.end_line,
        "end_column": observation.end_column,
        "function": observation.function,
        "message": observation.message,
        "severity": observation.severity.value,
        "confidence": observation.confidence.value,
        "evidence": [
            {
                "path": each.path,
                "line": each.line,
                "end_line": each.end_line,
                "role": each.role.value,
                "text": each.text,
            }
            for each in observation.evidence
        ],
        "trace": [
            {"path": step.path, "line": step.line, "message": step.message}
            for step in observation.trace
        ],
        "fingerprint": reviewed.fingerprint,
        "path_fingerprint": reviewed.identity.path_fingerprint,
        "identity": {
            "source": reviewed.identity.source,
            "statement": reviewed.identity.statement,
            "ordinal": reviewed.identity.ordinal,
            "around": list(reviewed.identity.around),
        },
    }
    if is_audited:
        entry["audited"] = True
    if reviewed.known is not None:
        entry["baseline_state"] = "unchanged" if reviewed.known else "new"
    accepted = observation.suppressed
    if accepted is not None:
        suppression: dict[str, Json] = {
            "line": accepted.line,
            "by": accepted.by,
            "names": list(accepted.names),
            "reason": accepted.reason,
        }
        if accepted.until:
            suppression["until"] = accepted.until
        entry["suppression"] = suppression
    if observation.missing:
        entry["missing"] = list(observation.missing)
    if reviewed.cell is not None:
        entry["cell"] = {"number": reviewed.cell.number, "line": reviewed.cell.line}
    return entry


def _baseline(baseline: Baseline) -> Json:
    return {
        "path": baseline.where,
        "stale": [
            {
                "path": each.path,
                "rule": each.rule,
                "function": each.function,
                "count": each.count,
            }
            for each in baseline.stale
        ],
        "other_versions": baseline.others,
    }


def _unseen(name: UnseenName) -> Json:
    entry: dict[str, Json] = {
        "name": name.name,
        "reason": name.reason,
        "sites": name.sites,
        "remedy": name.remedy,
    }
    if name.path:
        entry["path"] = name.path
    return entry
