"""Lowers `match` statements (PEP 634).

A pattern is tested from left to right; its captures are stored only when the whole of it has
matched, before the guard runs.
"""

from __future__ import annotations

import ast
from typing import Final, final

from assay.ir.function import Block
from assay.ir.ops import (
    Binary,
    Compare,
    Copy,
    Element,
    Item,
    Length,
    Located,
    MappingRest,
    MatchClass,
    MatchKeys,
    MatchMapping,
    MatchSequence,
    Nop,
    Truth,
    Unpack,
)
from assay.lowering import expression as expressions
from assay.lowering import statement as statements
from assay.lowering.builder import Builder


def match(b: Builder, node: ast.Match) -> None:
    """A whole `match` statement."""
    subject = expressions.expression(b, node.subject)
    after = b.new_block()
    for case in node.cases:
        further = b.new_block()
        captures: dict[str, int] = {}
        _Pattern(b, further, captures).test(case.pattern, subject)
        for name, value in captures.items():
            expressions.store(b, name, value, case.pattern)
        if case.guard is not None:
            inside = b.new_block()
            expressions.jump(b, case.guard, inside, further)
            b.start(inside)
        statements.body(b, case.body)
        b.goto(after, case.pattern)
        b.start(further)
    b.goto(after, node)
    b.start(after)


@final
class _Pattern:
    """Tests patterns against temporaries; where one fails, control goes to `failed`."""

    __slots__ = ("b", "captures", "failed")

    def __init__(self, b: Builder, failed: Block, captures: dict[str, int]) -> None:
        self.b: Final = b
        self.failed: Final = failed
        self.captures: Final = captures

    def test(self, node: ast.pattern, subject: int) -> None:
        """Emit the test; control goes on in the current block where it matches."""
        b = self.b
        if isinstance(node, ast.MatchValue):
            value = expressions.expression(b, node.value)
            equal = b.emit(Compare(b.temp(), "==", subject, value, node))
            self.require(b.emit(Truth(b.temp(), equal, node)), node)
        elif isinstance(node, ast.MatchSingleton):
            value = b.const(node.value, node)
            self.require(b.emit(Compare(b.temp(), "is", subject, value, node)), node)
        elif isinstance(node, ast.MatchSequence):
            self.sequence(node, subject)
        elif isinstance(node, ast.MatchMapping):
            self.mapping(node, subject)
        elif isinstance(node, ast.MatchClass):
            self.class_(node, subject)
        elif isinstance(node, ast.MatchStar):
            self.capture(node.name, subject, node)
        elif isinstance(node, ast.MatchAs):
            if node.pattern is not None:
                self.test(node.pattern, subject)
            self.capture(node.name, subject, node)
        elif isinstance(node, ast.MatchOr):
            self.alternatives(node, subject)
        else:
            raise expressions.UnknownSyntaxError(type(node).__name__)

    def capture(self, name: str | None, subject: int, at: Located) -> None:
        if name is None:
            self.b.emit(Nop(at))
        else:
            self.captures[name] = subject

    def require(self, condition: int, at: Located) -> None:
        b = self.b
        passed = b.new_block()
        b.branch(condition, passed, self.failed, at)
        b.start(passed)

    def require_length(self, subject: int, least: int, exact: bool, at: Located) -> None:
        b = self.b
        length = b.emit(Length(b.temp(), subject, at))
        wanted = b.const(least, at)
        operator = "==" if exact else ">="
        self.require(b.emit(Compare(b.temp(), operator, length, wanted, at)), at)

    def require_present(self, value: int, at: Located) -> None:
        b = self.b
        none = b.const(None, at)
        self.require(b.emit(Compare(b.temp(), "is-not", value, none, at)), at)

    def sequence(self, node: ast.MatchSequence, subject: int) -> None:
        b = self.b
        self.require(b.emit(MatchSequence(b.temp(), subject, node)), node)
        starred = [i for i, part in enumerate(node.patterns) if isinstance(part, ast.MatchStar)]
        count = len(node.patterns)
        if starred:
            if count > 1:
                self.require_length(subject, count - 1, False, node)
        else:
            self.require_length(subject, count, True, node)
        if all(_is_wildcard(part) for part in node.patterns):
            return
        if starred and _is_wildcard(node.patterns[starred[0]]):
            self.indexed(node, subject, starred[0])
            return
        before = starred[0] if starred else count
        after = count - before - 1 if starred else -1
        parts = b.emit(Unpack(b.temp(), subject, before, after, node))
        for index, part in enumerate(node.patterns):
            if not _is_wildcard(part):
                self.test(part, b.emit(Element(b.temp(), parts, index, part)))

    def indexed(self, node: ast.MatchSequence, subject: int, star: int) -> None:
        """Test the items around `*_` one by one: CPython does not iterate over the rest."""
        b = self.b
        for index, part in enumerate(node.patterns):
            if _is_wildcard(part):
                continue
            if index < star:
                place = b.const(index, part)
            else:
                length = b.emit(Length(b.temp(), subject, part))
                back = b.const(len(node.patterns) - index, part)
                place = b.emit(Binary(b.temp(), "-", length, back, part))
            self.test(part, b.emit(Item(b.temp(), subject, place, part)))

    def mapping(self, node: ast.MatchMapping, subject: int) -> None:
        b = self.b
        self.require(b.emit(MatchMapping(b.temp(), subject, node)), node)
        if not node.keys and node.rest is None:
            return
        if node.keys:
            self.require_length(subject, len(node.keys), False, node)
        keys = tuple([expressions.expression(b, key) for key in node.keys])
        values = b.emit(MatchKeys(b.temp(), subject, keys, node))
        self.require_present(values, node)
        for index, part in enumerate(node.patterns):
            if not _is_wildcard(part):
                self.test(part, b.emit(Element(b.temp(), values, index, part)))
        if node.rest is not None:
            self.captures[node.rest] = b.emit(MappingRest(b.temp(), subject, keys, node))

    def class_(self, node: ast.MatchClass, subject: int) -> None:
        b = self.b
        cls = expressions.expression(b, node.cls)
        names = tuple(node.kwd_attrs)
        values = b.emit(MatchClass(b.temp(), subject, cls, len(node.patterns), names, node))
        self.require_present(values, node)
        for index, part in enumerate([*node.patterns, *node.kwd_patterns]):
            if not _is_wildcard(part):
                self.test(part, b.emit(Element(b.temp(), values, index, part)))

    def alternatives(self, node: ast.MatchOr, subject: int) -> None:
        b = self.b
        matched = b.new_block()
        joined: dict[str, int] = {}
        for index, part in enumerate(node.patterns):
            last = index == len(node.patterns) - 1
            further = self.failed if last else b.new_block()
            captures: dict[str, int] = {}
            _Pattern(b, further, captures).test(part, subject)
            for name, value in captures.items():
                if name not in joined:
                    joined[name] = b.temp()
                b.emit(Copy(joined[name], value, part))
            b.goto(matched, part)
            if not last:
                b.start(further)
        b.start(matched)
        self.captures.update(joined)


def _is_wildcard(node: ast.pattern) -> bool:
    if isinstance(node, ast.MatchStar):
        return node.name is None
    return isinstance(node, ast.MatchAs) and node.pattern is None and node.name is None
