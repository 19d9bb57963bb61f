"""What the route of an entry point says of its parameters: numbers, or one part of a path.

    @app.route("/files/<name>")                 no `/` can be in name: a part of a path ends there
    @app.route("/files/<path:name>")            anything can
    @app.get("/items/{item}")                   as the first

Invariant: what is not written as a constant in the decorators says nothing.
"""

from __future__ import annotations

import ast
import re
from typing import Final

NUMBER: Final = "number"
PART: Final = "part"

_ANGLE: Final = re.compile(r"<(?:(\w+)(?:\([^<>]*\))?:)?(\w+)>")  # <converter:name>
_AFTER: Final = re.compile(r"<(\w+)(?::(\w+)(?::[^<>]*)?)?>")  # <name:filter>
_BRACE: Final = re.compile(r"\{(\w+)(?::([^{}]*))?\}")  # {name:converter}
_NUMBERS: Final = frozenset(("int", "float", "uuid"))
_PARTS: Final = frozenset(("", "string", "str"))


def route_variables(node: object, style: str) -> dict[str, str]:
    """What is known of the variables of a function's routes: NUMBER or PART by name."""
    found: dict[str, set[str]] = {}
    for route in _routes(node):
        if route is None:
            return {}
        for name, converter in _variables(route, style):
            kind = NUMBER if converter in _NUMBERS else PART if converter in _PARTS else ""
            found.setdefault(name, set()).add(kind)
    return {name: min(kinds) for name, kinds in found.items() if len(kinds) == 1 and min(kinds)}


def has_fixed_route(node: object) -> bool:
    """Whether a function has a route, and none of its routes has variable parts."""
    routes = [route for route in _routes(node) if route is not None]
    return bool(routes) and all(not set(route) & set("<{*(") for route in routes)


def _routes(node: object) -> list[str | None]:
    """The first arguments of the decorators; None for one that is no constant text."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return []
    found: list[str | None] = []
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and decorator.args:
            first = decorator.args[0]
            text = first.value if isinstance(first, ast.Constant) else None
            found.append(text if isinstance(text, str) else None)
    return found


def _variables(route: str, style: str) -> list[tuple[str, str]]:
    if style == "angle":
        return [(name, converter or "") for converter, name in _ANGLE.findall(route)]
    pattern = _AFTER if style == "angle-after" else _BRACE
    return [(name, converter or "") for name, converter in pattern.findall(route)]
