"""The word on each sink of a function: whether outside data gets there, from here or from callers.

Data that a parameter brings is followed to the callers in view: to the arguments of their calls,
and for an attribute of the object to the methods that assign it.

Invariant: `found` needs a source in view and a way to the sink without guard or doubt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, final

from assay.dataflow.analysis import NoFixpointError
from assay.domains.taint import gates
from assay.domains.taint.contexts import Place, judge
from assay.domains.taint.hits import Hit
from assay.domains.taint.limits import CALLERS, DEPTH, LOOKS, STORES, TOLD
from assay.domains.taint.steps import Step, appended, way
from assay.domains.taint.summary import OWN_SINKS, Summaries
from assay.domains.taint.taints import CLOSURE, Mark, Taint, known_taints
from assay.domains.taint.values import Piece, Value
from assay.program.calls import bind
from assay.program.classes import attribute_name
from assay.program.limits import CALLER_FILES
from assay.source.roles import Role

if TYPE_CHECKING:
    from assay.ir.ops import Call
    from assay.program.callers import Callers
    from assay.program.facts import FunctionFacts
    from assay.program.program import Program
    from assay.program.silence import Gate, Limit

FOUND: Final = "found"
HANDLED: Final = "handled"
CLEAN: Final = "clean"
UNSEEN: Final = "unseen"


@final
class Flow:
    """The word on one sink, with the data and the guard that it rests on."""

    __slots__ = ("hit", "is_cut", "missing", "reason", "taint", "word")

    def __init__(
        self,
        hit: Hit,
        word: str,
        taint: Taint | None,
        reason: str,
        missing: tuple[str, ...],
        is_cut: bool = False,
    ) -> None:
        self.is_cut: Final = is_cut  # whether a limit has left out callers
        self.hit: Final = hit
        self.word: Final = word
        self.taint: Final = taint
        self.reason: Final = reason
        self.missing: Final = missing


def flows_of(function: FunctionFacts, rule: str = "") -> list[Flow]:
    """The word on every sink of a function. Raises NoFixpointError over budget.

    With the id of a rule only the sinks of that rule.
    """
    program = function.file.program
    summaries = program.shared(Summaries)
    summary = summaries.of(function, focus=OWN_SINKS)
    if summary.limit:
        raise NoFixpointError(summary.limit)
    words = [
        _word(program, summaries, function, hit)
        for hit in summary.hits
        if hit.function is function and rule in ("", hit.row.rule)
    ]
    # Whether it is a sink at all depends on the callers: only those that make it one count.
    return [
        flow
        for flow in words
        if not flow.hit.is_open
        or flow.word == FOUND
        or flow.is_cut
        or not _stops(gates.OPTION_OF_CALLERS, flow.hit)
    ]


def _stops(gate: Gate, hit: Hit) -> bool:
    return gate.stops(hit.function.file, hit.at.lineno, hit.row.rule)


def _word(program: Program, summaries: Summaries, function: FunctionFacts, hit: Hit) -> Flow:
    flow = _decided(program, summaries, function, hit)
    if flow.word == FOUND:
        if hit.row.depends and _stops(gates.DEPENDS, hit):
            return Flow(hit, UNSEEN, flow.taint, f"{hit.row.depends} decides", (hit.row.depends,))
    elif program.account is not None and not hit.constant:
        for gate in summaries.role(function).why_not:
            gate.note(function.file, hit.at.lineno, hit.row.rule)
    return flow


def _decided(program: Program, summaries: Summaries, function: FunctionFacts, hit: Hit) -> Flow:
    doubts: list[Taint] = []
    parameters: list[Taint] = []
    for taint in hit.dangers:
        if taint.origin.is_parameter:
            parameters.append(taint)
        elif taint.doubt:
            doubts.append(taint)
        elif not hit.is_open:
            return Flow(hit, FOUND, taint, "", ())
    handled = list(hit.handled)
    callers: dict[str, None] = {}
    is_cut = False
    if parameters or hit.is_open:
        search = _Callers(program, summaries)
        found = search.look(function, hit, 0)
        if found is not None:
            return Flow(hit, FOUND, found, "", ())
        handled += search.handled
        doubts += search.doubts
        is_cut = search.is_cut
        if search.complete and search.has_hole and not _stops(gates.TYPICAL_CALLERS, hit):
            search.complete = False
        if not search.complete or any(t.origin.index >= CLOSURE for t in parameters):
            callers.setdefault(f"callers of {function.qualname or function.ir.name}")
    if parameters and not hit.is_open:
        for taint in parameters:
            if any(mark.weak and mark.bounds for mark in taint.marks):
                return Flow(hit, FOUND, taint, "", ())
    if callers and hit.row.formatted and hit.formatted and not hit.is_open:
        return Flow(hit, FOUND, parameters[0], "", ())
    if hit.row.any_data and not hit.constant:
        return Flow(hit, FOUND, (known_taints(hit.dangers) or (None,))[0], "", ())
    if callers and parameters:
        if _stops(gates.CALLERS, hit):
            missing = tuple(callers)
            return Flow(hit, UNSEEN, parameters[0], "its callers decide", missing, is_cut)
        return Flow(hit, FOUND, parameters[0], "", ())
    if doubts:
        if not _stops(gates.CALLEE, hit):
            return Flow(hit, FOUND, doubts[0], "", ())
        doubts = list(known_taints(tuple(doubts))) or doubts[:1]
        missing = tuple(dict.fromkeys(taint.doubt for taint in doubts if taint.doubt))
        return Flow(hit, UNSEEN, doubts[0], "a callee decides", missing or ("a callee",))
    return _reassuring(hit, parameters, handled)


def _reassuring(hit: Hit, parameters: list[Taint], handled: list[tuple[Taint, str]]) -> Flow:
    """The word where nothing that is in view can do harm."""
    if parameters and not _stops(gates.CALLERS_GIVE_NOTHING, hit):
        return Flow(hit, FOUND, parameters[0], "", ())
    for taint, reason in handled:
        if hit.row.handled or any(not mark.weak for mark in taint.marks):
            return Flow(hit, HANDLED, taint, reason, ())
    if handled:
        return Flow(hit, CLEAN, handled[0][0], handled[0][1], ())
    if hit.constant:
        return Flow(hit, CLEAN, None, "only constants reach it", ())
    if not parameters and not _stops(gates.NOTHING_KNOWN, hit):
        return Flow(hit, FOUND, None, "", ())
    return Flow(hit, CLEAN, None, "", ())


@final
class _Callers:
    """Looks for outside data in the callers of a function, for one sink."""

    def __init__(self, program: Program, summaries: Summaries) -> None:
        self._program: Final = program
        self._summaries: Final = summaries
        self._seen: Final[set[str]] = set()
        self._looks = 0
        self.complete = True
        self.has_hole = False
        self.is_cut = False
        self.handled: Final[list[tuple[Taint, str]]] = []
        self.doubts: Final[list[Taint]] = []

    def look(self, function: FunctionFacts, hit: Hit, depth: int) -> Taint | None:
        """A taint that reaches the sink without guard; `complete` is unset when not all is seen."""
        if function.key in self._seen:
            return None
        self._seen.add(function.key)
        found = self._stored(function, hit)
        if found is not None:
            return found
        if depth + 2 > DEPTH.most:  # the calls of a caller are not followed as far as the sink
            self._cut(DEPTH, hit)
            return None
        if hit.is_cut:
            self._cut(TOLD, hit)
        every = self._program.callers(function)
        if every.is_cut:
            self._cut(CALLER_FILES, hit)
        self.has_hole = self.has_hole or bool(every.hole)
        callers = _callers_of(function, hit, every)
        if not callers:
            self.complete = False
        elif len(callers) > CALLERS.most:
            self._cut(CALLERS, hit)
        wanted = _wanted(function, hit)
        for caller, calls in list(callers.items())[: CALLERS.most]:
            if not any(self._may_bring(caller, op, function, wanted) for op in calls):
                continue
            self._looks += 1
            if self._looks > LOOKS.most:
                self._cut(LOOKS, hit)
                return None
            summary = self._summaries.of(caller, focus=attribute_name(function))
            if summary.limit:
                self.complete = False
                continue
            outer = next((each for each in summary.hits if each.key == hit.key), None)
            if outer is None:
                if summary.is_cut or any(op.spreads for op in calls):  # known in part alone
                    self.complete = False
                continue
            self.handled.extend(outer.handled)
            deeper = False
            for taint in outer.dangers:
                if taint.origin.is_parameter:
                    deeper = True
                elif taint.doubt:
                    self.doubts.append(taint)
                elif not outer.is_open:
                    return taint
            if deeper:
                found = self.look(caller, outer, depth + 1)
                if found is not None:
                    return found
        return None

    def _cut(self, limit: Limit, hit: Hit) -> None:
        """Some callers are not looked at."""
        limit.note(hit.function.file, hit.at.lineno, hit.row.rule)
        self.complete = False
        self.is_cut = True

    def _may_bring(
        self,
        caller: FunctionFacts,
        op: Call,
        function: FunctionFacts,
        wanted: frozenset[str] | None,
    ) -> bool:
        """Whether a call may bring data to the sink: not when it gives constants for all of it."""
        if wanted is None or op.spreads:
            return True
        names = function.ir.parameters.names()
        for target in self._program.callees(caller, op).targets:
            if target.function is not function:
                continue
            if target.skipped or target.keywords:
                return True
            given = bind(target, op)
            if target.bound and names and names[0] not in given and names[0] in wanted:
                return True
            if any(caller.constant(given[name]) is None for name in wanted if name in given):
                return True
        return False

    def _stored(self, function: FunctionFacts, hit: Hit) -> Taint | None:
        """Outside data that another method of the class puts into the attribute."""
        cls = function.owner
        if cls is None:
            return None
        for taint in hit.dangers:
            origin = taint.origin
            if origin.index != 0 or len(origin.access) != 1:
                continue
            every = cls.stored().get(origin.access[0], [])
            if len(every) > STORES.most:
                self._cut(STORES, hit)
            for stored in every[: STORES.most]:
                if stored.function is function:
                    continue
                summary = self._summaries.of(stored.function)
                for index, access, key, value in summary.writes:
                    if index == 0 and not access and key == origin.access[0]:
                        found = _reaches(hit, taint, value)
                        if found is not None:
                            return found
        return None


def _reaches(hit: Hit, inner: Taint, value: Value) -> Taint | None:
    for taint in value.taints:
        if taint.origin.is_parameter or taint.doubt:
            continue
        both = Taint(
            taint.origin,
            taint.absent | inner.absent,
            taint.tokens | inner.tokens,
            frozenset(),
            inner.doubt,
            appended(taint.step, inner.step),
            (*taint.marks, *inner.marks),
        )
        context = hit.row.context
        if context in ("argv", "shell-or-argv"):
            context = "shell"
        place = Place(hit.function.file, hit.at.lineno, hit.row.rule)
        judged = judge(context, Value(parts=(Piece((both,)),), taints=(both,)), place)
        if any(each.dangerous for each in judged) and not both.doubt:
            return both
    return None


def way_of(taint: Taint) -> list[Step]:
    """The steps of a taint from its source on, repeated lines left out."""
    result: list[Step] = []
    for step in way(taint.step):
        if not result or (result[-1].path, result[-1].line) != (step.path, step.line):
            result.append(step)
    return result


def guards_of(taint: Taint) -> tuple[list[Mark], list[Mark]]:
    """The guards that were applied, and those that are not enough."""
    strong = [mark for mark in taint.marks if not mark.weak]
    weak = [mark for mark in taint.marks if mark.weak]
    return strong, weak


def _wanted(function: FunctionFacts, hit: Hit) -> frozenset[str] | None:
    """The parameters of which one argument each comes to the sink; None when that is not all."""
    parameters = function.ir.parameters
    names = parameters.names()
    places = [taint.origin.index for taint in hit.dangers]
    if hit.is_open or any(index >= len(names) for index in places):  # not one of its own
        return None
    wanted = frozenset([names[index] for index in places if index >= 0])
    return None if {parameters.star, parameters.star_star} & wanted else wanted


def _callers_of(
    function: FunctionFacts, hit: Hit, every: Callers
) -> dict[FunctionFacts, list[Call]]:
    """The functions that call one, in a fixed order, and the calls.

    What a test gives a function of the program is no data of the program's. Callers that may be
    left out, since the function is handed around as a value, make the others no less typical.
    """
    is_test = function.file.source.role is Role.TEST
    found: dict[FunctionFacts, list[Call]] = {}
    for caller, op in every.sites:
        if is_test or caller.file.source.role is not Role.TEST or not _stops(gates.TEST_CALLS, hit):
            found.setdefault(caller, []).append(op)
    return found
