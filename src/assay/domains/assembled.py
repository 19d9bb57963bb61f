"""Texts that are put together from constants, over names, classes and modules.

What a value is when everything it is made of stands in the code: literals, `+`, `%`, f-strings,
`str.format`, `str.join`, displays, comprehensions over them, and the pure methods of strings. A
value that `re.escape` makes is some literal text, so a letter stands for it and the result says
that it is a sample.

    _HEX = "[0-9A-F]{1,4}"
    "|".join([x % {"hex": _HEX} for x in ("%(hex)s:", "::")])       "[0-9A-F]{1,4}:|::"
    rf"<{re.escape(name)}[^>]*>"                                    "<x[^>]*>", a sample

Invariant: a text that is given, and no sample, is what the program computes, provided that
displays which names are bound to are not changed later.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias, final

from assay.domains.bindings import bound_value
from assay.domains.constants import constants_of
from assay.ir.function import GENERATOR_EXPRESSION, Branch
from assay.ir.ops import (
    Attr,
    Binary,
    Build,
    Call,
    Collect,
    Const,
    Element,
    Exhausted,
    Format,
    Inplace,
    Item,
    Iter,
    Join,
    Load,
    MakeFunction,
    Next,
    Op,
    Slice,
    Unary,
    Unpack,
    Yield,
)
from assay.program.facts import FunctionFacts

Value: TypeAlias = "str | bytes | int | float | tuple[Value, ...] | dict[str, Value] | None"

_LONGEST: Final = 20_000
_LARGEST: Final = 4_000_000  # characters that a step may work on, before its result is measured
_NUMBER: Final = 24
_MOST_BITS: Final = 4_000
_DEEPEST: Final = 60
_MOST_STEPS: Final = 4000
_SAMPLE: Final = "x"
_METHODS: Final = frozenset(
    {
        "decode", "encode", "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rstrip",
        "strip", "upper",
    }
)  # fmt: skip
_WIDE: Final = re.compile(r"\d{4}")
_AS_GIVEN: Final = ("sorted", "list", "tuple", "reversed", "set", "frozenset")


class NotConstantError(Exception):
    """Part of the text is not in the code; the argument names it."""


@final
class Assembled:
    """A text, and whether part of it is a sample for what is not known."""

    __slots__ = ("is_sample", "text")

    def __init__(self, text: str | bytes, is_sample: bool) -> None:
        self.text: Final = text
        self.is_sample: Final = is_sample


def assembled(function: FunctionFacts, temp: int) -> Assembled:
    """The text that a temporary holds. Raises NotConstantError with the name of what is missing."""
    folder = _Folder()
    try:
        value = folder.fold(function, temp, 0)
    except NotConstantError:
        value = _flowing(function, temp)
        if value is None:
            raise
    if not isinstance(value, (str, bytes)):
        raise NotConstantError("a text")
    return Assembled(value, folder.is_sample)


def _flowing(function: FunctionFacts, temp: int) -> str | bytes | None:
    """The text where a variable is assigned more than once, and this one is known here."""
    known = constants_of(function).one(temp)
    return known[0] if known is not None and isinstance(known[0], (str, bytes)) else None


@final
class _Folder:
    """Computes one value."""

    __slots__ = ("_elements", "_known", "_steps", "is_sample")

    def __init__(self) -> None:
        self.is_sample = False
        self._steps = 0
        self._known: Final[dict[tuple[int, int], Value]] = {}
        self._elements: Final[dict[tuple[int, int], Value]] = {}  # of loops that are being run

    def fold(self, function: FunctionFacts, temp: int, depth: int) -> Value:
        key = (id(function), temp)
        if key in self._elements:
            return self._elements[key]
        if not self._elements and key in self._known:
            return self._known[key]
        self._steps += 1
        if depth > _DEEPEST or self._steps > _MOST_STEPS:
            raise NotConstantError("a text of so many parts")
        op = function.definitions[temp]
        value = self._value(function, temp, op, depth + 1)
        if isinstance(value, (str, bytes, tuple)) and len(value) > _LONGEST:
            raise NotConstantError("a text of that length")
        if not self._elements:
            self._known[key] = value
        return value

    def _value(self, function: FunctionFacts, temp: int, op: Op | None, depth: int) -> Value:
        if isinstance(op, Const):
            if op.value is ... or isinstance(op.value, complex):
                raise NotConstantError("a text")
            return op.value
        if isinstance(op, Join):
            return _joined("", [_text(self.fold(function, part, depth)) for part in op.parts])
        if isinstance(op, Format):
            if op.conversion not in ("s", "-") or op.spec >= 0:
                raise NotConstantError(function.spelled(op.value))
            field = self.fold(function, op.value, depth)
            return field if isinstance(field, str) else str(_plain(field))
        if isinstance(op, (Binary, Inplace)):
            left = self.fold(function, op.left, depth)
            return _binary(op.operator, left, self.fold(function, op.right, depth))
        if isinstance(op, Unary) and op.operator == "-":
            number = self.fold(function, op.operand, depth)
            if not isinstance(number, int):
                raise NotConstantError("a number")
            return -number
        if isinstance(op, Build):
            return self._display(function, op, depth)
        if isinstance(op, Call):
            return self._call(function, op, depth)
        if isinstance(op, Item):
            return self._item(function, op, depth)
        if isinstance(op, Unpack) and op.after == -1:
            return self.fold(function, op.value, depth)
        if isinstance(op, Element):
            return _element(self.fold(function, op.value, depth), op.index)
        bound = bound_value(function, temp)
        if bound is None:
            raise NotConstantError(_name(function, temp))
        return self.fold(*bound, depth)

    def _display(self, function: FunctionFacts, op: Build, depth: int) -> Value:
        if op.kind == "dict":
            if op.labels:
                raise NotConstantError("a dict that is spread")
            found: dict[str, Value] = {}
            for key, value in zip(op.args[::2], op.args[1::2], strict=True):
                found[_text(self.fold(function, key, depth))] = self.fold(function, value, depth)
            return found
        if not op.args:
            collects = [
                site.op
                for site in function.sites()
                if isinstance(site.op, Collect) and site.op.container == op.dest
            ]
            if collects:
                return self._comprehension(function, collects, depth)
        if any(op.labels):
            raise NotConstantError("a display that is spread")
        return tuple(self.fold(function, part, depth) for part in op.args)

    def _comprehension(self, function: FunctionFacts, collects: list[Collect], depth: int) -> Value:
        if len(collects) != 1 or collects[0].key >= 0:
            raise NotConstantError("a comprehension")
        return self._loop(function, collects[0], collects[0].value, depth)

    def _loop(self, function: FunctionFacts, each: Op, result: int, depth: int) -> Value:
        """What an operation of an unconditional loop gets, over all elements."""
        step = _loop_over(function, each)
        if step is None:
            raise NotConstantError("a comprehension with conditions")
        source = function.definitions[step.iterator]
        elements = self._iterated(function, step.iterator, source, depth)
        found: list[Value] = []
        key = (id(function), step.dest)
        for element in elements:
            self._elements[key] = element
            try:
                found.append(self.fold(function, result, depth))
            finally:
                del self._elements[key]
        return tuple(found)

    def _iterated(
        self, function: FunctionFacts, temp: int, op: Op | None, depth: int
    ) -> tuple[Value, ...]:
        key = (id(function), temp)
        if key in self._elements:
            value = self._elements[key]
        elif isinstance(op, Iter):
            value = self.fold(function, op.value, depth)
        else:
            value = self.fold(function, temp, depth)
        if isinstance(value, dict):
            return tuple(value)
        if not isinstance(value, tuple):
            raise NotConstantError("what is iterated")
        return value

    def _call(self, function: FunctionFacts, op: Call, depth: int) -> Value:
        callee = function.definitions[op.callee]
        if isinstance(callee, MakeFunction):
            return self._generator(function, callee, op, depth)
        path = function.callee(op)
        if path in ("re.escape", "regex.escape") and op.args:
            return self._escaped(function, op.args[0], depth)
        if path in ("re.compile", "regex.compile") and op.args:
            raise NotConstantError("a compiled pattern")
        if path == "dict" and op.labels and all(label and label[0] != "*" for label in op.labels):
            values = [self.fold(function, temp, depth) for temp in op.args]
            return dict(zip(op.labels, values, strict=True))
        if (
            path == "map"
            and len(op.args) == 2
            and not op.labels
            and function.qualified(op.args[0]) == "re.escape"
        ):
            given = self._iterated(function, op.args[1], None, depth)
            return tuple(re.escape(_text(part)) for part in given)
        if path in _AS_GIVEN and len(op.args) == 1:
            # The order of alternatives changes no ambiguity.
            return self._iterated(function, op.args[0], None, depth)
        if path in ("str", "textwrap.dedent") and len(op.args) == 1 and not op.labels:
            value_of = self.fold(function, op.args[0], depth)
            return value_of if isinstance(value_of, str) else str(_plain(value_of))
        if isinstance(callee, Attr):
            return self._method(function, callee, op, depth)
        raise NotConstantError(_name(function, op.dest))

    def _escaped(self, function: FunctionFacts, temp: int, depth: int) -> Value:
        try:
            value = self.fold(function, temp, depth)
        except NotConstantError:
            self.is_sample = True
            return _SAMPLE
        if isinstance(value, bytes):
            return re.escape(value)
        return re.escape(_text(value))

    def _generator(
        self, function: FunctionFacts, made: MakeFunction, op: Call, depth: int
    ) -> Value:
        child = function.children[made.child]
        yields = [site.op for site in child.sites() if isinstance(site.op, Yield)]
        if child.ir.kind != GENERATOR_EXPRESSION or len(yields) != 1 or len(op.args) != 1:
            raise NotConstantError("a call")
        given = function.definitions[op.args[0]]
        elements = self._iterated(function, op.args[0], given, depth)
        loop = _loop_over(child, yields[0])
        if loop is None:
            raise NotConstantError("a comprehension with conditions")
        outermost = child.definitions[loop.iterator]
        if not isinstance(outermost, Load):
            raise NotConstantError("a comprehension of several loops")
        self._elements[(id(child), loop.iterator)] = elements
        try:
            return self._loop(child, yields[0], yields[0].value, depth)
        finally:
            del self._elements[(id(child), loop.iterator)]

    def _method(self, function: FunctionFacts, callee: Attr, op: Call, depth: int) -> Value:
        name = callee.name
        if name not in _METHODS and name not in ("format", "join"):
            raise NotConstantError(_name(function, op.dest))
        owner = self.fold(function, callee.owner, depth)
        if name == "join" and len(op.args) == 1:
            parts = self._iterated(function, op.args[0], None, depth)
            if isinstance(owner, bytes):
                _check(sum(len(_bytes(part)) + len(owner) for part in parts))
                return owner.join(_bytes(part) for part in parts)
            return _joined(_text(owner), [_text(part) for part in parts])
        if name == "format":
            return self._formatted(function, _text(owner), op, depth)
        if op.labels or not isinstance(owner, (str, bytes)):
            raise NotConstantError(_name(function, op.dest))
        return _pure(owner, name, [self.fold(function, temp, depth) for temp in op.args])

    def _formatted(self, function: FunctionFacts, form: str, op: Call, depth: int) -> Value:
        if _WIDE.search(form) or "!" in form:
            raise NotConstantError("a wide field")
        placed: list[Value] = []
        named: dict[str, Value] = {}
        labels = op.labels or ("",) * len(op.args)
        for temp, label in zip(op.args, labels, strict=True):
            value = self.fold(function, temp, depth)
            if label == "**" and isinstance(value, dict):
                named.update(value)
            elif label == "*" and isinstance(value, tuple):
                placed.extend(value)
            elif label == "":
                placed.append(value)
            elif label[0] != "*":
                named[label] = value
            else:
                raise NotConstantError(function.spelled(temp))
        _check(_size(form) + form.count("{") * sum(map(_size, (*placed, *named.values()))))
        try:
            return form.format(*placed, **named)
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            raise NotConstantError("a field of the format") from error

    def _item(self, function: FunctionFacts, op: Item, depth: int) -> Value:
        owner = self.fold(function, op.owner, depth)
        bounds = function.definitions[op.index]
        if isinstance(bounds, Slice):
            if not isinstance(owner, (str, bytes, tuple)):
                raise NotConstantError("a part of a text")
            ends = [
                None if temp < 0 else self.fold(function, temp, depth)
                for temp in (bounds.lower, bounds.upper, bounds.step)
            ]
            if all(end is None or isinstance(end, int) for end in ends) and ends[2] != 0:
                low, high, step = (end if isinstance(end, int) else None for end in ends)
                return owner[low:high:step]
            raise NotConstantError("a part of a text")
        return _element(owner, self.fold(function, op.index, depth))


def _loop_over(function: FunctionFacts, each: Op) -> Next | None:
    """The step of the loop whose body, without any branch, holds an operation."""
    home = next((block for block in function.ir.blocks if each in block.ops), None)
    if home is None:
        return None
    for block in function.ir.blocks:
        end = block.terminator
        if not isinstance(end, Branch) or end.otherwise != home.ident:
            continue
        asked = function.definitions[end.condition]
        if isinstance(asked, Exhausted):
            step = function.definitions[asked.value]
            return step if isinstance(step, Next) else None
    return None


def _element(value: Value, index: Value) -> Value:
    if isinstance(value, dict) and isinstance(index, str) and index in value:
        return value[index]
    if (
        isinstance(value, (str, tuple))
        and isinstance(index, int)
        and -len(value) <= index < len(value)
    ):
        return value[index]
    raise NotConstantError("an element")


def _binary(operator: str, left: Value, right: Value) -> Value:
    if operator == "+":
        if isinstance(left, str) and isinstance(right, str):
            return left + right
        if isinstance(left, bytes) and isinstance(right, bytes):
            return left + right
        if isinstance(left, tuple) and isinstance(right, tuple):
            return left + right
    elif operator == "*" and isinstance(left, (str, bytes)) and isinstance(right, int):
        if len(left) * right <= _LONGEST:
            return left * right
    elif operator == "%" and isinstance(left, str):
        if _WIDE.search(left) or "%*" in left:
            raise NotConstantError("a wide field")
        _check(_size(left) + left.count("%") * _size(right))
        try:
            return left % (right if isinstance(right, (tuple, dict)) else (right,))
        except (LookupError, ValueError, TypeError) as error:
            raise NotConstantError("a field of the format") from error
    elif operator == "%" and isinstance(left, bytes) and isinstance(right, (bytes, tuple)):
        if _WIDE.search(left.decode("latin-1")) or b"%*" in left:
            raise NotConstantError("a wide field")
        _check(_size(left) + left.count(b"%") * _size(right))
        try:
            return left % right
        except (ValueError, TypeError) as error:
            raise NotConstantError("a field of the format") from error
    raise NotConstantError("an operator")


def _pure(owner: str | bytes, name: str, given: list[Value]) -> Value:
    """A pure method of a text."""
    if name == "replace" and len(given) >= 2:
        _check(len(owner) + (len(owner) + 1) * _size(given[1]))
    method: object = getattr(owner, name, None)
    if not callable(method):
        raise NotConstantError(f"{name}()")
    try:
        result: object = method(*given)
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        raise NotConstantError(f"{name}()") from error
    if not isinstance(result, (str, bytes)):
        raise NotConstantError(f"{name}()")
    return result


def _size(value: Value) -> int:
    """How many characters a value takes in a text, at most by a small factor."""
    if isinstance(value, (str, bytes)):
        return len(value)
    if isinstance(value, dict):
        return sum(len(key) + _size(each) for key, each in value.items())
    if isinstance(value, tuple):
        return sum(map(_size, value))
    return value.bit_length() if isinstance(value, int) else _NUMBER


def _check(size: int) -> None:
    """Raises NotConstantError when a text could become much longer than any that is kept."""
    if size > _LARGEST:
        raise NotConstantError("a text of that length")


def _joined(separator: str, parts: list[str]) -> str:
    _check(sum(map(len, parts)) + len(separator) * len(parts))
    return separator.join(parts)


def _plain(value: Value) -> str | int | float | None:
    if isinstance(value, (bytes, tuple, dict)):
        raise NotConstantError("a text")
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:  # Python may refuse to spell it
        raise NotConstantError("a number of that length")
    return value


def _text(value: Value) -> str:
    if not isinstance(value, str):
        raise NotConstantError("a text")
    return value


def _bytes(value: Value) -> bytes:
    if not isinstance(value, bytes):
        raise NotConstantError("bytes")
    return value


def _name(function: FunctionFacts, temp: int) -> str:
    spelled = function.spelled(temp)
    return "a part of the pattern" if "?" in spelled else spelled
