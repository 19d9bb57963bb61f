"""The callees of a file that its own project defines in other files, in view or not.

Callees are methods of `self` and `super()` that come from a base class of the project, calls on
attributes that such a base sets, functions imported from the project; constructors are none.

    class TestRefund(base.ShopCase):
        def test(self):
            self.wait_for_refund()      own: of shop/tests/base.py
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final, final

from assay.domains.handling import is_log, last_part
from assay.ir.function import CLASS, FUNCTION, LAMBDA
from assay.ir.ops import Attr, Call
from assay.models.errors import error_words
from assay.models.waiting import wait_words
from assay.program.facts import CallSite, FileFacts, FunctionFacts
from assay.program.origin import is_own, own_roots
from assay.program.silence import not_a_site
from assay.program.values import ClassObject, External, FunctionValue
from assay.source.nesting import blocks_of
from assay.source.spelling import spelling

_RULE: Final = "error-handling"

LOGGING: Final = not_a_site("own.logging", "the call writes a message", _RULE)
CONSTRUCTOR: Final = not_a_site(
    "own.constructor", "the call makes an object, or is a method of what one gave", _RULE
)
DEFINED_HERE: Final = not_a_site(
    "own.defined-here", "a class of the file defines or sets what is called", _RULE
)
PROVIDED: Final = not_a_site("own.provided", "a framework of tests provides the method", _RULE)

_CONSTRUCTORS: Final = ("__init__", "__new__")


@final
class OwnCallee:
    """A callee of the project: how it is called, where it comes from, and what it is.

    `in_view` are the functions that it may be, empty when it is not in view; `is_other` says that
    it turns out to be of a library, or a class.
    """

    __slots__ = ("call", "function", "in_view", "is_other", "name", "origin")

    def __init__(self, name: str, origin: str, call: Call, function: FunctionFacts) -> None:
        self.name: Final = name
        self.origin: Final = origin
        self.call: Final = call
        self.function: Final = function
        self.in_view: tuple[FunctionFacts, ...] = ()
        self.is_other = False

    def look(self, roots: tuple[str, ...]) -> None:
        """Finds out what is called; what overrides it is not asked for."""
        values = self.function.file.program.type_of(self.function, self.call.callee)
        self.in_view = tuple(
            [value.function for value in values if isinstance(value, FunctionValue)]
        )
        self.is_other = bool(values) and all(
            isinstance(value, ClassObject)
            or (
                isinstance(value, External)
                and "(" not in value.path
                and not is_own(value.path, roots)
            )
            for value in values
        )


def own_callees(facts: FileFacts) -> tuple[OwnCallee, ...]:
    """The callees of the file's own project that it does not define, in the order of the text."""
    roots = own_roots(facts)
    bases = _Bases(facts, roots)
    found: list[OwnCallee] = []
    for function in facts.functions:
        if function.ir.kind not in (FUNCTION, LAMBDA):
            continue
        owner = _class_round(function)
        inherited = None
        if owner is not None and isinstance(owner.ir.node, ast.ClassDef):
            inherited = bases.inherited(owner.ir.node)
        for site in function.calls:
            callee = _own_callee(site, function, roots, inherited)
            if callee is not None:
                found.append(callee)
    found.sort(key=lambda callee: (callee.call.at.lineno, callee.call.at.col_offset))
    distinct: dict[str, OwnCallee] = {}
    for callee in found:
        distinct.setdefault(callee.name, callee)
    for callee in distinct.values():
        callee.look(roots)
    return tuple([callee for callee in distinct.values() if not callee.is_other])


@final
class _Inherited:
    """What a class gets from bases of the project that are not in view."""

    __slots__ = ("_classes", "origin")

    def __init__(self, origin: str, classes: Sequence[_Class]) -> None:
        self.origin: Final = origin  # the first such base
        self._classes: Final = classes  # in view: the class and its bases

    def defines(self, name: str) -> bool:
        """Whether the name is that of a method of the classes in view."""
        return any(name in each.defined for each in self._classes)

    def sets(self, name: str) -> bool:
        """Whether the name is that of an attribute that the classes in view set."""
        return any(name in each.set_here for each in self._classes)


def _own_callee(
    site: CallSite, function: FunctionFacts, roots: tuple[str, ...], inherited: _Inherited | None
) -> OwnCallee | None:
    op = site.op
    name = last_part(function, op)
    path = function.callee(op)
    is_of_project = bool(path) and is_own(path, roots)
    if not name or not (is_of_project or inherited is not None):
        return None
    file, line = function.file, op.at.lineno
    if is_log(function, op, error_words()) and LOGGING.stops(file, line):
        return None
    if is_of_project:
        makes = _makes(path, name)
        if makes and CONSTRUCTOR.stops(file, line):
            return None
        return OwnCallee(function.spelled(op.callee), path, op, function)
    callee = function.definitions[op.callee]
    if inherited is None or not isinstance(callee, Attr):
        return None
    if name in _CONSTRUCTORS and CONSTRUCTOR.stops(file, line):
        return None
    spelled = function.spelled(op.callee)
    owner, _, rest = spelled.partition(".")
    if owner in ("super()", "self", "cls") and "." not in rest:
        own = inherited.sets(name) or (owner != "super()" and inherited.defines(name))
        if own and DEFINED_HERE.stops(file, line):
            return None
        if name in wait_words().provided and PROVIDED.stops(file, line):
            return None
        return OwnCallee(name, inherited.origin, op, function)
    if owner == "self" and rest.count(".") == 1:
        attribute = rest.partition(".")[0]
        own = inherited.sets(attribute) or inherited.defines(attribute)
        if not own or not DEFINED_HERE.stops(file, line):
            return OwnCallee(rest, inherited.origin, op, function)
    return None


