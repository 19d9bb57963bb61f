"""The report of a change, for people: what became worse, with the guard that is gone.

    main to working tree  1 file changed, 1 that depends on it reviewed as well

    high  was handled, now found  web.py:10:10  path-traversal  CWE-22
      The guard is gone: the query string (line 10) reaches a path of a file without a check ...
      - paths.py:8  if not path.startswith(BASE + os.sep):
                    ^ the guard, removed
      > 10  with open(inside(request.args["name"])) as stream:

    1 worse: 1 high.

The grammar is that of all text reports. An entry is what became worse; what one guard held together
is one entry. What became better is a line.
"""

from __future__ import annotations

import textwrap
from typing import Final

from assay.frozen import frozen
from assay.ledger.observation import Evidence, EvidenceRole, Verdict
from assay.report.ansi import Painter
from assay.report.markdown import code, fenced, prose
from assay.report.visible import visible, visible_code, width
from assay.report.words import place, plural, unread_words, weakened_lines
from assay.review.delta import NOTHING, Change, Delta, Guard, counts_by_change
from assay.review.review import Review

_BETTER: Final = 5
_MORE: Final = 12
_MIN_COLUMNS: Final = 24
_WORDS: Final = {Verdict.UNSEEN.value: "not in view"}


@frozen
class _Entry:
    """A change, and others that the same guard was to."""

    change: Change
    more: tuple[Change, ...]


def change_words(change: Change) -> str:
    """`new`, or `was handled, now found`."""
    if change.before == NOTHING:
        return "new"
    before = _WORDS.get(change.before, change.before)
    return f"was {before}, now {_WORDS.get(change.after, change.after or 'gone')}"


def guard_words(guard: Guard) -> str:
    """`the guard, removed`, or that it stands there and does not hold any more."""
    return "the guard, removed" if guard.gone else "the guard, which does not hold any more"


def worse_reason(delta: Delta, count: int) -> str:
    """Why the exit code is not 0: `2 verdicts are worse than at main`."""
    verb = "is" if count == 1 else "are"
    at = "" if delta.old_name.startswith("before ") else "at "
    return f"{plural(count, 'verdict')} {verb} worse than {at}{delta.old_name}"


def title_of(delta: Delta) -> str:
    """`main to working tree`."""
    return f"{delta.old_name} to {delta.new_name}"


def sizes_of(delta: Delta) -> str:
    """`2 files changed, 41 that depend on them reviewed as well`."""
    said = f"{plural(len(delta.changed), 'file')} changed"
    if delta.dependants:
        verb = "depends" if delta.dependants == 1 else "depend"
        them = "it" if len(delta.changed) == 1 else "them"
        said += f", {delta.dependants:,} that {verb} on {them} reviewed as well"
    return said


def render_change_text(review: Review, delta: Delta, columns: int, painter: Painter) -> str:
    """The report for a terminal, with a line end."""
    head = f"{painter.bold(visible(title_of(delta)))}  {sizes_of(delta)}"
    lines = [head]
    for each in (*_unread(review, delta), *weakened_lines(review)):
        lines += _wrapped(visible(each), 0, columns)
    blocks = ["\n".join(lines)]
    blocks += ["\n".join(_entry(each, columns, painter)) for each in _entries(delta)]
    better = better_words(delta)
    if better:
        blocks.append("\n".join(_wrapped(better, 0, columns)))
    blocks.append("\n".join(_foot(delta, columns)))
    return "\n\n".join(blocks) + "\n"


def better_words(delta: Delta) -> str:
    """What became better, in one sentence; "" for nothing."""
    if not delta.better:
        return ""
    told = [
        f"{place(each.reviewed)} {each.reviewed.observation.rule.id} {change_words(each)}"
        for each in delta.better[:_BETTER]
    ]
    more = len(delta.better) - len(told)
    if more:
        told.append(f"and {more:,} more")
    return f"Better: {'; '.join(told)}."


