"""CWE-209: whoever causes an error is shown what happened inside.

The text of an unexpected exception holds paths, statements of SQL, addresses and values, and a
traceback the source as well. An attacker causes errors to read them.

Weak:

    except Exception as error:
        return jsonify(error=str(error)), 500

Guarded:

    except Exception:
        logger.exception("order failed")
        return jsonify(error="internal error"), 500

What it examines: exceptions that a handler for all errors has caught, and tracebacks, in files that
handle requests. Functions that are registered for all errors count as such handlers.

What it says: `found` where the text of such an exception or a traceback becomes part of a response,
a page, a flashed message or an answer in a chat; `unseen` where the result of a call out of view is
the response, or the error is handed on through more than two calls in view; `handled` under a
condition for debugging, and in a test; `clean` where it is logged or dropped.

How to fix: log the exception, and answer with a text of one's own and a number that leads to the
log. Exceptions that are meant for the user are caught by their own classes.

Known limits: exceptions that are caught by name are taken to be meant for the user.

References: CWE-209 Generation of Error Message Containing Sensitive Information; CWE-497.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, final

from assay.checkers import _says as says
from assay.checkers._responses import is_narrowed, shown
from assay.checkers._settings import excuse
from assay.checkers.base import FunctionChecker
from assay.domains.uses import CALLEE, Use
from assay.ir.ops import Attr, Load, Located
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.purposes import response_words
from assay.program.facts import FunctionFacts
from assay.program.silence import excused, not_a_site
from assay.source.roles import Role

RULE: Final = Rule(
    id="exception-in-response",
    cwe=209,
    related=(497, 200),
    title="Exception shown to the client",
    family=Family.TRANSPORT,
    severity=Severity.LOW,
    precision=Confidence.MEDIUM,
    site="errors that are caught while a request is handled",
    summary="The text of an unexpected exception or a traceback is part of a response",
    explanation=__doc__ or "",
)
NO_REQUESTS: Final = not_a_site(
    "shown.no-requests", "nothing tells that the file handles requests", RULE.id
)
NAMED_ERRORS: Final = not_a_site(
    "shown.named-errors", "the clause names errors, which are taken to be meant for users", RULE.id
)
DEBUGGING: Final = excused(
    "shown.debugging", "it is shown on a condition for debugging only", RULE.id
)
_TRACEBACKS: Final = frozenset({"format_exc", "format_exception", "format_tb"})
_INTERNAL: Final = 500
_ALL: Final = ("Exception", "BaseException")


@final
class CaughtError:
    """An exception or traceback that is at hand, with the temporaries that hold it."""

    __slots__ = ("at", "name", "temps", "traceback")

    def __init__(self, at: Located, name: str, temps: list[int], traceback: bool) -> None:
        self.at: Final = at
        self.name: Final = name
        self.temps: Final = temps
        self.traceback: Final = traceback


@final
class ExceptionInResponse(FunctionChecker[CaughtError]):
    """Exceptions and tracebacks while a request is handled."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterator[CaughtError]:
        file = function.file
        web = file.source.role in (Role.WEB_HANDLER, Role.TEST)
        for site in function.calls_of(_TRACEBACKS):
            line = site.op.at.lineno
            if not function.callee(site.op).startswith("traceback.") or (
                not web and NO_REQUESTS.stops(file, line)
            ):
                continue
            yield CaughtError(site.op.at, function.spelled(site.op.callee), [site.op.dest], True)
        for error in _handled_error(function):
            if web or not NO_REQUESTS.stops(file, error.at.lineno):
                yield error
        seen: set[int] = set()
        for region in function.ir.regions:
            node = region.node
            if node.name is None or node.lineno in seen:
                continue
            seen.add(node.lineno)
            if not web and NO_REQUESTS.stops(file, node.lineno):
                continue
            if not _takes_all(node.type) and NAMED_ERRORS.stops(file, node.lineno):
                continue
            last = node.end_lineno or node.lineno
            temps = [
                op.dest
                for op in function.definitions
                if isinstance(op, Load)
                and op.name == node.name
                and node.lineno <= op.at.lineno <= last
                and not is_narrowed(function, op)
            ]
            yield CaughtError(node, node.name, temps, False)

    def judge(self, site: CaughtError, function: FunctionFacts) -> Observation:
        answer = shown(function, _texts(function, site.temps))
        if answer.use is not None:
            return _found(function, site, answer.use)
        if answer.cut is not None:
            called = answer.cut.function.spelled(answer.cut.call.callee)
            return says.unseen(
                RULE,
                function,
                answer.cut.start.at,
                f"{site.name} is handed on as far as {called}(), behind several other calls",
                missing=called,
                remedy=f"look what {called} does with it",
            )
        if answer.open_call is not None:
            called = function.spelled(answer.open_call.callee)
            return says.unseen(
                RULE,
                function,
                site.at,
                f"{site.name} is handed to {called}(), whose result is the response",
                missing=called,
                remedy=f"review {called} as well",
            )
        return says.clean(RULE, function, site.at, f"{site.name} is part of no response")


def _texts(function: FunctionFacts, temps: list[int]) -> list[int]:
    """The temporaries that hold an error, and those that hold its text: `error.args`."""
    held = set(temps)
    parts = response_words().parts
    return temps + [
        op.dest
        for op in function.definitions
        if isinstance(op, Attr) and op.owner in held and op.name in parts
    ]


def _handled_error(function: FunctionFacts) -> Iterator[CaughtError]:
    """The error that a function which answers all errors is given."""
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return
    for decorator in node.decorator_list:
        if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
            continue
        if decorator.func.attr not in ("errorhandler", "exception_handler", "app_errorhandler"):
            continue
        of_all = any(
            (isinstance(each, ast.Name) and each.id in _ALL)
            or (isinstance(each, ast.Constant) and each.value == _INTERNAL)
            for each in decorator.args
        )
        if of_all and node.args.args:
            name = node.args.args[-1].arg
            temps = [
                op.dest for op in function.definitions if isinstance(op, Load) and op.name == name
            ]
            yield CaughtError(node, name, temps, False)


def _found(function: FunctionFacts, site: CaughtError, use: Use) -> Observation:
    debugging = excuse(function.file, use.op.at, asked_for=False)
    where = f"{use.kind} {use.name}()" if use.kind == CALLEE else f"{use.kind} {use.name}"
    said = f"{site.name} becomes part of a response as {where}"
    file, line = function.file, use.op.at.lineno
    if debugging is not None and not debugging.missing and DEBUGGING.stops(file, line):
        return says.handled(RULE, function, use.op.at, f"{said}, {debugging.text}", debugging.line)
    return says.found(
        RULE,
        function,
        use.op.at,
        f"{said}: whoever causes the error reads what happened inside",
        context=site.at.lineno if site.at.lineno != use.op.at.lineno else 0,
        severity=Severity.MEDIUM if site.traceback else None,
    )


def _takes_all(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Name) and node.id in _ALL)


CHECKER: Final = ExceptionInResponse()
