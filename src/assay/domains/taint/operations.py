"""The value of each operation: variables, operators, items, displays, iteration.

    x + "/etc"      a text of two parts
    items[1]        the element that was put there

Invariant: an operation whose result is not known passes on the taints of its operands.
"""

from __future__ import annotations

from assay.domains.taint import conditions, markup, pieces, texts
from assay.domains.taint.attributes import attribute, global_value, module_of
from assay.domains.taint.calls import evaluate_call
from assay.domains.taint.forms import item_of_fields
from assay.domains.taint.frame import Frame
from assay.domains.taint.limits import ELEMENTS
from assay.domains.taint.state import Obj
from assay.domains.taint.taints import Mark, is_cut, join_taints, union_of_taints
from assay.domains.taint.users import read_of
from assay.domains.taint.values import (
    INERT,
    NOTHING,
    UNKNOWN,
    Effect,
    Nothing,
    Piece,
    Test,
    Value,
    View,
    constant,
    join,
    tainted,
    text,
)
from assay.ir.ops import (
    CELL,
    GLOBAL,
    LOCAL,
    AsyncIter,
    AsyncNext,
    Attr,
    Await,
    Binary,
    Build,
    Call,
    Caught,
    Compare,
    Const,
    Copy,
    Element,
    Enter,
    Exhausted,
    Format,
    Import,
    ImportFrom,
    Inplace,
    Item,
    Iter,
    Join,
    Length,
    Load,
    Located,
    MakeClass,
    MakeFunction,
    MappingRest,
    MatchClass,
    MatchKeys,
    MatchMapping,
    MatchSequence,
    Next,
    Op,
    Slice,
    Spread,
    Template,
    Truth,
    Unary,
    Unpack,
    Yield,
    YieldFrom,
)


def variable_of(frame: Frame, scope: str, name: str) -> str:
    """Under which name the state keeps a variable."""
    return f"global {name}" if scope == GLOBAL else name


def key_of(index: Value) -> str | int | None:
    """The constant key that an index is; None when it is not known."""
    only = index.only()
    return only if isinstance(only, (str, int)) else None


def evaluate(frame: Frame, op: Op) -> Value | None:
    """The value of an operation; None when it never ends normally."""
    if isinstance(op, Load):
        return _load(frame, op)
    if isinstance(op, Attr):
        return attribute(frame, op)
    if isinstance(op, Call):
        return evaluate_call(frame, op)
    if isinstance(op, Const):
        return UNKNOWN if op.value is ... or isinstance(op.value, complex) else constant(op.value)
    if isinstance(op, Truth):
        return _truth(frame.temp(op.value), False, frame, op.at)
    if isinstance(op, Compare):
        return _compare(frame, op)
    if isinstance(op, Unary):
        return _unary(frame, op)
    if isinstance(op, Copy):
        return _met_with(frame, frame.temp(op.value))
    if isinstance(op, (Binary, Inplace)):
        return _binary(frame, op)
    if isinstance(op, Item):
        return _item(frame, op)
    if isinstance(op, Format):
        value = frame.temp(op.value)
        if value.objects and value.parts is None and value.constants is None:
            return text((Piece(frame.state.deep(value), False, value.same),))
        spec = frame.temp(op.spec).only() if op.spec >= 0 else None
        if isinstance(spec, str) and spec[-1:] in tuple("dxXfegbon%") and spec:
            return INERT
        return texts.as_text(value, "r" if op.conversion in ("r", "a") else "s")
    if isinstance(op, (Join, Template)):
        parts = [part for temp in op.parts for part in texts.as_text(frame.temp(temp)).text_parts()]
        return text(parts)
    if isinstance(op, Build):
        return _build(frame, op)
    return _other(frame, op)


