"""Comments that accept a finding, and what they cover.

    # assay: ignore[resource-leak] -- the pool closes it
    # assay: ignore[CWE-89, path-traversal] until=2027-03-01 -- ticket 4711
    # assay: file-ignore[weak-hash] -- checksums of downloads, nothing secret
    # assay: disable[sql-injection] -- the names of tables are constants
    # assay: enable[sql-injection]

`ignore` stands on any line of a statement, or alone above it. In a display of many lines it covers
the element that it stands at; on the first or last line, or above, the whole statement. What is
between `disable` and `enable` is covered, and by `file-ignore` the file. `# nosec B602` and
`# noqa: S602` cover their statement.

Rules and reason are asked for: a comment without them has a `problem` and no effect. What a string
holds is no comment.

Invariant: nothing is covered by a comment that has a problem, or by one that names another rule.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, final

from assay.models.foreign import rules_of_bandit
from assay.source.span import Span

if TYPE_CHECKING:
    from assay.source.comments import Comment
    from assay.source.file import SourceFile
    from assay.source.normal import Place

IGNORE: Final = "ignore"
FILE_IGNORE: Final = "file-ignore"
DISABLE: Final = "disable"
ENABLE: Final = "enable"
NOSEC: Final = "nosec"
NOQA: Final = "noqa"
VERBS: Final = (IGNORE, FILE_IGNORE, DISABLE, ENABLE)
FOREIGN: Final = (NOSEC, NOQA)

USAGE: Final = "write: # assay: ignore[RULE] -- REASON"

MOST_NAMES: Final = 50
"""Rules that one comment may name."""

_MAY_HOLD: Final = re.compile(r"assay:|nosec|noqa", re.IGNORECASE)
# Comments of several tools may share a line; a reason may hold "#12".
_NEXT: Final = re.compile(
    r"\s#\s*(?=(?:assay|noqa|nosec|nosemgrep|type|pylint|pyright|mypy|ruff|fmt|isort|pragma)\b)",
    re.IGNORECASE,
)
_OWN: Final = re.compile(r"#\s*assay:\s*([A-Za-z][A-Za-z-]*)\s*(.*)$", re.IGNORECASE)
_NAMES: Final = re.compile(r"\[([^\[\]]*)\]\s*(.*)$")
_UNTIL: Final = re.compile(r"until\s*=\s*(\S*)\s*(.*)$")
_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NOSEC: Final = re.compile(r"#\s*nosec\b:?\s*(.*)$", re.IGNORECASE)
_NOQA: Final = re.compile(r"#\s*noqa\s*:\s*(.*)$", re.IGNORECASE)
_CODE: Final = re.compile(r"[A-Z]+[0-9]+")
_SEPARATOR: Final = re.compile(r"[\s,]+")
_MOST_ABOVE: Final = 50
"""Lines of comments that may stand between a comment and what it covers."""

_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@final
class Suppression:
    """One comment, as it is written; a problem says what is wrong with it.

    `verb` is one of VERBS or FOREIGN, `names` what it names: rules, CWE numbers, or codes of
    another tool, in its order; none of a foreign one stands for all. `until` is the last day on
    which it holds, "" for no end. `span` is the comment's. `last_line` is where a `disable` ends.
    """

    __slots__ = (
        "last_line",
        "line",
        "names",
        "own_line",
        "problem",
        "reason",
        "span",
        "until",
        "verb",
    )

    def __init__(
        self,
        span: Span,
        own_line: bool,
        verb: str,
        names: tuple[str, ...],
        reason: str,
        until: str,
        problem: str,
    ) -> None:
        self.span: Final = span
        self.line: Final = span.lineno
        self.own_line: Final = own_line
        self.verb: Final = verb
        self.names: Final = names
        self.reason: Final = reason
        self.until: Final = until
        self.problem = problem
        self.last_line = 0

    def is_expired(self, day: str) -> bool:
        """Whether its last day lies before a day."""
        return bool(self.until) and day > self.until

    def __repr__(self) -> str:
        return f"Suppression({self.line}, {self.verb}, {self.names}, {self.problem!r})"


def suppressions_of(source: "SourceFile") -> list[Suppression]:
    """The comments of a file that accept findings, in the order of the text."""
    if _MAY_HOLD.search(source.text) is None:
        return []
    found: list[Suppression] = []
    for comment in source.comments:
        if _MAY_HOLD.search(comment.text) is not None:
            found += _of_comment(source, comment)
    _close_ranges(found)
    return found


def covers(source: "SourceFile", one: Suppression, line: int, last: int, place: "Place") -> bool:
    """Whether a comment covers a site from one line to another, given its place."""
    if one.problem or one.verb == ENABLE:
        return False
    if one.verb == FILE_IGNORE:
        return True
    if one.verb == DISABLE:
        return one.line <= line <= one.last_line
    here = one.line
    if place.unit_first <= here <= place.unit_last or here in (place.first, place.last):
        return True
    if line <= here <= min(last, place.last):
        return True
    if one.verb != IGNORE or not one.own_line:
        return False
    return is_above(source, here, place.unit_first) or is_above(source, here, place.first)


def is_above(source: "SourceFile", line: int, first: int) -> bool:
    """Whether from a line on nothing but comments stands above another."""
    return first - _MOST_ABOVE <= line < first and all(
        text.lstrip().startswith("#") for text in source.lines[line - 1 : first - 1]
    )


def _of_comment(source: "SourceFile", comment: "Comment") -> list[Suppression]:
    start = len(source.lines[comment.line - 1][: comment.column].encode())
    # What a reason quotes of a secret is not shown, as everywhere.
    whole = comment.text.rstrip()
    end = start + len(whole.encode())
    shown = source.between(comment.line, start, comment.line, end)
    found: list[Suppression] = []
    for part in _NEXT.sub("\n#", shown).split("\n"):
        one = _parsed(part, Span(comment.line, start, comment.line, end), comment.own_line)
        if one is not None:
            found.append(one)
    return found


def _parsed(text: str, span: Span, own_line: bool) -> Suppression | None:
    own = _OWN.match(text)
    if own is not None:
        return _own(own.group(1).lower(), own.group(2).strip(), span, own_line)
    nosec = _NOSEC.match(text)
    if nosec is not None:
        names = _leading(nosec.group(1), rules_of_bandit())
        return Suppression(span, own_line, NOSEC, names, nosec.group(1).strip(), "", "")
    noqa = _NOQA.match(text)
    if noqa is not None:
        names = _leading(noqa.group(1), {})
        if names:
            return Suppression(span, own_line, NOQA, names, noqa.group(1).strip(), "", "")
    return None


def _leading(text: str, known: Mapping[str, object]) -> tuple[str, ...]:
    """The codes, and the names of tests that are known, at the beginning of a text."""
    found: list[str] = []
    for word in _SEPARATOR.split(text.strip(), MOST_NAMES)[:MOST_NAMES]:
        if word not in known and _CODE.fullmatch(word) is None:
            break
        found.append(word)
    return tuple(found)


def _own(verb: str, rest: str, span: Span, own_line: bool) -> Suppression | None:
    """One of Assay's own; None for a sentence that only begins with the word."""
    if verb not in VERBS:
        if not rest.startswith("["):
            return None
        problem = f"there is no '{verb}': {USAGE}"
        return Suppression(span, own_line, IGNORE, (), "", "", problem)
    named = _NAMES.match(rest)
    if named is None:
        if verb != IGNORE and not rest.startswith("["):
            return None  # "assay: enable the pump"
        return Suppression(span, own_line, verb, (), "", "", f"it names no rule: {USAGE}")
    names = tuple([name.strip() for name in named.group(1).split(",") if name.strip()])
    reason = named.group(2)
    until = ""
    problem = "" if names else f"it names no rule: {USAGE}"
    if len(names) > MOST_NAMES:
        names, problem = (), f"it names more than {MOST_NAMES} rules"
    dated = _UNTIL.match(reason)
    if dated is not None:
        until, reason = dated.group(1), dated.group(2)
        if not is_day(until):
            problem = problem or f"until={until} is no day, which is written until=2027-03-01"
            until = ""
    reason = reason.removeprefix("--").strip()
    if verb == ENABLE:
        return Suppression(span, own_line, verb, names, "", "", problem)
    if not any(char.isalnum() for char in reason):
        problem = problem or f"it gives no reason: {USAGE}"
    return Suppression(span, own_line, verb, names, reason, until, problem)


def is_day(text: str) -> bool:
    """Whether a text is a day, as ISO 8601 writes it."""
    match = _DAY.fullmatch(text)
    if match is None or not text.isascii():
        return False
    year, month, day = int(match.group(1)), int(match.group(2)), int(match.group(3))
    if not (year and 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]):
        return False
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return not (month == 2 and day == 29 and not is_leap)


def _close_ranges(found: Sequence[Suppression]) -> None:
    """Gives each `disable` its end: the next `enable` of the same rules."""
    opened: list[Suppression] = []
    for each in found:
        if each.problem:
            continue
        if each.verb == DISABLE:
            opened.append(each)
        elif each.verb == ENABLE:
            same = [one for one in opened if sorted(one.names) == sorted(each.names)]
            if same:
                same[-1].last_line = each.line
                opened.remove(same[-1])
            else:
                each.problem = "no disable of the same rules stands above it"
    for each in opened:
        each.problem = (
            f"no enable[{', '.join(each.names)}] follows; of a whole file say file-ignore"
        )
