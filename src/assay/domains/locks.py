"""Which locks are held on which way through a function, by explicit acquire and release.

A lock is known by how the source spells it (`self._lock`): see `domains.undertakings`.
"""

from __future__ import annotations

from typing import Final

from assay.dataflow.analysis import NoFixpointError
from assay.domains.shape import final_lines, tests_round
from assay.domains.undertakings import MOST_SITES, Undertaking, follow
from assay.ir.function import Branch, Return
from assay.ir.ops import Attr, Call, Exit, LoadExit, Op, SetAttr, Store
from assay.models.locks import lock_model
from assay.program.facts import FunctionFacts
from assay.program.silence import excused, not_a_site, not_known

_RULE: Final = "lock-not-released"

NAMELESS: Final = not_a_site(
    "lock.nameless", "what is taken has no name by which it would be known again", _RULE
)
NO_LOCK: Final = not_a_site(
    "lock.no-lock", "nothing shows that it is a lock: what makes it, or a release", _RULE
)
SIGNAL: Final = not_known(
    "lock.signal", "nobody asks whether it was taken, as with what another thread gives", _RULE
)
GIVEN_INSIDE: Final = not_known(
    "lock.given-inside", "a function inside gives it back, maybe later", _RULE
)
HANDED_ON: Final = not_known("lock.handed-on", "a call is passed it, and may give it back", _RULE)
GIVEN_BESIDE: Final = not_known(
    "lock.given-beside", "another method gives it back without taking it", _RULE
)
WAITS_FOR_ANOTHER: Final = excused(
    "lock.waits-for-another", "what raises waits for another lock, which does not fail", _RULE
)
GIVEN_ALIKE: Final = excused(
    "lock.given-alike", "a finally gives it back on the condition on which it was taken", _RULE
)


def lock_sites(function: FunctionFacts) -> list[Undertaking]:
    """Every explicit acquisition of a lock. Raises NoFixpointError over budget.

    Something counts as a lock when what made it is one, or when the same function releases it.
    """
    model = lock_model()
    taken: list[tuple[Call, str]] = []
    given: dict[str, list[Op]] = {}
    for site in function.calls:
        method = function.definitions[site.op.callee]
        if not isinstance(method, Attr):
            continue
        if method.name in model.acquire:
            taken.append((site.op, function.spelled(method.owner)))
        elif method.name in model.release:
            given.setdefault(function.spelled(method.owner), []).append(site.op)
    sites: list[Undertaking] = []
    if not taken:
        return sites
    if len(taken) > MOST_SITES.most:
        MOST_SITES.note(function.file, function.ir.first_line)
        raise NoFixpointError(f"more than {MOST_SITES.most} locks taken")
    for each in function.sites():
        if isinstance(each.op, Exit):
            entered = function.definitions[each.op.method]
            if isinstance(entered, LoadExit):
                given.setdefault(function.spelled(entered.manager), []).append(each.op)
    places = _places(function)
    signals = _signals(function, taken)
    for op, method_owner in taken:
        spelled = method_owner
        if spelled not in given and places.get(op.dest, "") in given:
            spelled = places[op.dest]  # `self.lock = FileLock(path).acquire()`
        file, line = function.file, op.at.lineno
        if "?" in spelled and NAMELESS.stops(file, line):
            continue
        known = spelled in given or _is_lock(function, op, spelled)
        if not known and NO_LOCK.stops(file, line):
            continue
        site_of_lock = Undertaking(function, len(sites), op, spelled, bool(op.args))
        site_of_lock.ends.extend(given.get(spelled, []))
        site_of_lock.ended_first = (spelled in signals and SIGNAL.stops(file, line)) or (
            _given_inside(function, spelled) and GIVEN_INSIDE.stops(file, line)
        )
        site_of_lock.handed_on = (
            _handed_on(function, spelled) and HANDED_ON.stops(file, line)
        ) or (_given_beside(function, spelled) and GIVEN_BESIDE.stops(file, line))
        sites.append(site_of_lock)
    if sites:
        follow(function, sites)
        for held in sites:
            line = held.op.at.lineno
            for raiser in list(held.raisers):
                method = function.definitions[raiser.callee] if isinstance(raiser, Call) else None
                waits = isinstance(method, Attr) and method.name in model.acquire
                if waits and WAITS_FOR_ANOTHER.stops(function.file, line):
                    held.raisers.remove(raiser)
            if (
                held.raisers
                and _is_given_alike(function, held)
                and GIVEN_ALIKE.stops(function.file, line)
            ):
                held.raisers.clear()
                held.held_at_return.clear()
    return sites