def _other(frame: Frame, op: Op) -> Value | None:
    if isinstance(op, (Iter, AsyncIter)):
        return frame.temp(op.value)
    if isinstance(op, (Next, AsyncNext)):
        return _next(frame, op)
    if isinstance(op, (Await, YieldFrom)):
        return frame.temp(op.value)
    if isinstance(op, Enter):
        return _entered(frame, op)
    if isinstance(op, Spread):
        return frame.temp(op.value)
    if isinstance(op, Unpack):
        return frame.temp(op.value)
    if isinstance(op, Element):
        return _element(frame, op)
    if isinstance(op, (Import, ImportFrom)):
        return _imported(frame, op)
    if isinstance(op, Yield):
        value = frame.temp(op.value)
        frame.yielded = value if frame.yielded is None else join(frame.yielded, value)
        return UNKNOWN
    if isinstance(op, (Exhausted, Length)):
        return INERT
    if isinstance(op, MatchKeys):
        found = [_of_key(frame, frame.temp(op.subject), frame.temp(key)) for key in op.keys]
        fields: dict[str | int, Value] = dict(enumerate(found))
        return Value(objects=frame.make(op.dest + 1, Obj("tuple", fields, None, len(found), False)))
    if isinstance(op, MatchClass):
        subject = frame.temp(op.subject)
        names = ["", *([""] * (op.positional - 1))][: op.positional] + list(op.names)
        values = [
            subject if not name else (_field(frame, subject, name) or tainted(subject.taints))
            for name in names
        ]
        fields = dict(enumerate(values))
        return Value(
            objects=frame.make(op.dest + 1, Obj("tuple", fields, None, len(values), False))
        )
    if isinstance(op, MappingRest):
        return frame.temp(op.subject)
    if isinstance(op, (MatchMapping, MatchSequence)):
        return INERT
    if isinstance(op, Caught):
        return Value(path="exception")
    if isinstance(op, MakeFunction):
        child = frame.function.children[op.child]
        return Value(path=f"<function>{child.key}")
    if isinstance(op, MakeClass):
        return UNKNOWN
    taints = union_of_taints(frame.temp(temp).taints for temp in op.uses())
    return tainted(taints)


def _met_with(frame: Frame, value: Value) -> Value:
    """One side of `and`, `or` or a conditional: what led here holds when it is the result."""
    edge = frame.state.variables.get("@edge")
    if edge is None or not value.inert:
        return value
    return Value(
        constants=value.constants,
        inert=True,
        ident=value.ident,
        tests=(*value.tests, *edge.tests),
    )


def _field(frame: Frame, owner: Value, name: str | int) -> Value | None:
    found: Value | None = None
    for obj in frame.state.objects(owner):
        value = obj.get(name)
        if value is not None:
            found = value if found is None else join(found, value)
    return found


def _load(frame: Frame, op: Load) -> Value:
    state = frame.state
    name = variable_of(frame, op.scope, op.name)
    known = state.variables.get(name)
    if known is not None:
        if known.ident == 0 and known.taints:  # where two values met: one value from here on
            known = known.seen(op.dest + 1)
            state.variables[name] = known
        return known
    if op.scope == GLOBAL or op.scope not in (LOCAL, CELL):
        declared = read_of(frame, op)
        return global_value(frame, op.name) if declared is None else declared
    if op.scope == CELL:
        return frame.summaries.captured(frame, op.name)
    return UNKNOWN


def _truth(value: Value, negated: bool, frame: Frame, at: Located) -> Value:
    known = conditions.truth(value)
    if known is None and value.constants is None and not value.inert:
        objects = frame.state.objects(value)
        if len(objects) == 1 and len(value.objects) == 1 and objects[0].length >= 0:
            known = objects[0].length > 0
    if known is not None and not value.tests:
        return constant(known is not negated)
    tests = value.tests
    if value.taints:
        mark = Mark(frame.path, at.lineno, "no host is named", False)
        tests += conditions.without_host(value, mark, False)
        tests += conditions.vouched(value, frame.path, at.lineno)
    if negated:
        tests = tuple(Test(test.subject, not test.holds, test.effect) for test in tests)
    if known is not None:
        return Value(constants=(known is not negated,), tests=tests, inert=True)
    return Value(inert=True, tests=tests)


