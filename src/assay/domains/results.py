"""What is left open or on disk on purpose: results that the user is told, and standard streams.

    descriptor, path = tempfile.mkstemp(suffix=".dot")
    draw(descriptor)
    print("graph written to %s" % path)      who reads that wants the file

A line of a log is no such promise: it is for whoever looks for the cause of something.

    os.dup2(os.open(os.devnull, os.O_RDWR), sys.stdout.fileno())      a daemon, until it ends
"""

from __future__ import annotations

from typing import Final

from assay.domains.events import ADOPTED, RELEASED
from assay.domains.outcomes import Leak, Outcome
from assay.ir.ops import LOCAL, Attr, Binary, Build, Call, Element, Format, Item, Join, Load, Unpack
from assay.models.resources import call_model
from assay.program.facts import FunctionFacts

_STANDARD: Final = frozenset(
    [
        f"sys.{name}.fileno"
        for stream in ("stdin", "stdout", "stderr")
        for name in (stream, f"__{stream}__")
    ]
)


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


def becomes_standard(site: Outcome, leaks: list[Leak]) -> bool:
    """Whether it lives on as a standard stream of the process, which nobody puts back.

    Where that takes a stream over, what raises before leaves a process that does not start.
    """
    if any(event.detail == "os.dup2" for event in site.of(ADOPTED)):
        return all(leak.raiser for leak in leaks)
    function = site.function
    if site.of(RELEASED) or any(function.callee(call.op) == "os.dup" for call in function.calls):
        return False
    return any(
        function.callee(call.op) == "os.dup2"
        and len(call.op.args) > 1
        and _leads_to(site, call.op.args[0], 0)
        and _is_standard(function, call.op.args[1])
        for call in function.calls
    )


def _is_standard(function: FunctionFacts, temp: int) -> bool:
    """Whether a descriptor is that of a standard stream: 0, 1, 2, or `sys.stdout.fileno()`."""
    known = function.constant(temp)
    if known is not None:
        return known.value in (0, 1, 2)
    made = function.definitions[temp]
    return isinstance(made, Call) and function.callee(made) in _STANDARD


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
