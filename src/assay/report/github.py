"""Annotations of GitHub Actions: workflow commands, one a finding, worst first.

    ::error file=store.py,line=12,col=5,endLine=12,endColumn=20,title=CWE-772 Resource leak::...

GitHub shows ten of each kind a step, so the order is that of severity.
"""

from __future__ import annotations

from assay.ledger.observation import Verdict
from assay.ledger.rule import Severity
from assay.report.visible import visible
from assay.report.words import baseline_lines, how_read, weakened_lines
from assay.review.conclusion import conclude
from assay.review.review import Review


def render_github(review: Review) -> str:
    """The commands, what weakens the review first; what was not read follows as warnings."""
    lines: list[str] = []
    weakened = "; ".join(weakened_lines(review))
    if weakened:
        lines.append(f"::warning title=review weakened::{_data(weakened)}\n")
    told = baseline_lines(review)
    lines += [f"::notice title=baseline::{_data(text)}\n" for text in told]
    conclusion = conclude(review)
    for reviewed in (*conclusion.wrong, *review.audited):
        observation = reviewed.observation
        command = {
            Severity.CRITICAL: "error",
            Severity.HIGH: "error",
            Severity.MEDIUM: "warning",
            Severity.LOW: "notice",
            Severity.INFO: "notice",
        }[observation.severity]
        title = f"CWE-{observation.rule.cwe} {observation.rule.title}"
        if observation.verdict is not Verdict.FOUND:
            command, title = "notice", f"{title} ({observation.verdict.value})"
        one_line = observation.line == observation.end_line
        columns = (
            f",col={observation.column},endColumn={observation.end_column}" if one_line else ""
        )
        place = f"line={observation.line},endLine={observation.end_line}{columns}"
        message = observation.message
        if reviewed.cell is not None:  # the lines are those of the cells, not of the file
            place = "line=1"
            message = f"cell {reviewed.cell.number}, line {reviewed.cell.line}: {message}"
        lines.append(
            f"::{command} file={_property(observation.path)},{place},"
            f"title={_property(title)}::{_data(message)}\n"
        )
    for each in review.unread:
        said = f"{how_read(each.parsed)}: {each.reason}"
        lines.append(f"::warning file={_property(each.path)},title=not read whole::{_data(said)}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