def _unary(frame: Frame, op: Unary) -> Value:
    value = frame.temp(op.operand)
    if op.operator == "not":
        return _truth(value, True, frame, op.at)
    only = value.only()
    if isinstance(only, (int, float)):
        if op.operator == "-":
            return constant(-only)
        if op.operator == "+":
            return constant(+only)
    return INERT if value.inert else tainted(value.taints)


def _compare(frame: Frame, op: Compare) -> Value:
    left, right = frame.temp(op.left), frame.temp(op.right)
    operator = op.operator
    if operator in ("in", "not-in"):
        return _membership(frame, op, left, right)
    known = conditions.compare(operator, left, right)
    if known is not None:
        return constant(known)
    if operator in ("==", "!="):
        holds = operator == "=="
        tests: tuple[Test, ...] = _containment(frame, op, left, right, holds)
        if tests:
            return Value(inert=True, tests=tests)
        if left.taints and _own_host(right):
            tests = _equality(frame, op, left, right, holds)
        elif right.taints and _own_host(left):
            tests = _equality(frame, op, right, left, holds)
        return Value(inert=True, tests=tests)
    return INERT


def _own_host(value: Value) -> bool:
    """Whether nobody outside chooses a value, or it is the host that the request came to."""
    return all(
        ("host" in taint.tokens and not taint.marks) or is_cut(taint) for taint in value.taints
    )


def _containment(
    frame: Frame, op: Compare, left: Value, right: Value, holds: bool
) -> tuple[Test, ...]:
    """`commonpath([root, path]) == root`, and the same with commonprefix, which is no guard."""
    tests: list[Test] = []
    for view in (*left.views, *right.views):
        if view.kind == "common":
            mark = frame.mark(op.at, "commonpath of the path and its root")
            tests.append(Test(view.subject, holds, Effect(0, frozenset(("path",)), mark)))
        elif view.kind == "prefix":
            why = "commonprefix compares characters, so it also accepts root-other"
            mark = Mark(frame.path, op.at.lineno, why, True, True)
            tests.append(Test(view.subject, holds, Effect(0, frozenset(), mark)))
    return tuple(tests)


def _equality(
    frame: Frame, op: Compare, subject: Value, other: Value, holds: bool
) -> tuple[Test, ...]:
    if other.only() == "":
        mark = frame.mark(op.at, "no host is named")
        return conditions.without_host(subject, mark, holds)
    mark = frame.mark(op.at, "compared with a known value")
    if other.only() is None:
        return ()
    return conditions.equal_to_known(subject, mark, holds)


def _membership(frame: Frame, op: Compare, left: Value, right: Value) -> Value:
    holds = op.operator == "in"
    what, where = left.only(), right.only()
    known = conditions.compare(op.operator, left, right)
    if known is not None:
        return constant(known)
    objects = frame.state.objects(right)
    if isinstance(what, str) and not objects:
        mark = frame.mark(op.at, f"{what!r} is refused")
        return Value(inert=True, tests=conditions.contains(what, right, mark, holds))
    if objects and len(objects) == 1 and objects[0].length >= 0 and left.constants is not None:
        elements = [value.only() for value in objects[0].fields.values()]
        if len(left.constants) == 1 and not any(isinstance(each, Nothing) for each in elements):
            return constant((left.constants[0] in elements) is holds)
    if not left.taints:
        return INERT
    if isinstance(where, str):
        mark = frame.mark(op.at, "one of known characters")
        if not holds:
            return INERT
        return Value(inert=True, tests=conditions.one_of_characters(where, left, mark))
    if frame.state.deep(right) and any(
        not taint.origin.is_parameter and not is_cut(taint) for taint in frame.state.deep(right)
    ):
        return INERT
    characters = [value.only() for obj in objects for value in obj.fields.values()]
    mark = frame.mark(op.at, "looked up in a list of known values")
    if characters and all(isinstance(each, str) and len(each) == 1 for each in characters):
        joined = "".join(each for each in characters if isinstance(each, str))
        if holds and not joined.isalnum():  # characters of a text, not words
            return Value(inert=True, tests=conditions.one_of_characters(joined, left, mark))
    return Value(inert=True, tests=conditions.equal_to_known(left, mark, holds))


