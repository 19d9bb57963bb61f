"""A program that is being rewritten, and the spots in it whose fate is watched.

A `Spot` is a place that a rule has a word on. Operators move its expression and leave behind nodes
where the word may be said afterwards: `Spot.places`. A draft knows the parent of each node, puts
helpers in front of the statement that needs them, and gives out names that nothing else has.

    draft = Draft(text, spots, path="shop.py")
    draft.replace(old, expression("[VALUE][0]", VALUE=old))
    draft.written().text

Invariant: an operator that raises `DoesNotApply` has changed nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from metamorphic.rendering import Comments, Rendered, parse, render
from metamorphic.scopes import Function


class DoesNotApply(Exception):  # noqa: N818
    """An operator says why it leaves a spot alone."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node is in the original text: lines from 1, columns from 0 in bytes as in `ast`.

    Only `line` counts when `column` is negative.
    """

    line: int
    column: int = -1
    end_line: int = 0
    end_column: int = 0


@dataclass(slots=True, eq=False)
class Spot:
    """A place that is watched; `node` is an expression, a statement or an except clause.

    `by_value` says that what goes into the call matters, and not what comes out of it.
    """

    node: ast.AST
    by_value: bool = False
    constant_first: bool = False  # of what goes in, a constant is asked for first
    places: list[ast.AST] = field(default_factory=list)  # the header counts of what has a body
    made: list[ast.stmt] = field(default_factory=list)  # definitions, which count whole
    subject: ast.expr | None = None  # what an operator took hold of
    changed: bool = False
    why_not: str = ""


class Draft:
    """A tree to rewrite; `spots` are in the order of the spans that were given."""

    def __init__(self, text: str, spans: Sequence[Span], path: str = "case.py") -> None:
        parsed = parse(text)
        self.text = text
        self.path = path
        self.tree = parsed.tree
        self.comments: dict[ast.AST, Comments] = parsed.comments
        self.parents: dict[ast.AST, ast.AST] = {}
        self.others: dict[str, str] = {}  # further files by their names: text
        self.taken = {
            name
            for node in ast.walk(self.tree)
            for name in (getattr(node, "id", None), getattr(node, "attr", None))
            if isinstance(name, str)
        }
        self.foreign: frozenset[str] = frozenset()  # words of other files of the project
        self.memory: dict[tuple[str, ast.AST], bool] = {}  # what whole-scope operators did
        self.modules: dict[ast.AST, str] = {}  # nodes that went into another file
        self._numbers: dict[str, int] = {}
        self.adopt(self.tree)
        self.spots = [Spot(self._at(span)) for span in spans]
        for spot in self.spots:
            spot.places.append(spot.node)
            statement = self.statement_of(spot.node)
            if statement is not spot.node and not isinstance(spot.node, ast.ExceptHandler):
                spot.places.append(statement)

    # Where things are

    def _at(self, span: Span) -> ast.AST:
        best: ast.AST | None = None
        for node in ast.walk(self.tree):
            if (
                isinstance(node, ast.expr)
                and span.column >= 0
                and (node.lineno, node.col_offset) == (span.line, span.column)
                and (node.end_lineno, node.end_col_offset) == (span.end_line, span.end_column)
            ):
                best = node  # the innermost, which is walked last
        if best is not None:
            return best
        found: ast.AST | None = None
        for node in ast.walk(self.tree):
            if isinstance(node, (ast.stmt, ast.ExceptHandler)) and (
                node.lineno <= span.line <= (node.end_lineno or node.lineno)
            ):
                found = node
        if found is None:
            raise ValueError(f"nothing stands at line {span.line}")
        return found

    def adopt(self, node: ast.AST) -> None:
        """Tells the nodes below a node who their parents are."""
        for child in ast.iter_child_nodes(node):
            self.parents[child] = node
            self.adopt(child)

    def ancestors(self, node: ast.AST) -> list[ast.AST]:
        """The nodes round a node, the innermost first."""
        found: list[ast.AST] = []
        parent = self.parents.get(node)
        while parent is not None:
            found.append(parent)
            parent = self.parents.get(parent)
        return found

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """The innermost statement round a node, or the node; of a clause its `try`."""
        for each in [node, *self.ancestors(node)]:
            if isinstance(each, ast.stmt):
                return each
        raise ValueError("a node outside every statement")

    def top_of(self, node: ast.AST) -> ast.stmt:
        """The statement of the module that a node is in."""
        chain = [node, *self.ancestors(node)]
        top = chain[-2]
        assert isinstance(top, ast.stmt)
        return top

    def function_of(self, node: ast.AST) -> Function | None:
        """The innermost function round a node, in whose body it stands; None in class bodies."""
        child = node
        for each in self.ancestors(node):
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) and child in each.body:
                return each
            if isinstance(each, ast.ClassDef) and child in each.body:
                return None
            child = each
        return None

    def method_of(self, node: ast.AST) -> tuple[Function, ast.ClassDef] | None:
        """The method round a node that has an instance, and its class."""
        chain = [node, *self.ancestors(node)]
        for child, each, outer in zip(chain, chain[1:], chain[2:], strict=False):
            if not isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)):
                continue
            if not isinstance(outer, ast.ClassDef) or child not in each.body:
                continue
            if each.name == "__new__" or not each.args.args or each.args.args[0].arg != "self":
                return None
            kinds = {part.id for part in each.decorator_list if isinstance(part, ast.Name)}
            return None if kinds & {"staticmethod", "classmethod"} else (each, outer)
        return None

    def block_of(self, statement: ast.stmt) -> list[ast.stmt]:
        """The list of statements that a statement stands in."""
        parent = self.parents[statement]
        for name in ("body", "orelse", "finalbody"):
            block: object = getattr(parent, name, None)
            if isinstance(block, list) and any(each is statement for each in block):
                return block
        raise ValueError("a statement in no block")

    # Changes

    def fresh(self, stem: str) -> str:
        """A name that nothing else has: `made_1`, `made_2`."""
        while True:
            number = self._numbers.get(stem, 0) + 1
            self._numbers[stem] = number
            if (name := f"{stem}_{number}") not in self.taken:
                return name

    def replace(self, old: ast.expr, new: ast.expr) -> None:
        """Puts an expression, which may hold the old one, in its place."""
        parent = self.parents[old]
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
                break
            if isinstance(value, list) and any(each is old for each in value):
                value[next(i for i, each in enumerate(value) if each is old)] = new
                break
        else:
            raise ValueError("a node that its parent does not hold")
        self.parents[new] = parent
        self.adopt(new)

    def exchange(self, old: ast.stmt, new: Sequence[ast.stmt]) -> None:
        """Puts statements, which may hold the old one, in its place."""
        block, parent = self.block_of(old), self.parents[old]
        index = next(i for i, each in enumerate(block) if each is old)
        block[index : index + 1] = new
        for each in new:
            self.parents[each] = parent
            self.adopt(each)
        if new and old in self.comments and not any(old in ast.walk(each) for each in new):
            self.comments[new[0]] = self.comments.pop(old)

    def before(self, statement: ast.stmt, new: Sequence[ast.stmt]) -> None:
        """Puts statements in front of one."""
        block, parent = self.block_of(statement), self.parents[statement]
        index = next(i for i, each in enumerate(block) if each is statement)
        block[index:index] = new
        for each in new:
            self.parents[each] = parent
            self.adopt(each)

    def after(self, statement: ast.stmt, new: Sequence[ast.stmt]) -> None:
        """Puts statements behind one."""
        block, parent = self.block_of(statement), self.parents[statement]
        index = next(i for i, each in enumerate(block) if each is statement)
        block[index + 1 : index + 1] = new
        for each in new:
            self.parents[each] = parent
            self.adopt(each)

    def take_over(self, old: ast.AST, new: ast.AST) -> None:
        """What is known and watched of one node holds for another from now on."""
        for spot in self.spots:
            spot.places = [new if each is old else each for each in spot.places]
            if spot.node is old:
                spot.node = new
        if old in self.comments:
            self.comments[new] = self.comments.pop(old)

    def need(self, imported: str) -> None:
        """Adds an import of the module, once, behind its docstring and future imports."""
        new = statements(imported)[0]
        if any(ast.dump(each) == ast.dump(new) for each in self.tree.body):
            return
        index = 0
        for index, each in enumerate(self.tree.body):
            is_text = isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
            if not (
                (index == 0 and is_text)
                or (isinstance(each, ast.ImportFrom) and each.module == "__future__")
            ):
                break
        self.tree.body.insert(index, new)
        self.parents[new] = self.tree
        self.adopt(new)

    def define(self, spot: Spot, new: Sequence[ast.stmt]) -> None:
        """Puts definitions in front of the module's statement that the spot is in."""
        self.before(self.top_of(spot.node), new)
        spot.made += new

    def written(self) -> Rendered:
        """The text as it is now. Raises ValueError or SyntaxError when it is no program."""
        return render(self.tree, self.comments)


def expression(text: str, **parts: ast.expr) -> ast.expr:
    """An expression from its text, with nodes put in for the names of `parts`, in capitals."""
    tree = ast.parse(text, mode="eval")
    _fill(tree, parts)
    return tree.body


def statements(text: str, **parts: ast.expr | ast.stmt) -> list[ast.stmt]:
    """Statements from their text, with nodes put in for the names of `parts`, in capitals.

    A statement goes in where the name is a statement by itself.
    """
    tree = ast.parse(text)
    _fill(tree, parts)
    return tree.body


def _fill(tree: ast.AST, parts: dict[str, ast.expr] | dict[str, ast.expr | ast.stmt]) -> None:
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.Name) and value.id in parts:
                setattr(node, name, parts[value.id])
            elif isinstance(value, list):
                for index, each in enumerate(value):
                    if isinstance(each, ast.Name) and each.id in parts:
                        value[index] = parts[each.id]
                    elif (
                        isinstance(each, ast.Expr)
                        and isinstance(each.value, ast.Name)
                        and isinstance(part := parts.get(each.value.id), ast.stmt)
                    ):
                        value[index] = part
