"""Which variable a name means: locals, cells, globals and class namespaces.

The rules are those of CPython's symbol table (Python reference, 4.2 "Naming and binding"; PEP 227,
3104, 572, 695, 709), computed from the tree alone, since a recovered tree has no text that
`symtable` would take. List, set and dict comprehensions are inlined into the function round
them (PEP 709): their variables become locals of that function under a name of their own
(`x.1`), so that they neither leak nor clash.

    def f(a):
        return lambda: a         a is a cell of f and free in the lambda

Invariant: `Scope.resolve` gives the same word for the same name wherever in the scope it stands.
"""

from __future__ import annotations

import ast
from typing import Final, final

from assay.ir.ops import CELL, CLASS_CELL, GLOBAL, LOCAL, NAME

# Kinds of scope. COMPREHENSION is inlined and makes no function of its own.
MODULE: Final = 0
CLASS: Final = 1
FUNCTION: Final = 2  # def, lambda, generator expression
COMPREHENSION: Final = 3
TYPE_SCOPE: Final = 4  # PEP 695: sees the names of a class directly round it

_FUNCTIONS: Final = (FUNCTION, TYPE_SCOPE)

# The most frequent nodes. To look a class up in `ast` takes longer than to compare with it.
_AST: Final = ast.AST
_ASSIGN: Final = ast.Assign
_ATTRIBUTE: Final = ast.Attribute
_CALL: Final = ast.Call
_CONSTANT: Final = ast.Constant
_DICT: Final = ast.Dict
_EXPR: Final = ast.Expr
_IF: Final = ast.If
_LOAD: Final = ast.Load
_NAME: Final = ast.Name
_RETURN: Final = ast.Return
_SUBSCRIPT: Final = ast.Subscript
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def mangled(name: str, private: str) -> str:
    """A name as the class `private` makes it of what stands in its body; "" for no class."""
    if not private or not name.startswith("__") or name.endswith("__") or "." in name:
        return name
    stripped = private.lstrip("_")
    return f"_{stripped}{name}" if stripped else name


@final
class Scope:
    """One scope of the module: what it binds, what it uses, and what that comes to."""

    __slots__ = (
        "_host",
        "_resolved",
        "bound",
        "cells",
        "children",
        "comprehensions",
        "free",
        "globals",
        "has_await",
        "has_yield",
        "kind",
        "node",
        "nonlocals",
        "parent",
        "private",
        "renamed",
        "used",
    )

    def __init__(self, kind: int, node: ast.AST, parent: Scope | None, private: str) -> None:
        self.kind: Final = kind
        self.node: Final = node
        self.parent: Final = parent
        self.private: Final = private  # the class whose `__names` are mangled here, or ""
        self.bound: dict[str, None] = {}
        self.used: dict[str, None] = {}
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.children: list[Scope] = []
        self.cells: dict[str, None] = {}
        self.free: dict[str, None] = {}
        self.renamed: dict[str, str] = {}
        self.comprehensions = 0  # how many this scope hosts
        self.has_yield = False
        self.has_await = False
        # Not itself where it is its own host: a scope that holds itself outlives its module.
        self._host: Final = parent.host if kind == COMPREHENSION and parent is not None else None
        self._resolved: dict[str, tuple[str, str]] = {}
        if parent is not None:
            parent.children.append(self)

    @property
    def host(self) -> Scope:
        """The scope in whose function the code runs: for a comprehension the one round it."""
        return self if self._host is None else self._host

    def mangle(self, name: str) -> str:
        """`__x` inside `class C` is `_C__x`; every other name is itself."""
        return mangled(name, self.private)

    def resolve(self, name: str) -> tuple[str, str]:
        """(where the variable lives, its name there) for a name as written in this scope."""
        known = self._resolved.get(name)
        if known is None:
            known = self._find(self.mangle(name))
            self._resolved[name] = known
        return known

    def _find(self, name: str) -> tuple[str, str]:
        if name in self.globals:
            return GLOBAL, name
        kind = self.kind
        if kind == COMPREHENSION:
            return self._find_inlined(name)
        if kind == MODULE:
            return GLOBAL, name
        if name in self.bound and name not in self.nonlocals:
            if kind == CLASS:
                return NAME, name
            return (CELL if name in self.cells else LOCAL), name
        in_class = kind == CLASS or self._in_class()
        if name in self.free or (kind == CLASS and name in self.cells):
            reads_class_first = in_class and name not in self.nonlocals
            return (CLASS_CELL if reads_class_first else CELL), self.actual(name)
        return (NAME if in_class else GLOBAL), name

    def _in_class(self) -> bool:
        """Whether this is a type scope with nothing but type scopes between it and a class."""
        scope: Scope | None = self
        while scope is not None and scope.kind == TYPE_SCOPE:
            scope = scope.parent
        return scope is not None and scope is not self and scope.kind == CLASS

    def _find_inlined(self, name: str) -> tuple[str, str]:
        host = self.host
        scope: Scope | None = self
        while scope is not None and scope.kind == COMPREHENSION:
            if name in scope.bound:
                actual = scope.renamed[name]
                return (CELL if actual in host.cells else LOCAL), actual
            if name in scope.globals:
                return GLOBAL, name
            scope = scope.parent
        if host.kind == CLASS:  # class variables are not visible inside
            return (CELL, self.actual(name)) if name in host.free else (GLOBAL, name)
        return host.resolve(name)

    def actual(self, name: str) -> str:
        """The name of a free variable in its owner (comprehensions rename theirs)."""
        scope = self.parent
        while scope is not None:
            if scope.kind == COMPREHENSION:
                if name in scope.renamed:
                    return scope.renamed[name]
            elif scope.kind in _FUNCTIONS and name in scope.bound:
                return name
            scope = scope.parent
        return name


