"""Which names an expression takes from outside, and which of them are local where it stands."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping

Function = ast.FunctionDef | ast.AsyncFunctionDef
Inner = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
BUILTINS = frozenset(dir(builtins))


def parameters(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters, the starred ones included."""
    starred = [arguments.vararg, arguments.kwarg]
    return [
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        *(each for each in starred if each is not None),
    ]


def own_nodes(scope: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a scope's body, without those of scopes inside it (but with their headers).

    Comprehensions count as part of the scope.
    """
    bodies: list[ast.AST] = []
    body: object = getattr(scope, "body", [])
    if isinstance(body, list):
        bodies += body
    elif isinstance(body, ast.AST):
        bodies.append(body)
    while bodies:
        node = bodies.pop()
        yield node
        if isinstance(node, _SCOPES):
            bodies += headers(node)
        else:
            bodies += ast.iter_child_nodes(node)


def headers(scope: Inner) -> list[ast.AST]:
    """What of a scope is evaluated outside it: decorators, defaults, bases."""
    if isinstance(scope, ast.ClassDef):
        return [*scope.decorator_list, *scope.bases, *scope.keywords]
    found: list[ast.AST] = [
        *scope.args.defaults,
        *(each for each in scope.args.kw_defaults if each),
    ]
    if not isinstance(scope, ast.Lambda):
        found += scope.decorator_list
    return found


def bound_by(node: ast.AST) -> list[str]:
    """The names that one node by itself binds in its scope."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        return [node.id]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return [each.asname or each.name.partition(".")[0] for each in node.names]
    if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
        return [node.name] if node.name else []
    if isinstance(node, ast.MatchMapping):
        return [node.rest] if node.rest else []
    return []


def bound(scope: ast.AST) -> set[str]:
    """The names that a scope binds itself, parameters included.

    Targets of comprehensions count too, which is more than Python says.
    """
    names: set[str] = set()
    outer: set[str] = set()
    if isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        names |= {each.arg for each in parameters(scope.args)}
    for node in own_nodes(scope):
        names.update(bound_by(node))
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            outer.update(node.names)
    return names - outer


def free(expression: ast.AST) -> list[str]:
    """The names that an expression loads and does not bind itself, in order of their places."""
    inner: set[str] = set()
    for node in ast.walk(expression):
        if isinstance(node, ast.comprehension):
            inner.update(name for part in ast.walk(node.target) for name in bound_by(part))
        elif isinstance(node, ast.Lambda):
            inner.update(each.arg for each in parameters(node.args))
    names = [
        node.id
        for node in _in_order(expression)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    ]
    return [name for name in dict.fromkeys(names) if name not in inner]


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _in_order(child)


def local_names(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> set[str]:
    """The names that are local where a node stands: none of them is a name of the module."""
    found: set[str] = set()
    hidden: set[str] = set()
    nearest = True
    child, parent = node, parents.get(node)
    while parent is not None and not isinstance(parent, ast.Module):
        if isinstance(parent, COMPREHENSIONS):
            for each in parent.generators:
                found.update(name for part in ast.walk(each.target) for name in bound_by(part))
        elif isinstance(parent, _SCOPES) and child not in headers(parent):
            if not isinstance(parent, ast.ClassDef) or nearest:
                found |= bound(parent) - hidden
                hidden |= {
                    name
                    for each in own_nodes(parent)
                    if isinstance(each, ast.Global)
                    for name in each.names
                }
            nearest = False
        child, parent = parent, parents.get(parent)
    return found
