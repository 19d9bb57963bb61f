"""Methods of lists, dicts, sets, buffers and configurations, with their elements kept apart.

    items = ["safe"]; items.append(x); items.pop(0); items[0]      x

Invariant: an element whose place is not known is in `rest`, and may be read under any key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assay.domains.taint import texts
from assay.domains.taint.limits import ELEMENTS
from assay.domains.taint.state import Obj
from assay.domains.taint.taints import join_taints
from assay.domains.taint.values import INERT, NOTHING, UNKNOWN, Nothing, Value, constant, join

if TYPE_CHECKING:
    from assay.domains.taint.frame import Frame
    from assay.ir.ops import Call

KINDS: Final = ("list", "tuple", "dict", "set", "buffer", "config")
GENERIC: Final = frozenset(
    [
        "get",
        "getlist",
        "pop",
        "popitem",
        "items",
        "keys",
        "values",
        "setdefault",
        "getone",
        "getall",
        "get_all",
        "iteritems",
        "itervalues",
        "iterkeys",
        "lists",
        "dict",
        "to_dict",
        "copy",
        "__getitem__",
        "read",
        "readline",
        "readlines",
        "getvalue",
        "group",
        "groups",
        "groupdict",
        "json",
        "text",
        "body",
        "form",
        "data",
        "next",
        "model_dump",
        "dict",
        "get_json",
        "read1",
        "stream",
        "iter_content",
        "getfirst",
    ]
)
"""Methods of whatever holds data: their result is data of the receiver."""


def method(
    frame: Frame, op: Call, owner: Value, name: str, args: list[Value], named: dict[str, Value]
) -> Value | None:
    """A method of a container that is known; None for others."""
    objects = frame.state.objects(owner)
    if not objects or any(obj.kind not in KINDS for obj in objects):
        return None
    kind = objects[0].kind
    if kind == "config":
        return _config(frame, owner, name, args, named)
    if kind == "buffer":
        return _buffer(frame, owner, name, args)
    if kind == "dict":
        return _dict(frame, op, owner, name, args, named)
    return _list(frame, op, owner, objects[0], name, args)


def _first(args: list[Value], place: int = 0) -> Value:
    return args[place] if place < len(args) else UNKNOWN


def _key(value: Value) -> str | int | None:
    only = value.only()
    return only if isinstance(only, (str, int)) else None


def _change(frame: Frame, owner: Value, obj: Obj, new: Obj) -> None:
    if len(owner.objects) == 1:
        frame.state.heap[owner.objects[0]] = new
    else:
        for number in owner.objects:
            old = frame.state.heap[number]
            each = new.everything()
            melted = old.melted()
            frame.state.heap[number] = melted if each is None else melted.put(None, each, False)


def _list(
    frame: Frame, op: Call, owner: Value, obj: Obj, name: str, args: list[Value]
) -> Value | None:
    exact = obj.length >= 0 and len(owner.objects) == 1 and not obj.many
    items = [obj.get(index) or UNKNOWN for index in range(obj.length)] if exact else []
    result: Value = UNKNOWN
    if name in ("append", "add", "put", "appendleft"):
        if exact and len(items) < ELEMENTS.most:
            items = [_first(args), *items] if name == "appendleft" else [*items, _first(args)]
        else:
            _change(frame, owner, obj, obj.melted().put(None, _first(args), False))
            return constant(None)
    elif name == "insert":
        place = _first(args).only()
        if exact and isinstance(place, int):
            items.insert(place, _first(args, 1))
        else:
            _change(frame, owner, obj, obj.melted().put(None, _first(args, 1), False))
            return constant(None)
    elif name in ("pop", "popleft"):
        place = _first(args).only() if args else (0 if name == "popleft" else -1)
        if exact and isinstance(place, int) and -len(items) <= place < len(items):
            result = items.pop(place)
        else:
            result = frame.elements(owner)
            _change(frame, owner, obj, obj.melted())
            return result
    elif name in ("extend", "update"):
        other = _first(args)
        more = frame.state.objects(other)
        if (
            exact
            and len(more) == 1
            and more[0].length >= 0
            and len(items) + more[0].length < ELEMENTS.most
        ):
            items += [more[0].get(index) or UNKNOWN for index in range(more[0].length)]
        else:
            _change(frame, owner, obj, obj.melted().put(None, frame.elements(other), False))
            return constant(None)
    elif name == "clear":
        items = []
    elif name == "reverse" and exact:
        items.reverse()
    elif name in ("remove", "sort", "reverse", "discard"):
        _change(frame, owner, obj, obj.melted())
        return constant(None)
    elif name == "copy":
        return Value(objects=frame.make(op.dest + 1, obj), taints=owner.taints)
    elif name in ("count", "index", "__len__"):
        return INERT
    elif name in ("get", "get_nowait", "union", "intersection", "difference"):
        if name == "get" or name == "get_nowait":
            return frame.elements(owner)
        return Value(objects=frame.make(op.dest + 1, obj.melted()))
    else:
        return None
    if exact:
        fields: dict[str | int, Value] = dict(enumerate(items))
        _change(frame, owner, obj, Obj(obj.kind, fields, None, len(items), False))
    return result


def _dict(
    frame: Frame,
    op: Call,
    owner: Value,
    name: str,
    args: list[Value],
    named: dict[str, Value],
) -> Value | None:
    key = _key(_first(args))
    if name in ("get", "pop", "setdefault", "getlist", "get_all"):
        found: Value | None = None
        missing = False
        for obj in frame.state.objects(owner):
            value = obj.get(key)
            missing = missing or key not in obj.fields
            if value is not None:
                found = value if found is None else join(found, value)
        default = _first(args, 1) if len(args) > 1 else constant(None)
        if name == "setdefault":
            frame.put(owner, key, default if found is None else join(found, default))
        if owner.taints:
            own = Value(taints=owner.taints)
            found = own if found is None else join(found, own)
        if found is None:
            return default
        return join(found, default) if missing and len(args) > 1 else found
    if name == "update":
        merged(frame, 0, [owner, *args], into=owner)
        for label, value in named.items():
            frame.put(owner, label, value)
        return constant(None)
    if name in ("values", "popitem"):
        every = frame.elements(owner)
        return Value(objects=frame.make(op.dest + 1, Obj("list", {}, every, -1, False)))
    if name == "items":
        every = frame.elements(owner)
        fields: dict[str | int, Value] = {0: UNKNOWN, 1: every}
        pair = Value(
            objects=frame.make(frame.number("pair", op.dest), Obj("tuple", fields, None, 2, False))
        )
        return Value(objects=frame.make(op.dest + 1, Obj("list", {}, pair, -1, False)))
    if name == "keys":
        return Value(taints=owner.taints)
    if name == "copy":
        obj = frame.state.objects(owner)[0]
        return Value(objects=frame.make(op.dest + 1, obj), taints=owner.taints)
    if name == "clear":
        _change(frame, owner, frame.state.objects(owner)[0], Obj("dict", {}, None, -1, False))
        return constant(None)
    if name in ("append", "add", "set", "__setitem__"):
        frame.put(owner, key, _first(args, 1))
        return constant(None)
    return None


def merged(frame: Frame, number: int, values: list[Value], into: Value | None = None) -> Value:
    """A dict with the entries of several, later ones first."""
    fields: dict[str | int, Value] = {}
    rest: Value | None = None
    taints = into.taints if into is not None else ()
    for value in values:
        taints = join_taints(taints, value.taints)
        for obj in frame.state.objects(value):
            if obj.kind == "parameter":
                continue
            if obj.kind in ("list", "tuple", "set"):  # pairs of keys and values
                every = obj.everything()
                second = UNKNOWN if every is None else _second(frame, every)
                rest = second if rest is None else join(rest, second)
                continue
            fields.update(obj.fields)
            if obj.rest is not None:
                rest = obj.rest if rest is None else join(rest, obj.rest)
        if value.taints:
            own = Value(taints=value.taints)
            rest = own if rest is None else join(rest, own)
    result = Obj("dict", fields, rest, -1, False)
    if into is not None:
        for each in into.objects:
            frame.state.heap[each] = result
        return into
    frame.state.heap[number] = result
    return Value(objects=(number,))


def _second(frame: Frame, pair: Value) -> Value:
    found: Value = Value(taints=pair.taints)
    for obj in frame.state.objects(pair):
        value = obj.get(1)
        if value is not None:
            found = join(found, value)
    return found


def _config(
    frame: Frame, owner: Value, name: str, args: list[Value], named: dict[str, Value]
) -> Value | None:
    section, option = _key(_first(args)), _key(_first(args, 1))
    key = f"{section}\0{option}".lower() if section is not None and option is not None else None
    if name == "set":
        frame.put(owner, key, _first(args, 2))
        return constant(None)
    if name in ("get", "getint", "getfloat", "getboolean"):
        found: Value | None = None
        for obj in frame.state.objects(owner):
            value = obj.get(key)
            if value is not None:
                found = value if found is None else join(found, value)
        if name != "get":
            return INERT
        fallback = named.get("fallback")
        if found is None:
            return UNKNOWN if fallback is None else fallback
        return found
    if name in ("read_string", "read_dict", "read_file"):
        frame.put(owner, None, Value(taints=frame.state.deep(_first(args))))
        return constant(None)
    if name in ("items", "options", "sections"):
        every = frame.elements(owner)
        return Value(taints=every.taints)
    return UNKNOWN


def _buffer(frame: Frame, owner: Value, name: str, args: list[Value]) -> Value | None:
    obj = frame.state.objects(owner)[0]
    held = obj.get("text") or constant("")
    if name in ("write", "writelines"):
        added = _first(args)
        if name == "writelines":
            added = texts.joined(frame.state, constant(""), added)
        frame.put(owner, "text", texts.concatenate(held, added))
        return INERT
    if name in ("getvalue", "read", "readline", "getbuffer"):
        return held
    if name == "readlines":
        return Value(taints=held.taints)
    if name in ("seek", "tell", "close", "flush", "truncate"):
        return INERT
    return UNKNOWN


def is_nothing(value: Value) -> bool:
    """Whether a value is not a single constant."""
    return isinstance(value.only(), Nothing) and value.only() is NOTHING
