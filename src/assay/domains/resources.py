"""Which things that must be given back are still open, on which way through a function.

A typestate analysis (Strom and Yemini 1986) whose states are sets of *worlds*: each world is
one consistent answer to what the few interesting variables hold (a resource, None, true, false)
and which resources are open. Keeping worlds apart is what makes the usual idioms come out right
(a bounded form of trace partitioning, Rival and Mauborgne 2007):

    f = None                        world 1: f is None, nothing open
    try:                            world 2: f is the file, which is open
        f = open(p)
    finally:
        if f: f.close()             each world takes its own branch

Above `MAX_WORLDS`, worlds with the same resources open are joined; a resource that no variable
reaches any more after that is given up, never reported.

Deviation from the theory: along the exceptional edge of an operation that is only `UNLIKELY` to
raise (`domains.raises`) every resource counts as given up, so that such an edge can be walked
but never leaks.
"""

from __future__ import annotations

from typing import Final, final

from assay.domains import resource_gates as gates
from assay.domains.acquisitions import SAME_PATH, Acquisition, gives_back
from assay.domains.answers import PLAIN_TYPES, asked_about, compared
from assay.domains.branches import constant_of, truth_of
from assay.domains.captures import managed, only_read
from assay.domains.events import (
    ADOPTED,
    CAPTURED,
    EXHAUSTED,
    HANDED,
    REGISTERED,
    RELEASED,
    RETURNED,
    STORED,
    YIELDED,
    Event,
)
from assay.domains.handovers import BORROWS, GIVES_BACK, HANDS_ON, KEEPS, RETURNS, Handovers
from assay.domains.returned import named_call
from assay.domains.shape import (
    final_lines,
    handler_lines,
    is_context_manager,
    returned_names,
    unpacked_displays,
)
from assay.domains.tracking import ALL_BITS, TrackingAnalysis
from assay.domains.worlds import (
    CHANGING,
    CLOSER,
    EXIT,
    FALSE,
    IN_TUPLE,
    ITSELF,
    NONE,
    PART,
    PENDING,
    RELEASE,
    TRUE,
    State,
    World,
    alias,
    collapse,
    distinct,
    entered,
    exit_of,
    form_of,
    given_up,
    holds,
    only,
    site_of,
    without,
)
from assay.ir.function import Branch
from assay.ir.ops import (
    CELL,
    LOCAL,
    POSSIBLE,
    Attr,
    Await,
    Binary,
    Build,
    Call,
    Collect,
    Compare,
    Const,
    Copy,
    Delete,
    Element,
    Enter,
    Exit,
    Format,
    Item,
    Iter,
    Join,
    Load,
    LoadExit,
    MakeFunction,
    Op,
    Raise,
    Reraise,
    SetAttr,
    SetItem,
    Store,
    Unpack,
    Yield,
)
from assay.models.resources import call_model
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate

# What gives back a part of a resource, and the whole with it.
_PART_RELEASE: Final = frozenset(("close", "detach"))


