"""`assay why FILE:LINE [RULE]`: what each rule asked of a line, and why it said nothing.

    shop.py:9  return run(sys.argv[1])  in show
      calls
        shop.run
      rules
        resource-leak  not a site: the function that opens it has a decorator [returned.decorated]

      Nothing is asked of it by 67 other rules.

The file is reviewed as `assay review` does, with an account of its silence (`program.silence`).
Invariant: the text depends on the files alone.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Sequence
from typing import Final, TypeAlias

from assay.checkers.base import Checker
from assay.driver.options import UsageError
from assay.driver.pipeline import Detail, review_module
from assay.driver.selection import named, unknown
from assay.frozen import frozen
from assay.ledger.observation import EvidenceRole
from assay.ledger.rule import Rule
from assay.lowering.module import deep_recursion
from assay.models.outside import OutsideData
from assay.program.facts import FunctionFacts
from assay.program.modules import Module
from assay.program.program import Program
from assay.program.silence import Account, gates, limits
from assay.program.spelling import spelled_callees
from assay.report.words import lines_of, plural
from assay.review.review import FileReview, Parsed
from assay.source.door import Door
from assay.source.outline import statements_of
from assay.source.reach import reach_of

Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Lines of one statement: first and last of each piece, inclusive."""

_CODE: Final = "the code outside functions"
_MANY: Final = 3
"""Rules that one line of text each is given to, where a gate silences them alike."""


def explain_silence(
    target: str, rule: str, checkers: Sequence[Checker], outside: OutsideData
) -> str:
    """The text of `assay why`. Raises UsageError where there is no such line or rule."""
    path, line = _split(target)
    rules = [checker.rule for checker in checkers]
    asked = named(rules, rule) if rule else tuple(rules)
    if not asked:
        raise UsageError(unknown(rules, rule))
    door = Door(reach_of([path], os.getcwd()))
    account = Account()
    module = Program(door, outside, account).open(door.place(path), path)
    source = module.source
    if source.parsed is Parsed.NOT:
        raise UsageError(f"{path}: {source.problem}")
    if not 1 <= line <= len(source.lines):
        raise UsageError(f"{path} has {plural(len(source.lines), 'line')}, none is {line}")
    detail = Detail(keep_clean=True, line_hashes=False, seconds=0, debug=False, outside=outside)
    wanted = [checker for checker in checkers if checker.rule in asked]
    review = review_module(module, wanted, detail)
    with deep_recursion():
        return _text(module, review, account, line, asked)


@frozen
class Answer:
    """What one rule answers at a line: a word or a kind of silence, and a sentence."""

    rule: str
    word: str
    sentence: str


def _text(
    module: Module, review: FileReview, account: Account, line: int, asked: Sequence[Rule]
) -> str:
    source = module.source
    spans = _statement(source.tree, line)
    first, last = spans[0]
    function = _function(module, first)
    name = _CODE if function is None or not function.qualname else function.qualname
    lines = [f"{source.path}:{lines_of(first, last)}  in {name}"]
    for top, end in spans:
        lines += [f"    {text}" for text in source.quote(top, end).splitlines()]
    calls = [] if function is None else _calls(module, first, last)
    if calls:
        lines += ["", "calls", *(f"    {call}" for call in calls)]
    ids = {rule.id for rule in asked}
    words = _words(review, spans, ids)
    answers = [*words, *_silences(module, account, spans, ids, {each.rule for each in words})]
    holes = [
        f"    {hole.name}: {hole.reason}"
        for hole in review.unseen
        if not hole.line or _meets(spans, hole.line, hole.line)
    ]
    if answers:
        lines += ["", "rules"]
        width = max(len(answer.rule) for answer in answers)
        lines += [
            f"    {answer.rule:<{width}}  {answer.word}: {answer.sentence}" for answer in answers
        ]
    if holes:
        lines += ["", "not in view", *dict.fromkeys(holes)]
    silent = [rule for rule in asked if rule.id not in {answer.rule for answer in answers}]
    if answers and len(silent) == len(asked):  # what silences many of them was told once
        silent = []
    if silent:
        lines += ["", _nothing(asked, silent)]
    return source.redaction.said("\n".join(lines) + "\n")


