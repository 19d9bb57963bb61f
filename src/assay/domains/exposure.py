"""Whether what a pattern is matched against comes from outside.

First the taint engine is asked, which knows requests, messages and arguments of programs, and the
way from there. Where it knows no source, the parameters tell: one whose class or name is that of
what somebody else wrote (`response: Response`, `html`), in a function that others may call, is
taken for outside data, and said to be so by its name only.

    def views(request): AGENT.match(request.headers["User-Agent"])      OUTSIDE, with the way
    def strip_tags(html): return TAG.sub("", html)                      NAMED, parameter html
    def _clean(line): ...                                               CALLERS of _clean
    VERSION.match(platform.release())                                   INSIDE

Invariant: OUTSIDE needs a source in view.
"""

from __future__ import annotations

import ast
import re
from typing import Final, final

from assay.dataflow.analysis import NoFixpointError
from assay.domains.regexes import Use
from assay.domains.subjects import TEMPORARIES, Subject, subject_of
from assay.domains.taint.flows import CLEAN, FOUND, HANDLED, Flow, flows_of
from assay.ir.function import CLASS, FUNCTION, LAMBDA, MODULE
from assay.models.regexes import SubjectWords
from assay.program.classes import first_parameter
from assay.program.facts import FunctionFacts
from assay.program.program import Program
from assay.program.recent import Recent
from assay.program.silence import not_known

OUTSIDE: Final = "outside"
NAMED: Final = "named"
SHORT: Final = "short"
"""As NAMED, and a text that is seldom long, like an address."""

CALLERS: Final = "callers"
INSIDE: Final = "inside"
CONSTANT: Final = "constant"
UNKNOWN: Final = "unknown"

_RULE: Final = "regex-backtracking"
"""Under which the rows of the taint engine name what patterns are matched against."""

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
PRIVATE: Final = not_known(
    "exposure.private", "a private function is given it, whose callers may have limited it", _RULE
)
_MOST_OUTER: Final = 4


@final
class Exposure:
    """Where the subject of a match comes from: `what` in words, `line` where there is one.

    `flow` is the way of the data when the taint engine knows one.
    """

    __slots__ = ("flow", "kind", "line", "what")

    def __init__(self, kind: str, what: str, line: int = 0, flow: Flow | None = None) -> None:
        self.kind: Final = kind
        self.what: Final = what
        self.line: Final = line
        self.flow: Final = flow


def exposure_of(use: Use, words: SubjectWords, is_local: bool = False) -> Exposure:
    """Where what is matched comes from; when `is_local`, by the function alone."""
    if use.what:
        return Exposure(OUTSIDE, use.what)
    if use.subject < 0:
        return Exposure(UNKNOWN, "what it is matched against")
    function = use.function
    subject = subject_of(function, use.subject, words)
    if subject.is_constant:
        return Exposure(CONSTANT, "constants")
    flow = None if is_local else _flow(use)
    if flow is not None and flow.taint is not None:
        if flow.word == FOUND:
            origin = flow.taint.origin
            return Exposure(OUTSIDE, origin.what, origin.line, flow)
        if flow.word == HANDLED:
            return Exposure(INSIDE, flow.reason, 0, flow)
    if flow is not None and flow.word == CLEAN and flow.hit.constant:
        return Exposure(CONSTANT, "constants")
    return _by_parameters(use, subject, words)


def _flow(use: Use) -> Flow | None:
    """What the taint engine says of the subject; None when it says nothing."""
    if use.op is None or use.function.ir.kind == CLASS:
        return None
    at = use.at
    for flow in use.function.file.program.shared(_recent).of(use.function):
        hit = flow.hit
        if (
            hit.at.lineno == at.lineno
            and hit.at.col_offset == at.col_offset
            and hit.at.end_col_offset == at.end_col_offset
        ):
            return flow
    return None


def _recent(program: Program) -> Recent[FunctionFacts, list[Flow]]:
    return Recent(_flows, 1)  # one function has several matches, one after the other


def _flows(function: FunctionFacts) -> list[Flow]:
    try:
        return flows_of(function, _RULE)
    except NoFixpointError:
        return []


def _by_parameters(use: Use, subject: Subject, words: SubjectWords) -> Exposure:
    function = use.function
    callers = ""
    for name, owner in subject.parameters.items():
        if owner.owner is not None and name == first_parameter(owner):
            continue  # the object itself, whose attributes are named below
        if owner.ir.kind not in (FUNCTION, LAMBDA):
            continue
        kind = _told(owner, name, words)
        if kind and (_is_public(owner) or not PRIVATE.stops(function.file, use.at.lineno)):
            return Exposure(kind, f"parameter {name}", owner.ir.first_line)
        callers = callers or f"callers of {owner.qualname or owner.ir.name}"
    if callers:
        return Exposure(CALLERS, callers)
    if subject.is_cut:
        TEMPORARIES.note(function.file, use.at.lineno)
        return Exposure(UNKNOWN, "what it is matched against")
    attributes = [path for path in subject.attributes if path.startswith("self.")]
    if attributes:
        return Exposure(UNKNOWN, attributes[0])
    own = [path for path in subject.calls if not _is_inside(path, words)]
    if own:
        return Exposure(UNKNOWN, own[0].lstrip(":."))
    if subject.calls or function.ir.kind == MODULE:
        return Exposure(INSIDE, "what the machine says")
    name = next(iter(subject.names), "")
    return Exposure(UNKNOWN, name or "what it is matched against")


def _is_inside(path: str, words: SubjectWords) -> bool:
    return any(
        path == start.rstrip(".") or path.startswith((start, f"{start}()"))
        for start in words.inside
    )


def _is_public(function: FunctionFacts) -> bool:
    """Whether others may call it: no name of it or of the classes round it is private."""
    at: FunctionFacts | None = function
    for _ in range(_MOST_OUTER):
        if at is None or at.ir.kind == MODULE:
            return True
        name = at.ir.name
        if name.startswith("_") and not name.endswith("__"):
            return False
        if at is not function and at.ir.kind != CLASS:
            return False  # inside another function
        at = at.parent
    return False


def _told(function: FunctionFacts, name: str, words: SubjectWords) -> str:
    """NAMED or SHORT when the name of a parameter or of its class says that others wrote it."""
    spelled = _words(name)
    if not words.documents.isdisjoint(spelled):
        return NAMED
    node = function.ir.node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        arguments = node.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if argument.arg != name or argument.annotation is None:
                continue
            if not words.types.isdisjoint(_words(ast.unparse(argument.annotation))):
                return NAMED
    return "" if words.texts.isdisjoint(spelled) else SHORT


def _words(name: str) -> frozenset[str]:
    return frozenset(part.lower() for part in _WORD.findall(name)) | {name.lower()}
