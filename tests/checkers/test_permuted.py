"""Clean-up is judged alike in another order: a permutation makes no finding, and hides none.

A permutation is one that changes nothing of what a function does: two neighbouring statements that
share no name, one of which calls nothing, change places; so do the functions of a module and the
methods of a class; and an assignment of a number wanders through every block. Each round permutes
all functions of a case at once:

    descriptor = os.open(path, flags)          done = False
    done = False                       ->      descriptor = os.open(path, flags)

Invariant: the functions with a finding are the same in every round.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from spec import SPECS, Case, in_view, read_case, review

from assay.ledger.observation import Verdict

_RULES = (
    "cleanup-after-yield",
    "cleanup-step-skipped",
    "lock-not-released",
    "object-abandoned",
    "resource-leak",
    "temporary-file-left",
    "undo-skipped",
)
_CASES = [case for rule in _RULES for case in sorted((SPECS / rule).glob("*.py"))]
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Pass)
_ACTS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.Attribute, ast.Subscript)


@pytest.mark.parametrize("case", _CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_permuted(case: Path) -> None:
    given = read_case(case)
    whole = _found(given, given.text)
    for text in _permuted(given.text):
        assert _found(given, text) == whole, text


def test_statements_are_permuted() -> None:
    text = "def f(path):\n    stream = open(path)\n    done = False\n    return stream, done\n"
    swapped = "def f(path):\n    done = False\n    stream = open(path)\n    return (stream, done)"
    assert swapped in _permuted(text)


def test_what_depends_is_not_permuted() -> None:
    text = "def f(path):\n    stream = open(path)\n    done = stream\n    return done"
    texts = [each.replace("\n    counted = 0", "") for each in _permuted(text)]
    assert set(texts) == {text}


def test_enough_is_permuted() -> None:
    assert sum(len(_permuted(read_case(case).text)) for case in _CASES) > 60


def _found(case: Case, text: str) -> set[str]:
    """The functions with a finding."""
    with in_view(case.path, text, case.others) as facts:
        observations = review(facts, case.rules).observations
    return {each.function for each in observations if each.verdict is Verdict.FOUND}


def _permuted(text: str) -> list[str]:
    """The text with functions in another order, and with each round of swapped statements."""
    turned = ast.parse(text)
    for node in ast.walk(turned):
        if isinstance(node, (ast.Module, ast.ClassDef)):
            node.body = _turned(node.body)
    texts = [ast.unparse(turned)]
    rounds = max((len(_pairs(body)) for body in _bodies(ast.parse(text))), default=0)
    for number in range(rounds):
        tree = ast.parse(text)
        for body in _bodies(tree):
            pairs = _pairs(body)
            if number < len(pairs):
                first = pairs[number]
                body[first], body[first + 1] = body[first + 1], body[first]
        texts.append(ast.unparse(tree))
    places = max((len(body) for body in _bodies(ast.parse(text))), default=0)
    for place in range(places + 1):
        tree = ast.parse(text)
        for body in _bodies(tree):
            if place <= len(body):
                body[place:place] = ast.parse("counted = 0").body
        texts.append(ast.unparse(tree))
    return texts


def _turned(body: list[ast.stmt]) -> list[ast.stmt]:
    """Neighbouring functions without decorators and of different names in the opposite order."""
    functions = [
        node
        for node in body
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and not node.decorator_list
    ]
    if len({node.name for node in functions}) < len(functions):
        return body
    backwards = iter(reversed(functions))
    return [next(backwards) if node in functions else node for node in body]


def _bodies(tree: ast.AST) -> list[list[ast.stmt]]:
    """The blocks of statements inside functions."""
    return [
        body
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
        for name in ("body", "orelse", "finalbody")
        if isinstance(body := getattr(node, name, None), list) and body
    ]


def _pairs(body: list[ast.stmt]) -> list[int]:
    """Where two neighbours may change places."""
    return [index for index in range(len(body) - 1) if _independent(body[index], body[index + 1])]


def _independent(first: ast.stmt, second: ast.stmt) -> bool:
    if not isinstance(first, _SIMPLE) or not isinstance(second, _SIMPLE):
        return False
    if any(isinstance(each, ast.Expr) and _is_text(each.value) for each in (first, second)):
        return False  # a docstring
    if (_acts(first) and _acts(second)) or _tells(first) or _tells(second):
        return False
    return not _names(first) & _names(second)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _tells(node: ast.stmt) -> bool:
    """Whether a statement says how far the function has come: `done = True`, `stream = None`."""
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and (node.value.value is True or node.value.value is None)
    )


def _acts(node: ast.stmt) -> bool:
    return any(isinstance(part, _ACTS) for part in ast.walk(node))


def _names(node: ast.stmt) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
