"""What operations on texts make of their parts: formatting, joining, slicing, the methods of `str`.

    "id = %s" % x            ("id = ", x)
    ("ab" + x + "cd")[2:-2]  (x,)
    x.replace("'", "")       x, and `'` cannot be in it

Invariant: a result holds every taint that its operands have, unless the operation certainly removes
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from assay.domains.taint.characters import EVERYTHING, absent_from, mask
from assay.domains.taint.limits import TEXT
from assay.domains.taint.state import State
from assay.domains.taint.taints import Mark, Taints, join_taints, union_of_taints
from assay.domains.taint.values import (
    INERT,
    UNKNOWN,
    Effect,
    Nothing,
    Part,
    Piece,
    Value,
    View,
    apply,
    constant,
    join,
    spelled,
    tainted,
    text,
)

_PERCENT: Final = re.compile(
    r"%(?:\((?P<name>[^)]*)\))?[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[hlL]?"
    r"(?P<kind>[diouxXeEfFgGcrsa%])"
)
_FIELD: Final = re.compile(
    r"\{\{|\}\}|\{(?P<name>[^{}!:]*)(?:!(?P<conversion>[rsa]))?"
    r"(?::(?P<spec>[^{}]*(?:\{[^{}]*\}[^{}]*)*))?\}"
)
_LINE_BREAKS: Final = mask("\r\n")

KEEPING: Final = frozenset(
    [
        "capitalize",
        "casefold",
        "center",
        "expandtabs",
        "ljust",
        "lower",
        "rjust",
        "swapcase",
        "title",
        "upper",
        "zfill",
        "translate",
        "removesuffix",
        "removeprefix",
        "format_map",
        "copy",
        "tolist",
        "item",
        "as_posix",
        "tobytes",
        "hex",
    ]
)
"""Methods of texts whose result holds what the text holds, changed a little."""

DECODING: Final = frozenset(("encode", "decode"))
TESTS: Final = frozenset(
    [
        "isalnum",
        "isdigit",
        "isdecimal",
        "isnumeric",
        "isalpha",
        "isidentifier",
        "isascii",
        "islower",
        "isupper",
        "isspace",
        "istitle",
        "isprintable",
        "startswith",
        "endswith",
        "find",
        "index",
        "rfind",
        "rindex",
        "count",
        "__contains__",
        "__len__",
        "bit_length",
    ]
)
"""Methods whose result is a number or a truth value."""

TEXT_METHODS: Final = (
    KEEPING
    | DECODING
    | TESTS
    | frozenset(
        (
            "strip",
            "lstrip",
            "rstrip",
            "replace",
            "split",
            "rsplit",
            "splitlines",
            "partition",
            "rpartition",
            "join",
            "format",
        )
    )
)


def without_token(taints: Taints, token: str) -> Taints:
    """The taints, those that had a token without it and all that guards had established."""
    return tuple(taint.without(token) if token in taint.tokens else taint for taint in taints)


def as_text(value: Value, conversion: str = "s") -> Value:
    """`str(value)`, or `repr` of it."""
    only = value.only()
    if isinstance(only, (int, float)) and not isinstance(only, bool):
        return text((spelled(only),))
    if not isinstance(only, Nothing) and not isinstance(only, bytes):
        return constant(str(only) if conversion == "s" else repr(only))
    if value.inert:
        return Value(parts=(Piece(()),), inert=True)
    if conversion != "s":
        effect = Effect(_LINE_BREAKS, frozenset(), None)
        return apply(effect, Value(parts=value.parts, taints=value.taints))
    views = (*value.views, View(value.ident, "same")) if value.ident else value.views
    if value.parts is not None and all(isinstance(part, str) for part in value.parts):
        return constant("".join(part for part in value.parts if isinstance(part, str)))
    return Value(
        constants=value.constants,
        parts=value.parts,
        taints=value.taints,
        path="",
        ident=value.ident,
        views=views,
        same=value.same,
    )


def concatenate(first: Value, second: Value) -> Value:
    """`first + second` of two texts."""
    return text((*first.text_parts(), *second.text_parts()))


def _part(value: Value, conversion: str = "s") -> tuple[Part, ...]:
    return as_text(value, conversion).text_parts()


def percent(state: State, form: str, arguments: Value) -> Value:
    """`form % arguments`."""
    parts: list[Part] = []
    place = 0
    number = 0
    objects = state.objects(arguments)
    is_tuple = any(obj.kind == "tuple" for obj in objects)
    for match in _PERCENT.finditer(form):
        parts.append(form[place : match.start()])
        place = match.end()
        kind = match["kind"]
        if kind == "%":
            parts.append("%")
            continue
        if match["name"] is not None:
            value = _entry(state, arguments, match["name"])
        elif is_tuple:
            value = _entry(state, arguments, number)
            number += 1
        else:
            value = arguments
        if kind in "diouxXeEfFgGc" and kind != "c":
            parts.append(Piece(()))
        elif value.objects and not value.parts:
            parts.append(Piece(state.deep(value)))
        else:
            parts += _part(value, "r" if kind in "ra" else "s")
    parts.append(form[place:])
    return text(parts)


def _entry(state: State, container: Value, key: str | int) -> Value:
    found: Value | None = None
    for obj in state.objects(container):
        value = obj.get(key)
        if value is not None:
            found = value if found is None else join(found, value)
    if found is None:
        return tainted(container.taints)
    if container.taints:
        taints = join_taints(found.taints, container.taints)
        return tainted(taints)
    return found


def formatted(
    state: State, form: str, arguments: list[Value], named: dict[str, Value], rest: Value
) -> Value:
    """`form.format(...)`; `rest` is what `*` and `**` may bring."""
    parts: list[Part] = []
    place = 0
    number = 0
    for match in _FIELD.finditer(form):
        parts.append(form[place : match.start()])
        place = match.end()
        if match["name"] is None:
            parts.append(match[0][0])
            continue
        head, *path = re.split(r"[.\[]", match["name"])
        if not head:
            head = str(number)
            number += 1
        if head.isdigit():
            place_of = int(head)
            value = arguments[place_of] if place_of < len(arguments) else rest
        else:
            value = named.get(head, rest)
        for name in path:
            key = name.rstrip("]")
            value = _entry(state, value, int(key) if key.isdigit() else key)
        spec = match["spec"] or ""
        if spec[-1:] in ("d", "x", "X", "f", "e", "g", "b", "o", "n", "%") and spec:
            parts.append(Piece(()))
        elif value.objects and value.parts is None and value.constants is None:
            parts.append(Piece(state.deep(value)))
        else:
            parts += _part(value, match["conversion"] or "s")
    parts.append(form[place:])
    return text(parts)


def joined(state: State, separator: Value, items: Value) -> Value:
    """`separator.join(items)`."""
    for obj in state.objects(items):
        if obj.length >= 0 and len(items.objects) == 1 and obj.length <= 12:
            parts: list[Part] = []
            for index in range(obj.length):
                if index:
                    parts += separator.text_parts()
                value = obj.get(index)
                parts += _part(value) if value is not None else (Piece(()),)
            return text(parts)
    elements: Value | None = None
    for obj in state.objects(items):
        every = obj.everything()
        if every is not None:
            elements = every if elements is None else join(elements, every)
    taints = state.deep(items)
    if elements is not None and elements.parts is not None and not items.taints:
        rest = Piece(join_taints(taints, separator.taints))
        return text((*elements.parts, *separator.text_parts(), rest))
    return text((Piece(join_taints(taints, separator.taints)),))


def sliced(value: Value, lower: Value | None, upper: Value | None) -> Value:
    """`value[lower:upper]`."""
    low = 0 if lower is None else _number(lower)
    high = None if upper is None else _number(upper)
    if low is None or (upper is not None and high is None):
        return _some_of(value)
    only = value.only()
    if isinstance(only, (str, bytes)):
        return constant(only[low:high])
    parts = list(value.text_parts())
    head = parts[0] if parts else ""
    if high is not None and 0 <= low <= high and isinstance(head, str) and high <= len(head):
        return constant(head[low:high])
    if low > 0 and parts and isinstance(parts[0], str):
        if len(parts[0]) < low:
            return _some_of(value)
        parts[0] = parts[0][low:]
    elif low != 0:
        return _some_of(value)
    if high is not None:
        last = parts[-1] if parts else ""
        if high < 0 and isinstance(last, str) and len(last) >= -high:
            parts[-1] = last[:high]
        else:
            return _some_of(value)
    return text(parts)


def _number(value: Value) -> int | None:
    only = value.only()
    if isinstance(only, int) and not isinstance(only, bool):
        return only
    return 0 if only is None else None


def _some_of(value: Value) -> Value:
    """Some part of a text: nothing is known of the beginning."""
    views = (View(value.ident, "inner"),) if value.ident else ()
    return Value(parts=(Piece(value.taints),), taints=value.taints, views=views)


def stripped(value: Value, name: str, characters: Value | None, mark: Mark) -> Value:
    """`strip`, `lstrip`, `rstrip`."""
    only = value.only()
    what = None if characters is None else characters.only()
    if isinstance(only, str) and (what is None or isinstance(what, str)):
        changed = {"strip": only.strip, "lstrip": only.lstrip, "rstrip": only.rstrip}[name](what)
        return constant(changed)
    parts = list(value.text_parts())
    if parts and isinstance(what, str):
        if name != "rstrip" and isinstance(parts[0], str):
            parts[0] = parts[0].lstrip(what)
        if name != "lstrip" and isinstance(parts[-1], str):
            parts[-1] = parts[-1].rstrip(what)
    result = text(parts)
    views = (View(value.ident, "same"),) if value.ident else ()
    if isinstance(what, str) and "/" in what and name != "rstrip":
        result = apply(Effect(0, frozenset(("noslash", "relative")), mark), result)
    return Value(
        constants=result.constants,
        parts=result.parts,
        taints=result.taints,
        inert=result.inert,
        views=views,
    )


def replaced(value: Value, old: Value, new: Value, mark: Mark) -> Value:
    """`value.replace(old, new)`."""
    only, what, by = value.only(), old.only(), new.only()
    if isinstance(only, str) and isinstance(what, str) and isinstance(by, str):
        if len(only) + (only.count(what) or 1) * len(by) > TEXT.most:
            return text((Piece(()),))
        return constant(only.replace(what, by))
    result = text(value.text_parts())
    if isinstance(what, str) and isinstance(by, str) and what not in by:
        if len(what) == 1:
            result = apply(Effect(mask(what), frozenset(), mark), result)
        elif what in ("../", ".."):
            weak = Mark(mark.path, mark.line, f"replace({what!r}) leaves one that is nested", True)
            result = apply(Effect(0, frozenset(), weak), result)
    if what == "'" and by == "''":
        result = apply(Effect(0, frozenset(("sql",)), mark), result)
    if new.taints:
        if isinstance(only, str) and isinstance(what, str):
            return substituted(value, what, new)
        return text((Piece(join_taints(result.taints, new.taints)),))
    return result


def substituted(value: Value, what: str, new: Value) -> Value:
    """A constant text in which each occurrence of a word is replaced by data."""
    only = value.only()
    if not isinstance(only, str) or what not in only or not what:
        return text((Piece(join_taints(value.taints, new.taints)),))
    parts: list[Part] = []
    for number, part in enumerate(only.split(what)):
        if number:
            parts += _part(new)
        parts.append(part)
    return text(parts)


def allowed(characters: str, value: Value, mark: Mark | None) -> Value:
    """The value when it consists of these characters only."""
    return apply(Effect(absent_from((characters,)), frozenset(), mark), value)


def changed(value: Value) -> Value:
    """A text after an operation that changes letters but no special characters."""
    taints = value.taints
    views = (View(value.ident, "same"),) if value.ident else ()
    if value.parts is None and value.constants is None:
        return Value(taints=taints, views=views, path=value.path)
    parts = tuple(
        part if isinstance(part, str) else Piece(part.taints, part.rooted)
        for part in value.text_parts()
    )
    result = text(parts)
    return Value(constants=result.constants, parts=result.parts, taints=taints, views=views)


def undone(value: Value) -> Value:
    """After decoding: whatever was escaped or checked before may be back."""
    taints = tuple(taint.without(*taint.tokens) for taint in value.taints)
    return Value(parts=(Piece(taints),) if taints else None, taints=taints)


def letters_changed(name: str, value: Value) -> Value:
    """`lower`, `upper` and their like."""
    only = value.only()
    if isinstance(only, str) and name in ("lower", "upper", "title", "capitalize", "casefold"):
        folded = {
            "lower": only.lower,
            "upper": only.upper,
            "title": only.title,
            "capitalize": only.capitalize,
            "casefold": only.casefold,
        }[name]()
        return constant(folded)
    return changed(value)


def character(value: Value, index: Value) -> Value:
    """One character of a text."""
    only, place = value.only(), index.only()
    if (
        isinstance(only, (str, bytes))
        and isinstance(place, int)
        and -len(only) <= place < len(only)
    ):
        return constant(only[place])
    if value.inert:
        return INERT
    return Value(taints=value.taints) if value.taints else UNKNOWN


def everything_in(values: Iterable[Value], state: State) -> Value:
    """A value that may hold anything of some others."""
    return tainted(union_of_taints(state.deep(value) for value in values))


__all__ = ["EVERYTHING"]
