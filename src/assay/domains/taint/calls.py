"""What a call gives, and what it does to its arguments.

In this order: a row of a library, a function known here, a method of a container or a text, a
function in view (by its summary), and last something out of view, which passes its arguments on
with a doubt that names it.

Invariant: a call that never returns gives None.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from assay.domains.taint import (
    conditions,
    containers,
    gates,
    library,
    markup,
    texts,
    users,
)
from assay.domains.taint.characters import mask
from assay.domains.taint.conditions import truth
from assay.domains.taint.entries import base_path
from assay.domains.taint.forms import item_of_fields
from assay.domains.taint.limits import ELEMENTS
from assay.domains.taint.rendering import check_rendering
from assay.domains.taint.sinks import check_call, holds
from assay.domains.taint.slices import may_refuse
from assay.domains.taint.state import Obj
from assay.domains.taint.taints import CUT, Taint, Taints, join_taints, union_of_taints
from assay.domains.taint.text_methods import text_method
from assay.domains.taint.values import (
    INERT,
    UNKNOWN,
    Effect,
    Value,
    apply,
    constant,
    join,
)
from assay.ir.ops import Attr, Call, Load
from assay.program.calls import Target, bind
from assay.program.classes import first_parameter

if TYPE_CHECKING:
    from assay.domains.taint.frame import Frame
    from assay.ir.ops import Op
    from assay.models.taint import Guard, Sanitizer
    from assay.program.facts import FunctionFacts

FUNCTION_MARK: Final = "<function>"


@final
class Arguments:
    """The arguments of a call as values; `rest` is what `*` and `**` bring, None for none."""

    __slots__ = ("named", "positional", "receiver", "rest")

    def __init__(
        self,
        positional: list[Value],
        named: dict[str, Value],
        rest: Value | None,
        receiver: Value,
    ) -> None:
        self.positional: Final = positional
        self.named: Final = named
        self.rest: Final = rest
        self.receiver: Final[Value] = receiver

    def first(self) -> Value:
        """The first positional argument."""
        return self.place(0)

    def place(self, index: int) -> Value:
        """A positional argument."""
        if index < len(self.positional):
            return self.positional[index]
        return UNKNOWN if self.rest is None else Value(taints=self.rest.taints)

    def find(self, which: str) -> Value | None:
        """An argument as rows name it, `0 cmd`; None when the call does not give it."""
        if which == "self":
            return self.receiver
        if which == "*":
            return Value(taints=union_of_taints(value.taints for value in self.all()))
        for word in which.split():
            if word.isdigit():
                if int(word) < len(self.positional):
                    return self.positional[int(word)]
            elif word in self.named:
                return self.named[word]
        if self.rest is not None and self.rest.taints:
            return Value(taints=self.rest.taints)
        return None

    def all(self) -> list[Value]:
        """Every argument, the receiver not among them."""
        more = [] if self.rest is None else [self.rest]
        return [*self.positional, *self.named.values(), *more]


def arguments_of(frame: Frame, op: Call, receiver: Value) -> Arguments:
    """The arguments of a call."""
    values = [frame.temp(temp) for temp in op.args]
    if not op.labels:
        return Arguments(values, {}, None, receiver)
    positional: list[Value] = []
    named: dict[str, Value] = {}
    rest: Value | None = None
    for value, label in zip(values, op.labels, strict=True):
        if label == "":
            if rest is None:
                positional.append(value)
            else:
                rest = join(rest, value)
        elif label == "*":
            objects = frame.state.objects(value)
            if rest is None and len(objects) == 1 and 0 <= objects[0].length <= ELEMENTS.most // 2:
                positional += [objects[0].get(at) or UNKNOWN for at in range(objects[0].length)]
            else:
                each = frame.elements(value)
                rest = each if rest is None else join(rest, each)
        elif label == "**":
            for obj in frame.state.objects(value):
                if obj.kind != "parameter":
                    named |= {key: each for key, each in obj.fields.items() if isinstance(key, str)}
            if value.taints:
                own = Value(taints=value.taints)
                rest = own if rest is None else join(rest, own)
        else:
            named[label] = value
    return Arguments(positional, named, rest, receiver)


def evaluate_call(frame: Frame, op: Call) -> Value | None:
    """The value of a call; None when it does not return."""
    callee = frame.temp(op.callee)
    definition = frame.function.definitions[op.callee]
    name = ""
    receiver = UNKNOWN
    if isinstance(definition, Attr):
        receiver = frame.temp(definition.owner)
        name = definition.name
    path = callee.path
    if not name and path == "" and isinstance(definition, Load):
        name = definition.name
    args = arguments_of(frame, op, receiver if isinstance(definition, Attr) else callee)
    check_call(frame, op, path, name, args, isinstance(definition, Attr))
    check_rendering(frame, op)
    rows = frame.summaries.declared.at_call(frame.function, op)
    if rows:
        users.check_sinks(frame, op, rows, args)
        value = users.cleaned(frame, op, rows, args)
        if value is not None:
            return value
    if path in frame.models.stops:
        return None
    if op not in frame.relevant and not may_refuse(name):
        return UNKNOWN
    cache = _cache_key(frame, path, receiver, args)
    if cache:
        known = frame.state.variables.get(cache)
        if known is not None:
            return known
    result = _result(frame, op, path, name, args, definition)
    if result is None:
        return None
    if op.dest + 1 in frame.responses and result.ident == 0:
        result = result.seen(op.dest + 1)  # what is stored into it may show that it is no HTML
    if path in frame.models.options:
        result = _with_options(frame, op, path, args, result)
    called = frame.models.normal(f"{path}()") if path and not path.startswith("<") else ""
    line = op.at.lineno
    source = frame.summaries.source(frame.function, called, line) if called else None
    if source is not None and frame.summaries.is_on(frame.function, source.kind, line):
        taint = frame.source(op.at, source.kind, source.what, source.tokens)
        result = Value(path=called, taints=join_taints(result.taints, (taint,)))
    elif called and not result.path and called in frame.models.roots and result.constants is None:
        result = _renamed(result, called)
    if rows:
        result = users.with_sources(frame, op.at, rows, result)
    if name == "get" and isinstance(definition, Attr):
        result = item_of_fields(frame, definition.owner, _key(args.place(0)), result, line)
    if cache and result.taints:
        result = result.seen(op.dest + 1)
        frame.state.variables[cache] = result
    return result


def _key(value: Value) -> str | None:
    only = value.only()
    return only if isinstance(only, str) else None


def _with_options(frame: Frame, op: Call, path: str, args: Arguments, result: Value) -> Value:
    """The result, or the receiver, with the options that the call sets."""
    made = result
    for row in frame.models.options[path]:
        met = all(holds(frame, condition, args) for condition in row.when)
        if row.on_self:
            if met:
                frame.put(args.receiver, row.sets, constant(True))
            continue
        if not made.objects:
            objects = frame.make(op.dest + 1, Obj("record", {}, None, -1, False))
            made = Value(path=f"{path}()", taints=result.taints, objects=objects)
        if met and row.sets:
            frame.put(made, row.sets, constant(True))
    return made


def _renamed(value: Value, path: str) -> Value:
    return Value(
        parts=value.parts,
        taints=value.taints,
        path=path,
        objects=value.objects,
        inert=value.inert,
        ident=value.ident,
        views=value.views,
        tests=value.tests,
    )


def _cache_key(frame: Frame, path: str, receiver: Value, args: Arguments) -> str:
    """A name under which a pure read of outside data is kept: `request.args.get("id")`."""
    if not path.endswith((".get", ".getlist", ".get_argument", ".get_json")) or not path:
        return ""
    if not receiver.taints and frame.models.normal(f"{path}()") not in frame.models.sources:
        return ""
    words = [args.place(index).only() for index in range(len(args.positional))]
    if any(not isinstance(word, (str, int, type(None))) for word in words) or args.named:
        return ""
    return f"@{path}({words!r})"


def _result(
    frame: Frame, op: Call, path: str, name: str, args: Arguments, definition: Op | None
) -> Value | None:
    models = frame.models
    if path.startswith(FUNCTION_MARK):
        function = frame.summaries.functions.get(path.removeprefix(FUNCTION_MARK))
        if function is not None:
            return _known_function(frame, op, function, args)
    for sanitizer in models.sanitizers.get(path, ()) if path else ():
        value = _sanitized(frame, op, sanitizer, args, path)
        if value is not None:
            return value
    for guard in models.guards.get(path, ()) if path else ():
        value = _guarded(frame, op, guard, args, path)
        if value is not None:
            return value
    if path:
        value = library.call(frame, op, path, args)
        if value is not None:
            return value
        if path in models.clean:
            return UNKNOWN
    is_method = isinstance(definition, Attr)
    file = frame.function.file
    for guard in models.method_guards.get(name.lstrip("_"), ()):
        met = all(holds(frame, condition, args) for condition in guard.when)
        if met and gates.GUARD_BY_NAME.stops(file, op.at.lineno):
            return _guarded(frame, op, guard, args, name)
    if is_method:
        value = containers.method(frame, op, args.receiver, name, args.positional, args.named)
        if value is not None:
            return value
        if args.receiver.path == markup.MARKUP:
            value = markup.method(frame, op, name, args)
            if value is not None:
                return value
        if name in texts.TEXT_METHODS and not _is_object(frame, definition, args.receiver):
            return text_method(frame, op, name, args)
        for sanitizer in models.method_sanitizers.get(name, ()):
            value = _sanitized(frame, op, sanitizer, args, name)
            if value is not None and gates.SANITISER_BY_NAME.stops(file, op.at.lineno):
                return value
    if not _is_library(frame, path):
        found, value = _in_view(frame, op, args)
        if found:
            return value
    return _out_of_view(frame, op, path, name, args, is_method)


def _is_object(frame: Frame, definition: Op | None, receiver: Value) -> bool:
    if frame.is_kind(receiver, "instance"):
        return True
    models = frame.models
    if receiver.path in models.roots and receiver.path not in models.sources:
        return True
    if isinstance(definition, Attr):
        owner = frame.function.definitions[definition.owner]
        if isinstance(owner, Load) and frame.function.owner is not None:
            return owner.name == first_parameter(frame.function)
        return isinstance(owner, Call) and receiver.path == "super()"
    return False


def _is_library(frame: Frame, path: str) -> bool:
    return bool(path) and frame.summaries.is_library(frame.function, path)


def _sanitized(frame: Frame, op: Call, row: Sanitizer, args: Arguments, path: str) -> Value | None:
    if not all(holds(frame, condition, args) for condition in row.when):
        return None
    value = args.find(row.argument)
    if row.argument == "*":
        value = Value(taints=union_of_taints(frame.state.deep(each) for each in args.all()))
    if value is None:
        return UNKNOWN
    mark = frame.mark(op.at, f"{path.removesuffix('()')}()")
    only = value.only()
    if isinstance(only, str) and not set(only) & set(row.absent or "<>&'\"();"):
        return value
    if value.constants is not None:
        return Value(constants=None)
    taints = frame.state.deep(value)
    parts = value.text_parts() if not value.objects else None
    effect = Effect(mask(row.absent), row.tokens, mark)
    return apply(effect, Value(taints=taints, parts=parts))


def _guarded(frame: Frame, op: Call, row: Guard, args: Arguments, path: str) -> Value | None:
    if not all(holds(frame, condition, args) for condition in row.when):
        return None
    value = args.find(row.argument)
    if value is None:
        return INERT
    mark = frame.mark(op.at, f"{path.removesuffix('()')}()")
    effect = Effect(0, row.tokens, mark)
    return conditions.guarded(frame.state, value, effect, row.raises)


# Functions in view


def call_value(
    frame: Frame, op: Call, callee: Value, temp: int, values: list[Value]
) -> Value | None:
    """The result of calling a value that was passed as an argument."""
    if callee.path.startswith(FUNCTION_MARK):
        function = frame.summaries.functions.get(callee.path.removeprefix(FUNCTION_MARK))
        if function is not None:
            return call_function(frame, op, function, dict(enumerate(values)))
    args = Arguments(values, {}, None, UNKNOWN)
    value = library.call(frame, op, callee.path, args) if callee.path else None
    if value is not None:
        return value
    return Value(taints=union_of_taints(each.taints for each in values))


def _known_function(
    frame: Frame, op: Call, function: FunctionFacts, args: Arguments
) -> Value | None:
    indices: dict[int, Value] = dict(enumerate(args.positional))
    names = function.ir.parameters.names()
    for name, value in args.named.items():
        if name in names:
            indices[names.index(name)] = value
    return call_function(frame, op, function, indices)


def _in_view(frame: Frame, op: Call, args: Arguments) -> tuple[bool, Value | None]:
    callees = frame.summaries.callees(frame.function, op)
    targets = list(callees.targets)
    if not targets and callees.constructs is None:
        if callees.hole and not callees.external:
            targets = frame.summaries.by_name(frame.function, op)
        if not targets:
            return False, None
    if callees.constructs is not None:
        return True, _construct(frame, op, targets, args)
    found: Value | None = None
    returned = False
    for target in targets:
        value = call_function(frame, op, target.function, _bound(frame, op, target, args))
        if value is not None:
            found = value if found is None else join(found, value)
            returned = True
    if callees.external and not returned:
        return False, None
    if callees.is_cut:  # and what else it may run is not known
        more = _passed_on(frame, op, [args.receiver, *args.all()], callees.hole)
        found = more if found is None else join(found, more)
    return True, found


def _construct(frame: Frame, op: Call, targets: list[Target], args: Arguments) -> Value:
    taints: Taints = ()
    fields: dict[str | int, Value] = {}
    made = Value(objects=frame.make(op.dest + 1, Obj("instance", fields, None, -1, False)))
    known = False
    for target in targets:
        if target.function.ir.name != "__init__":
            continue
        known = True
        indices = _bound(frame, op, target, args)
        indices[0] = made
        call_function(frame, op, target.function, indices)
    constructed = frame.summaries.callees(frame.function, op).constructs
    if not known:  # a dataclass, a model: its keyword arguments are its fields
        for name, value in args.named.items():
            frame.put(made, name, value)
        if constructed is not None:
            names = frame.summaries.fields_of(constructed)
            for name, value in zip(names, args.positional, strict=False):
                frame.put(made, name, value)
        if args.rest is not None:
            taints = args.rest.taints
    path = "" if constructed is None else base_path(frame.summaries, constructed)
    return Value(objects=made.objects, taints=taints, ident=op.dest + 1, path=path)


def _bound(frame: Frame, op: Call, target: Target, args: Arguments) -> dict[int, Value]:
    """The arguments of a call by the number of the callee's parameter."""
    parameters = target.function.ir.parameters
    names = parameters.names()
    result: dict[int, Value] = {}
    used: set[int] = set()
    for name, temp in bind(target, op).items():
        if name in names:
            result[names.index(name)] = frame.temp(temp)
            used.add(temp)
    labels = op.labels or ("",) * len(op.args)
    if parameters.star_star:
        fields: dict[str | int, Value] = {
            label: frame.temp(temp)
            for temp, label in zip(op.args, labels, strict=True)
            if label and label[0] != "*" and label not in names
        }
        if fields:
            number = frame.number("keywords", op.dest)
            frame.state.heap[number] = Obj("dict", fields, None, -1, False)
            result[names.index(parameters.star_star)] = Value(objects=(number,))
    if parameters.star:
        extra = [
            frame.temp(temp)
            for temp, label in zip(op.args, labels, strict=True)
            if label == "" and temp not in used
        ]
        number = frame.number("positional", op.dest)
        obj = Obj("tuple", dict(enumerate(extra)), None, len(extra), False)
        if args.rest is not None:
            obj = Obj("tuple", {}, args.rest, -1, False)
        frame.state.heap[number] = obj
        result[names.index(parameters.star)] = Value(objects=(number,))
    if args.rest is not None and args.rest.taints:
        first = 1 if target.bound else 0
        for index, name in enumerate(names[first:], first):
            if index not in result and name not in (parameters.star, parameters.star_star):
                result[index] = Value(taints=args.rest.taints)
    return result