def _makes(path: str, name: str) -> bool:
    """Whether a path of the project is of a class, or of a method of what a call gave."""
    parts = (name, *path.split("."))
    return (
        any(part.lstrip("_")[:1].isupper() for part in parts) or not name.strip("_") or "()" in path
    )


def _class_round(function: FunctionFacts) -> FunctionFacts | None:
    """The body of the innermost class that a function stands in."""
    owner = function.parent
    while owner is not None and owner.ir.kind != CLASS:
        owner = owner.parent
    return owner


@final
class _Class:
    """One class of the file."""

    __slots__ = ("_defined", "_set_here", "bases", "node", "origin")

    def __init__(self, node: ast.ClassDef, bases: Sequence[ast.ClassDef], origin: str) -> None:
        self.node: Final = node
        self.bases: Final = bases  # those of the file
        self.origin: Final = origin  # the first base of the project that is not in view, or ""
        self._defined: frozenset[str] | None = None
        self._set_here: frozenset[str] | None = None

    @property
    def defined(self) -> frozenset[str]:
        """The names of its methods and classes."""
        if self._defined is None:
            self._defined = frozenset(
                statement.name
                for statement in self.node.body
                if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
            )
        return self._defined

    @property
    def set_here(self) -> frozenset[str]:
        """The attributes that it assigns, on itself or through `self`."""
        if self._set_here is None:
            self._set_here = _set_here(self.node)
        return self._set_here


@final
class _Bases:
    """The classes of a file, and which of them have a base of the project that is not in view."""

    def __init__(self, facts: FileFacts, roots: tuple[str, ...]) -> None:
        self._facts: Final = facts
        self._roots: Final = roots
        self._classes: Final[dict[ast.ClassDef, _Class]] = {}
        self._origins: Final[dict[ast.ClassDef, str]] = {}  # of one that leads to such a base
        self._inherited: Final[dict[ast.ClassDef, _Inherited | None]] = {}

    def inherited(self, node: ast.ClassDef) -> _Inherited | None:
        """What a class gets from such bases; None when it has none.

        Only the nearest `_MOST_CLASSES` of its bases in view count.
        """
        if node not in self._inherited:
            self._inherited[node] = self._found(node)
        return self._inherited[node]

    def _found(self, node: ast.ClassDef) -> _Inherited | None:
        if node not in self._origins:
            self._look(node)
        if not self._origins[node]:
            return None
        classes = [self._class(node)]
        seen = {node}
        for each in classes:  # grows while it is walked
            for base in each.bases:
                if base not in seen and len(classes) < _MOST_CLASSES:
                    seen.add(base)
                    classes.append(self._class(base))
        first = next((each.origin for each in classes if each.origin), self._origins[node])
        return _Inherited(first, classes)

    def _look(self, node: ast.ClassDef) -> None:
        """Tells for a class and its bases whether they lead to such a base, and to which."""
        classes = [self._class(node)]
        below: dict[ast.ClassDef, list[_Class]] = {node: []}
        for each in classes:  # grows while it is walked
            if each.node in self._origins:
                continue
            for base in each.bases:
                if base not in below:
                    below[base] = []
                    classes.append(self._class(base))
                below[base].append(each)
        work = [each for each in classes if each.origin or self._origins.get(each.node)]
        for each in work:
            self._origins.setdefault(each.node, each.origin)
        for each in work:  # grows while it is walked
            for one in below[each.node]:
                if one.node not in self._origins:
                    self._origins[one.node] = self._origins[each.node]
                    work.append(one)
        for each in classes:
            self._origins.setdefault(each.node, "")

    def _class(self, node: ast.ClassDef) -> _Class:
        known = self._classes.get(node)
        if known is None:
            bases: list[ast.ClassDef] = []
            origin = ""
            for base in node.bases:
                root, dot, rest = spelling(base).partition(".")
                path = self._facts.names.resolve(root)
                bound = self._facts.names.bound.get(root)
                if path == f":{root}" and isinstance(bound, ast.ClassDef) and not rest:
                    bases.append(bound)
                elif path and is_own(f"{path}{dot}{rest}", self._roots):
                    origin = origin or f"{path}{dot}{rest}"
            known = _Class(node, bases, origin)
            self._classes[node] = known
        return known


_MOST_CLASSES: Final = 100


def _set_here(node: ast.ClassDef) -> frozenset[str]:
    """The attributes that a class assigns, on itself or through `self`."""
    found: set[str] = set()
    pending: list[ast.stmt] = list(node.body)
    while pending:
        statement = pending.pop()
        _add_attributes(statement, found)
        for block, _ in blocks_of(statement):
            pending += block
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            found.update(target.id for target in statement.targets if isinstance(target, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found.add(statement.target.id)
    return frozenset(found)


# To look a class up in `ast` takes longer than to compare with it.
_ASSIGN: Final = ast.Assign
_ATTRIBUTE: Final = ast.Attribute
_EXPR: Final = ast.Expr


def _add_attributes(statement: ast.stmt, found: set[str]) -> None:
    """Adds the attributes that one statement, without its blocks, assigns."""
    if type(statement) is _EXPR:
        return
    targets: list[ast.expr] = []
    if type(statement) is _ASSIGN:
        targets += statement.targets
    elif isinstance(statement, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)):
        targets.append(statement.target)
    elif isinstance(statement, (ast.With, ast.AsyncWith)):
        targets += [item.optional_vars for item in statement.items if item.optional_vars]
    while targets:
        target = targets.pop()
        if type(target) is _ATTRIBUTE:
            found.add(target.attr)
        elif isinstance(target, (ast.Tuple, ast.List)):
            targets += target.elts
        elif isinstance(target, ast.Starred):
            targets.append(target.value)