def _binary(frame: Frame, op: Binary | Inplace) -> Value:
    left, right = frame.temp(op.left), frame.temp(op.right)
    if left.path == markup.MARKUP and op.operator == "%":
        return markup.declared(_combined(frame, op, left, markup.escaped(frame, op, right)))
    if markup.MARKUP in (left.path, right.path) and op.operator == "+":
        left, right = markup.escaped(frame, op, left), markup.escaped(frame, op, right)
        return markup.declared(_combined(frame, op, left, right))
    return _combined(frame, op, left, right)


def _combined(frame: Frame, op: Binary | Inplace, left: Value, right: Value) -> Value:
    operator = op.operator
    result = conditions.folded(operator, left, right)
    if result is not NOTHING and not isinstance(result, Nothing):
        return constant(result)
    if operator == "%":
        form = left.only()
        if isinstance(form, (str, bytes)):
            shown = form if isinstance(form, str) else form.decode("latin-1")
            return texts.percent(frame.state, shown, right)
        if not left.inert:
            taints = join_taints(left.taints, frame.state.deep(right))
            parts = left.parts
            if parts is not None and isinstance(parts[0], str):
                return text((parts[0], Piece(taints)))
            return Value(parts=(Piece(taints),), taints=taints)
    if operator == "/" and (left.path == "pathlib.Path()" or right.path == "pathlib.Path()"):
        from assay.domains.taint.library import joined_path

        return joined_path(frame, [left, right], "pathlib.Path()")
    if operator == "+":
        if frame.is_kind(left, "list", "tuple") or frame.is_kind(right, "list", "tuple"):
            return _lists(frame, op, left, right)
        if left.inert and right.inert:
            return INERT
        whole = texts.concatenate(left, right)
        if left.ident and left.taints and right.only() == "/":
            return Value(
                parts=whole.parts,
                taints=whole.taints,
                views=(*left.views, View(left.ident, "same")),
                same=None,
            )
        return whole
    if left.inert and right.inert:
        return INERT
    if operator == "*" and (frame.is_kind(left, "list", "tuple")):
        return left
    if operator == "|" and frame.is_kind(left, "dict"):
        from assay.domains.taint.containers import merged

        return merged(frame, op.dest + 1, [left, right])
    return tainted(join_taints(frame.state.deep(left), frame.state.deep(right)))


def _lists(frame: Frame, op: Binary | Inplace, left: Value, right: Value) -> Value:
    first, second = frame.state.objects(left), frame.state.objects(right)
    kind = first[0].kind if first else "list"
    if (
        len(first) == 1
        and len(second) == 1
        and first[0].length >= 0
        and second[0].length >= 0
        and first[0].length + second[0].length <= ELEMENTS.most
    ):
        fields = dict(first[0].fields)
        for index, value in second[0].fields.items():
            if isinstance(index, int):
                fields[first[0].length + index] = value
        obj = Obj(kind, fields, None, first[0].length + second[0].length, False)
    else:
        obj = Obj(kind, {}, join(frame.elements(left), frame.elements(right)), -1, False)
    if isinstance(op, Inplace) and len(left.objects) == 1:
        frame.state.heap[left.objects[0]] = obj
        return left
    taints = join_taints(left.taints, right.taints)
    return Value(objects=frame.make(op.dest + 1, obj), taints=taints)


def _item(frame: Frame, op: Item) -> Value:
    owner = frame.temp(op.owner)
    index_op = frame.function.definitions[op.index]
    if isinstance(index_op, Slice):
        return _slice(frame, op, owner, index_op)
    index = frame.temp(op.index)
    found = _of_key(frame, owner, index, op)
    return item_of_fields(frame, op.owner, key_of(index), found, op.at.lineno)


