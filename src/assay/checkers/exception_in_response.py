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

What it says: `found` where the text of such an exception or a traceback becomes part of a response;
`handled` under a condition for debugging, and in a test; `clean` where it is logged or dropped.

How to fix: log the exception, and answer with a text of one's own and a number that leads to the
log. Exceptions that are meant for the user are caught by their own classes.

Known limits: exceptions that are caught by name are taken to be meant for the user. Responses that
are made by a function of another file are not seen.

References: CWE-209 Generation of Error Message Containing Sensitive Information; CWE-497.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, final

from assay.checkers import _says as says
from assay.checkers._settings import excuse
from assay.checkers.base import FunctionChecker
from assay.domains.uses import ARGUMENT, CALLEE, RESULT, Use, uses_of
from assay.ir.ops import Load, Located
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.purposes import response_words
from assay.program.facts import FunctionFacts
from assay.source.roles import Role
from assay.source.words import words_of

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
        if function.file.source.role not in (Role.WEB_HANDLER, Role.TEST):
            return
        for site in function.calls_of(_TRACEBACKS):
            if function.callee(site.op).startswith("traceback."):
                yield CaughtError(
                    site.op.at, function.spelled(site.op.callee), [site.op.dest], True
                )
        yield from _handled_error(function)
        seen: set[int] = set()
        for region in function.ir.regions:
            node = region.node
            if node.name is None or node.lineno in seen or not _takes_all(node.type):
                continue
            seen.add(node.lineno)
            last = node.end_lineno or node.lineno
            temps = [
                op.dest
                for op in function.definitions
                if isinstance(op, Load)
                and op.name == node.name
                and node.lineno <= op.at.lineno <= last
            ]
            yield CaughtError(node, node.name, temps, False)

    def judge(self, site: CaughtError, function: FunctionFacts) -> Observation | None:
        for temp in site.temps:
            for use in uses_of(function, temp):
                if _is_response(function, use):
                    return _found(function, site, use)
        return says.clean(RULE, function, site.at, f"{site.name} is part of no response")


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
    excused = excuse(function.file, use.op.at)
    where = f"{use.kind} {use.name}()" if use.kind == CALLEE else f"{use.kind} {use.name}"
    said = f"{site.name} becomes part of a response as {where}"
    if excused is not None:
        return says.handled(RULE, function, use.op.at, f"{said}, {excused.text}", excused.line)
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


def _is_response(function: FunctionFacts, use: Use) -> bool:
    known = response_words()
    if use.kind == CALLEE:
        return use.name in known.makers
    if use.kind == ARGUMENT:
        return use.name in known.arguments
    return use.kind == RESULT and use.function is function and _is_view(function)


def _is_view(function: FunctionFacts) -> bool:
    """Whether what a function returns is a response: it has a route, or takes the request."""
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in response_words().routes or "route" in words_of(str(name)):
            return True
    return False


CHECKER: Final = ExceptionInResponse()