def call_function(
    frame: Frame, op: Op, function: FunctionFacts, indices: dict[int, Value]
) -> Value | None:
    """The result of a function in view; None when it never returns."""
    from assay.domains.taint.instances import Instance

    summary = frame.summaries.of_call(frame, function, indices)
    if summary is None:
        passed = _passed_on(frame, op, list(indices.values()), function.qualname)
        for number in indices[0].objects if 0 in indices else ():
            obj = frame.state.heap.get(number)
            if obj is not None and obj.kind == "instance":  # what it stores into its attributes
                frame.state.heap[number] = obj.put(None, passed, False)
        return passed
    instance = Instance(frame, op, function, indices, summary)
    instance.add_hits()
    if summary.returns is None:
        return None
    instance.write()
    return instance.result()


# Out of view


def _out_of_view(
    frame: Frame, op: Call, path: str, name: str, args: Arguments, is_method: bool
) -> Value:
    """What a callee that is not in view gives: what it gets, with a doubt."""
    receiver = args.receiver if is_method else UNKNOWN
    if name in frame.models.clean_methods:
        given = (receiver, *args.all())
        if not any(value.taints or value.objects for value in given):
            return UNKNOWN
        if gates.CLEAN_BY_NAME.stops(frame.function.file, op.at.lineno):
            return UNKNOWN
    taints = receiver.taints
    if frame.state.objects(receiver) and not taints:
        taints = frame.state.deep(receiver)
    spelled = path.removesuffix("()") or frame.function.spelled(op.callee)
    if spelled.startswith("<"):
        spelled = frame.function.spelled(op.callee)
    if is_method and name in containers.GENERIC:
        return _generic(frame, op, receiver, name, taints, args)
    passed = union_of_taints(frame.state.deep(value) for value in args.all())
    doubted = tuple(_doubted(taint, spelled) for taint in passed)
    if is_method and name in ("append", "add", "extend", "update", "insert", "put", "write"):
        _absorb(frame, receiver, passed)
        return UNKNOWN
    if not is_method:
        return Value(taints=doubted)
    kept = taints if receiver.path == "" or receiver.taints else ()
    if any(taint.origin.is_parameter for taint in kept):
        kept = tuple(
            _doubted(taint, spelled) if taint.origin.is_parameter else taint for taint in kept
        )
    return Value(taints=join_taints(kept, doubted))