def _nothing(asked: Sequence[Rule], silent: Sequence[Rule]) -> str:
    if len(silent) == len(asked) > 1:
        return "No rule asks anything of this line."
    if len(asked) > 1:
        return f"Nothing is asked of it by {plural(len(silent), 'other rule')}."
    rule = silent[0]
    return f"{rule.id} asks nothing of this line: it looks at {rule.site}."


def _meets(spans: Spans, first: int, last: int) -> bool:
    """Whether lines belong to a statement."""
    return any(first <= end and last >= top for top, end in spans)


def _words(review: FileReview, spans: Spans, ids: set[str]) -> list[Answer]:
    """What is said of the line, and what is said elsewhere and rests on it."""
    found: list[Answer] = []
    for each in review.observations:
        observation = each.observation
        if observation.rule.id not in ids:
            continue
        word = observation.verdict.value
        if _meets(spans, observation.line, max(observation.end_line, observation.line)):
            said = observation.message
            if observation.suppressed is not None:
                said += f" (accepted by the comment in line {observation.suppressed.line})"
            found.append(Answer(observation.rule.id, word, said))
            continue
        for evidence in observation.evidence:
            here = evidence.path == observation.path and _meets(spans, evidence.line, evidence.line)
            if here and evidence.role is not EvidenceRole.SITE:
                said = f"{observation.message} (line {observation.line}, which rests on this one)"
                found.append(Answer(observation.rule.id, word, said))
                break
    return found


def _silences(
    module: Module, account: Account, spans: Spans, ids: set[str], speaking: set[str]
) -> list[Answer]:
    """The gates and limits that were met on the line, rule by rule.

    One that silences many rules alike is told once: for those that say something of the line, or
    for all of them together.
    """
    known_gates, known_limits = gates(), limits()
    found: dict[Answer, None] = {}
    for each in account.silences(module.source.path):
        if not _meets(spans, each.line, each.line):
            continue
        gate = known_gates.get(each.ident)
        if gate is not None:
            kind, sentence, rules = gate.kind, gate.sentence, gate.rules
        else:
            limit = known_limits[each.ident]
            kind, sentence, rules = "limit", limit.sentence, limit.rules
        met = [rule for rule in ((each.rule,) if each.rule else rules) if rule in ids]
        if len(met) > _MANY:
            met = [rule for rule in met if rule in speaking] or [f"{len(met)} rules"]
        for rule in met:
            found[Answer(rule, kind, f"{sentence} [{each.ident}]")] = None
    return sorted(found, key=lambda answer: (answer.rule, answer.word, answer.sentence))


def _calls(module: Module, first: int, last: int) -> list[str]:
    """What the calls of the lines call, as far as that is known, in the order of the text."""
    found: list[tuple[int, int, str]] = []
    for function in module.facts.functions:
        for site in function.calls:
            at = site.op.at
            if isinstance(at, ast.Call) and first <= at.lineno <= last:
                said = spelled_callees(module.program.callees(function, site.op), True)
                spelled = function.spelled(site.op.callee)
                found.append((at.lineno, at.col_offset, f"{spelled}()  ->  {said}"))
    return list(dict.fromkeys(text for _, _, text in sorted(found)))


def _statement(tree: ast.Module, line: int) -> Spans:
    """The lines of the smallest statement round a line; of a compound one its heads.

    Those of a `try` are its own line and those of its clauses, which rules speak of.
    """
    best: Spans = ((line, line),)
    size = sys.maxsize
    for statement in statements_of(tree):
        first = min(
            [statement.lineno, *(each.lineno for each in getattr(statement, "decorator_list", ()))]
        )
        last = statement.end_lineno or first
        body = getattr(statement, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
            last = max(first, body[0].lineno - 1)
        if first <= line <= last and last - first < size:
            clauses = [
                (clause.lineno, max(clause.lineno, clause.body[0].lineno - 1))
                for clause in getattr(statement, "handlers", ())
            ]
            best, size = ((first, last), *clauses), last - first
    return best


def _function(module: Module, line: int) -> FunctionFacts | None:
    """The innermost function round a line."""
    best: FunctionFacts | None = None
    for function in module.facts.functions:
        node = function.ir.node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if node.lineno <= line <= (node.end_lineno or node.lineno):
                best = function
        elif best is None:
            best = function
    return best


def _split(target: str) -> tuple[str, int]:
    path, colon, line = target.rpartition(":")
    if not colon or not path or not line.isascii() or not line.isdigit():
        raise UsageError(f"'{target}' is no FILE:LINE")
    return path, int(line)