@final
class OpenResources(TrackingAnalysis):
    """Follows the acquisitions of one function through its graph."""

    def __init__(self, function: FunctionFacts, sites: list[Acquisition]) -> None:
        super().__init__(function, [site.op.at.lineno for site in sites], gates.DOUBTS)
        self.sites: Final = sites
        self.lost = 0  # the bits of what could not be kept apart any more
        self._calls: Final = call_model()
        self._reached_from: Final = frozenset(
            [name for site in sites for name in site.resource.leads_back]
        )
        self._given_back_by_with: Final = sum(s.bit for s in sites if s.resource.with_releases)
        self._managed: Final = managed(function, sites)
        self._only_read: Final = only_read(function, sites)
        self._returned: Final = returned_names(function)
        self._by_op: Final[dict[Op, list[Acquisition]]] = {}
        for site in sites:
            self._by_op.setdefault(site.op, []).append(site)
        self._unpacked: Final = unpacked_displays(function)
        self._keeps_yielded: Final = is_context_manager(function)
        # To which call a resource was handed is kept beside the variables, under a name of its own.
        self._to_keys: Final = [f"@{site.number}" for site in sites]
        self._to: Final = frozenset(self._to_keys)
        self._callees: Final[dict[str, int]] = {}
        self._handlers: Final = handler_lines(function)
        self._finals: Final = final_lines(function)
        self._effects: Final[dict[tuple[Op, int], int]] = {}
        self._awaited_temps: Final = frozenset(
            [each.op.value for each in function.sites() if isinstance(each.op, Await)]
        )

    def merged(self, worlds: list[World]) -> State:
        found, lost = collapse(worlds)
        self.lost |= lost
        return found

    def transfer(self, op: Op, before: State) -> State | None:
        if isinstance(op, Call) and self.risks.exits(op):
            return None
        if self.risks.raises_again(op):
            return None
        if not isinstance(op, CHANGING):
            return before
        return distinct([self.step(op, world, []) for world in before])

    def transfer_raise(self, op: Op, before: State) -> State | None:
        kept = ALL_BITS
        if isinstance(op, Call) and self.risks.exits(op):
            kept = self.lifted(gates.DOUBTS.process_ends, before)
        elif self.risks.of(op) != POSSIBLE:
            kept = self.lifted(gates.DOUBTS.unlikely, before, noted=False)
        elif self._is_entering(op, before):
            kept = self.lifted(gates.ENTERED, before)
        elif isinstance(op, Yield) and not self._keeps_yielded:
            kept = self.lifted(gates.LEFT_AT_YIELD, before)
        if not kept:
            return distinct([given_up(world) for world in before])
        spared = self._spared(op)
        if spared:
            kept &= ~spared | self.lifted(gates.DOUBTS.in_cleanup, before, spared)
        if kept != ALL_BITS:
            before = distinct([only(world, kept) for world in before])
        if isinstance(op, Exit):
            return distinct([self.step(op, world, []) for world in before])
        if isinstance(op, Call):
            return distinct([self._raised(op, world) for world in before])
        return before

    def _spared(self, op: Op) -> int:
        """What an operation of clean-up code does not lose, as bits of what was acquired before it.

        What fails in a `finally` is judged as a step of it, and a handler is believed to know what
        it calls; a `raise` in a handler leaves with whatever is open.
        """
        line = op.at.lineno
        ranges = self._finals
        if not isinstance(op, (Raise, Reraise)) and not self.risks.raises_again(op):
            ranges = self._finals + self._handlers
        bits = 0
        for first, last in ranges:
            if first <= line <= last:
                for site in self.sites:
                    if not first <= site.op.at.lineno <= last:
                        bits |= site.bit
        return bits

    def on_branch(self, branch: Branch, target: int, world: World) -> World:
        """A test may say that a resource is given back already."""
        taken = target == branch.then
        asked = asked_about(self.function, branch.condition, taken)
        held = world.values.get(asked, NONE)
        if form_of(held) == PART and not taken:
            pass  # `if process.stdout:` with nothing to close
        elif not holds(held):
            return world
        site = self.sites[site_of(held)]
        if world.open & site.bit and not self._stops(gates.TESTED, site):
            return world
        return World(world.open & ~site.bit, world.handed & ~site.bit, world.values)

    def step(self, op: Op, world: World, events: list[Event]) -> World:
        """The world after an operation that ended normally; what happened goes to `events`."""
        values = world.values
        if isinstance(op, Call):
            return self._call(op, world, events)
        if isinstance(op, Store):
            return self._store(op, world, events)
        if isinstance(op, Exit):
            held = values.get(op.method)
            if held is not None and held >= 0 and form_of(held) == EXIT:
                return self._release(site_of(held), op, world, events)
            return world
        if isinstance(op, (SetAttr, SetItem, Collect)):
            where = self._place(op)
            kept = (op.value, op.index) if isinstance(op, SetItem) else (op.value,)
            return self._escape(kept, STORED, where, op, world, events)
        if isinstance(op, Yield):
            if self._keeps_yielded:
                return world
            return self._escape((op.value,), YIELDED, "", op, world, events)
        if isinstance(op, Build):
            return self._build(op, world, events)
        if isinstance(op, MakeFunction):
            temps = op.defaults + op.keyword_defaults
            name = self.function.ir.children[op.child].name
            return self._escape(temps, CAPTURED, name, op, world, events)
        if isinstance(op, Delete):
            if self._is_own(op.scope, op.name) and op.name in values:
                return World(world.open, world.handed, without(values, op.name))
            return world
        if isinstance(op, Await):
            made = self.function.definitions[op.value]
            if form_of(values.get(op.value, NONE)) == PENDING:
                world = self._awaited(op, world)
                if not isinstance(made, Call) or not self._adopts(made):
                    return world
            if isinstance(made, Call) and self._adopts(made):
                return self._escape(made.args, ADOPTED, self._called(made), op, world, events)
        held = self._value(op, values)
        if held is None:
            return world
        if isinstance(op, Iter) and holds(held) and self.sites[site_of(held)].resource.exhausts:
            events.append(Event(site_of(held), EXHAUSTED, op, ""))
        return world.holding(op.dest, held)

    def _value(self, op: Op, values: dict[str | int, int]) -> int | None:
        """What an operation's result holds, None when it is of no interest."""
        if isinstance(op, Load):
            return values.get(op.name) if self._is_own(op.scope, op.name) else None
        if isinstance(op, (Copy, Await, Iter)):
            return values.get(op.value)
        if isinstance(op, Enter):
            return entered(values.get(op.manager))
        if isinstance(op, LoadExit):
            return exit_of(values.get(op.manager), self._given_back_by_with)
        if isinstance(op, Attr):
            held = values.get(op.owner, NONE)
            if form_of(held) not in (ITSELF, PART):
                return None
            resource = self.sites[site_of(held)].resource
            if op.name in (resource.release if holds(held) else _PART_RELEASE):
                return alias(site_of(held), RELEASE)
            if holds(held) and op.name in resource.parts:
                return alias(site_of(held), PART)
            return None
        if isinstance(op, Const):
            return constant_of(op)
        if isinstance(op, (Binary, Join, Format)):
            for temp in op.uses():
                held = values.get(temp, NONE)
                if holds(held) and self.sites[site_of(held)].resource.borrowed:
                    return held  # a path made from the path
            return None
        if isinstance(op, Unpack):
            return values.get(op.value)
        if isinstance(op, Element):
            return self._element(op, values)
        if isinstance(op, Item):
            index = self.function.definitions[op.index]
            if isinstance(index, Const) and isinstance(index.value, int):
                return self._of_tuple(values.get(op.owner), index.value)
            return None
        if isinstance(op, Compare):
            answer = compared(self.function, self.sites, op, values)
            if answer is not None:
                return answer
        return truth_of(op, values)

    def _element(self, op: Element, values: dict[str | int, int]) -> int | None:
        unpack = self.function.definitions[op.value]
        if isinstance(unpack, Unpack) and unpack.value in self._unpacked:
            display = self.function.definitions[unpack.value]
            if isinstance(display, Build) and op.index < len(display.args):
                return values.get(display.args[op.index])
        return self._of_tuple(values.get(op.value), op.index)

    def _of_tuple(self, held: int | None, index: int) -> int | None:
        if held is None or held < 0 or form_of(held) != IN_TUPLE:
            return None
        for site in self._by_op[self.sites[site_of(held)].op]:
            if site.element == index:
                return alias(site.number, ITSELF)
        return None

    def _call(self, op: Call, world: World, events: list[Event]) -> World:
        acquired = self._by_op.get(op)
        values = world.values
        callee = values.get(op.callee)
        if callee is not None and callee >= 0 and form_of(callee) == RELEASE:
            return self._release(site_of(callee), op, world, events)
        if len(op.args) == 2 and self.function.callee(op) == "isinstance":
            held = values.get(op.args[0], NONE)
            if not holds(held) or self.sites[site_of(held)].resource.borrowed:
                return world
            word = FALSE if self.function.qualified(op.args[1]) in PLAIN_TYPES else TRUE
            return world.holding(op.dest, word)
        world = self._pass_arguments(op, world, events)
        if acquired is None:
            return self._redirected(op, world, events)
        if acquired[0].resource.awaited:
            values = {**world.values, op.dest: alias(acquired[0].number, PENDING)}
            return World(world.open, world.handed, values)
        return self._acquire(acquired, op, world)

    def _redirected(self, op: Call, world: World, events: list[Event]) -> World:
        """The world after `os.dup2(stream.fileno(), 1)`: the stream lives on as another one."""
        if not op.args or self.function.callee(op) != "os.dup2":
            return world
        number = self.function.definitions[op.args[0]]
        method = self.function.definitions[number.callee] if isinstance(number, Call) else None
        if not isinstance(method, Attr) or method.name != "fileno":
            return world
        return self._escape((method.owner,), ADOPTED, "os.dup2", op, world, events)

    def _acquire(self, acquired: list[Acquisition], op: Op, world: World) -> World:
        """The world after an operation whose result these are."""
        opened = world.open
        handed = world.handed
        for site in acquired:
            opened |= site.bit
            handed &= ~site.bit
        first = acquired[0]
        form = ITSELF if first.element < 0 else IN_TUPLE
        return World(opened, handed, {**world.values, op.dest: alias(first.number, form)})

    def _awaited(self, op: Await, world: World) -> World:
        """The world in which an awaitable has given the resource."""
        site = self.sites[site_of(world.values[op.value])]
        return self._acquire(self._by_op[site.op], op, world)

    def _pass_arguments(self, op: Call, world: World, events: list[Event]) -> World:
        held = [(temp, world.values[temp]) for temp in op.args if temp in world.values]
        ours = [(temp, value) for temp, value in held if value >= 0]
        if not ours:
            return world
        path = self.function.callee(op)
        method = self.function.definitions[op.callee]
        name = method.name if isinstance(method, Attr) else path
        calls = self._calls
        if name in calls.registers.methods or path in calls.registers.functions:
            temps = tuple([temp for temp, _ in ours])
            registered = self._escape(temps, REGISTERED, name, op, world, events)
            first = ours[0][1]
            return World(registered.open, registered.handed, {**registered.values, op.dest: first})
        if path == "functools.partial":
            return self._partial(op, ours, world)
        wraps = path in calls.wraps.functions or name in calls.wraps.methods
        for temp, value in ours:
            site = self.sites[site_of(value)]
            form = form_of(value)
            if form == PENDING and not wraps:
                continue
            if site.resource.exhausts and path in calls.consumes.functions:
                events.append(Event(site.number, EXHAUSTED, op, path))
            if (
                form in (ITSELF, PART)
                and temp == op.args[0]
                and self._gives_back(site, path, self.function.spelled(op.callee))
            ):
                world = self._release(site.number, op, world, events)
            elif form == ITSELF and self._adopts(op):
                if op.dest not in self._awaited_temps:
                    world = self._escape((temp,), ADOPTED, self._called(op), op, world, events)
            elif wraps and form in (ITSELF, PENDING) and temp == op.args[0]:
                if path in calls.closes.functions and not site.resource.with_releases:
                    value = alias(site.number, CLOSER)
                world = world.holding(op.dest, value)
            elif (
                name in calls.adds.methods
                and isinstance(method, Attr)
                and self._outlives(method.owner)
            ):
                where = f"{self.function.spelled(method.owner)}[]"
                world = self._escape((temp,), STORED, where, op, world, events)
            elif site.resource.borrowed:
                if path in SAME_PATH:
                    world = world.holding(op.dest, value)
                elif form == ITSELF and world.open & site.bit:
                    effect = self._effect(op, temp)
                    if effect == KEEPS and self._stops(gates.KEPT_BY_A_CALLEE, site):
                        world = self._escape((temp,), ADOPTED, self._called(op), op, world, events)
                    elif effect == RETURNS or (effect == HANDS_ON and "path" in self._called(op)):
                        world = world.holding(op.dest, value)
                    elif effect == HANDS_ON and self.function.definitions[temp] is site.op:
                        # Made for this call, and named nowhere else.
                        events.append(Event(site.number, HANDED, op, self._called(op)))
                        world = self._hand(site.number, op, world)
            elif form == RELEASE:
                if world.open & site.bit and self._stops(gates.RELEASE_PASSED_ON, site):
                    world = self._escape((temp,), REGISTERED, name, op, world, events)
            elif (
                world.open & site.bit
                and path not in calls.borrows.functions
                and not self._is_own_method(op, value)
            ):
                effect = self._effect(op, temp)
                if effect == GIVES_BACK:
                    if self._stops(gates.GIVEN_BACK_BY_A_CALLEE, site):
                        world = self._release(site.number, op, world, events)
                elif effect == RETURNS:
                    world = world.holding(op.dest, value)
                elif effect == HANDS_ON:
                    events.append(Event(site.number, HANDED, op, self._called(op)))
                    world = self._hand(site.number, op, world)
                elif effect != BORROWS and self._stops(gates.KEPT_BY_A_CALLEE, site):
                    world = self._escape((temp,), ADOPTED, self._called(op), op, world, events)
        return world

    def _partial(self, op: Call, ours: list[tuple[int, int]], world: World) -> World:
        """`functools.partial(os.unlink, path)` stands for a method that gives it back."""
        value = ours[0][1]
        resource = self.sites[site_of(value)].resource
        called = op.args[0]
        if value != world.values.get(called) and form_of(value) == ITSELF:
            path = self.function.qualified(called)
            if self._gives_back(self.sites[site_of(value)], path, self.function.spelled(called)):
                value = alias(site_of(value), RELEASE)
            elif resource.borrowed:
                return world
        return world.holding(op.dest, value)

    def _stops(self, gate: Gate, site: Acquisition) -> bool:
        """Whether a gate stands, now that its condition holds for an acquisition."""
        return gate.stops(self.function.file, site.op.at.lineno)

    def _gives_back(self, site: Acquisition, path: str, spelled: str) -> bool:
        """Whether a function gives back what it is passed: by its row, or as its name says."""
        if path in site.resource.release_by:
            return True
        return gives_back(site.resource, path, spelled) and self._stops(gates.NAMED_SO, site)

    def _outlives(self, container: int) -> bool:
        """Whether a container is more than a local variable."""
        op = self.function.definitions[container]
        if isinstance(op, Load) and op.scope == LOCAL:
            return op.name in self._returned
        return isinstance(op, (Attr, Item, Load))

    def _effect(self, op: Call, temp: int) -> int:
        """What a call does with an argument, by the summaries of functions in view."""
        known = self._effects.get((op, temp))
        if known is None:
            handovers = self.function.file.program.shared(Handovers)
            known = handovers.of_argument(self.function, op, temp)
            self._effects[(op, temp)] = known
        return known

    def _hand(self, site: int, op: Call, world: World) -> World:
        """The world after a call that may have taken the resource over; it notes which call."""
        callee = self._callees.setdefault(self._called(op), len(self._callees))
        values = {**world.values, self._to_keys[site]: -100 - callee}
        return World(world.open, world.handed | self.sites[site].bit, values)

    def handed_to(self, site: int, world: World) -> str:
        """How the call is spelled that a resource was last handed to; `""` for none."""
        if not world.handed & self.sites[site].bit:
            return ""
        number = -100 - world.values.get(self._to_keys[site], 0)
        return next((name for name, known in self._callees.items() if known == number), "?")

    def _is_own_method(self, op: Call, value: int) -> bool:
        """`sock.sendfile(sock)`: a method of the resource itself does not take it over."""
        method = self.function.definitions[op.callee]
        if not isinstance(method, Attr):
            return False
        owner = self.function.definitions[method.owner]
        return (
            isinstance(owner, Call)
            and owner in self._by_op
            and (self._by_op[owner][0].number == site_of(value))
        )

    def _called(self, op: Call) -> str:
        return self.function.spelled(op.callee)

    def _adopts(self, op: Call) -> bool:
        """Whether a call takes over what it is passed when it succeeds, and only then."""
        adopts = self._calls.adopts
        path = self.function.callee(op)
        return path in adopts.functions or named_call(self.function, op) in adopts.methods

    def _raised(self, op: Call, world: World) -> World:
        """The world in which a call raises: a release counts, a hand-over may have happened."""
        if self._adopts(op):
            return world
        after = self._call(op, world, [])
        method = self.function.definitions[op.callee]
        begun = world.values.get(method.owner, NONE) if isinstance(method, Attr) else NONE
        if holds(begun) and isinstance(method, Attr):
            site = self.sites[site_of(begun)]
            if method.name in site.resource.opened_by:
                return World(world.open & ~site.bit, world.handed & ~site.bit, world.values)
        made = after.values.get(op.dest, NONE)
        if holds(made) and self.sites[site_of(made)].resource.borrowed and op not in self._by_op:
            site = self.sites[site_of(made)]
            if self._stops(gates.PATH_OF_A_PATH, site):
                after = given_up(after)
        return World(
            world.open & after.open,
            world.handed | (after.handed & world.open),
            {
                **world.values,
                **{key: held for key, held in after.values.items() if key in self._to},
            },
        )

    def _store(self, op: Store, world: World, events: list[Event]) -> World:
        held = world.values.get(op.value)
        if not self._is_own(op.scope, op.name):
            word = CAPTURED if op.scope == CELL else STORED
            return self._escape((op.value,), word, op.name, op, world, events)
        if held is None or (held < 0 and op.name not in self.tested):
            if op.name not in world.values:
                return world
            return World(world.open, world.handed, without(world.values, op.name))
        return world.holding(op.name, held)

    def _build(self, op: Build, world: World, events: list[Event]) -> World:
        if op.dest in self._unpacked:
            return world
        held = [temp for temp in op.args if world.values.get(temp, -1) >= 0]
        if len(held) == 1:
            value = world.values[held[0]]
            return world.holding(op.dest, value)
        return self._escape(tuple(held), STORED, f"a {op.kind}", op, world, events)

    def _release(self, site: int, op: Op, world: World, events: list[Event]) -> World:
        bit = self.sites[site].bit
        if world.open & bit or isinstance(op, Exit):  # `with open(p) as self.stream`
            events.append(Event(site, RELEASED, op, self.handed_to(site, world)))
        return World(world.open & ~bit, world.handed & ~bit, world.values)

    def _escape(
        self,
        temps: tuple[int | str, ...],
        what: str,
        detail: str,
        op: Op | None,
        world: World,
        events: list[Event],
    ) -> World:
        opened, handed = world.open, world.handed
        for temp in temps:
            held = world.values.get(temp, -1)
            if held < 0:
                continue
            for site in self._by_op[self.sites[site_of(held)].op]:
                if form_of(held) != IN_TUPLE and site.number != site_of(held):
                    continue
                if what == CAPTURED and self._managed & site.bit:
                    continue
                if opened & site.bit:
                    events.append(Event(site.number, what, op, detail))
                opened &= ~site.bit
                handed &= ~site.bit
        return World(opened, handed, world.values)

    def leave(self, value: int, world: World, events: list[Event]) -> World:
        """The world after `return value`."""
        return self._escape((value, *self._behind(value)), RETURNED, "", None, world, events)

    def _behind(self, value: int) -> tuple[int | str, ...]:
        """What a returned value leads back to: the connection of `connection.cursor()`."""
        op = self.function.definitions[value]
        if isinstance(op, Load) and op.scope == LOCAL:
            stores = self.function.stores(op.name)
            op = self.function.definitions[stores[0].value] if len(stores) == 1 else None
        method = self.function.definitions[op.callee] if isinstance(op, Call) else None
        if not isinstance(method, Attr) or method.name not in self._reached_from:
            return ()
        owner = self.function.definitions[method.owner]
        return (owner.name if isinstance(owner, Load) and owner.scope == LOCAL else method.owner,)

    def _is_own(self, scope: str, name: str) -> bool:
        """Whether a variable is followed: a local one, or one that closures only read."""
        return scope == LOCAL or (scope == CELL and name in self._only_read)

    def _place(self, op: SetAttr | SetItem | Collect) -> str:
        if isinstance(op, SetAttr):
            return f"{self.function.spelled(op.owner)}.{op.name}"
        if isinstance(op, SetItem):
            return f"{self.function.spelled(op.owner)}[]"
        return f"a {op.kind}"

    def _is_entering(self, op: Op, before: State) -> bool:
        """Whether this enters a resource that is open already, which does not raise."""
        entered = op
        if isinstance(op, Await):
            awaited = self.function.definitions[op.value]
            entered = op if awaited is None else awaited
        return isinstance(entered, Enter) and any(
            world.values.get(entered.manager, -1) >= 0 for world in before
        )
