"""Temporary files that are the result: the function tells the user their name, and leaves them.

    descriptor, path = tempfile.mkstemp(suffix=".dot")
    draw(descriptor)
    print("graph written to %s" % path)      who reads that wants the file

A line of a log is no such promise, since it is written for whoever looks for the cause of something.
"""

from __future__ import annotations

from assay.domains.events import RELEASED
from assay.domains.outcomes import Outcome
from assay.ir.ops import LOCAL, Attr, Binary, Build, Call, Element, Format, Item, Join, Load, Unpack
from assay.models.resources import call_model


def is_shown(site: Outcome) -> bool:
    """Whether the path of a temporary file is printed, and the file removed nowhere."""
    if site.of(RELEASED):
        return False
    shows = call_model().shows.functions
    return any(
        site.function.callee(call.op) in shows
        and any(_leads_to(site, temp, 0) for temp in call.op.args)
        for call in site.function.calls
    )


def _leads_to(site: Outcome, temp: int, depth: int) -> bool:
    """Whether a value is made of the path that an acquisition returned."""
    op = site.function.definitions[temp]
    if op is site.acquisition.op:
        return True
    if op is None or depth > 8:
        return False
    if isinstance(op, Load):
        temps = (
            tuple([store.value for store in site.function.stores(op.name)])
            if op.scope == LOCAL
            else ()
        )
    elif isinstance(op, Element) and op.index != site.acquisition.element >= 0:
        temps = ()  # the descriptor, not the path
    elif isinstance(op, (Attr, Binary, Build, Element, Format, Item, Join, Unpack)):
        temps = op.uses()
    elif isinstance(op, Call):
        method = site.function.definitions[op.callee]
        formats = isinstance(method, Attr) and method.name == "format"
        temps = (op.callee, *op.args) if formats or site.function.callee(op) == "str" else ()
    else:
        temps = ()
    return any(_leads_to(site, each, depth + 1) for each in temps)
