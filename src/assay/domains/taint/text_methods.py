"""The methods of texts: what each makes of the text that it is called on.

    name.split("/")[-1]       a piece; what is tested of it says something of name
    path.endswith(".png")     a test of its extension

Invariant: a method that is not known here passes on what the text holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.domains.taint import conditions, pieces, texts
from assay.domains.taint.characters import mask
from assay.domains.taint.limits import ELEMENTS
from assay.domains.taint.state import Obj
from assay.domains.taint.taints import join_taints, union_of_taints
from assay.domains.taint.values import UNKNOWN, Effect, Piece, Value, apply, constant, text

if TYPE_CHECKING:
    from assay.domains.taint.calls import Arguments
    from assay.domains.taint.frame import Frame
    from assay.ir.ops import Call


def text_method(frame: Frame, op: Call, name: str, args: Arguments) -> Value:
    """The result of a method of texts."""
    receiver = args.receiver
    state = frame.state
    line = op.at.lineno
    if name == "format":
        form = receiver.only()
        if isinstance(form, str):
            rest = UNKNOWN if args.rest is None else args.rest
            return texts.formatted(state, form, args.positional, args.named, rest)
        taints = union_of_taints(state.deep(value) for value in args.all())
        if receiver.taints:
            return Value(taints=join_taints(taints, receiver.taints))
        return text((Piece(()), Piece(taints)))  # into a text that is not in view
    if name == "join":
        return texts.joined(state, receiver, args.first())
    if name == "replace":
        mark = frame.mark(op.at, "replace takes a character out")
        return texts.replaced(receiver, args.first(), args.place(1), mark)
    if name in ("strip", "lstrip", "rstrip"):
        what = args.positional[0] if args.positional else None
        mark = frame.mark(op.at, "leading slashes are taken off")
        return texts.stripped(receiver, name, what, mark)
    if name in ("split", "rsplit", "splitlines", "partition", "rpartition"):
        return _split(frame, op, name, args)
    if name == "startswith":
        known = _known_test(receiver, args.first(), name)
        if known is not None:
            return constant(known)
        return Value(
            inert=True, tests=conditions.starts_with(receiver, args.first(), frame.path, line)
        )
    if name == "endswith":
        known = _known_test(receiver, args.first(), name)
        if known is not None:
            return constant(known)
        return Value(
            inert=True, tests=conditions.ends_with(receiver, args.first(), frame.path, line)
        )
    if name in texts.TESTS:
        mark = frame.mark(op.at, f"{name}()")
        return Value(inert=True, tests=conditions.of_class(name, receiver, mark))
    if name == "decode" and args.first().only() in ("base64", "hex", "unicode_escape", "rot13"):
        return texts.undone(receiver)
    if name in texts.DECODING:
        return Value(
            constants=receiver.constants,
            parts=receiver.parts,
            taints=receiver.taints,
            ident=receiver.ident,
            views=receiver.views,
            same=receiver.same,
        )
    if name in ("lower", "upper", "title", "capitalize", "casefold"):
        return texts.letters_changed(name, receiver)
    return Value(taints=receiver.taints, views=receiver.views)


def _known_test(receiver: Value, argument: Value, name: str) -> bool | None:
    """A test of the constant beginning or end of a text; None when its outcome is open."""
    what = argument.only()
    parts = receiver.text_parts()
    if not isinstance(what, str) or not what or not parts:
        return None
    part = parts[0] if name == "startswith" else parts[-1]
    if any(isinstance(each, Piece) and each.rooted for each in parts) and name == "startswith":
        return None
    if not isinstance(part, str):
        return None
    if name == "startswith":
        if part.startswith(what):
            return True
        return None if what.startswith(part) and len(parts) > 1 else False
    if part.endswith(what):
        return True
    return None if what.endswith(part) and len(parts) > 1 else False


def _split(frame: Frame, op: Call, name: str, args: Arguments) -> Value:
    receiver = args.receiver
    only, separator = receiver.only(), args.first().only()
    if (
        isinstance(only, str)
        and (separator is None or isinstance(separator, str))
        and name in ("split", "rsplit")
        and len(args.positional) <= 1
    ):
        words = only.split(separator) if args.positional else only.split()
        if len(words) <= ELEMENTS.most // 2:
            fields: dict[str | int, Value] = {at: constant(word) for at, word in enumerate(words)}
            obj = Obj("list", fields, None, len(words), False)
            return Value(objects=frame.make(op.dest + 1, obj))
    if name in ("partition", "rpartition") and isinstance(separator, str):
        whole = Value(taints=receiver.taints)
        without = whole
        if len(separator) == 1:
            without = apply(Effect(mask(separator), frozenset(), None), whole)
        fields = {0: whole, 1: UNKNOWN, 2: without}
        if name == "partition":
            fields = {0: without, 1: UNKNOWN, 2: whole}
        obj = Obj("tuple", fields, None, 3, False)
        return Value(objects=frame.make(op.dest + 1, obj))
    taints = receiver.taints
    if name == "splitlines":
        return apply(Effect(mask("\r\n"), frozenset(), None), Value(taints=taints))
    limit = args.find("1 maxsplit")
    times = -1 if limit is None else limit.only()
    if isinstance(separator, str) and len(separator) == 1 and isinstance(times, int) and times:
        return pieces.cut(receiver, name, separator, times > 0)
    return Value(taints=taints)