def _is_given_alike(function: FunctionFacts, site: Undertaking) -> bool:
    """Whether a `finally` gives a lock back on the very condition on which it was taken."""
    taken = tests_round(function, site.op)
    return bool(taken) and any(
        test in taken
        for op in site.ends
        if any(first <= op.at.lineno <= last for first, last in final_lines(function))
        for test in tests_round(function, op)
    )


def _signals(function: FunctionFacts, taken: list[tuple[Call, str]]) -> frozenset[str]:
    """The locks that one thread takes and another gives: taken without asking whether it worked."""
    used: set[int] = set()
    for site in function.sites():
        used.update(site.op.uses())
    for block in function.ir.blocks:
        if isinstance(block.terminator, Branch):
            used.add(block.terminator.condition)
        elif isinstance(block.terminator, Return):
            used.add(block.terminator.value)
    return frozenset([spelled for op, spelled in taken if op.args and op.dest not in used])


def _given_inside(function: FunctionFacts, spelled: str) -> bool:
    """Whether a function inside this one releases the lock: a callback that runs later."""
    model = lock_model()
    for child in function.children:
        for site in child.calls:
            method = child.definitions[site.op.callee]
            gives = isinstance(method, Attr) and method.name in model.release
            if gives and isinstance(method, Attr) and child.spelled(method.owner) == spelled:
                return True
        if _given_inside(child, spelled):
            return True
    return False


def _handed_on(function: FunctionFacts, spelled: str) -> bool:
    """Whether a call, here or in a function inside this one, is passed the lock."""
    return any(
        function.spelled(temp) == spelled for site in function.calls for temp in site.op.args
    ) or any(_handed_on(child, spelled) for child in function.children)


def _given_beside(function: FunctionFacts, spelled: str) -> bool:
    """Whether another method of the class gives the lock back without taking it.

    A slot of a pool is taken with a connection, and given back where that is returned.
    """
    owner, _, _ = function.qualname.rpartition(".")
    if not owner or not spelled.startswith("self."):
        return False
    model = lock_model()
    for other in function.file.functions:
        if other is function or other.qualname.rpartition(".")[0] != owner:
            continue
        methods = [other.definitions[site.op.callee] for site in other.calls]
        names = [
            method.name
            for method in methods
            if isinstance(method, Attr) and other.spelled(method.owner) == spelled
        ]
        if any(name in model.release for name in names) and not any(
            name in model.acquire for name in names
        ):
            return True
    return False


def _places(function: FunctionFacts) -> dict[int, str]:
    """Where temporaries are kept: under which variable or attribute, as it is spelled."""
    found: dict[int, str] = {}
    for site in function.sites():
        if isinstance(site.op, SetAttr):
            found[site.op.value] = f"{function.spelled(site.op.owner)}.{site.op.name}"
        elif isinstance(site.op, Store):
            found[site.op.value] = site.op.name
    return found


def _is_lock(function: FunctionFacts, op: Call, spelled: str) -> bool:
    method = function.definitions[op.callee]
    made = function.qualified(method.owner) if isinstance(method, Attr) else ""
    if made.removesuffix("()") in lock_model().make:
        return True
    if not spelled.startswith("self."):
        return False
    owner = function.qualname.rpartition(".")[0]
    for other in function.file.functions:
        if other.qualname.rpartition(".")[0] != owner:
            continue
        for store in other.attributes(spelled.removeprefix("self.")):
            if other.qualified(store).removesuffix("()") in lock_model().make:
                return True
    return False
