"""One text through the whole pipeline, and what went wrong on the way.

Read, describe, lower, validate, every checker, review, and the reports when asked for. What may
go wrong is a crash (an exception gets out), an internal error (one was caught), a hang (more than
`CPU_SECONDS` of processor time), a violation (the IR is not well-formed) and a silent loss (a line
that is neither in the tree nor named as lost).

    >>> examine(b"x = 1\\n", "a.py", reports=True).troubles
    ()
"""

from __future__ import annotations

import ast
import json
import os
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

from assay import __file__ as package
from assay import __version__
from assay.checkers.registry import all_checkers
from assay.driver.pipeline import Detail, review_file
from assay.ir.validate import validate
from assay.ledger.reason import BUDGET, INTERNAL_ERROR, word
from assay.ledger.rule import Confidence, Severity
from assay.lowering.module import lower_module
from assay.report.formats import Layout, render
from assay.review.verdicts import review_of_all
from assay.source.file import Parsed, SourceFile, parse_bytes

CPU_SECONDS: Final = 20.0

_PACKAGE: Final = os.path.dirname(os.path.abspath(package))
_SOURCE: Final = os.path.dirname(_PACKAGE)
"""Compiled modules say where they lie relative to this folder."""

_FORMATS: Final = ("text", "concise", "json", "sarif", "markdown", "github")
_DETAIL: Final = Detail(keep_clean=True, line_hashes=True, seconds=0, debug=False)
_PLAIN: Final = Layout(__version__, 100, False, False, True, False, True)
_VERBOSE: Final = Layout(__version__, 80, True, True, True, True, True)

CRASH: Final = "crash"
INTERNAL: Final = "internal error"
HANG: Final = "hang"
VIOLATION: Final = "IR violation"
LOSS: Final = "silent loss"
KINDS: Final = (CRASH, INTERNAL, HANG, VIOLATION, LOSS)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that must not be. `signature` is the same for the same bug in another text."""

    kind: str
    signature: str
    text: str


@dataclass(frozen=True, slots=True)
class Examined:
    """How much of the text was read, by which road, and every trouble."""

    parsed: str
    second_road: bool
    over_budget: int
    troubles: tuple[Trouble, ...]


class HangError(BaseException):
    """The limit of processor time is over; no handler of Exception catches it."""


def examine(data: bytes, path: str, *, reports: bool) -> Examined:
    """Puts the bytes of a file through all layers, and through all reports when asked."""
    parsed = Parsed.NOT
    second_road = False
    over_budget = 0
    troubles: list[Trouble] = []
    try:
        with _cpu_limit(CPU_SECONDS):
            source = parse_bytes(path, data)
            parsed = source.parsed
            if parsed is not Parsed.NOT:
                second_road = _is_second_road(source)
                troubles += _violations(source)
                if second_road:
                    _unparse(source.tree)
                    troubles += _losses(source)
            over_budget = _reviewed(source, reports, troubles)
    except HangError:
        troubles.append(Trouble(HANG, HANG, f"more than {CPU_SECONDS:.0f} s"))
    except Exception as error:
        troubles.append(Trouble(CRASH, _signature(error), traceback.format_exc()))
    return Examined(parsed.value, second_road, over_budget, tuple(troubles))


def _reviewed(source: SourceFile, reports: bool, troubles: list[Trouble]) -> int:
    """Reviews and reports; returns how often a budget was not enough."""
    checkers = all_checkers()
    review = review_file(source, checkers, _DETAIL)
    over_budget = 0
    for hole in review.unseen:
        if word(hole.reason) == INTERNAL_ERROR:
            where = f"{','.join(hole.rules)}: {hole.reason}"
            troubles.append(Trouble(INTERNAL, where, f"{hole.name}: {hole.reason}"))
        elif word(hole.reason) == BUDGET:
            over_budget += 1
    if reports:
        rules = [checker.rule for checker in checkers]
        whole = review_of_all([review], [], rules, Severity.INFO, Confidence.LOW)
        for name in _FORMATS:
            for layout in (_PLAIN, _VERBOSE):
                text = render(whole, name, layout)
                if name in ("json", "sarif"):
                    json.loads(text)
    return over_budget


def _violations(source: SourceFile) -> list[Trouble]:
    found = validate(lower_module(source.tree, ""))
    return [Trouble(VIOLATION, each.rpartition(": ")[2], each) for each in found]


def _unparse(tree: ast.Module) -> None:
    """Walks the whole tree as `ast.unparse` does."""
    try:
        ast.unparse(tree)
    except ValueError as error:
        # A host before 3.12 cannot spell every f-string that newer ones have.
        if "f-string" not in str(error):
            raise


def _is_second_road(source: SourceFile) -> bool:
    """Whether `ast.parse` refuses the text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            return True
    return False


