"""SARIF 2.1.0, as code-scanning services read it.

Results are the findings of the persona; what the baseline has of them comes behind, then what
comments accept, each with its suppression.
`all_verdicts` adds the rest for other readers, with the `kind` that SARIF has for it: handled and
clean sites pass, unseen ones are open, a class without a site is not applicable; their level is
none. Services that ignore `kind` would show those as alerts.

Minified, in the order of the review, without times or paths of the machine. What a service would
refuse is cut here, most severe kept, and a notification says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from assay.frozen import frozen
from assay.ledger.identity import VERSION
from assay.ledger.observation import Evidence, EvidenceRole, Verdict
from assay.ledger.reason import INTERNAL_ERROR, is_not_analysed, word
from assay.ledger.rule import Rule, Severity
from assay.report.change import change_words
from assay.report.json_v1 import Json, dumped
from assay.report.visible import visible
from assay.report.words import how_read, is_told, line_words, plural
from assay.review.delta import NOTHING, Delta
from assay.review.review import ClassReview, Parsed, Review, Reviewed, Weakening

MAX_RESULTS: Final = 25_000
MAX_STEPS: Final = 10_000
MAX_RELATED: Final = 1_000
MAX_TAGS: Final = 10
MAX_TEXT: Final = 1_024

_PATH_VERSION: Final = VERSION.replace("/", "/path/")
_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT: Final = "%SRCROOT%"
_LEVEL: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_SCORE: Final = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
    Severity.INFO: "0.5",
}
_KIND: Final = {
    Verdict.FOUND: "fail",
    Verdict.HANDLED: "pass",
    Verdict.CLEAN: "pass",
    Verdict.UNSEEN: "open",
    Verdict.ABSENT: "notApplicable",
}
_ROLE_WORDS: Final = {
    EvidenceRole.SITE: "site",
    EvidenceRole.GUARD: "guard",
    EvidenceRole.MISSING: "where a guard would stand",
    EvidenceRole.CONTEXT: "beside it",
}
_NOTICES: Final = (
    ("not-read-whole", "A file, or a part of it, was not analysed"),
    ("truncated", "The report was cut to what a service accepts"),
    ("weakened", "What came with the reviewed files makes the review say less"),
)
_NOTEBOOK: Final = ".ipynb"
_SAFE_IN_URI: Final = re.compile(r"[^A-Za-z0-9._~/!$&'()*+,;=@-]")
_ABSOLUTE: Final = re.compile(r"(?:/|[A-Za-z]:/)")


@frozen
class _Every:
    """Properties that all results have where one has them.

    An empty list of suppressions says that nothing suppresses a result.
    """

    suppresses: bool
    compares: bool


_PLAIN: Final = _Every(False, False)


def render_sarif(
    review: Review,
    version: str,
    all_verdicts: bool,
    successful: bool,
    delta: Delta | None = None,
) -> str:
    """The log on one line. `successful` is False when the run itself went wrong.

    Of a change the results are what became worse and what is found as before, each with its
    `baselineState`.
    """
    rules = [each.rule for each in review.classes]
    index = {rule.id: position for position, rule in enumerate(rules)}
    cwes = sorted({cwe for rule in rules for cwe in (rule.cwe, *rule.related)})
    taxa = {cwe: position for position, cwe in enumerate(cwes)}
    if delta is None:
        results, cut = _results(review, index, all_verdicts)
    else:
        results, cut = _change_results(delta, index)
    invocation: dict[str, Json] = {
        "executionSuccessful": successful,
        "toolExecutionNotifications": _notifications(review, cut),
    }
    if review.weakened:
        invocation["toolConfigurationNotifications"] = [
            _weakening(each) for each in review.weakened
        ]
    run: dict[str, Json] = {
        "tool": {
            "driver": {
                "name": "assay",
                "semanticVersion": version,
                "informationUri": "https://pypi.org/project/assay-review/",
                "rules": [_rule(rule, taxa) for rule in rules],
                "notifications": [
                    {"id": name, "shortDescription": {"text": text}} for name, text in _NOTICES
                ],
                "supportedTaxonomies": [{"name": "CWE", "index": 0}],
            }
        },
        "invocations": [invocation],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the root of the reviewed files"}}},
        "artifacts": [
            {
                "location": _artifact(file.head.path),
                "roles": ["analysisTarget"],
                "sourceLanguage": "python",
            }
            for file in review.files
        ],
        "results": results,
        "taxonomies": [
            {
                "name": "CWE",
                "organization": "MITRE",
                "informationUri": "https://cwe.mitre.org/",
                "shortDescription": {"text": "Common Weakness Enumeration"},
                "isComprehensive": False,
                "taxa": [{"id": str(cwe), "helpUri": _cwe_page(cwe)} for cwe in cwes],
            }
        ],
        "columnKind": "unicodeCodePoints",
    }
    if review.weakened:
        run["properties"] = {
            "weakened_by": [{"where": each.where, "what": each.what} for each in review.weakened]
        }
    return dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=None) + "\n"


def _cwe_page(cwe: int) -> str:
    return f"https://cwe.mitre.org/data/definitions/{cwe}.html"


def _rule(rule: Rule, taxa: dict[int, int]) -> Json:
    cwes = (rule.cwe, *rule.related)
    tags: list[Json] = ["security", *(f"external/cwe/cwe-{cwe:03}" for cwe in cwes)]
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.split("-")),
        "shortDescription": {"text": _short(rule.title)},
        "fullDescription": {"text": _short(rule.summary)},
        "help": {"text": rule.explanation, "markdown": rule.explanation},
        "helpUri": _cwe_page(rule.cwe),
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "relationships": [
            {
                "target": {
                    "id": str(cwe),
                    "index": taxa[cwe],
                    "toolComponent": {"name": "CWE", "index": 0},
                },
                "kinds": ["relevant"],
            }
            for cwe in cwes
        ],
        "properties": {
            "tags": tags[:MAX_TAGS],
            "precision": rule.precision.value,
            "security-severity": _SCORE[rule.severity],
        },
    }


def _short(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 3] + "..."


def _results(review: Review, index: dict[str, int], all_verdicts: bool) -> tuple[list[Json], int]:
    """The results in the order of the review, and how many were left out for being too many."""
    audited = {id(each) for each in review.audited}
    wanted = [
        each
        for each in review.observations
        if all_verdicts or each.observation.verdict is Verdict.FOUND or id(each) in audited
    ]
    wanted += review.baselined
    wanted += review.suppressed
    kept = wanted
    if len(wanted) > MAX_RESULTS:
        order = sorted(range(len(wanted)), key=lambda place: (*_importance(wanted[place]), place))
        kept = [wanted[place] for place in sorted(order[:MAX_RESULTS])]
    every = _Every(bool(review.suppressed), bool(review.baselines))
    results: list[Json] = [_result(each, index, every) for each in kept]
    if all_verdicts:
        room = MAX_RESULTS - len(results)
        results += [
            _class_result(review, each, index, every)
            for each in review.classes
            if each.sites.total == 0 and each.verdict in (Verdict.UNSEEN, Verdict.ABSENT)
        ][:room]
    return results, len(wanted) - len(kept)


def _change_results(delta: Delta, index: dict[str, int]) -> tuple[list[Json], int]:
    """What became worse first, then what is found as before, and how many were left out."""
    results: list[Json] = []
    for change in delta.worse:
        result = _result(change.reviewed, index, _PLAIN)
        result["baselineState"] = "new" if change.before == NOTHING else "updated"
        related = result.setdefault("relatedLocations", [])
        assert isinstance(related, list), "made here"
        first = len(related) + 1
        gone = [guard for guard in change.guards if guard.gone and guard.new_line]
        related += [
            {
                "id": number,
                "physicalLocation": _physical(guard.path, _lines(guard.new_line, guard.new_line)),
                "message": {"text": f"the guard stood here, in line {guard.line} of the old state"},
            }
            for number, guard in enumerate(gone, first)
        ]
        if not related:
            del result["relatedLocations"]
        links = ", ".join(
            f"[{_message_text(guard.path)}:{guard.line}]({number})"
            for number, guard in enumerate(gone, first)
        )
        message = result["message"]
        assert isinstance(message, dict), "made here"
        removed = f", guard removed at {links}" if links else ""
        message["text"] = f"{change_words(change)}{removed}: {message['text']}"
        properties = result["properties"]
        assert isinstance(properties, dict), "made here"
        properties["before"] = change.before or None
        results.append(result)
    for reviewed in delta.same:
        result = _result(reviewed, index, _PLAIN)
        result["baselineState"] = "unchanged"
        results.append(result)
    return results[:MAX_RESULTS], max(0, len(results) - MAX_RESULTS)


def _importance(reviewed: Reviewed) -> tuple[bool, bool, int, int, int]:
    observation = reviewed.observation
    return (
        bool(reviewed.known),
        observation.suppressed is not None,
        observation.verdict.rank,
        observation.severity.rank,
        observation.confidence.rank,
    )


def _result(reviewed: Reviewed, index: dict[str, int], every: _Every) -> dict[str, Json]:
    observation = reviewed.observation
    found = observation.verdict is Verdict.FOUND
    related = [each for each in observation.evidence if not _is_site(each, reviewed)][:MAX_RELATED]
    text = _message_text(observation.message)
    if reviewed.cell is not None:
        text = f"cell {reviewed.cell.number}, line {reviewed.cell.line}: {text}"
    if related:
        links = ", ".join(
            f"[{_ROLE_WORDS[each.role]}, {line_words(each.line, each.end_line)}]({number})"
            for number, each in enumerate(related, 1)
        )
        text = f"{text} (see {links})"
    identities: dict[str, Json] = {
        VERSION: reviewed.fingerprint,
        _PATH_VERSION: reviewed.identity.path_fingerprint,
    }
    partial: dict[str, Json] = {}
    if reviewed.line_hash:
        partial["primaryLocationLineHash"] = reviewed.line_hash
    partial.update(identities)
    location: dict[str, Json] = {"physicalLocation": _physical(observation.path, _region(reviewed))}
    if observation.function:
        location["logicalLocations"] = [
            {"fullyQualifiedName": observation.function, "kind": "function"}
        ]
    result: dict[str, Json] = {
        "ruleId": observation.rule.id,
        "ruleIndex": index[observation.rule.id],
        "kind": _KIND[observation.verdict],
        "level": _LEVEL[observation.severity] if found else "none",
        "message": {"text": text},
        "locations": [location],
        "partialFingerprints": partial,
        "fingerprints": identities,
    }
    if related:
        result["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": _physical(each.path, _lines(each.line, each.end_line)),
                "message": {"text": _ROLE_WORDS[each.role]},
            }
            for number, each in enumerate(related, 1)
        ]
    if observation.trace:
        steps: list[Json] = [
            {
                "location": {
                    "physicalLocation": _physical(step.path, _lines(step.line, step.line)),
                    "message": {"text": _message_text(step.message)},
                }
            }
            for step in observation.trace[:MAX_STEPS]
        ]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    accepted = observation.suppressed
    if accepted is not None:
        suppression: dict[str, Json] = {
            "kind": "inSource",
            "status": "accepted",
            "location": {
                "physicalLocation": _physical(
                    observation.path, _lines(accepted.line, accepted.line)
                )
            },
        }
        if accepted.reason:
            suppression["justification"] = visible(accepted.reason)
        result["suppressions"] = [suppression]
    elif every.suppresses:
        result["suppressions"] = []
    if every.compares:
        result["baselineState"] = "unchanged" if reviewed.known else "new"
    result["properties"] = {
        "verdict": observation.verdict.value,
        "severity": observation.severity.value,
        "confidence": observation.confidence.value,
    }
    return result


def _class_result(review: Review, each: ClassReview, index: dict[str, int], every: _Every) -> Json:
    """A class that has no site: what it was looked for in, or what hides the answer."""
    if each.verdict is Verdict.ABSENT:
        text = f"no site: there are no {each.rule.site} in {plural(len(review.files), 'file')}"
    else:
        names = [
            name.name for name in review.unseen if name.rules == () or each.rule.id in name.rules
        ]
        text = f"no answer: {plural(len(names), 'name')} not in view"
    result: dict[str, Json] = {
        "ruleId": each.rule.id,
        "ruleIndex": index[each.rule.id],
        "kind": _KIND[each.verdict],
        "level": "none",
        "message": {"text": text},
        "properties": {"verdict": each.verdict.value},
    }
    if every.compares:
        result["baselineState"] = "new"
    return result


def _is_site(evidence: Evidence, reviewed: Reviewed) -> bool:
    observation = reviewed.observation
    return (
        evidence.role is EvidenceRole.SITE
        and evidence.path == observation.path
        and evidence.line == observation.line
    )


def _message_text(text: str) -> str:
    """Message text in which brackets are no links."""
    return re.sub(r"([\[\]])", r"\\\1", visible(text))


def _region(reviewed: Reviewed) -> Json:
    """The site, cut to its first line: an alert is shown on a change only if all its lines are."""
    observation = reviewed.observation
    region: dict[str, Json] = {
        "startLine": observation.line,
        "startColumn": observation.column,
    }
    if observation.end_line == observation.line:
        region["endLine"] = observation.end_line
        region["endColumn"] = max(observation.end_column, observation.column)
    return region


def _lines(first: int, last: int) -> Json:
    return {"startLine": first, "endLine": max(first, last)}


def _physical(path: str, region: Json) -> Json:
    if path.endswith(_NOTEBOOK):  # its lines are those of its cells, not of the file
        region = {"startLine": 1}
    return {"artifactLocation": _artifact(path), "region": region}


def _artifact(path: str) -> Json:
    if _ABSOLUTE.match(path):
        return {"uri": "file://" + ("" if path.startswith("/") else "/") + _quoted(path, ":")}
    return {"uri": _quoted(path.removeprefix("./"), ""), "uriBaseId": _ROOT}


def _quoted(path: str, also: str) -> str:
    """A path as the path of a URI."""

    def escape(match: re.Match[str]) -> str:
        char = match.group()
        if char in also:
            return char
        return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogatepass"))

    return _SAFE_IN_URI.sub(escape, path)


def _notifications(review: Review, cut: int) -> list[Json]:
    """What was not analysed, by file, and what does not fit into the report."""
    notices: list[Json] = []
    for each in review.unread:
        level = "error" if each.parsed is Parsed.NOT else "warning"
        text = f"{how_read(each.parsed)}: {each.reason}"
        notices.append(_notice("not-read-whole", level, text, each.path, 0))
    for file in review.files:
        for hole in file.unseen:
            if not is_not_analysed(hole.reason):
                continue
            if is_told(file.head, hole.reason):
                continue
            level = "error" if word(hole.reason) == INTERNAL_ERROR else "warning"
            text = f"{hole.name} not analysed: {hole.reason}"
            notices.append(_notice("not-read-whole", level, text, hole.path, hole.line))
    if cut:
        text = (
            f"{plural(cut, 'result')} left out, the least severe ones: {MAX_RESULTS} are accepted"
        )
        notices.append(
            {
                "descriptor": {"id": "truncated", "index": 1},
                "level": "warning",
                "message": {"text": text},
            }
        )
    return notices


def _weakening(each: Weakening) -> Json:
    return {
        "descriptor": {"id": "weakened", "index": 2},
        "level": "warning",
        "message": {"text": _message_text(f"weakened by {each.where}: {each.what}")},
    }


def _notice(name: str, level: str, text: str, path: str, line: int) -> Json:
    physical: dict[str, Json] = {"artifactLocation": _artifact(path)}
    if line:
        physical["region"] = {"startLine": line}
    positions: Sequence[str] = [each for each, _ in _NOTICES]
    return {
        "descriptor": {"id": name, "index": positions.index(name)},
        "level": level,
        "message": {"text": _message_text(text)},
        "locations": [{"physicalLocation": physical}],
    }
