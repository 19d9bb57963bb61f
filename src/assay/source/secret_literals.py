"""The literals of a tree that are secrets, by the names that their values reach.

Wider than a rule would be, since a mistake here costs a reader a word and there a credential: no
order of statements, attributes by their name alone, every function of a name. A value reaches one
by assignment, as argument, default, entry, fallback, pair or comparison, through variables,
parameters of functions of the file, wrappers and concatenation.

Invariant: every literal that the rule on hard-coded credentials finds by a name is among them.

    secret_literals(ast.parse('x = "hunter2"; connect(password=x)'))     the literal, "password"
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Final, final

from assay.models.credentials import arguments, names
from assay.source.credentials import (
    Strength,
    concealment,
    conceals_as,
    known_format,
)
from assay.source.given import MOST_NAMES, Definition, Given, Place, positional
from assay.source.words import words_of

_MODULE: Final = 0
_ANY: Final = -1  # the scope of attributes, which are told by their name alone
_PATTERN: Final = "SECRET"  # the name of what stands where only a secret stands
_EQUALITY: Final = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
_SETTER_NAMES: Final = frozenset({"default", "fallback", "value"})
_ASKING: Final = frozenset({"get", "getenv", "pop", "getattr", "setdefault"})
_BEFORE_FIELD: Final = re.compile(r"""([\w.-]+)\\?["']?\s*[=:]\s*\\?["']?$""")
_FIELD: Final = re.compile(r"%[sr]|\{\w{0,40}(?:![rs])?\}")
_BEFORE_PASSWORD: Final = re.compile(r"://[^/\s:@]*:$")


@final
class SecretLiteral:
    """A literal whose text is not to be shown; `name` is what it reaches."""

    __slots__ = ("how", "name", "node")

    def __init__(self, node: ast.Constant, name: str, how: Strength) -> None:
        self.node: Final = node
        self.name: Final = name
        self.how: Final = how


def secret_literals(tree: ast.Module) -> list[SecretLiteral]:
    """The string and bytes literals that are secrets by a name, or put together to one."""
    walk = _Walk()
    walk.body(tree.body, _MODULE)
    walk.settle()
    return walk.found


@final
class _Scope:
    """A function, class or module: what encloses it, and what it leaves to others."""

    __slots__ = ("elsewhere", "is_class", "name", "parent")

    def __init__(self, parent: int, name: str, is_class: bool) -> None:
        self.parent: Final = parent
        self.name: Final = name
        self.is_class: Final = is_class
        self.elsewhere: Final[dict[str, int]] = {}  # names of `global` and `nonlocal`


@final
class _Sink:
    """An expression whose value is a secret."""

    __slots__ = ("how", "name", "node", "scope")

    def __init__(self, node: ast.expr, scope: int, name: str, how: Strength) -> None:
        self.node: Final = node
        self.scope: Final = scope
        self.name: Final = name
        self.how: Final = how


@final
class _Walk:
    """One pass over a tree, which gathers; `settle` then follows values backwards."""

    def __init__(self) -> None:
        self.found: Final[list[SecretLiteral]] = []
        self._scopes: Final[list[_Scope]] = [_Scope(_ANY, "", False)]
        self._bound: Final[dict[tuple[int, str], list[tuple[ast.expr, int]]]] = {}
        self._sinks: Final[list[_Sink]] = []
        self._definitions: Final[dict[str, list[Definition]]] = {}
        self._calls: Final[list[tuple[str, ast.Call, int]]] = []
        self._imported: Final[dict[str, str]] = {}
        self._followed: Final[set[tuple[int, str, int]]] = set()
        self._given: Final = Given()
        self._followed_places: Final[dict[tuple[Place, int], list[str]]] = {}
        self._scopes_of: Final[dict[str, list[int]]] = {}  # where names are bound

    # Gathering

    def body(self, statements: Sequence[ast.stmt], scope: int) -> None:
        """Walks the statements of a scope."""
        for statement in statements:
            self._statement(statement, scope)

    def _statement(self, node: ast.stmt, scope: int) -> None:
        if isinstance(node, ast.Expr):
            if not isinstance(node.value, ast.Constant):
                self._expression(node.value, scope)
            return
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._target(target, node.value, scope)
            self._expression(node.value, scope)
        elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
            if node.value is not None:
                self._target(node.target, node.value, scope)
                self._expression(node.value, scope)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._function(node, scope)
        elif isinstance(node, ast.ClassDef):
            self._class(node, scope)
        elif isinstance(node, ast.Return):
            if node.value is not None:
                name = self._scopes[scope].name
                if concealment(name) >= Strength.KEY:
                    self._sink(node.value, scope, name)
                self._expression(node.value, scope)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            outer = _MODULE if isinstance(node, ast.Global) else self._scopes[scope].parent
            for name in node.names:
                self._scopes[scope].elsewhere[name] = max(outer, _MODULE)
        else:
            if isinstance(node, (ast.For, ast.AsyncFor)):
                self._target(node.target, node.iter, scope)
            elif isinstance(node, ast.Match):
                self._match(node, scope)
            self._children(node, scope)

    def _children(self, node: ast.AST, scope: int) -> None:
        for field in node._fields:
            value: object = getattr(node, field, None)
            if isinstance(value, list):
                for child in value:
                    if isinstance(child, _NODE):
                        self._child(child, scope)
            elif isinstance(value, _NODE):
                self._child(value, scope)

    def _child(self, node: ast.AST, scope: int) -> None:
        if isinstance(node, _EXPRESSION):
            self._expression(node, scope)
        elif isinstance(node, _STATEMENT):
            self._statement(node, scope)
        elif node._fields:
            self._children(node, scope)

    def _function(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: int
    ) -> None:
        name = "" if isinstance(node, ast.Lambda) else node.name
        inner = len(self._scopes)
        self._scopes.append(_Scope(scope, name, False))
        owner = self._scopes[scope]
        positional = [*node.args.posonlyargs, *node.args.args]
        parameters = [each.arg for each in positional]
        offset = len(parameters) - len(node.args.defaults)
        pairs: list[tuple[str, ast.expr | None]] = [
            (parameters[offset + index], default)
            for index, default in enumerate(node.args.defaults)
        ]
        keywords = [each.arg for each in node.args.kwonlyargs]
        pairs += zip(keywords, node.args.kw_defaults, strict=False)
        for parameter in (*parameters, *keywords):
            self._bound.setdefault((inner, parameter), [])
        for parameter, default in pairs:
            if default is not None:
                self._bound[(inner, parameter)].append((default, scope))
                self._sink(default, scope, parameter)
                self._expression(default, scope)
        if name:
            called = owner.name if owner.is_class and name in ("__init__", "__new__") else name
            own = Definition([*parameters, *keywords], inner, owner.is_class)
            self._definitions.setdefault(called, []).append(own)
        if isinstance(node, ast.Lambda):
            self._expression(node.body, inner)
            return
        for decorator in node.decorator_list:
            self._expression(decorator, scope)
        self.body(node.body, inner)

    def _class(self, node: ast.ClassDef, scope: int) -> None:
        inner = len(self._scopes)
        self._scopes.append(_Scope(scope, node.name, True))
        for expression in (*node.decorator_list, *node.bases):
            self._expression(expression, scope)
        for keyword in node.keywords:
            self._keyword(keyword, None, scope)
        self.body(node.body, inner)

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if isinstance(node, ast.ImportFrom):
                self._imported[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
            elif alias.asname:
                self._imported[alias.asname] = alias.name
            else:
                root = alias.name.partition(".")[0]
                self._imported[root] = root

    def _match(self, node: ast.Match, scope: int) -> None:
        name = _name_of(node.subject)
        if concealment(name) is not Strength.NOTHING:
            for case in node.cases:
                for part in ast.walk(case.pattern):
                    if isinstance(part, ast.MatchValue):
                        self._sink(part.value, scope, name)

    def _target(self, target: ast.expr, value: ast.expr, scope: int) -> None:
        """A value that is bound to a target."""
        if isinstance(target, ast.Name):
            owner = self._scopes[scope].elsewhere.get(target.id, scope)
            self._bound.setdefault((owner, target.id), []).append((value, scope))
            if self._scopes[scope].is_class:
                self._bound.setdefault((_ANY, target.id), []).append((value, scope))
            self._sink(value, scope, target.id)
        elif isinstance(target, ast.Attribute):
            self._bound.setdefault((_ANY, target.attr), []).append((value, scope))
            self._sink(value, scope, target.attr)
            self._pair(target.attr, value, scope)
            self._expression(target.value, scope)
        elif isinstance(target, ast.Subscript):
            self._sink(value, scope, _text(target.slice))
            self._pair(_text(target.slice), value, scope)
            self._expression(target.value, scope)
        elif isinstance(target, ast.Starred):
            self._target(target.value, value, scope)
        elif isinstance(target, (ast.Tuple, ast.List)):
            same = (
                isinstance(value, (ast.Tuple, ast.List))
                and len(value.elts) == len(target.elts)
                and not any(isinstance(each, ast.Starred) for each in value.elts + target.elts)
            )
            for index, each in enumerate(target.elts):
                if same and isinstance(value, (ast.Tuple, ast.List)):
                    self._target(each, value.elts[index], scope)
                else:
                    self._target(each, value, scope)

    def _expression(self, node: ast.expr, scope: int) -> None:
        kind = type(node)
        if kind is _NAME or kind is _CONSTANT:
            return
        if isinstance(node, _ATTRIBUTE):
            self._expression(node.value, scope)
            return
        if isinstance(node, _CALL):
            self._call(node, scope)
            return
        if kind is _SUBSCRIPT:
            self._children(node, scope)
            return
        if isinstance(node, ast.Lambda):
            self._function(node, scope)
            return
        if isinstance(node, ast.Compare):
            self._compare(node, scope)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                self._sink(value, scope, _text(key))
                self._pair(_text(key), value, scope)
        elif isinstance(node, (ast.Tuple, ast.List)):
            self._row(node.elts, scope, False)
        elif isinstance(node, ast.NamedExpr):
            self._target(node.target, node.value, scope)
        elif isinstance(node, ast.BinOp):
            self._joined(node)
            if isinstance(node.op, ast.Mod):
                row = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
                self._formatted(_any_text(node.left), row, scope)
        elif isinstance(node, ast.BoolOp):
            self._alternatives(node.values, scope)
        elif isinstance(node, ast.IfExp):
            self._alternatives([node.body, node.orelse], scope)
        elif isinstance(node, ast.JoinedStr):
            self._fields(node, scope)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            for generator in node.generators:
                self._target(generator.target, generator.iter, scope)
        self._children(node, scope)

    def _call(self, node: ast.Call, scope: int) -> None:
        callee = _last_name(node.func)
        given = node.args
        if given and isinstance(given[0], ast.Constant):  # as logs do
            self._formatted(_any_text(given[0]), given[1:], scope)
        if callee == "format" and isinstance(node.func, ast.Attribute):
            self._formatted(_any_text(node.func.value), given, scope)
        said = words_of(callee)
        names_first = callee in names().readers or callee in _ASKING or said[:1] == ("set",)
        self._row(given, scope, names_first)
        if callee:
            self._calls.append((callee, node, scope))
            known = names()
            if (len(said) > 1 and said[0] in known.takers) or callee in _SECRET_TYPES:
                how = Strength.PASSWORD if callee in _SECRET_TYPES else concealment(callee)
                for each in given:
                    self._add(each, scope, callee, how)
            if callee in known.comparers:
                for each in given:
                    name = _name_of(each)
                    for other in given:
                        if other is not each:
                            self._sink(other, scope, name)
        for keyword in node.keywords:
            self._keyword(keyword, node, scope)
        for each in given:
            self._expression(each, scope)
        self._expression(node.func, scope)

    def _keyword(self, keyword: ast.keyword, call: ast.Call | None, scope: int) -> None:
        if keyword.arg is not None:
            self._sink(keyword.value, scope, keyword.arg)
            self._pair(keyword.arg, keyword.value, scope)
            if call is not None and keyword.arg in _SETTER_NAMES:
                said = [_text(each) for each in call.args]
                said += [_text(each.value) for each in call.keywords if each is not keyword]
                for name in said:
                    self._sink(keyword.value, scope, name)
        self._expression(keyword.value, scope)

    def _pair(self, name: str, value: ast.expr, scope: int) -> None:
        """The second of the two that authentication by a name and a password takes."""
        is_pair = isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == 2
        if is_pair and name.endswith("auth") and isinstance(value, (ast.Tuple, ast.List)):
            self._add(value.elts[1], scope, name, Strength.PASSWORD)

    def _row(self, row: Sequence[ast.expr], scope: int, names_first: bool) -> None:
        """Values behind a name in a row: `getenv("PASSWORD", "x")`, `["--password", "x"]`.

        Unless `names_first` or the name is an option, a plain word may be another name.
        """
        for index, each in enumerate(row[:-1]):
            name = _text(each)
            if name:
                how = concealment(name)
                if how is not Strength.NOTHING and not names_first and name[0] != "-":
                    how = Strength.TOKEN
                self._add(row[index + 1], scope, name, how)

    def _alternatives(self, values: Sequence[ast.expr], scope: int) -> None:
        """What stands in for a secret that is not there: `getenv("PASSWORD") or "x"`."""
        for value in values:
            name = _name_of(value)
            if name and concealment(name) is not Strength.NOTHING:
                for other in values:
                    if other is not value:
                        self._sink(other, scope, name)

    def _compare(self, node: ast.Compare, scope: int) -> None:
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(operator, _EQUALITY):
                self._sink(right, scope, _name_of(left))
                self._sink(left, scope, _name_of(right))
            left = right

    def _fields(self, node: ast.JoinedStr, scope: int) -> None:
        """The fields of an f-string behind a name: `f"password={x}"`, `f"://user:{x}@host"`."""
        before = ""
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                named = _BEFORE_FIELD.search(before)
                if named is not None:
                    self._sink(part.value, scope, named.group(1))
                if _BEFORE_PASSWORD.search(before) is not None:
                    self._add(part.value, scope, _PATTERN, Strength.PASSWORD)
                before = ""
            elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                before += part.value

    def _formatted(self, text: str, row: Sequence[ast.expr], scope: int) -> None:
        """What is put into a text behind a name: `"password=%s" % x`."""
        if not row or len(text) > _LONGEST_JOINED:
            return
        for index, field in enumerate(_FIELD.finditer(text)):
            named = _BEFORE_FIELD.search(text, max(field.start() - 80, 0), field.start())
            if named is not None and index < len(row):
                self._sink(row[index], scope, named.group(1))

    def _joined(self, node: ast.BinOp) -> None:
        """Literals that are a secret in a known format only when they are put together."""
        if not isinstance(node.op, ast.Add):
            return
        leaves: list[ast.expr] = []
        pending: list[ast.expr] = [node]
        while pending:
            each = pending.pop()
            if isinstance(each, ast.BinOp) and isinstance(each.op, ast.Add):
                pending += (each.left, each.right)
            else:
                leaves.append(each)
        leaves.reverse()
        texts = [_any_text(leaf) for leaf in leaves]
        text = "".join(texts)
        known = known_format(text) if len(text) < _LONGEST_JOINED else None
        if known is None:
            return
        start = text.find(known.secret)
        end = start + len(known.secret)
        at = 0
        for leaf, part in zip(leaves, texts, strict=True):
            if part and at < end and at + len(part) > start and isinstance(leaf, ast.Constant):
                self.found.append(SecretLiteral(leaf, _PATTERN, Strength.PASSWORD))
            at += len(part)

    def _sink(self, node: ast.expr, scope: int, name: str) -> None:
        how = concealment(name) if name else Strength.NOTHING
        if how is not Strength.NOTHING:
            self._add(node, scope, name, how)

    def _add(self, node: ast.expr, scope: int, name: str, how: Strength) -> None:
        if how is not Strength.NOTHING:
            self._sinks.append(_Sink(node, scope, name, how))

    # Following

    def settle(self) -> None:
        """Follows every sink backwards to the literals whose values reach it."""
        self._bind_calls()
        for scope, name in self._bound:
            self._scopes_of.setdefault(name, []).append(scope)
        done = 0
        reached: set[tuple[int, str, int]] = set()
        while done < len(self._sinks):  # grows while it is walked
            sink = self._sinks[done]
            done += 1
            key = (id(sink.node), sink.name, sink.how)
            if key not in reached:
                reached.add(key)
                self._reach(sink.node, sink)

    def _bind_calls(self) -> None:
        """Arguments at the parameters of functions of the file, and of libraries that take one."""
        rows = arguments()
        roots = {path.partition(".")[0] for path in self._imported.values()}
        lasts: dict[str, list[str]] = {}
        for path in rows:
            if path.partition(".")[0] in roots:
                lasts.setdefault(path.rpartition(".")[2], []).append(path)
        values = self._single_values() if lasts else {}
        for callee, node, scope in self._calls:
            if lasts:
                resolved = self._resolved(node.func, values, 0)
                for path in lasts.get(resolved.rpartition(".")[2] or callee, ()):
                    row = rows[path]
                    if (path == resolved or "()" in path) and row.position < len(node.args):
                        given = node.args[row.position]
                        self._add(given, scope, row.what, Strength.PASSWORD)
            if callee in self._definitions:
                self._given.give(callee, node, scope)
        for callee, definitions in self._definitions.items():
            self._given.feed(callee, definitions)
        for callee, node, scope in self._calls:
            for index, each in enumerate(positional(node)):
                for name in self._given.secret_names((callee, index, "")):
                    self._sink(each, scope, name)

    def _single_values(self) -> dict[str, ast.expr]:
        """The variables that are bound once in some scope, with what they are bound to."""
        return {name: bound[0][0] for (_, name), bound in self._bound.items() if len(bound) == 1}

    def _resolved(self, node: ast.expr, values: dict[str, ast.expr], depth: int) -> str:
        """The dotted path of a name of an import, also through a variable; "" for others."""
        if isinstance(node, ast.Attribute):
            owner = self._resolved(node.value, values, depth)
            return f"{owner}.{node.attr}" if owner else ""
        if isinstance(node, ast.Call):
            owner = self._resolved(node.func, values, depth)
            return f"{owner}()" if owner else ""
        if not isinstance(node, ast.Name):
            return ""
        if node.id in self._imported:
            return self._imported[node.id]
        value = values.get(node.id)
        if value is None or depth >= _FURTHEST:
            return ""
        return self._resolved(value, values, depth + 1)

    def _reach(self, node: ast.expr, sink: _Sink) -> None:
        """The literals in an expression whose value is a secret."""
        if isinstance(node, ast.Constant):
            text = _any_text(node)
            if text and conceals_as(text, sink.name, sink.how):
                self.found.append(SecretLiteral(node, sink.name, sink.how))
        elif isinstance(node, ast.Name):
            self._reach_variable(node.id, sink)
        elif isinstance(node, ast.Attribute):
            self._reach_key((_ANY, node.attr), sink)
        elif isinstance(node, ast.Call):
            self._reach_call(node, sink)
        elif isinstance(node, ast.IfExp):
            self._reach(node.body, sink)
            self._reach(node.orelse, sink)
        elif isinstance(node, ast.Dict):
            for value in node.values:
                self._reach(value, sink)
        elif isinstance(node, ast.JoinedStr):
            for part in node.values:
                if isinstance(part, ast.Constant):
                    self._reach(part, sink)
                elif isinstance(part, ast.FormattedValue):
                    self._reach(part.value, sink)
        elif isinstance(node, (ast.BinOp, ast.BoolOp, ast.Tuple, ast.List, ast.Set)):
            self._reach_parts(node, sink)
        elif isinstance(node, (ast.Await, ast.Starred, ast.NamedExpr, ast.Subscript)):
            self._reach(node.value, sink)
        elif isinstance(node, ast.Lambda):
            self._reach(node.body, sink)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            self._reach(node.elt, sink)

    def _reach_parts(
        self, node: ast.BinOp | ast.BoolOp | ast.Tuple | ast.List | ast.Set, sink: _Sink
    ) -> None:
        parts: list[ast.expr]
        if isinstance(node, ast.BinOp):
            parts = [node.left, node.right]
        elif isinstance(node, ast.BoolOp):
            parts = node.values
        else:
            parts = node.elts
        for part in parts:
            self._reach(part, sink)

    def _reach_call(self, node: ast.Call, sink: _Sink) -> None:
        """What a call gives back: of wrappers their argument, of others what looks like a key."""
        callee = _last_name(node.func)
        known = names()
        if callee in known.wrappers:
            if isinstance(node.func, ast.Attribute):
                if isinstance(node.func.value, (ast.Name, ast.Attribute)):
                    if _name_of(node.func.value) not in self._imported:
                        self._reach(node.func.value, sink)
                else:
                    self._reach(node.func.value, sink)
            for each in node.args:
                self._reach(each, sink)
            return
        if callee in known.readers or callee in _ASKING:
            for each in node.args[1:]:
                self._reach(each, sink)
            return
        for each in (*node.args, *(keyword.value for keyword in node.keywords)):
            if isinstance(each, ast.Constant):
                weak = _Sink(each, sink.scope, "token", Strength.TOKEN)
                self._reach(each, weak)

    def _reach_variable(self, name: str, sink: _Sink) -> None:
        scope = sink.scope
        inner = True
        while scope >= _MODULE:
            each = self._scopes[scope]
            key = (each.elsewhere.get(name, scope), name)
            if key in self._bound and (inner or not each.is_class):
                self._reach_key(key, sink)
                return
            inner = False
            scope = each.parent
        for bound in self._scopes_of.get(name, ()):
            self._reach_key((bound, name), sink)

    def _reach_key(self, key: tuple[int, str], sink: _Sink) -> None:
        """Everything that is bound to a variable, parameter or attribute."""
        if key not in self._bound or (*key, sink.how) in self._followed:
            return
        self._followed.add((*key, sink.how))
        for value, scope in self._bound[key]:
            self._add(value, scope, sink.name, sink.how)
        for place in self._given.places(key):
            followed = self._followed_places.setdefault((place, sink.how), [])
            if sink.name not in followed and len(followed) < MOST_NAMES:
                followed.append(sink.name)
                for value, scope in self._given.at(place):
                    self._add(value, scope, sink.name, sink.how)


# To look a class up in `ast` takes longer than to compare with it.
_NODE: Final = ast.AST
_EXPRESSION: Final = ast.expr
_STATEMENT: Final = ast.stmt
_NAME: Final = ast.Name
_CONSTANT: Final = ast.Constant
_ATTRIBUTE: Final = ast.Attribute
_CALL: Final = ast.Call
_SUBSCRIPT: Final = ast.Subscript

_LONGEST_JOINED: Final = 20_000
_FURTHEST: Final = 3
_SECRET_TYPES: Final = frozenset({"SecretStr", "SecretBytes"})


def _text(node: ast.expr | None) -> str:
    """A string literal that may be a name; "" for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) <= 80:
        return node.value
    return ""


def _any_text(node: ast.expr) -> str:
    """What a string or bytes literal holds, a character for each byte; "" for anything else."""
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, str):
            return value
        if isinstance(value, bytes):
            return value.decode("latin-1")
    return ""


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _name_of(node: ast.expr) -> str:
    """The last name of a variable, attribute, item or look-up."""
    if isinstance(node, ast.Subscript):
        return _text(node.slice)
    if isinstance(node, ast.Call):
        called = _last_name(node.func)
        if called in _ASKING or called in names().readers:
            return next((name for name in map(_text, node.args) if name), "")
        if isinstance(node.func, ast.Attribute) and called in names().wrappers:
            return _name_of(node.func.value)
        return called
    return _last_name(node)
