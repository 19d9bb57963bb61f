"""What a comment says about a defect: marker, reference, and code that it holds back.

A note starts at a marker (`FIXME`, `TODO` ...) and ends before the next one of its block. Commented
out code is what parses as Python statements once the `#` is gone and is more than a word or a name:
prose does not parse, and a lone word is no call, assignment or assertion.

    # FIXME: bug 12345, the list is empty          marker FIXME, reference "bug 12345"
    # assert names == ["a"]                        commented-out code, an assertion
"""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache
from textwrap import dedent
from typing import Final, final

_MARKER: Final = re.compile(r"\b(FIXME|TODO|XXX|HACK|BUG)\b(?!-\d)|^\s*(fixme|todo|hack)\b\s*[:(]")

_MARKER_WORDS: Final = ("FIXME", "TODO", "XXX", "HACK", "BUG", "fixme", "todo", "hack")

_REFERENCES: Final = (
    re.compile(r"\bCVE-\d{4}-\d{4,}"),
    re.compile(
        r"https?://\S*?(?:\+?(?P<kind>bugs?|issues?|pull|tickets?|show_bug\.cgi\?id=)[/=]?)"
        r"(?P<number>\d+)"
    ),
    re.compile(
        r"\b(?:(?:LP|launchpad|RHBZ|BZ|bugzilla)\b\s*:?\s*(?:bug)?|bug(?:\s+report)?|issue|ticket|story"
        r"|gh-issue)\s*:?\s*[#-]?\s*(\d{2,})\b",
        re.I,
    ),
    re.compile(r"\b(?:GH|bpo)-?\s?#?\d+", re.I),
    re.compile(r"(?<![\w&/])#\d{2,}\b"),
    re.compile(
        r"\b(?!(?:UTF|ISO|RFC|PEP|SHA|CWE|AES|HTTP|MD|CP|IEEE|IPV|RSA|PY|CRC|BASE|GPL|WEB)-)"
        r"[A-Z]{2,9}-\d{2,6}\b"
    ),
)

_DIGIT: Final = re.compile(r"\d")  # of every reference

_WRONG: Final = re.compile(
    r"\b(?:this|it|that)(?: is|'s) (?:a |the )?(?:\w+ )?bug\b"
    r"|\b(?:due to|because of) (?:the |a )?bug\b|\bbuggy\b|\bwrong(?:ly)?\b|\bincorrect(?:ly)?\b"
    r"|\bbroken\b|\bregression\b|\bshould(?:n't| not)? (?:\w+ )?"
    r"(?:be|have|fail|raise|return|not|exist|still|pass|work|equal)\b"
    r"|\b(?:doesn't|does not|don't|didn't|isn't|is not|not yet) (?:\w+ )?"
    r"(?:work|pass|fixed|hold|true)"
    r"|\b(?:once|when|until|after) (?:\S+ ){0,6}?(?:fixed|resolved|merged|mended|works?)\b"
    r"|\bfails?\b|\bfailing\b|\bunexpected(?:ly)?\b|\bought to\b|\bexpected to\b",
    re.I,
)

_PLAINLY: Final = re.compile(
    r"\bwrong(?:ly)?\b|\bincorrect(?:ly)?\b|\bbroken\b|\bbug(?:gy)?\b|\bfail(?:s|ing)?\b"
    r"|\b(?:doesn't|does not|don't) (?:\w+ )?work\b",
    re.I,
)

HELD_BACK: Final = re.compile(
    r"\b(?:re-?enabled?|un-?comment(?:ed)?|disabled?|switch(?:ed)? off|put back|restored?"
    r"|turn(?:ed)? (?:it |this )?(?:on|off)|commented out)\b",
    re.I,
)
"""Words with which a note says that code is held back on purpose."""

SECURITY: Final = re.compile(
    r"\bCVE-\d|\bvulnerab|\binsecure\b|\bsecurity (?:hole|bug|issue|problem|risk|flaw)"
    r"|\bnot secure\b|\bunsafe(?:ly)? (?:against|for untrusted)|\brace condition\b"
    r"|\b(?:there is|this is|has|have) a race\b|\b(?:memory|descriptor|handle|fd) leaks?\b"
    r"|\bleaks (?:the|a|an|memory|file|fds?)\b",
    re.I,
)
"""Words with which a note admits a weakness."""

_CODE_START: Final = re.compile(
    r"\s*(?:assert\b|[A-Za-z_][\w.]*\s*\(|[A-Za-z_][\w.]*(?:\[.*\])?\s*(?:, *[\w.]+\s*)*"
    r"(?::\s*[\w.\[\], |]+)?[-+*/%|&@]?=(?!=)|with\s|for\s|if\s|raise\s|del\s|try:|@[\w.]+|await\s)"
)
_LONGEST_RUN: Final = 60
"""Lines of commented-out code beyond which the rest is taken as another run."""


@final
class CodeRun:
    """Lines of a comment that are code: 0-based indices, `last` inclusive."""

    __slots__ = ("asserts", "first", "last")

    def __init__(self, first: int, last: int, asserts: bool) -> None:
        self.first: Final = first
        self.last: Final = last
        self.asserts: Final = asserts


