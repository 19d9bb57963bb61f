"""Where data gets to: rows of sinks matched with calls, stores and returns, and judged.

Invariant: every use of a sink makes one hit, also when only constants reach it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from assay.domains.taint import gates
from assay.domains.taint.commands import command_line, words_of
from assay.domains.taint.contexts import Place, counts, judge
from assay.domains.taint.hits import Hit
from assay.domains.taint.markup import MARKUP
from assay.domains.taint.slices import operands
from assay.domains.taint.taints import Taint, Taints, join_taints
from assay.domains.taint.values import UNKNOWN, Nothing, Piece, Value
from assay.domains.uses import readers
from assay.frozen import replace
from assay.ir.function import Return
from assay.ir.ops import Attr, SetItem

if TYPE_CHECKING:
    from assay.domains.taint.calls import Arguments
    from assay.domains.taint.frame import Frame
    from assay.ir.ops import Call, Located, Op
    from assay.models.taint import Sink

_DEEP: Final = frozenset(
    ("deep", "nosql", "session", "session-other", "prompt", "mass-assignment", "log", "csv")
)
_FLAGS: Final = frozenset(("True", "False", "1", "0", "None"))
_OF_PRESENCE: Final = ("missing ", "given ", "below ")
_INSTRUCTING: Final = frozenset(("system", "developer"))


@lru_cache(maxsize=256)
def _looks(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def check_call(
    frame: Frame, op: Call, path: str, name: str, args: Arguments, is_method: bool
) -> None:
    """Judges a call against the rows of sinks."""
    models = frame.models
    rows = models.sinks.get(path, ()) if path else ()
    if not rows and is_method and name in models.method_sinks:
        rows = [
            row for row in models.method_sinks[name] if _is_receiver(frame, op, row, args, path)
        ]
    if (
        not rows
        and is_method
        and frame.summaries.program.account is not None
        and _is_asked_by_name(frame, op, name, args)
    ):
        rows = models.sinks_named(name)
    if (
        rows
        and rows[0].context == "regex"
        and name in ("compile", "")
        and not _used(frame, op)
        and gates.ONLY_TRIED.stops(frame.function.file, op.at.lineno)
    ):
        return  # a pattern that is only tried out
    if rows:
        frame.needs(operands(frame.function, op))
    opened = False
    for row in rows:
        failing = [each for each in row.when if not holds(frame, each, args)]
        if not failing:
            _check_row(frame, op, row, args, False)
        elif not opened and all(_is_undecided(each, args) for each in failing):
            opened = True  # of rows that a flag decides between, the first is the dangerous one
            _check_row(frame, op, row, args, True)
        elif all(_is_not_known(each, args) for each in failing) and not gates.OPTION_UNKNOWN.stops(
            frame.function.file, op.at.lineno, row.rule
        ):
            _check_row(frame, op, row, args, False)


def _is_asked_by_name(frame: Frame, op: Call, name: str, args: Arguments) -> bool:
    from assay.domains.taint.candidates import by_last_name  # which looks at templates

    kinds = ("instance", "list", "dict", "set", "tuple", "buffer", "config")
    made_here = frame.is_kind(args.receiver, *kinds)  # of the reviewed code or of the language
    return not made_here and by_last_name(frame.summaries, frame.function, op, name)


def _is_not_known(condition: str, args: Arguments) -> bool:
    """Whether a condition is about the value of an argument of which nothing is known."""
    about_value = not condition.startswith(_OF_PRESENCE) and " has " not in condition
    which, _, words = condition.partition("=")
    value = args.find(which.rstrip("! ")) if about_value else None
    is_flag = _FLAGS.issuperset(words.strip().split("|"))  # what has a name only is no flag
    return (
        value is not None
        and isinstance(value.only(), Nothing)
        and (not _word(value) or (is_flag and bool(value.path)))
    )


def _used(frame: Frame, op: Call) -> bool:
    return bool(readers(frame.function, op.dest)) or any(
        isinstance(block.terminator, Return) and block.terminator.value == op.dest
        for block in frame.function.ir.blocks
    )


def _is_undecided(condition: str, args: Arguments) -> bool:
    """Whether a parameter decides a condition."""
    if condition.startswith(_OF_PRESENCE) or " has " in condition:
        return False
    which = condition.partition("=")[0].rstrip("! ")
    value = args.find(which)
    return value is not None and value.same is not None


def _is_receiver(frame: Frame, op: Call, row: Sink, args: Arguments, path: str) -> bool:
    definition = frame.function.definitions[op.callee]
    assert isinstance(definition, Attr)
    file, line = frame.function.file, op.at.lineno
    if frame.is_kind(args.receiver, "instance", "list", "dict", "set", "tuple"):
        return False
    if (
        row.imports
        and not frame.summaries.imports_any(frame.function, row.imports)
        and gates.NOT_IMPORTED.stops(file, line, row.rule)
    ):
        return False
    if not row.receivers:
        return True
    spelled = frame.function.spelled(definition.owner).lower()
    words = re.split(r"[^a-z]+", spelled)
    last = next((word for word in reversed(words) if word), "")
    if last in row.receivers or any(last.endswith(f"_{word}") for word in row.receivers):
        return True
    return _is_open(args.all()) and not gates.RECEIVER_NAME.stops(file, line, row.rule)


def _is_open(values: list[Value]) -> bool:
    """Whether any of some values is neither constant nor a number."""
    return any(value.constants is None and not value.inert for value in values)


def _check_row(frame: Frame, op: Call, row: Sink, args: Arguments, is_open: bool) -> None:
    values: list[Value] = []
    for which in row.arguments:
        if which == "*":
            values += args.all()
        elif which[-1:] in (".", "*"):
            values.append(words_of(frame, op, which, args))
        else:
            value = args.find(which)
            if value is not None:
                values.append(value)
    if not values and row.arguments:
        return
    if (
        row.looks
        and not any(_has_look(row.looks, value) for value in values)
        and (
            not _is_open(values)
            or gates.NO_SUCH_TEXT.stops(frame.function.file, op.at.lineno, row.rule)
        )
    ):
        return
    record(frame, op.at, row, values, is_open, op.dest + 1)


def _has_look(pattern: str, value: Value) -> bool:
    shown = "".join(part if isinstance(part, str) else "\0" for part in value.text_parts())
    return _looks(pattern).search(shown) is not None


def check_store(frame: Frame, op: Op, owner: Value, name: str, index: Value, value: Value) -> None:
    """Judges an assignment to an item (`[]`) or to an attribute."""
    if name in ("mimetype", "content_type") or (
        name == "[]" and str(index.only()).lower() == "content-type"
    ):
        _typed_response(frame, op, owner, value)
    if not owner.path:
        return
    joint = "" if name == "[]" else "."
    rows = frame.models.store_sinks.get(f"{owner.path}{joint}{name}", ())
    if rows:
        frame.needs(op.uses())
    for row in rows:
        if row.looks and name == "[]" and not _has_look(row.looks, index):
            row = _of_little_weight(row)
        record(frame, op.at, row, [index if which == "index" else value for which in row.arguments])


@cache
def _of_little_weight(row: Sink) -> Sink:
    """A row for a place whose name says that nobody's rights depend on it."""
    return replace(row, context=f"{row.context}-other")