def _signature(error: BaseException) -> str:
    """The error's class and where it was raised, without line numbers."""
    frames = traceback.extract_tb(error.__traceback__)
    where = ""
    for frame in reversed(frames):
        path = os.path.relpath(os.path.join(_SOURCE, frame.filename), _PACKAGE)
        if not path.startswith(os.pardir):
            where = f"{path.replace(os.sep, '/')}:{frame.name}"
            break
    return f"{type(error).__name__} in {where}"


@contextmanager
def _cpu_limit(seconds: float) -> Iterator[None]:
    """Raises HangError in the body after so many seconds of the process's own time."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGPROF, _over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _over(number: int, frame: FrameType | None) -> None:
    raise HangError


# Lines that are neither read nor lost


_HEADLESS: Final = ("else", "finally", "try")
"""Headers without a node of their own: the statement they belong to spans them."""


def _losses(source: SourceFile) -> list[Trouble]:
    """Lines with code that neither a statement nor a lost region covers."""
    covered = bytearray(len(source.lines) + 2)
    for region in source.lost:
        _cover(covered, region.first_line, region.last_line)
    for node in ast.walk(source.tree):
        if isinstance(node, ast.stmt):
            for first, last in _own_lines(node):
                _cover(covered, first, last)
    comments = {comment.line for comment in source.comments if comment.own_line}
    missing = [
        number
        for number, line in enumerate(source.lines, 1)
        if not covered[number] and number not in comments and _is_code(line)
    ]
    if not missing:
        return []
    quoted = "; ".join(f"line {number}: {source.lines[number - 1]!r}" for number in missing[:5])
    head = (source.lines[missing[0] - 1].split() or [""])[0]
    return [Trouble(LOSS, f"{source.parsed.value}: {head[:12]}", quoted)]


def _cover(covered: bytearray, first: int, last: int) -> None:
    for number in range(max(first, 0), min(last, len(covered) - 1) + 1):
        covered[number] = 1


def _is_code(line: str) -> bool:
    stripped = line.strip(" \t\f\v\\;\ufeff")
    if stripped == "" or stripped.startswith("#"):
        return False
    for head in _HEADLESS:
        rest = stripped[len(head) :].lstrip(" \t\f\v\\")
        if stripped.startswith(head) and (rest == "" or rest[0] in ":#"):
            return False
    return True


def _own_lines(node: ast.stmt) -> list[tuple[int, int]]:
    """The lines of a statement without those of its blocks."""
    first = node.lineno
    last = node.end_lineno or first
    bodies: list[list[ast.stmt]] = []
    found: list[tuple[int, int]] = []
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        first = _starts([node])
        bodies = [node.body]
    elif isinstance(node, (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith)):
        bodies = [node.body]
    elif isinstance(node, (ast.Try, ast.TryStar)):
        bodies = [node.body]
        found = [(each.lineno, _starts(each.body)) for each in node.handlers]
    elif isinstance(node, ast.Match):
        found = [(first, node.subject.end_lineno or first)]
        found += [(each.pattern.lineno, _starts(each.body)) for each in node.cases]
        # `case` may stand on a line above its pattern: what lies between two bodies is a header.
        found += [
            (max(above.body[-1].end_lineno or 0, first) + 1, below.pattern.lineno)
            for above, below in zip(node.cases, node.cases[1:], strict=False)
        ]
        return found
    if bodies and bodies[0]:
        last = _starts(bodies[0])
    return [(first, last), *found]


def _starts(body: list[ast.stmt]) -> int:
    """The line where a block starts, decorators included."""
    if not body:
        return 0
    first = body[0]
    start = first.lineno
    if isinstance(first, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        start = min([start, *(each.lineno for each in first.decorator_list)])
    return start


# Making a case small


def minimised(data: bytes, is_same: Callable[[bytes], bool], trials: int) -> bytes:
    """A smaller text for which `is_same` still holds, by removing lines, then bytes.

    The halving of Zeller and Hildebrandt's ddmin without its complements: `trials` bounds it.
    """
    left = [trials]
    lines = _reduced(data.splitlines(keepends=True), is_same, left)
    joined = b"".join(lines)
    return b"".join(_reduced([joined[i : i + 1] for i in range(len(joined))], is_same, left))


def _reduced(parts: list[bytes], is_same: Callable[[bytes], bool], left: list[int]) -> list[bytes]:
    size = max(1, len(parts) // 2)
    while parts and left[0] > 0:
        removed = False
        start = 0
        while start < len(parts) and left[0] > 0:
            fewer = parts[:start] + parts[start + size :]
            left[0] -= 1
            if is_same(b"".join(fewer)):
                parts = fewer
                removed = True
            else:
                start += size
        if size == 1 and not removed:
            break
        size = max(1, size // 2)
    return parts