def total_words(delta: Delta) -> str:
    """`1 worse: 1 high. 1 better, 19 found as before.`"""
    counts = counts_by_change(delta.worse)
    said = f"{len(delta.worse):,} worse"
    if counts:
        said += ": " + ", ".join(f"{count:,} {name}" for name, count in counts.items())
    rest = []
    if delta.better:
        rest.append(f"{len(delta.better):,} better")
    if delta.same:
        rest.append(f"{len(delta.same):,} found as before")
    return f"{said}. {', '.join(rest)}." if rest else f"{said}."


def _unread(review: Review, delta: Delta) -> list[str]:
    """What could not be compared, each a sentence."""
    return [f"Not read whole: {unread_words(each)}" for each in review.unread] + [
        f"Not compared: {note}" for note in delta.notes
    ]


def _entries(delta: Delta) -> list[_Entry]:
    """What became worse; what one guard was to is one entry, under the first."""
    groups: dict[object, list[Change]] = {}
    for number, change in enumerate(delta.worse):
        guards = tuple((guard.path, guard.line) for guard in change.guards if guard.gone)
        own = change.reviewed.observation
        key = (own.rule.id, own.severity, change.before, change.after, guards)
        groups.setdefault(key if guards else number, []).append(change)
    return [_Entry(group[0], tuple(group[1:])) for group in groups.values()]


def _entry(entry: _Entry, columns: int, painter: Painter) -> list[str]:
    change = entry.change
    reviewed = change.reviewed
    observation = reviewed.observation
    severity = painter.severity(observation.severity, observation.severity.value)
    lines = [
        f"{severity}  {change_words(change)}  {painter.bold(place(reviewed))}  "
        f"{observation.rule.id}  CWE-{observation.rule.cwe}"
    ]
    lines += _wrapped(sentence(change), 2, columns)
    for guard in change.guards:
        lines += _guard(guard, observation.path)
    if change.new is not None:
        for each in observation.evidence:
            if each.role is EvidenceRole.SITE:
                lines += _quoted(">", each, observation.path)
    for number, step in enumerate(observation.trace):
        is_last = number == len(observation.trace) - 1
        word = "from" if not number else "to" if is_last else "via"
        lines.append(f"  {word:<4}  {visible(step.path)}:{step.line}  {visible(step.message)}")
    if entry.more:
        places = ", ".join(place(each.reviewed) for each in entry.more[:_MORE])
        left = len(entry.more) - _MORE
        tail = f" and {left:,} more" if left > 0 else ""
        lines += _wrapped(f"{len(entry.more):,} more like it: {places}{tail}.", 2, columns)
    if any(guard.gone for guard in change.guards):
        gone = next(guard for guard in change.guards if guard.gone)
        elsewhere = f" of {visible(gone.path)}" if gone.path != observation.path else ""
        lines += _wrapped(
            f"Fix: put line {gone.line}{elsewhere} back, or another guard.", 2, columns
        )
    elif observation.remedy:
        lines += _wrapped(f"Fix: {visible(observation.remedy)}.", 2, columns)
    return lines


def sentence(change: Change) -> str:
    """What became of a site, as sentences."""
    message = visible(change.reviewed.observation.message)
    if any(guard.gone for guard in change.guards):
        said = f"The guard is gone: {message}."
    elif change.guards:
        said = f"The guard does not hold any more: {message}."
    else:
        first = message.partition(" ")[0]
        is_word = first.isalpha() and first.islower()  # and no name, which would become another one
        said = f"{message[:1].upper()}{message[1:]}." if is_word else f"{message}."
    if change.because:
        names = ", ".join(visible(path) for path in change.because[:_BETTER])
        more = len(change.because) - _BETTER
        said += f" This file is as it was and rests on {names}"
        said += f" and {more:,} more, which changed." if more > 0 else ", which changed."
    return said


