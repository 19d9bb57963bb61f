"""Texts that count as HTML already, and escape what is put into them: `markupsafe.Markup`.

    Markup("<b>{}</b>").format(name)       name is escaped, and so it is with % and +
    Markup("<b>{}</b>".format(name))       it is not: the finished text is declared to be HTML

Invariant: what a text was declared to be HTML with is a sink's affair (`Markup(x)`), and is not
escaped afterwards; of everything that joins later, what is no such text is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from assay.domains.taint import texts
from assay.domains.taint.characters import mask
from assay.domains.taint.state import Obj
from assay.domains.taint.values import UNKNOWN, Effect, Value, apply

if TYPE_CHECKING:
    from assay.domains.taint.calls import Arguments
    from assay.domains.taint.frame import Frame
    from assay.ir.ops import Call, Located, Op

MARKUP: Final = "markupsafe.Markup()"
_KEEPING: Final = frozenset(
    (
        "capitalize",
        "casefold",
        "center",
        "expandtabs",
        "ljust",
        "lower",
        "lstrip",
        "removeprefix",
        "removesuffix",
        "replace",
        "rjust",
        "rstrip",
        "strip",
        "swapcase",
        "title",
        "translate",
        "upper",
        "zfill",
    )
)
_TOKENS: Final = frozenset(("html",))
_DEEP: Final = 3


def declared(value: Value) -> Value:
    """A text as one that counts as HTML."""
    return Value(
        constants=value.constants,
        parts=value.parts,
        taints=value.taints,
        path=MARKUP,
        ident=value.ident,
        views=value.views,
    )


def escaped(frame: Frame, op: Op, value: Value, depth: int = _DEEP) -> Value:
    """What becomes of a value that is put into such a text, and of the elements of a container."""
    if value.path == MARKUP or value.inert or value.constants is not None:
        return value
    objects = frame.state.objects(value)
    if objects and value.parts is None and depth:
        made: tuple[int, ...] = ()
        for place, obj in enumerate(objects):
            fields = {key: escaped(frame, op, each, depth - 1) for key, each in obj.fields.items()}
            rest = None if obj.rest is None else escaped(frame, op, obj.rest, depth - 1)
            number = frame.number("escaped", op.dest, depth, place)
            made += frame.make(number, Obj(obj.kind, fields, rest, obj.length, obj.many))
        taints = _escaped(frame, op.at, Value(taints=value.taints)).taints
        return Value(objects=made, taints=taints)
    return _escaped(frame, op.at, Value(taints=frame.state.deep(value), parts=value.parts))


def _escaped(frame: Frame, at: Located, value: Value) -> Value:
    mark = frame.mark(at, "escaped by the Markup that it is put into")
    return apply(Effect(mask("<>'\""), _TOKENS, mark), value)


def make(frame: Frame, op: Call, args: Arguments) -> Value:
    """`Markup(text)`: whether the text was fit for it is asked where this is called."""
    value = args.first() if args.positional else args.named.get("object", UNKNOWN)
    if value.path == MARKUP:
        return value
    doubted = tuple(taint.changed(doubt="Markup") for taint in frame.state.deep(value))
    if value.constants is not None:
        return declared(value)
    return declared(Value(taints=doubted, parts=None))


def escape(frame: Frame, op: Call, args: Arguments) -> Value:
    """`escape(text)`, which gives such a text."""
    value = args.first()
    if value.path == MARKUP:
        return value
    mark = frame.mark(op.at, f"{frame.function.spelled(op.callee)}()")
    if value.constants is not None:
        return declared(Value())
    parts = value.text_parts() if not value.objects else None
    effect = Effect(mask("<>'\""), _TOKENS, mark)
    return declared(apply(effect, Value(taints=frame.state.deep(value), parts=parts)))


def method(frame: Frame, op: Call, name: str, args: Arguments) -> Value | None:
    """A method of such a text; None for those that say nothing of HTML."""
    from assay.domains.taint.calls import Arguments
    from assay.domains.taint.text_methods import text_method

    if name == "unescape":
        return texts.undone(args.receiver)
    inner = Arguments(
        [escaped(frame, op, value) for value in args.positional],
        {key: escaped(frame, op, value) for key, value in args.named.items()},
        None if args.rest is None else escaped(frame, op, args.rest),
        args.receiver,
    )
    if name in ("format", "format_map"):
        if name == "format_map":
            first = inner.first()
            fields = {
                str(key): each
                for obj in frame.state.objects(first)
                for key, each in obj.fields.items()
            }
            inner = Arguments([], fields, Value(taints=first.taints), args.receiver)
        return declared(text_method(frame, op, "format", inner))
    if name == "join":
        return declared(text_method(frame, op, name, inner))
    if name in _KEEPING:
        return declared(text_method(frame, op, name, inner))
    return None


def format_html(frame: Frame, op: Call, args: Arguments) -> Value:
    """Django's `format_html(form, ...)`: the form is a sink, the rest is escaped."""
    rest = UNKNOWN if args.rest is None else escaped(frame, op, args.rest)
    values = [escaped(frame, op, value) for value in args.positional[1:]]
    named = {key: escaped(frame, op, value) for key, value in args.named.items()}
    form = args.first().only()
    if isinstance(form, str):
        return texts.formatted(frame.state, form, values, named, rest)
    return texts.everything_in([args.first(), *values, *named.values(), rest], frame.state)


FUNCTIONS: Final = {
    "markupsafe.Markup": make,
    "markupsafe.Markup.escape": escape,
    "markupsafe.escape": escape,
    "django.utils.html.format_html": format_html,
}