def _of_key(frame: Frame, owner: Value, index: Value, op: Item | None = None) -> Value:
    key = key_of(index)
    cache = ""
    if owner.path and owner.taints and key is not None:
        cache = f"@{owner.path}[{key!r}]"
        known = frame.state.variables.get(cache)
        if known is not None:
            return known
    found: Value | None = None
    for obj in frame.state.objects(owner):
        if obj.kind == "parameter":
            continue
        value = obj.get(key)
        if value is not None:
            found = value if found is None else join(found, value)
    if found is None and owner.objects and not owner.taints:
        return UNKNOWN
    if found is not None and not owner.taints:
        return found
    if owner.same is not None and key is not None and isinstance(key, str):
        from assay.domains.taint.attributes import field_of_parameter

        return field_of_parameter(frame, owner, f"[{key}]", op.dest + 1 if op else 0)
    path = frame.models.normal(f"{owner.path}[]") if owner.path else ""
    is_text = owner.parts is not None or owner.constants is not None
    if owner.path == "" and is_text and not owner.objects:
        base = texts.character(owner, index)
    else:
        base = pieces.piece(owner, key, path)
    if found is not None:
        base = join(found, base)
    if cache and op is not None:
        base = base.seen(op.dest + 1)
        frame.state.variables[cache] = base
    return base


def _slice(frame: Frame, op: Item, owner: Value, index: Slice) -> Value:
    lower = frame.temp(index.lower) if index.lower >= 0 else None
    upper = frame.temp(index.upper) if index.upper >= 0 else None
    objects = [obj for obj in frame.state.objects(owner) if obj.kind != "parameter"]
    if objects:
        obj = objects[0]
        low = 0 if lower is None else lower.only()
        high = None if upper is None else upper.only()
        if (
            len(objects) == 1
            and obj.length >= 0
            and isinstance(low, int)
            and (high is None or isinstance(high, int))
            and index.step < 0
        ):
            kept = list(range(obj.length))[low:high]
            fields: dict[str | int, Value] = {
                place: obj.get(old) or UNKNOWN for place, old in enumerate(kept)
            }
            new = Obj(obj.kind, fields, None, len(kept), False)
        else:
            new = Obj(obj.kind, {}, frame.elements(owner), -1, False)
        return Value(objects=frame.make(op.dest + 1, new), taints=owner.taints)
    if index.step >= 0:
        return tainted(owner.taints)
    return texts.sliced(owner, lower, upper)


def _build(frame: Frame, op: Build) -> Value:
    labels = op.labels
    if op.kind == "dict":
        fields: dict[str | int, Value] = {}
        rest: Value | None = None
        spreads: list[Value] = []
        if labels:
            pairs = _pairs(op)
        else:
            pairs = [(op.args[at], op.args[at + 1]) for at in range(0, len(op.args), 2)]
        for key_temp, value_temp in pairs:
            value = frame.temp(value_temp)
            if key_temp < 0:
                spreads.append(value)
                continue
            key = key_of(frame.temp(key_temp))
            if key is None:
                rest = value if rest is None else join(rest, value)
            else:
                fields[key] = value
        obj = Obj("dict", fields, rest, -1, False)
        made = Value(objects=frame.make(op.dest + 1, obj))
        if spreads:
            from assay.domains.taint.containers import merged

            return merged(frame, op.dest + 1, [*spreads, made])
        return made
    values = [frame.temp(temp) for temp in op.args]
    kind = op.kind
    if not labels and kind != "set" and len(values) <= ELEMENTS.most:
        obj = Obj(kind, dict(enumerate(values)), None, len(values), False)
        return Value(objects=frame.make(op.dest + 1, obj))
    if not labels and len(values) <= ELEMENTS.most:
        obj = Obj("set", dict(enumerate(values)), None, len(values), False)
        return Value(objects=frame.make(op.dest + 1, obj))
    return _spread_list(frame, op, values)