@final
class ScopeTable:
    """The scopes of one module, by the node that opens them."""

    __slots__ = ("by_node", "lazy", "module")

    def __init__(
        self, module: Scope, by_node: dict[ast.AST, Scope], lazy: dict[ast.AST, Scope]
    ) -> None:
        self.module: Final = module
        self.by_node: Final = by_node
        # Of bounds, defaults and aliases: each may be a comprehension that opens a scope itself.
        self.lazy: Final = lazy

    def release(self) -> None:
        """Takes the circles out, so that the scopes go as soon as nobody holds the table."""
        for scope in self.by_node.values():
            scope.children.clear()
        for scope in self.lazy.values():
            scope.children.clear()


def build_scopes(tree: ast.Module) -> ScopeTable:
    """The scopes of a module. Raises RecursionError on trees deeper than the recursion limit."""
    module = Scope(MODULE, tree, None, "")
    collector = _Collector({tree: module})
    collector.statements(tree.body, module)
    _analyse(module, frozenset())
    return ScopeTable(module, collector.by_node, collector.lazy)


@final
class _Collector:
    """One walk over the tree that enters every binding and every use into its scope."""

    __slots__ = ("by_node", "lazy")

    def __init__(self, by_node: dict[ast.AST, Scope]) -> None:
        self.by_node: Final = by_node
        self.lazy: Final[dict[ast.AST, Scope]] = {}

    def statements(self, body: list[ast.stmt], scope: Scope) -> None:
        for statement in body:
            self.visit(statement, scope)

    def visit(self, node: ast.AST, scope: Scope) -> None:
        # The most frequent nodes first: this walk is a quarter of the cost of lowering.
        if type(node) is _NAME:
            name = scope.mangle(node.id) if scope.private else node.id
            if type(node.ctx) is _LOAD:
                scope.used[name] = None
            else:
                scope.bound[name] = None
        elif type(node) is _CONSTANT:
            pass
        elif type(node) is _ATTRIBUTE:
            self.visit(node.value, scope)
        elif type(node) is _CALL:
            self.visit(node.func, scope)
            for argument in node.args:
                self.visit(argument, scope)
            for keyword in node.keywords:
                self.visit(keyword.value, scope)
        elif type(node) is _EXPR:
            self.visit(node.value, scope)
        elif type(node) is _ASSIGN:
            for target in node.targets:
                self.visit(target, scope)
            self.visit(node.value, scope)
        elif type(node) is _RETURN:
            if node.value is not None:
                self.visit(node.value, scope)
        elif type(node) is _IF:
            self.visit(node.test, scope)
            self.statements(node.body, scope)
            self.statements(node.orelse, scope)
        elif type(node) is _DICT:
            for key in node.keys:
                if key is not None:
                    self.visit(key, scope)
            for value in node.values:
                self.visit(value, scope)
        elif type(node) is _SUBSCRIPT:
            self.visit(node.value, scope)
            self.visit(node.slice, scope)
        else:
            handler = _SPECIAL.get(type(node))
            if handler is None:
                self.fields(node, scope)
            elif handler != "":
                self.special(node, scope)

    def fields(self, node: ast.AST, scope: Scope) -> None:
        for field in node._fields:
            value = getattr(node, field, None)
            if isinstance(value, list):
                for item in value:
                    if isinstance(item, _AST):
                        self.visit(item, scope)
            elif isinstance(value, _AST):
                self.visit(value, scope)

    def special(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.function(node, scope)
        elif isinstance(node, ast.Lambda):
            inner = self.enter(FUNCTION, node, scope, scope.private)
            self.defaults(node.args, scope)
            self.parameters(node.args, inner)
            self.visit(node.body, inner)
        elif isinstance(node, ast.ClassDef):
            self.class_(node, scope)
        elif isinstance(node, _COMPREHENSIONS):
            self.comprehension(node, scope)
        elif isinstance(node, ast.NamedExpr):
            self.walrus(node, scope)
        elif isinstance(node, (ast.Yield, ast.YieldFrom)):
            scope.host.has_yield = True
            self.fields(node, scope)
        elif isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)):
            scope.host.has_await = True
            self.fields(node, scope)
        else:
            self.binding(node, scope)

    def binding(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.Global):
            names = [scope.mangle(name) for name in node.names]
            scope.globals.update(names)
        elif isinstance(node, ast.Nonlocal):
            names = [scope.mangle(name) for name in node.names]
            scope.nonlocals.update(names)
            scope.used.update(dict.fromkeys(names))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                if alias.name != "*":
                    scope.bound[scope.mangle(alias.asname or alias.name.partition(".")[0])] = None
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
            if node.name:
                scope.bound[scope.mangle(node.name)] = None
            self.fields(node, scope)
        elif isinstance(node, ast.MatchMapping):
            if node.rest:
                scope.bound[scope.mangle(node.rest)] = None
            self.fields(node, scope)
        elif isinstance(node, ast.AnnAssign):
            if node.simple or node.value is not None or not isinstance(node.target, ast.Name):
                self.visit(node.target, scope)  # `(x): int` binds nothing
            if scope.kind not in (FUNCTION, COMPREHENSION):
                self.visit(node.annotation, scope)  # a function never evaluates them
            if node.value is not None:
                self.visit(node.value, scope)
        else:
            self.alias(node, scope)

    def alias(self, node: ast.AST, scope: Scope) -> None:
        """`type X[T] = value`, whose classes older hosts lack."""
        name = getattr(node, "name", None)
        if isinstance(name, ast.Name):
            scope.bound[scope.mangle(name.id)] = None
        inner = self.type_scope(node, scope)
        value = getattr(node, "value", None)
        if isinstance(value, ast.expr):
            self.evaluated_later(value, inner)

    def enter(self, kind: int, node: ast.AST, parent: Scope, private: str) -> Scope:
        scope = Scope(kind, node, parent, private)
        self.by_node[node] = scope
        return scope

    def evaluated_later(self, node: ast.expr, parent: Scope) -> None:
        """A bound, a default or an alias: a scope of its own round the expression."""
        scope = Scope(TYPE_SCOPE, node, parent, parent.private)
        self.lazy[node] = scope
        self.visit(node, scope)

    def type_scope(self, node: ast.AST, scope: Scope) -> Scope:
        """The hidden scope of type parameters, or the scope itself where there are none."""
        params = type_params_of(node)
        if not params:
            return scope
        hidden = self.enter(TYPE_SCOPE, params[0], scope, scope.private)
        for param in params:
            name = getattr(param, "name", None)
            if isinstance(name, str):
                hidden.bound[hidden.mangle(name)] = None
            for lazy in (getattr(param, "bound", None), getattr(param, "default_value", None)):
                if isinstance(lazy, ast.expr):
                    self.evaluated_later(lazy, hidden)
        return hidden

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        scope.bound[scope.mangle(node.name)] = None
        for decorator in node.decorator_list:
            self.visit(decorator, scope)
        self.defaults(node.args, scope)
        outer = self.type_scope(node, scope)
        self.annotations(node, outer)
        inner = self.enter(FUNCTION, node, outer, scope.private)
        inner.has_await = isinstance(node, ast.AsyncFunctionDef)
        self.parameters(node.args, inner)
        self.statements(node.body, inner)

    def annotations(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> None:
        for argument in arguments_of(node.args):
            if argument.annotation is not None:
                self.visit(argument.annotation, scope)
        if node.returns is not None:
            self.visit(node.returns, scope)

    def defaults(self, arguments: ast.arguments, scope: Scope) -> None:
        for default in arguments.defaults:
            self.visit(default, scope)
        for keyword_default in arguments.kw_defaults:
            if keyword_default is not None:
                self.visit(keyword_default, scope)

    def parameters(self, arguments: ast.arguments, inner: Scope) -> None:
        for argument in arguments_of(arguments):
            inner.bound[inner.mangle(argument.arg)] = None

    def class_(self, node: ast.ClassDef, scope: Scope) -> None:
        scope.bound[scope.mangle(node.name)] = None
        for decorator in node.decorator_list:
            self.visit(decorator, scope)
        outer = self.type_scope(node, scope)
        if outer is not scope:
            outer.bound[".generic_base"] = None
        for base in node.bases:
            self.visit(base, outer)
        for keyword in node.keywords:
            self.visit(keyword.value, outer)
        self.statements(node.body, self.enter(CLASS, node, outer, node.name))

    def comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scope: Scope
    ) -> None:
        lazy = isinstance(node, ast.GeneratorExp)
        self.visit(node.generators[0].iter, scope)
        inner = self.enter(FUNCTION if lazy else COMPREHENSION, node, scope, scope.private)
        for index, generator in enumerate(node.generators):
            if index:
                self.visit(generator.iter, inner)
            self.visit(generator.target, inner)
            for condition in generator.ifs:
                self.visit(condition, inner)
            if generator.is_async:
                inner.host.has_await = True
        if isinstance(node, ast.DictComp):
            self.visit(node.key, inner)
            if isinstance(node.value, ast.expr):  # None in `{**m for m in x}` of Python 3.15
                self.visit(node.value, inner)
        else:
            self.visit(node.elt, inner)
        if not lazy:
            inner.host.comprehensions += 1
            suffix = f".{inner.host.comprehensions}"
            inner.renamed = {name: name + suffix for name in inner.bound}

    def walrus(self, node: ast.NamedExpr, scope: Scope) -> None:
        self.visit(node.value, scope)
        name = scope.mangle(node.target.id)
        target: Scope | None = scope
        while target is not None and isinstance(target.node, _COMPREHENSIONS):
            target.used[name] = None
            if target.kind == FUNCTION:
                target.nonlocals.add(name)  # a generator expression binds in the function round it
            target = target.parent
        if target is not None:
            if target.kind == MODULE:
                passed: Scope | None = scope
                while passed is not None and passed is not target:
                    passed.nonlocals.discard(name)
                    passed.globals.add(name)
                    passed = passed.parent
            elif name in target.globals:
                scope.globals.add(name)
            target.bound[name] = None


