"""What the calls of a file give to its functions, told by their names alone.

All calls of a name and all functions of that name meet at places: a position, or a keyword. So what
many calls give to many functions is kept once, and not for each pair of them.

    given.give("connect", call, scope); given.feed("connect", definitions)
    given.at(given.places(inner, "password")[0])      the arguments, with the scopes they stand in
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Final, TypeAlias, final

from assay.source.credentials import Strength, concealment

Place: TypeAlias = tuple[str, int, str]
"""A name that is called, and a position from 0 on or, at -1, a keyword."""

MOST_NAMES: Final = 16
"""Names under which one place is followed: what a secret is called tells little of its look."""


@final
class Definition:
    """A function of the file, or the `__init__` of a class: its parameters, and their scope."""

    __slots__ = ("is_method", "parameters", "scope")

    def __init__(self, parameters: Sequence[str], scope: int, is_method: bool) -> None:
        self.parameters: Final = parameters
        self.scope: Final = scope
        self.is_method: Final = is_method


@final
class Given:
    """The arguments at each place, and the parameters that get them."""

    def __init__(self) -> None:
        self._at: Final[dict[Place, list[tuple[ast.expr, int]]]] = {}
        self._places: Final[dict[tuple[int, str], list[Place]]] = {}
        self._secret_names: Final[dict[Place, list[str]]] = {}

    def at(self, place: Place) -> Sequence[tuple[ast.expr, int]]:
        """What calls give there, with the scope of each."""
        return self._at[place]

    def places(self, key: tuple[int, str]) -> Sequence[Place]:
        """Where a parameter gets its values, by its function's scope and its name."""
        return self._places.get(key, ())

    def secret_names(self, place: Place) -> Sequence[str]:
        """The names of parameters for secrets that get what stands at a position."""
        return self._secret_names.get(place, ())

    def give(self, callee: str, node: ast.Call, scope: int) -> None:
        """Notes what a call gives to the functions of its name."""
        for index, each in enumerate(positional(node)):
            self._at.setdefault((callee, index, ""), []).append((each, scope))
        for keyword in node.keywords:
            if keyword.arg is not None:
                place = (callee, -1, keyword.arg)
                self._at.setdefault(place, []).append((keyword.value, scope))

    def feed(self, callee: str, definitions: Sequence[Definition]) -> None:
        """Notes what the parameters of functions of one name are given.

        Of the names of secrets at one position the first count: they are many on purpose alone.
        """
        for own in definitions:
            parameters = own.parameters
            if own.is_method and parameters[:1] and parameters[0] in ("self", "cls", "mcs"):
                parameters = parameters[1:]
            for index, parameter in enumerate(parameters):
                by_position = (callee, index, "")
                for place in (by_position, (callee, -1, parameter)):
                    if place in self._at:
                        self._places.setdefault((own.scope, parameter), []).append(place)
                how = concealment(parameter)
                if how is not Strength.NOTHING and by_position in self._at:
                    known = self._secret_names.setdefault(by_position, [])
                    if parameter not in known and len(known) < MOST_NAMES:
                        known.append(parameter)


def positional(node: ast.Call) -> list[ast.expr]:
    """The arguments whose positions are known."""
    for index, each in enumerate(node.args):
        if isinstance(each, ast.Starred):
            return node.args[:index]
    return node.args