def _typed_response(frame: Frame, op: Op, owner: Value, value: Value) -> None:
    """A response that is given another type than HTML is no place for markup."""
    only = value.only()
    if not isinstance(only, str) or "html" in only:
        return
    idents = [owner.ident]
    if isinstance(op, SetItem):  # response.headers["Content-Type"] = ...
        holder = frame.function.definitions[op.owner]
        if isinstance(holder, Attr):
            idents.append(frame.temp(holder.owner).ident)
    for ident in idents:
        key = frame.responses.get(ident)
        if key is not None and gates.OTHER_TYPE.stops(frame.function.file, key[1], key[5]):
            frame.hits.pop(key, None)


def check_return(frame: Frame, at: Located, row: Sink, value: Value) -> None:
    """Judges what an entry point returns."""
    objects = frame.state.objects(value)
    if objects and all(obj.kind == "tuple" for obj in objects):
        first = objects[0].get(0)
        value = first if first is not None else UNKNOWN
        objects = frame.state.objects(value)
    if (objects or value.path not in ("", MARKUP)) and gates.RETURNS_AN_OBJECT.stops(
        frame.function.file, at.lineno, row.rule
    ):
        return
    record(frame, at, row, [value])


def record(
    frame: Frame,
    at: Located,
    row: Sink,
    values: list[Value],
    is_open: bool = False,
    made: int = 0,
) -> None:
    """Writes down what reaches a sink."""
    dangers: Taints = ()
    handled: list[tuple[Taint, str]] = []
    told: list[tuple[str, Value]] = []
    known = True
    place = Place(frame.function.file, at.lineno, row.rule)
    for value in values:
        for context, each in contexts(frame, row.context, value):
            known = known and each.constants is not None
            found, harmless = judged_of(frame, row, context, each, place)
            dangers = join_taints(dangers, found)
            handled += harmless
            if value.same is None and _is_told(found):
                told.append((context, _portable(frame, each)))
        if value.same is not None and _is_told(value.taints):
            told.append((row.context, value))  # the caller knows whether it is a list
    end_line = at.end_lineno or at.lineno
    end_column = at.end_col_offset or 0
    key = (
        frame.function.key,
        at.lineno,
        at.col_offset,
        end_line,
        end_column,
        row.rule,
    )
    known = known and not (row.any_data and not values)
    formatted = bool(dangers) and any(_is_formatted(value) for value in values)
    hit = Hit(
        key,
        row,
        frame.function,
        at,
        dangers,
        tuple(handled),
        known,
        formatted,
        is_open,
        tuple(told),
    )
    old = frame.hits.get(key)
    frame.hits[key] = hit if old is None else old.joined(hit)
    if made and row.context == "html":
        frame.responses[made] = key