_SPECIAL: Final[dict[type, str]] = {
    ast.Load: "",
    ast.Store: "",
    ast.Del: "",
    ast.Pass: "",
    ast.Break: "",
    ast.Continue: "",
    ast.FunctionDef: "function",
    ast.AsyncFunctionDef: "function",
    ast.Lambda: "lambda",
    ast.ClassDef: "class",
    ast.ListComp: "comprehension",
    ast.SetComp: "comprehension",
    ast.DictComp: "comprehension",
    ast.GeneratorExp: "comprehension",
    ast.NamedExpr: "walrus",
    ast.Yield: "suspend",
    ast.YieldFrom: "suspend",
    ast.Await: "suspend",
    ast.AsyncFor: "suspend",
    ast.AsyncWith: "suspend",
    ast.Global: "binding",
    ast.Nonlocal: "binding",
    ast.Import: "binding",
    ast.ImportFrom: "binding",
    ast.ExceptHandler: "binding",
    ast.MatchAs: "binding",
    ast.MatchStar: "binding",
    ast.MatchMapping: "binding",
    ast.AnnAssign: "binding",
}
if hasattr(ast, "TypeAlias"):
    _SPECIAL[ast.TypeAlias] = "alias"


def arguments_of(arguments: ast.arguments) -> list[ast.arg]:
    """Every parameter, in the order in which CPython evaluates their annotations."""
    found = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg is not None:
        found.append(arguments.vararg)
    found += arguments.kwonlyargs
    if arguments.kwarg is not None:
        found.append(arguments.kwarg)
    return found


