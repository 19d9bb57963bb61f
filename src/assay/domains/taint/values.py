"""What a value may be while taint is followed: constants, pieces of text, taints, objects.

A text is kept in parts, so that a sink can see where in it outside data stands.

    f"SELECT {x}"      parts ("SELECT ", Piece(taints of x))

Invariant: values are immutable; two that are equal behave the same, their traces apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeAlias, final

from assay.domains.taint.limits import CONSTANTS, OBJECTS, PARTS, TEXT
from assay.domains.taint.taints import (
    CUT,
    Access,
    Mark,
    Taint,
    Taints,
    join_taints,
    union_of_taints,
)
from assay.domains.taint.views import View as View

ConstantScalar: TypeAlias = str | bytes | int | float | None

_MOST_BITS: Final = 4_000  # Python refuses to spell numbers that are much longer


@final
class Piece:
    """A part of a text that is not constant.

    `rooted`: put there by a join of paths, so that an absolute path replaces what stands before.
    `same` is the parameter that it is exactly.
    """

    __slots__ = ("rooted", "same", "taints")

    def __init__(self, taints: Taints, rooted: bool = False, same: Same | None = None) -> None:
        self.taints: Final = taints
        self.rooted: Final = rooted
        self.same: Final = same

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Piece)
            and self.taints == other.taints
            and self.rooted == other.rooted
            and self.same == other.same
        )

    __hash__ = None  # type: ignore[assignment]


Same: TypeAlias = tuple[int, Access]
Part: TypeAlias = str | Piece


@final
class Effect:
    """What a test or a sanitiser establishes of a value."""

    __slots__ = ("absent", "mark", "tokens")

    def __init__(self, absent: int, tokens: frozenset[str], mark: Mark | None) -> None:
        self.absent: Final = absent
        self.tokens: Final = tokens
        self.mark: Final = mark

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Effect) and (
            self.absent == other.absent and self.tokens == other.tokens
        )

    __hash__ = None  # type: ignore[assignment]


@final
class Test:
    """What follows when a value is true (`holds`) or false: `effect` on all that went through."""

    __slots__ = ("effect", "holds", "subject")

    def __init__(self, subject: int, holds: bool, effect: Effect) -> None:
        self.subject: Final = subject
        self.holds: Final = holds
        self.effect: Final = effect

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Test) and (
            self.subject == other.subject
            and self.holds == other.holds
            and self.effect == other.effect
        )

    __hash__ = None  # type: ignore[assignment]


@final
class Value:
    """What a variable or temporary may be."""

    __slots__ = (
        "constants",
        "ident",
        "inert",
        "objects",
        "parts",
        "path",
        "same",
        "taints",
        "tests",
        "views",
    )

    def __init__(
        self,
        *,
        constants: tuple[ConstantScalar, ...] | None = None,
        parts: tuple[Part, ...] | None = None,
        taints: Taints = (),
        path: str = "",
        objects: tuple[int, ...] = (),
        inert: bool = False,
        ident: int = 0,
        views: tuple[View, ...] = (),
        tests: tuple[Test, ...] = (),
        same: Same | None = None,
    ) -> None:
        self.constants: Final = constants  # all that it may be; None when that is not known
        self.parts: Final = parts  # of a text; None when nothing but its taints is known
        self.taints: Final = taints  # those of its parts included, those of objects not
        self.path: Final = path  # of a thing of a library: `os.path`, `pathlib.Path()`
        self.objects: Final = objects
        self.inert: Final = inert  # a number, a truth value: cannot carry an attack
        self.ident: Final = ident
        self.views: Final = views
        self.tests: Final = tests
        self.same: Final = same

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Value)
            and self.ident == other.ident
            and same_constants(self.constants, other.constants)
            and self.objects == other.objects
            and self.path == other.path
            and self.taints == other.taints
            and self.parts == other.parts
            and self.inert == other.inert
            and self.views == other.views
            and self.tests == other.tests
            and self.same == other.same
        )

    __hash__ = None  # type: ignore[assignment]

    def text_parts(self) -> tuple[Part, ...]:
        """The value as parts of a text."""
        if self.parts is not None:
            return self.parts
        only = self.only()
        if isinstance(only, str):
            return (only,) if only else ()
        if isinstance(only, bytes):
            return (only.decode("latin-1"),) if only else ()
        if isinstance(only, (int, float)):
            return (spelled(only),)
        return (Piece(self.taints, False, self.same),)

    def only(self) -> ConstantScalar | Nothing:
        """The constant that it is; NOTHING when it is not one."""
        if self.constants is not None and len(self.constants) == 1:
            return self.constants[0]
        return NOTHING

    def subjects(self) -> list[int]:
        """The numbers of the values that are this one: what is tested of it is tested of them."""
        found = [self.ident] if self.ident else []
        return found + [each.subject for each in self.views if each.kind == "same" and each.subject]

    @property
    def is_clean(self) -> bool:
        """Whether it carries no taint by itself."""
        return not self.taints

    def seen(self, ident: int) -> Value:
        """The same value under the number of the operation that made it."""
        taints = tuple(taint.changed(through=ident) for taint in self.taints)
        parts = self.parts
        if parts is not None and taints:
            parts = tuple(
                part
                if isinstance(part, str)
                else Piece(
                    tuple(taint.changed(through=ident) for taint in part.taints),
                    part.rooted,
                    part.same,
                )
                for part in parts
            )
        return Value(
            constants=self.constants,
            parts=parts,
            taints=taints,
            path=self.path,
            objects=self.objects,
            inert=self.inert,
            ident=ident,
            views=self.views,
            tests=self.tests,
            same=self.same,
        )


@final
class Nothing:
    """The absence of a constant, since None is one."""

    __slots__ = ()


NOTHING: Final = Nothing()
UNKNOWN: Final = Value()
INERT: Final = Value(inert=True)


def constant(value: ConstantScalar) -> Value:
    """A literal."""
    return Value(constants=(value,), inert=not isinstance(value, (str, bytes)))


def spelled(number: float) -> Part:
    """A number as a text; one of very many digits is some text."""
    if isinstance(number, int) and number.bit_length() > _MOST_BITS:
        return Piece(())
    return str(number)


def text(parts: Iterable[Part]) -> Value:
    """A text of parts, neighbours that are constant put together."""
    found: list[Part] = []
    for part in parts:
        if isinstance(part, str):
            if part:
                if found and isinstance(found[-1], str):
                    if len(found[-1]) <= TEXT.most:
                        found[-1] += part
                else:
                    found.append(part)
        elif not part.taints and found and isinstance(found[-1], Piece) and not found[-1].taints:
            continue
        else:
            found.append(part)
    if len(found) > PARTS.most:
        found = [*found[: PARTS.most - 1], _melted(found[PARTS.most - 1 :])]
    room = TEXT.most
    for at, each in enumerate(found):
        if isinstance(each, str):
            room -= len(each)
            if room < 0:
                found = [*found[:at], each[:room], _melted(found[at + 1 :])]
                break
    if not found:
        return constant("")
    if len(found) == 1 and isinstance(found[0], str):
        return constant(found[0])
    taints = union_of_taints(part.taints for part in found if isinstance(part, Piece))
    return Value(parts=tuple(found), taints=taints)


def _melted(parts: Iterable[Part]) -> Piece:
    return Piece(union_of_taints(part.taints for part in parts if isinstance(part, Piece)))


def tainted(taints: Taints) -> Value:
    """A value of which nothing but its taints is known."""
    return Value(taints=taints) if taints else UNKNOWN


def map_taints(value: Value, origin_of: Refinement) -> Value:
    """The value with each of its taints refined."""
    if all(origin_of.refine(taint) is taint for taint in value.taints):  # nearly always
        return value
    taints = tuple(origin_of.refine(taint) for taint in value.taints)
    parts = value.parts
    if parts is not None:
        parts = tuple(
            part
            if isinstance(part, str)
            else Piece(
                tuple(origin_of.refine(taint) for taint in part.taints), part.rooted, part.same
            )
            for part in parts
        )
    return Value(
        constants=value.constants,
        parts=parts,
        taints=taints,
        path=value.path,
        objects=value.objects,
        inert=value.inert,
        ident=value.ident,
        views=value.views,
        tests=value.tests,
        same=value.same,
    )


@final
class Refinement:
    """An effect on every taint that passed through a value; on all taints when `subject` is 0."""

    __slots__ = ("effect", "subject")

    def __init__(self, subject: int, effect: Effect) -> None:
        self.subject: Final = subject
        self.effect: Final = effect

    def refine(self, taint: Taint) -> Taint:
        """The taint with what the effect says, when it is concerned."""
        if self.subject and self.subject not in taint.through:
            return taint
        effect = self.effect
        if (
            taint.absent | effect.absent == taint.absent
            and effect.tokens <= taint.tokens
            and (effect.mark is None or not effect.mark.weak)
        ):
            return taint
        return taint.changed(absent=effect.absent, tokens=effect.tokens, mark=effect.mark)


def apply(effect: Effect, value: Value) -> Value:
    """What a sanitiser makes of a value."""
    return map_taints(value, Refinement(0, effect))


def same_constants(
    first: tuple[ConstantScalar, ...] | None, second: tuple[ConstantScalar, ...] | None
) -> bool:
    """Equality that tells 1 from True."""
    if first is None or second is None:
        return first is second
    return len(first) == len(second) and all(
        type(a) is type(b) and a == b for a, b in zip(first, second, strict=True)
    )


def join(first: Value, second: Value) -> Value:
    """The value that is one of two."""
    if first is second or first == second:
        return first
    constants = _join_constants(first.constants, second.constants)
    taints = join_taints(first.taints, second.taints)
    parts = None
    if constants is None and not (first.inert and second.inert):
        parts = _join_parts(first, second)
    objects = first.objects
    if second.objects != objects:
        objects = tuple(dict.fromkeys((*objects, *second.objects)))
        if len(objects) > OBJECTS.most:
            objects = objects[: OBJECTS.most]
            taints = join_taints(taints, (CUT,))
    same_ident = first.ident == second.ident
    return Value(
        constants=constants,
        parts=parts,
        taints=taints,
        path=_join_paths(first, second),
        objects=objects,
        inert=first.inert and second.inert,
        ident=first.ident if same_ident else 0,
        views=first.views if first.views == second.views else (),
        tests=_join_tests(first, second),
        same=first.same if first.same == second.same else None,
    )


def _join_tests(first: Value, second: Value) -> tuple[Test, ...]:
    """What follows from the truth of a value that is one of two.

    When one of them is certainly false, truth means that it is the other.
    """
    found = [test for test in first.tests if test in second.tests]
    for one, other in ((first, second), (second, first)):
        if one.constants is not None and len({bool(item) for item in one.constants}) == 1:
            known = bool(one.constants[0])
            found += [test for test in other.tests if test.holds is not known and test not in found]
    return tuple(found)


def _join_paths(first: Value, second: Value) -> str:
    if first.path == second.path:
        return first.path
    if first.only() is None:
        return second.path
    if second.only() is None:
        return first.path
    return ""


def _join_constants(
    first: tuple[ConstantScalar, ...] | None, second: tuple[ConstantScalar, ...] | None
) -> tuple[ConstantScalar, ...] | None:
    if first is None or second is None:
        return None
    found = list(first)
    for item in second:
        if not any(type(item) is type(old) and item == old for old in found):
            found.append(item)
    if len(found) > CONSTANTS.most:
        return None
    return tuple(sorted(found, key=lambda item: (type(item).__name__, str(item))))


def _join_parts(first: Value, second: Value) -> tuple[Part, ...] | None:
    """The common beginning, and one piece for the rest; None when nothing is common."""
    if first.only() is None:
        return second.parts
    if second.only() is None:
        return first.parts
    common = _common_beginning(first.text_parts(), second.text_parts())
    if common:
        left = (*first.text_parts()[len(common) :], *second.text_parts()[len(common) :])
        return (*common, _melted(left))
    if first.parts is None and first.constants is None and not first.taints:
        return None
    if second.parts is None and second.constants is None and not second.taints:
        return None
    one = first.text_parts()
    two = second.text_parts()
    if len(one) == len(two):
        paired = [_join_part(a, b) for a, b in zip(one, two, strict=True)]
        both = tuple(part for part in paired if part is not None)
        if len(both) == len(one):
            return both
    # of different make: the common constant beginning, and one piece for all the rest
    first_part, second_part = (one[0] if one else ""), (two[0] if two else "")
    size = 0
    if isinstance(first_part, str) and isinstance(second_part, str):
        while (
            size < min(len(first_part), len(second_part)) and first_part[size] == second_part[size]
        ):
            size += 1
    rest = _melted((*one, *two))
    return (first_part[:size], rest) if size and isinstance(first_part, str) else (rest,)


def _common_beginning(one: tuple[Part, ...], two: tuple[Part, ...]) -> tuple[Part, ...]:
    """Parts that two texts begin with, when one of these is a text of the program's own.

    `address` and `address + "?" + query` both begin with the address, whatever it is.
    """
    found: list[Part] = []
    for first, second in zip(one, two, strict=False):
        if isinstance(first, str) or isinstance(second, str):
            if first != second:
                break
        elif first.taints or second.taints or first.rooted or second.rooted:
            break
        found.append(first)
    return tuple(found) if any(isinstance(part, Piece) for part in found) else ()


def _join_part(first: Part, second: Part) -> Part | None:
    if isinstance(first, str) or isinstance(second, str):
        return first if first == second else None
    same = first.same if first.same == second.same else None
    taints = join_taints(first.taints, second.taints)
    return Piece(taints, first.rooted or second.rooted, same)
