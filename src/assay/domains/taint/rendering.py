"""Outside data in templates: a call that prints one is a sink for what it prints unescaped.

The layer of templates knows which template a call prints, what is in its context, and which of its
variables are not escaped enough for the place where they stand (`program.templates`). Here the
values of those variables are judged as any other data that reaches HTML.

    render_template("post.html", title=request.args["t"])      {{ title|safe }} in post.html: found

Invariant: a call whose template is not in view, or prints everything escaped, is no sink.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from assay.domains.taint import gates
from assay.domains.taint.sinks import record
from assay.domains.taint.values import Piece, Value
from assay.frozen import replace
from assay.ir.ops import Attr
from assay.models.templates import template_models

if TYPE_CHECKING:
    from assay.domains.taint.frame import Frame
    from assay.domains.taint.summary import Summaries
    from assay.ir.ops import Call
    from assay.models.taint import Sink, TaintModels
    from assay.program.facts import FunctionFacts

_RULE: Final = "cross-site-scripting"
_PRINTING: Final = frozenset(("render", "render_async", "generate", "stream"))


def may_render(summaries: Summaries, function: FunctionFacts, op: Call) -> bool:
    """Whether a call may print a template, told by names and imports alone."""
    models = template_models()
    if function.callee(op) in models.renders:
        return True
    callee = function.definitions[op.callee]
    if not isinstance(callee, Attr):
        return False
    rows = models.methods.get(callee.name)
    prints = callee.name in _PRINTING
    if not rows and not prints:
        return False
    packages = summaries.packages(function.file.module)
    owners = {owner.partition(".")[0] for row in rows or () for owner in row.owners}
    return not packages.isdisjoint(owners) or (prints and "jinja2" in packages)


def check_rendering(frame: Frame, op: Call) -> None:
    """Judges what a call puts into the context of a template."""
    if not may_render(frame.summaries, frame.function, op):
        return
    from assay.program.templates.projects import (
        Templates,
    )  # a tenth of the cost of reviewing a small file

    templates = frame.summaries.program.shared(Templates)
    rendering = templates.rendering(frame.function, op)
    if rendering is None:
        return
    if rendering.template is None:
        gates.TEMPLATE_NOT_IN_VIEW.note(frame.function.file, op.at.lineno, _RULE)
        return
    given = {name: frame.temp(temp) for name, temp in rendering.given.items()}
    if rendering.context is not None:
        for obj in frame.state.objects(frame.temp(rendering.context)):
            if obj.kind == "dict":
                for key, value in obj.fields.items():
                    if isinstance(key, str):
                        given.setdefault(key, value)
    for name in sorted(given):
        outputs = rendering.template.unescaped(name)
        if outputs:
            first = outputs[0]
            what = f"{name} of a template, unescaped at {first.path}:{first.line}"
            row = replace(
                _row(frame.models), what=f"{what} ({first.reason})" if first.reason else what
            )
            record(frame, op.at, row, [_whole(frame, given[name])])


def _whole(frame: Frame, value: Value) -> Value:
    """A value as text: what a template prints of an object is something inside of it."""
    if not value.objects:
        return value
    taints = frame.state.deep(value)
    return Value(taints=taints, parts=(Piece(taints),) if taints else ("",))


@cache
def _row(models: TaintModels) -> Sink:
    """A row of the rule, for the context of HTML."""
    rows = (row for rows in models.sinks.values() for row in rows)
    return next(row for row in rows if row.rule == _RULE and row.context == "html")