def judged_of(
    frame: Frame, row: Sink, context: str, value: Value, place: Place
) -> tuple[Taints, list[tuple[Taint, str]]]:
    """The taints of a value that can do harm in a context, and the others with the reason.

    `place` is that of the sink, which may be in a callee.
    """
    dangers: Taints = ()
    handled: list[tuple[Taint, str]] = []
    is_auto = frame.models.outside.is_auto
    for judged in judge(context, value, place):
        if not counts(judged.taint, context, is_auto, place):
            continue
        if judged.dangerous and not (row.handled and place.stops(gates.LIBRARY_HANDLES)):
            dangers = join_taints(dangers, (judged.taint,))
        else:
            handled.append((judged.taint, row.handled or judged.reason))
    return dangers, handled


def _is_told(taints: Taints) -> bool:
    return any(taint.origin.is_parameter for taint in taints)


def _portable(frame: Frame, value: Value) -> Value:
    """A value as callers can read it: without objects, which only this function knows."""
    if not value.objects:
        return value
    taints = frame.state.deep(value)
    return Value(taints=taints, parts=(Piece(taints),))


def _is_formatted(value: Value) -> bool:
    return value.parts is not None and any(
        isinstance(part, str) and part.strip() for part in value.parts
    )


def contexts(frame: Frame, context: str, value: Value) -> list[tuple[str, Value]]:
    """The values to judge and in which context: command lines are looked into."""
    if context == "html" and frame.is_kind(value, "tuple"):  # (body, status, headers)
        value = frame.state.objects(value)[0].get(0) or UNKNOWN
    if context == "html" and frame.is_kind(value, "dict", "list"):
        return []  # sent as JSON
    if context == "argv":
        return command_line(frame, value)
    if context == "messages":
        return _instructions(frame, value)
    if context == "shell-or-argv":
        if frame.is_kind(value, "list", "tuple"):
            return command_line(frame, value)
        return [("shell", value)]
    if context in _DEEP or (value.objects and value.parts is None):
        inner = "any" if context == "deep" else context
        taints = frame.state.deep(value)
        if value.parts is not None or value.constants is not None or not value.objects:
            return [(inner, value)]
        return [(inner, Value(taints=taints, parts=(Piece(taints),) if taints else None))]
    return [(context, value)]


def _instructions(frame: Frame, value: Value) -> list[tuple[str, Value]]:
    """What stands in the messages of a chat as the system or the developer says it."""
    found: list[tuple[str, Value]] = []
    for obj in frame.state.objects(value):
        for message in [*obj.fields.values(), *([obj.rest] if obj.rest is not None else [])]:
            for each in frame.state.objects(message):
                role, content = each.fields.get("role"), each.fields.get("content")
                if role is not None and content is not None and role.only() in _INSTRUCTING:
                    found += contexts(frame, "prompt", content)
    return found


def holds(frame: Frame, condition: str, args: Arguments) -> bool:
    """Whether a condition of a row is certainly met: `shell = True`, `missing 1 Loader`."""
    if condition.startswith("missing "):
        return args.find(condition.removeprefix("missing ")) is None and args.rest is None
    if condition.startswith("below "):  # below lxml 5: an older release is allowed
        _, name, number = condition.split()
        return frame.summaries.allows_below(frame.function, name, int(number))
    if condition.startswith("given "):
        return args.find(condition.removeprefix("given ")) is not None
    if " has " in condition:
        which, _, option = condition.partition(" has ")
        value = args.find(which)
        return value is not None and any(option in obj.fields for obj in frame.state.objects(value))
    if "!=" in condition:
        which, _, words = condition.partition("!=")
        value = args.find(which.strip())
        if value is None:
            return True
        known = _word(value)
        return bool(known) and all(word not in known for word in words.strip().split("|"))
    which, _, words = condition.partition("=")
    value = args.find(which.strip())
    if value is None:
        return False
    known = _word(value)
    return any(word in known for word in words.strip().split("|"))


def _word(value: Value) -> frozenset[str]:
    if value.path:
        return frozenset((value.path,))
    if value.constants is not None:
        return frozenset(str(item) for item in value.constants)
    if isinstance(value.only(), Nothing):
        return frozenset()
    return frozenset()
