"""Rows of the user's at work: sources, sinks, sanitisers and validators of the configuration.

    [[tool.assay.model]]
    validator = "shop.checks.is_local"        if is_local(target): return redirect(target)
    rule = "open-redirect"

Which call or attribute a row names is told by `program.declared`. Invariant: without rows nothing
here costs more than a look.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from assay.domains.taint.conditions import guarded
from assay.domains.taint.contexts import TOKENS
from assay.domains.taint.sinks import record
from assay.domains.taint.taints import join_taints
from assay.domains.taint.values import INERT, UNKNOWN, Effect, Value, apply
from assay.models.injection import rule_rows
from assay.models.outside import FIRST, UserRow
from assay.models.taint import plain_sink

if TYPE_CHECKING:
    from assay.domains.taint.calls import Arguments
    from assay.domains.taint.frame import Frame
    from assay.ir.ops import Attr, Call, Load, Located
    from assay.models.taint import Sink

_PARTS_OF: Final = {
    "argv": ("command", "argument", "shell", "script"),
    "shell-or-argv": ("shell", "command", "argument", "script"),
}


def check_sinks(frame: Frame, op: Call, rows: tuple[UserRow, ...], args: Arguments) -> None:
    """Judges a call against the sinks among the rows that name it."""
    for row in rows:
        if row.table == "sink":
            value = _argument(row, args)
            for rule in row.rules:
                record(frame, op.at, _sink(row, rule), [] if value is None else [value])


def cleaned(frame: Frame, op: Call, rows: tuple[UserRow, ...], args: Arguments) -> Value | None:
    """The result of a sanitiser or validator among the rows; None when none of them is one."""
    for row in rows:
        if row.table not in ("sanitizer", "validator"):
            continue
        value = _argument(row, args)
        if value is None:
            return UNKNOWN if row.table == "sanitizer" else INERT
        name = row.paths[0].rpartition(".")[2]
        effect = Effect(0, _tokens(frame, row.rules), frame.mark(op.at, f"{name}()"))
        if row.table == "sanitizer":
            return apply(effect, Value(taints=frame.state.deep(value), parts=value.parts))
        return guarded(frame.state, value, effect, row.raises)
    return None


def with_sources(frame: Frame, at: Located, rows: tuple[UserRow, ...], result: Value) -> Value:
    """A value with the outside data that the sources among the rows say is in it."""
    for row in rows:
        if row.table == "source" and frame.summaries.is_on(frame.function, row.kind, at.lineno):
            what = row.what or f"what {row.paths[0].rpartition('.')[2]} gives"
            taint = frame.source(at, row.kind, what, frozenset())
            result = Value(path=result.path, taints=join_taints(result.taints, (taint,)))
    return result


def read_of(frame: Frame, op: Attr | Load) -> Value | None:
    """The value of an attribute or a global name that a row calls a source; None for others."""
    declared = frame.summaries.declared
    rows = declared.at_read(frame.function, op)
    if not rows:
        return None
    cache_name = f"@{rows[0].paths[0]}"
    known = frame.state.variables.get(cache_name)
    if known is None:
        known = with_sources(frame, op.at, rows, UNKNOWN).seen(op.dest + 1)
        frame.state.variables[cache_name] = known
    return known


def _argument(row: UserRow, args: Arguments) -> Value | None:
    if row.argument != FIRST:
        return args.find(row.argument)
    if args.positional:
        return args.positional[0]
    first = next(iter(args.named.values()), None)
    return args.rest if first is None else first


@cache
def _sink(row: UserRow, rule: str) -> Sink:
    context = next(each.context for each in rule_rows() if each.id == rule)
    what = row.what or f"{row.paths[0].rpartition('.')[2]}()"
    return plain_sink(rule, context, what, (row.argument,))


def _tokens(frame: Frame, rules: tuple[str, ...]) -> frozenset[str]:
    """The tokens that make data harmless in every context of some rules."""
    found: set[str] = set()
    for each in rule_rows():
        if each.id in rules:
            for context in (each.context, *frame.models.contexts_of(each.id)):
                for part in _PARTS_OF.get(context, (context,)):
                    known = TOKENS.get(part)
                    found.add(part if known is None or part in known else min(known))
    return frozenset(found)
