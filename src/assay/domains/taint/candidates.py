"""Which functions may hold a sink, told by names and imports: the others are not evaluated.

    os.system(x)        `system` is the last name of a sink of `os`, which the file imports
    thing.system(x)     what `thing` is nobody knows: not taken for one

Invariant: what is a sink by its path is told here, too, unless its name does not show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.domains.taint import gates
from assay.domains.taint.rendering import may_render
from assay.domains.taint.slices import is_unknown_method
from assay.ir.ops import Attr, Call, Const, Load, SetAttr, SetItem

if TYPE_CHECKING:
    from assay.domains.taint.summary import Summaries
    from assay.program.facts import FunctionFacts


def may_store(summaries: Summaries, function: FunctionFacts, packages: frozenset[str]) -> bool:
    """Whether a function may assign to an item or attribute that is a sink."""
    return (
        not packages.isdisjoint(summaries.models.store_roots)
        and not function.file.mentioned.isdisjoint(summaries.models.store_names)
        and any(isinstance(site.op, (SetItem, SetAttr)) for site in function.sites())
    )


def may_be_sink(
    summaries: Summaries, function: FunctionFacts, op: Call, packages: frozenset[str]
) -> bool:
    """Whether a call may be a sink, told by names and imports alone."""
    if may_render(summaries, function, op) or summaries.declared.may_be_sink(function, op):
        return True
    callee = function.definitions[op.callee]
    if isinstance(callee, Call):  # `getattr(os, "system")(command)`
        inner = function.definitions[callee.callee]
        return isinstance(inner, Load) and inner.name == "getattr"
    name = function.called_name(op)
    models = summaries.models
    roots = models.sink_roots.get(name)
    if roots is not None:
        path = function.callee(op)
        first, dot, _ = path.partition(".")
        if path and first:  # neither of this module nor relative
            if (first if dot else "") in roots or models.normal(path) != path:
                return True
        elif not path and (
            not packages.isdisjoint(roots) or ("" in roots and isinstance(callee, Load))
        ):
            return True
    is_method = isinstance(callee, Attr) and not isinstance(
        function.definitions[callee.owner], Const
    )
    for row in models.method_sinks.get(name, ()) if is_method else ():
        if (
            not row.imports
            or not packages.isdisjoint(row.imports)
            or not gates.NOT_IMPORTED.stops(function.file, op.at.lineno, row.rule)
        ):
            return True
    return is_method and by_last_name(summaries, function, op, name)


def by_last_name(summaries: Summaries, function: FunctionFacts, op: Call, name: str) -> bool:
    """Whether a method of something unknown is taken for the sink of that name: never, as a
    rule.
    """
    roots = summaries.models.sink_roots.get(name)
    if (
        summaries.program.account is None
        or roots is None
        or not is_unknown_method(summaries.program, summaries.models.roots, function, op)
    ):
        return False
    known = not summaries.packages(function.file.module).isdisjoint(roots)
    gate = gates.RECEIVER if known else gates.NOT_IMPORTED
    rules = dict.fromkeys(row.rule for row in summaries.models.sinks_named(name))
    stopped = [gate.stops(function.file, op.at.lineno, rule) for rule in rules]
    return not all(stopped)