def type_params_of(node: ast.AST) -> list[ast.AST]:
    """The type parameters of a definition or alias; none on hosts before 3.12."""
    if not _KNOWS_TYPE_PARAMS:
        return []
    params = getattr(node, "type_params", None)
    return params if isinstance(params, list) else []


_KNOWS_TYPE_PARAMS: Final = "type_params" in ast.ClassDef._fields


def _analyse(scope: Scope, enclosing: frozenset[str]) -> dict[str, None]:
    """Fill in cells and free variables; returns the names free in the scope.

    `enclosing` holds the names that functions round the scope bind.
    """
    visible = enclosing
    own = {name for name in scope.bound if name not in scope.globals}
    own -= scope.nonlocals
    if scope.kind in (FUNCTION, TYPE_SCOPE, COMPREHENSION):
        visible = (visible - scope.globals) | own
    elif scope.kind == CLASS:
        visible = (visible - scope.globals) | {"__class__"}
    free: dict[str, None] = {}
    for name in scope.used:
        if name not in own and name not in scope.globals and name in enclosing:
            free[name] = None
    if "super" in scope.used and "__class__" in enclosing and scope.kind != CLASS:
        free["__class__"] = None
    if scope.kind == CLASS:
        for name in scope.bound:  # `x = x` in a class body reads the namespace, never the cell
            if name in scope.nonlocals and name in enclosing:
                free[name] = None
    for child in scope.children:
        for name in _analyse(child, visible):
            _place(scope, child, name, own, free)
    scope.free = free
    return free


def _place(scope: Scope, child: Scope, name: str, own: set[str], free: dict[str, None]) -> None:
    """A name is free in a child: it is a cell here, or free here too."""
    captured = child.kind != COMPREHENSION or name in child.cells
    if scope.kind in _FUNCTIONS and name in own:
        if captured:
            scope.cells[name] = None
    elif scope.kind == COMPREHENSION and name in own:
        if captured:
            scope.cells[name] = None
            scope.host.cells[scope.renamed[name]] = None
    elif scope.kind == CLASS and name == "__class__":
        scope.cells[name] = None
    elif scope.kind == MODULE:
        pass
    else:
        free[name] = None
        if scope.kind == COMPREHENSION and captured:
            scope.cells[name] = None  # tells the host that a closure captures it
