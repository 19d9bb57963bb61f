"""Tests of paths that are more than a comparison.

    if os.path.isabs(name): raise ValueError        from here on name is a path below another

Invariant: a test says something of the value that it is called on, and of nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.domains.taint import conditions
from assay.domains.taint.values import Value, View

if TYPE_CHECKING:
    from assay.domains.taint.calls import Arguments
    from assay.domains.taint.frame import Frame
    from assay.ir.ops import Call


def absolute_test(frame: Frame, op: Call, args: Arguments) -> Value:
    """`os.path.isabs(path)` and `path.is_absolute()`: false when it is a path below another."""
    subject = args.positional[0] if args.positional else args.receiver
    mark = frame.mark(op.at, "an absolute path is refused")
    return Value(inert=True, tests=conditions.is_absolute(subject, mark))


def seen_as(made: Value, texts: list[Value]) -> Value:
    """A path object made of one text: what is asked of it is asked of the text."""
    of = texts[0]
    if len(texts) > 1 or not of.ident:
        return made
    return Value(
        constants=made.constants,
        parts=made.parts,
        taints=made.taints,
        path=made.path,
        views=(*made.views, View(of.ident, "same")),
    )