CONTRAST: Final = re.compile(
    r"\b(should(n't)?|ought|instead|incorrect(ly)?|wrong(ly)?"
    r"|currently|for now|until|once|expect(ed|s)?)\b",
    re.IGNORECASE,
)
"""Words with which a note tells what is from what ought to be."""


def may_mark(text: str) -> bool:
    """Whether a text holds the letters of a marker."""
    return any(map(text.__contains__, _MARKER_WORDS))


def may_assert(text: str) -> bool:
    """Whether a text holds the letters of what `is_assertion` looks for."""
    return "assert" in text or "raises" in text or "assert" in text.lower()


def marker_of(line: str) -> str:
    """The marker that a comment's line holds, in capitals; `""` for none."""
    if not may_mark(line):
        return ""
    found = _MARKER.search(line)
    return (found.group(1) or found.group(2)).upper() if found is not None else ""


@lru_cache(maxsize=1024)  # the same licence stands at the head of every file
def reference_of(text: str) -> str:
    """The first defect that a text refers to, as "bug 1825537" or "CVE-2020-1234"; or `""`."""
    if _DIGIT.search(text) is None:
        return ""
    for pattern in _REFERENCES:
        found = pattern.search(text)
        if found is None:
            continue
        if "number" in pattern.groupindex:
            kind = found["kind"].lower()
            word = "issue" if kind.startswith("issue") else "ticket" if "ticket" in kind else "bug"
            return f"{'pull request' if kind == 'pull' else word} {found['number']}"
        return " ".join(found.group().split())
    return ""


def says_wrong(text: str, reference: str) -> bool:
    """Whether a note says that what happens now is not right; to name a defect is not enough."""
    return _WRONG.search(text.replace(f" {reference}", " bug") if reference else text) is not None


def says_plainly_wrong(text: str) -> bool:
    """Whether a note says so without "should": what is to come is no defect yet."""
    return _PLAINLY.search(text) is not None


def is_assertion(statement: ast.stmt) -> bool:
    """Whether a statement checks an outcome: `assert`, `self.assertX()`, `with raises():`."""
    if isinstance(statement, ast.Assert):
        return True
    if isinstance(statement, ast.Expr):
        return _asserting_call(statement.value)
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        return any(_asserting_call(item.context_expr) for item in statement.items)
    return False


def _asserting_call(node: ast.expr) -> bool:
    if isinstance(node, ast.Await):
        node = node.value
    if not isinstance(node, ast.Call):
        return False
    name = called_name(node)
    return name.lstrip("_").lower().startswith("assert") or name in ("raises", "assertThat")


def called_name(node: ast.Call) -> str:
    """The last part of what is called; `""` when it is no name."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def code_runs(lines: tuple[str, ...]) -> list[CodeRun]:
    """The stretches of a comment that are code, each as long as it parses."""
    found: list[CodeRun] = []
    index = 0
    while index < len(lines):
        run = _run_at(lines, index) if _CODE_START.match(lines[index]) else None
        if run is None:
            index += 1
        else:
            found.append(run)
            index = run.last + 1
    return found


def _run_at(lines: tuple[str, ...], first: int) -> CodeRun | None:
    for end in range(min(len(lines), first + _LONGEST_RUN), first, -1):
        if not lines[end - 1].strip():
            continue
        body = _parsed("\n".join(lines[first:end]))
        if body is not None and all(_is_code(statement) for statement in body):
            asserts = any(
                isinstance(node, ast.stmt) and is_assertion(node)
                for statement in body
                for node in ast.walk(statement)
            )
            return CodeRun(first, end - 1, asserts)
    return None


def _parsed(text: str) -> list[ast.stmt] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(dedent(text)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _is_code(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Expr):
        value = statement.value.value if isinstance(statement.value, ast.Await) else statement.value
        # `foo (bar)` is prose with a bracket; code has none or is spelled without the blank
        return isinstance(value, ast.Call) and _tight(value)
    if isinstance(statement, ast.Assert):
        return not isinstance(statement.test, (ast.Name, ast.Constant)) or statement.msg is not None
    if isinstance(statement, ast.AnnAssign):
        return statement.value is not None
    return isinstance(
        statement,
        (
            ast.Assign,
            ast.AugAssign,
            ast.With,
            ast.AsyncWith,
            ast.For,
            ast.AsyncFor,
            ast.If,
            ast.Try,
            ast.Raise,
            ast.Delete,
            ast.FunctionDef,
            ast.AsyncFunctionDef,
            ast.ClassDef,
        ),
    )


def _tight(call: ast.Call) -> bool:
    if not isinstance(call.func, (ast.Name, ast.Attribute)):
        return False
    if call.args:
        first: ast.expr = call.args[0]
    elif call.keywords:
        first = call.keywords[0].value
    else:
        return (call.end_col_offset or 0) - (call.func.end_col_offset or 0) == 2
    return (
        first.lineno > call.lineno
        or first.col_offset - (call.func.end_col_offset or 0) == 1
        or bool(call.keywords and not call.args)
    )