def _generic(
    frame: Frame, op: Call, receiver: Value, name: str, taints: Taints, args: Arguments
) -> Value:
    value: Value = Value(taints=taints)
    if name == "items":
        fields: dict[str | int, Value] = {0: value, 1: value}
        number = frame.number("pair", op.dest)
        pair = Value(objects=frame.make(number, Obj("tuple", fields, None, 2, False)))
        return Value(objects=frame.make(op.dest + 1, Obj("list", {}, pair, -1, False)))
    if name in ("get", "pop", "setdefault") and len(args.positional) > 1:
        default = args.place(1)
        if default.taints:
            return join(value, Value(taints=default.taints))
    return value


def _doubted(taint: Taint, callee: str) -> Taint:
    return taint.changed(doubt=callee)


def _absorb(frame: Frame, receiver: Value, taints: Taints) -> None:
    """A container that is not known takes something in."""
    if taints and receiver.objects:
        for number in receiver.objects:
            obj = frame.state.heap.get(number)
            if obj is not None:
                frame.state.heap[number] = obj.put(None, Value(taints=taints), False)


def _passed_on(frame: Frame, op: Op, values: list[Value], name: str) -> Value:
    """What a callee gives that is not followed: what it gets, and what it may take from outside."""
    taints = union_of_taints(frame.state.deep(value) for value in values)
    return Value(taints=join_taints((CUT,), tuple(_doubted(taint, name) for taint in taints)))


__all__ = ["truth"]