def _guard(guard: Guard, path: str) -> list[str]:
    elsewhere = "" if guard.path == path else f"{visible(guard.path)}:"
    prefix = f"  {'-' if guard.gone else ' '} {elsewhere}{guard.line}  "
    code = visible_code(guard.text)
    first = code[0].expandtabs(4).strip()
    return [f"{prefix}{first}", f"{' ' * width(prefix)}^ {guard_words(guard)}"]


def _quoted(mark: str, evidence: Evidence, path: str) -> list[str]:
    elsewhere = "" if evidence.path == path else f"{visible(evidence.path)}:"
    return [
        f"  {mark} {elsewhere}{evidence.line + number}  {text.expandtabs(4).strip()}"
        for number, text in enumerate(visible_code(evidence.text)[:3])
    ]


def _foot(delta: Delta, columns: int) -> list[str]:
    lines = _wrapped(total_words(delta), 0, columns)
    first = next((each for each in delta.worse if each.reviewed.cell is None), None)
    if first is not None:
        observation = first.reviewed.observation
        where = f"{visible(observation.path)}:{observation.line}"
        lines.append(f"  assay why {where}   how this was decided")
        if observation.verdict is Verdict.FOUND:
            lines.append(
                f'  assay suppress {where} --reason "..."   accepts it, in a comment there'
            )
    return lines


def _wrapped(text: str, indent: int, columns: int) -> list[str]:
    pad = " " * indent
    return textwrap.wrap(
        text,
        max(columns, _MIN_COLUMNS),
        initial_indent=pad,
        subsequent_indent=pad,
        break_long_words=False,
        break_on_hyphens=False,
    )


def render_change_concise(review: Review, delta: Delta) -> str:
    """A line for each: `web.py:10:10: CWE-22 path-traversal handled -> found ...`."""
    lines = [f"{visible(text)}\n" for text in weakened_lines(review)]
    for change in delta.worse:
        observation = change.reviewed.observation
        gone = [f"{visible(guard.path)}:{guard.line}" for guard in change.guards if guard.gone]
        tail = f" (guard removed: {', '.join(gone)})" if gone else ""
        lines.append(
            f"{place(change.reviewed)}: CWE-{observation.rule.cwe} {observation.rule.id} "
            f"{change.before or 'new'} -> {change.after} {visible(observation.message)}{tail}\n"
        )
    lines += [f"{visible(text)}\n" for text in _unread(review, delta)]
    return "".join(lines)


def render_change_markdown(review: Review, delta: Delta) -> str:
    """The page for a comment on a change."""
    parts = [f"# {prose(title_of(delta))}", f"{sizes_of(delta)}. {total_words(delta)}"]
    notes = [*_unread(review, delta), *weakened_lines(review)]
    if notes:
        parts.append("\n".join(f"- **{prose(text)}**" for text in notes))
    for entry in _entries(delta):
        parts += _markdown_entry(entry)
    if delta.better:
        parts.append(prose(better_words(delta)))
    return "\n\n".join(parts) + "\n"


def _markdown_entry(entry: _Entry) -> list[str]:
    change = entry.change
    observation = change.reviewed.observation
    parts = [
        f"## {observation.severity.value}: {change_words(change)}, "
        f"CWE-{observation.rule.cwe} {prose(observation.rule.title)}",
        f"{code(place(change.reviewed))}: {prose(sentence(change))}",
    ]
    for guard in change.guards:
        parts.append(f"{guard_words(guard).capitalize()} ({code(f'{guard.path}:{guard.line}')}):")
        parts.append(fenced(guard.text, ""))
    if change.new is not None:
        parts += [fenced(each.text, "") for each in observation.evidence if _is_site(each)]
    if observation.trace:
        parts.append(
            "\n".join(
                f"1. {code(f'{step.path}:{step.line}')} {prose(step.message)}"
                for step in observation.trace
            )
        )
    if entry.more:
        places = ", ".join(code(place(each.reviewed)) for each in entry.more)
        parts.append(f"{len(entry.more):,} more like it: {places}.")
    return parts


def _is_site(evidence: Evidence) -> bool:
    return evidence.role is EvidenceRole.SITE