def _spread_list(frame: Frame, op: Build, values: list[Value]) -> Value:
    fields: dict[str | int, Value] = {}
    known = True
    rest: Value | None = None
    for value, label in zip(values, op.labels or ("",) * len(values), strict=True):
        if label == "":
            if known:
                fields[len(fields)] = value
            else:
                rest = value if rest is None else join(rest, value)
            continue
        objects = frame.state.objects(value)
        if known and len(objects) == 1 and 0 <= objects[0].length <= ELEMENTS.most:
            for index in range(objects[0].length):
                fields[len(fields)] = objects[0].get(index) or UNKNOWN
        else:
            known = False
            each = frame.elements(value)
            rest = each if rest is None else join(rest, each)
    obj = Obj(op.kind, fields, rest, len(fields) if known else -1, False)
    return Value(objects=frame.make(op.dest + 1, obj))


def _pairs(op: Build) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    pending = -1
    for temp, label in zip(op.args, op.labels, strict=True):
        if label == "**":
            found.append((-1, temp))
        elif pending < 0:
            pending = temp
        else:
            found.append((pending, temp))
            pending = -1
    return found


def _next(frame: Frame, op: Next | AsyncNext) -> Value:
    iterated = frame.temp(op.iterator)
    path = iterated.path
    source = None
    if path:
        item = frame.models.normal(f"{path}[]")
        source = frame.summaries.source(frame.function, item, op.at.lineno)
    value = frame.elements(iterated)
    if iterated.parts is not None and not iterated.objects and not value.taints:
        return Value(parts=None)
    only = iterated.only()
    if isinstance(only, str):
        return UNKNOWN
    if value.ident in (0, iterated.ident):
        value = Value(
            taints=value.taints,
            objects=value.objects if iterated.objects else (),
            constants=value.constants,
            parts=value.parts,
            path=frame.models.normal(f"{path}[]") if path and not value.path else value.path,
        )
    if source is not None and frame.summaries.is_on(frame.function, source.kind, op.at.lineno):
        taint = frame.source(op.at, source.kind, source.what, source.tokens)
        value = Value(taints=join_taints(value.taints, (taint,)), path=value.path)
    return value


def _entered(frame: Frame, op: Enter) -> Value:
    manager = frame.temp(op.manager)
    if manager.path.startswith("<function>"):
        return UNKNOWN
    return manager


def _element(frame: Frame, op: Element) -> Value:
    owner = frame.temp(op.value)
    objects = frame.state.objects(owner)
    unpack = frame.function.definitions[op.value]
    index = op.index
    if isinstance(unpack, Unpack) and unpack.after >= 0:
        if index == unpack.before:  # the starred target
            if len(objects) == 1 and objects[0].length >= 0:
                obj = objects[0]
                kept = range(unpack.before, obj.length - unpack.after)
                fields: dict[str | int, Value] = {
                    place: obj.get(old) or UNKNOWN for place, old in enumerate(kept)
                }
                new = Obj("list", fields, None, len(kept), False)
            else:
                new = Obj("list", {}, frame.elements(owner), -1, False)
            return Value(objects=frame.make(op.dest + 1, new))
        if index > unpack.before:
            index = index - unpack.before - 1 - unpack.after
    found: Value | None = None
    for obj in objects:
        value = obj.get(index)
        if value is not None:
            found = value if found is None else join(found, value)
    if found is None:
        return pieces.piece(owner, index) if owner.taints else UNKNOWN
    return join(found, Value(taints=owner.taints)) if owner.taints else found


def _imported(frame: Frame, op: Import | ImportFrom) -> Value:
    path = frame.function.qualified(op.dest)
    if isinstance(op, ImportFrom):
        known = module_of(frame, op)
        if known is not None:
            return known
    elif op.level == 0:
        target = op.module if op.names else op.module.partition(".")[0]
        return frame.summaries.imported_module(frame.function, target)
    return Value(path=frame.models.normal(frame.summaries.absolute(frame.function, path)))
