"""Annotations of GitHub Actions: workflow commands, one a finding, worst first.

    ::error file=store.py,line=12,col=5,endLine=12,endColumn=20,title=CWE-772 Resource leak::...

GitHub shows ten of each kind a step, so the order is that of severity.
"""

from __future__ import annotations

from typing import Final

from assay.ledger.observation import Verdict
from assay.ledger.rule import Severity
from assay.report.change import change_words, sentence
from assay.report.visible import visible
from assay.report.words import baseline_lines, how_read, place, weakened_lines
from assay.review.conclusion import conclude
from assay.review.delta import Change, Delta
from assay.review.review import Review

_COMMAND: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
    Severity.INFO: "notice",
}


def render_github(review: Review, delta: Delta | None = None) -> str:
    """The commands, what weakens the review first; what was not read follows as warnings.

    Of a change what became worse, each at its own line and at that of a guard that is gone.
    """
    lines: list[str] = []
    weakened = "; ".join(weakened_lines(review))
    if weakened:
        lines.append(f"::warning title=review weakened::{_data(weakened)}\n")
    lines += [f"::notice title=baseline::{_data(text)}\n" for text in baseline_lines(review)]
    if delta is not None:
        for change in delta.worse:
            lines += _change(change)
    for reviewed in (*conclude(review).wrong, *review.audited) if delta is None else ():
        observation = reviewed.observation
        command = _COMMAND[observation.severity]
        title = f"CWE-{observation.rule.cwe} {observation.rule.title}"
        if observation.verdict is not Verdict.FOUND:
            command, title = "notice", f"{title} ({observation.verdict.value})"
        one_line = observation.line == observation.end_line
        columns = (
            f",col={observation.column},endColumn={observation.end_column}" if one_line else ""
        )
        where = f"line={observation.line},endLine={observation.end_line}{columns}"
        message = observation.message
        if reviewed.cell is not None:  # the lines are those of the cells, not of the file
            where = "line=1"
            message = f"cell {reviewed.cell.number}, line {reviewed.cell.line}: {message}"
        lines.append(
            f"::{command} file={_property(observation.path)},{where},"
            f"title={_property(title)}::{_data(message)}\n"
        )
    for each in review.unread:
        said = f"{how_read(each.parsed)}: {each.reason}"
        lines.append(f"::warning file={_property(each.path)},title=not read whole::{_data(said)}\n")
    if delta is not None:
        said = "; ".join(delta.notes)
        lines += [f"::warning title=not compared::{_data(said)}\n"] if said else []
    return "".join(lines)


def _change(change: Change) -> list[str]:
    """An annotation for the site, and one for each line where a guard was taken away."""
    observation = change.reviewed.observation
    command = _COMMAND[observation.severity]
    title = f"CWE-{observation.rule.cwe} {observation.rule.title}: {change_words(change)}"
    places = [(observation.path, observation.line, sentence(change))]
    if change.reviewed.cell is not None:
        places = [(observation.path, 1, f"{place(change.reviewed)}: {sentence(change)}")]
    places += [
        (guard.path, guard.new_line or 1, f"a guard of {place(change.reviewed)} was removed here")
        for guard in change.guards
        if guard.gone and guard.new_line
    ]
    return [
        f"::{command} file={_property(path)},line={line},title={_property(title)}::{_data(said)}\n"
        for path, line, said in places
    ]


def _data(text: str) -> str:
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
