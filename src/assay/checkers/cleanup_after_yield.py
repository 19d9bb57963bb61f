"""CWE-459: a generator context manager undoes its step only when the `with` body succeeds.

In a function under `@contextmanager`, what the `with` body raises is raised at the `yield`. Code
behind the `yield` that is not in a `finally` is then skipped. Examined is every `yield` of such a
function; the checker looks for steps behind it that undo one before it: a release, a removal, an
old value that is put back.

- `found`: a way out of the `yield` by exception does not come past such a step.
- `unseen`: the step only puts back an attribute of an object, which the error may end as well.
- `handled`: every such step is in a `finally`, or an `except` clause does it too.
- `clean`: nothing behind the `yield` undoes anything.

Bodies of `with` statements do fail, so this is the ordinary error path: the lock stays held, the
directory stays on disk, the process stays in the wrong folder, the patched value stays patched.

Weak:

    @contextmanager
    def working_directory(path):
        old = os.getcwd()
        os.chdir(path)
        yield
        os.chdir(old)           # skipped when the body raises

Guarded:

    @contextmanager
    def working_directory(path):
        old = os.getcwd()
        os.chdir(path)
        try:
            yield
        finally:
            os.chdir(old)

How to fix: put the `yield` into a `try` whose `finally` holds the clean-up, or use `ExitStack`.

Known limits: what undoes a step is told by rows (`models/cleanup.toml`) and by what the function
did before; other clean-up is not seen. An attribute of an object that is put back is `unseen`:
whether anybody uses the object after an error is not in view. A lifespan of an ASGI application is
`clean`: servers do not raise into it.

References: CWE-459, CWE-460; Python documentation, `contextlib.contextmanager`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import Final, final

from assay.checkers.base import FunctionChecker
from assay.domains.acquisitions import acquisitions
from assay.domains.raises import Risks
from assay.domains.shape import decorators
from assay.ir.function import NO_BLOCK, Branch, Return
from assay.ir.ops import (
    CELL,
    GLOBAL,
    LOCAL,
    Attr,
    Call,
    Item,
    Load,
    Op,
    Raise,
    Reraise,
    SetAttr,
    SetItem,
    Store,
    Yield,
)
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.cleanup import undo_model
from assay.program.facts import FunctionFacts
from assay.program.silence import excused, not_a_site, not_known
from assay.source.roles import Role

RULE: Final = Rule(
    id="cleanup-after-yield",
    cwe=459,
    related=(460, 667),
    title="Clean-up skipped when the with body raises",
    family=Family.CLEANUP,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="yields of context managers",
    summary="A context manager undoes its step only when the body of the with statement succeeds",
    explanation=__doc__ or "",
)

LIFESPAN: Final = excused(
    "yield.lifespan",
    "it is the lifespan of an application, into which servers do not raise",
    RULE.id,
)
OWNED: Final = not_a_site(
    "yield.owned", "what is undone behind it is a resource, which another rule follows", RULE.id
)
NAMELESS: Final = not_a_site(
    "yield.nameless", "what is put back behind it has no name that would be known again", RULE.id
)
NOT_SAVED: Final = not_a_site(
    "yield.not-saved",
    "a setting is made behind it that was not made and saved before it",
    RULE.id,
)
NOT_NAMED_BEFORE: Final = not_a_site(
    "yield.not-named-before", "what is undone behind it is not named before it", RULE.id
)
OF_A_MODULE: Final = not_a_site(
    "yield.of-a-module",
    "what is undone behind it is called on a module, and nothing before it begins that",
    RULE.id,
)
OF_SELF: Final = not_a_site(
    "yield.of-self",
    "what is undone behind it is called on the object itself, and nothing before it begins that",
    RULE.id,
)
ON_SOME_WAY: Final = excused(
    "yield.on-some-way", "an error comes past what undoes it on some ways, not on all", RULE.id
)
HARDLY_TAKEN: Final = excused(
    "yield.hardly-taken", "a way of the error is left out that control hardly takes", RULE.id
)
AN_ATTRIBUTE: Final = not_known(
    "yield.an-attribute",
    "an attribute is put back of an object which the error may end as well",
    RULE.id,
)

_CWES: Final = frozenset((459, 772, 775))
_DECORATORS: Final = ("contextmanager", "asynccontextmanager")


@final
class Undo:
    """A step behind a `yield` that undoes one before it; `key` is how the source spells it."""

    __slots__ = ("key", "lasting", "op")

    def __init__(self, op: Op, key: str, lasting: bool) -> None:
        self.op: Final = op
        self.key: Final = key
        self.lasting: Final = lasting  # what it undoes surely outlives the exception


def _place(function: FunctionFacts, op: Op) -> str:
    """What an operation assigns that outlives the call, as it is spelled; `""` for nothing."""
    if isinstance(op, SetAttr):
        return f"{function.spelled(op.owner)}.{op.name}"
    if isinstance(op, SetItem):
        index = function.constant(op.index)
        if index is None:
            key = function.spelled(op.index)
            return "" if key == "?" else f"{function.spelled(op.owner)}[{key}]"
        return f"{function.spelled(op.owner)}[{index.value!r}]"
    if isinstance(op, Store) and op.scope in (GLOBAL, CELL):
        return op.name
    return ""


def _outlives(function: FunctionFacts, op: Op) -> bool:
    """Whether what a step undoes lasts: a call, a global, what hangs on a module or class."""
    if isinstance(op, Store):
        return op.scope == GLOBAL
    if not isinstance(op, (SetAttr, SetItem)):
        return True
    root = function.definitions[op.owner]
    while isinstance(root, (Attr, Item)):
        root = function.definitions[root.owner]
    return isinstance(root, Load) and (root.scope == GLOBAL or root.name == "cls")


@final
class _Before:
    """What a function did before a `yield`: what it spelled, assigned and called."""

    __slots__ = ("called", "locals", "methods", "named", "places")

    def __init__(self, function: FunctionFacts, site: Yield) -> None:
        self.named: Final[set[str]] = set()
        self.places: Final[set[str]] = set()
        self.called: Final[set[str]] = set()
        self.methods: Final[set[str]] = set()
        self.locals: Final[set[str]] = set()
        for other in function.sites():
            op = other.op
            if op.at.lineno >= site.at.lineno:
                continue
            if isinstance(op, (Load, Attr)):
                self.named.add(function.spelled(op.dest))
            elif isinstance(op, Store) and op.scope == LOCAL:
                self.locals.add(op.name)
            elif isinstance(op, Call):
                self.called.add(function.callee(op))
                method = function.definitions[op.callee]
                if isinstance(method, Attr):
                    self.methods.add(method.name)
            place = _place(function, op)
            if place:
                self.places.add(place)
        self.named.update(self.locals)


def _undone(function: FunctionFacts, op: Op, before: _Before, line: int) -> str:
    """How a step is spelled that undoes one before the `yield`; `""` when it undoes none."""
    file = function.file
    place = _place(function, op)
    if place:
        if place not in before.places or ("?" in place and NAMELESS.stops(file, line)):
            return ""
        return place
    if not isinstance(op, Call):
        return ""
    model = undo_model()
    spelled = function.spelled(op.callee)
    path = function.callee(op)
    arguments = [function.definitions[temp] for temp in op.args]
    done = f"{spelled}()"
    if path in model.settings:
        saved = any(isinstance(arg, Load) and arg.name in before.locals for arg in arguments)
        known = saved and path in before.called
        return done if known or not NOT_SAVED.stops(file, line) else ""
    if path in model.functions:
        first = function.spelled(op.args[0]) if op.args else "?"
        return done if first in before.named or not NOT_NAMED_BEFORE.stops(file, line) else ""
    method = function.definitions[op.callee]
    if not isinstance(method, Attr) or method.name not in model.methods:
        return ""
    if model.pairs.get(method.name, "") in before.methods:
        return done
    loaded = function.definitions[method.owner]
    of_module = isinstance(loaded, Load) and loaded.scope == GLOBAL
    if isinstance(loaded, Load) and of_module and loaded.name in _modules(function):
        return "" if OF_A_MODULE.stops(file, line) else done
    owner = function.spelled(method.owner)
    if owner not in before.named:
        return "" if NOT_NAMED_BEFORE.stops(file, line) else done
    if owner in ("self", "cls") and OF_SELF.stops(file, line):
        return ""
    return done


def _modules(function: FunctionFacts) -> set[str]:
    """The names of modules that the file imports."""
    imports = function.file.names.imports
    return {name for name, found in imports.items() if isinstance(found.node, ast.Import)}


def _after(function: FunctionFacts, block: int, index: int) -> Iterator[Op]:
    """The operations behind one that ends normally, as long as nothing raises."""
    blocks = function.ir.blocks
    yield from blocks[block].ops[index + 1 :]
    work = list(blocks[block].successors())
    seen = set(work)
    while work:
        current = blocks[work.pop()]
        yield from current.ops
        for target in current.successors():
            if target not in seen:
                seen.add(target)
                work.append(target)


def _raised(function: FunctionFacts, handler: int, line: int) -> Iterator[Op]:
    """The operations that an exception comes past on its way out, with handlers and all."""
    if handler == NO_BLOCK:
        return
    risks = Risks(function)
    work = [handler]
    seen = {handler}
    while work:
        current = function.ir.blocks[work.pop()]
        yield from current.ops
        end = current.terminator
        targets = [
            target
            for target in current.successors()
            if not (
                isinstance(end, Branch)
                and risks.hardly_taken(end, target)
                and HARDLY_TAKEN.stops(function.file, line)
            )
        ]
        if current.handler != NO_BLOCK and current.may_raise():
            targets.append(current.handler)
        for target in targets:
            if target not in seen:
                seen.add(target)
                work.append(target)


def _always(function: FunctionFacts, handler: int, key: str) -> bool:
    """Whether an exception comes past a step on every way that ends normally or raises again."""
    risks = Risks(function)
    work = [handler]
    seen = {handler}
    escapes = False
    while work:
        current = function.ir.blocks[work.pop()]
        end = current.terminator
        targets = [
            target
            for target in current.successors()
            if not (isinstance(end, Branch) and risks.hardly_taken(end, target))
        ]
        for op in current.ops:
            if _spell(function, op) == key:
                targets = []
                break
            if isinstance(op, (Raise, Reraise)):
                targets = [current.handler] if current.handler != NO_BLOCK else []
                escapes = escapes or not targets
                break
        else:
            escapes = escapes or isinstance(end, Return)
        fresh = [target for target in targets if target not in seen]
        seen.update(fresh)
        work += fresh
    return not escapes


@final
class Pause:
    """One `yield`, the steps behind it that undo something, and the ones done on exceptions."""

    __slots__ = ("kept", "op", "steps")

    def __init__(self, op: Yield, steps: list[Undo], kept: frozenset[str]) -> None:
        self.op: Final = op
        self.steps: Final = steps
        self.kept: Final = kept


def _is_lifespan(function: FunctionFacts) -> bool:
    """Whether a function is the lifespan of an application: named so, or passed as one."""
    if "lifespan" in function.ir.name.lower():
        return True
    for other in function.file.functions:
        for call in other.calls:
            given = other.argument(call.op, -1, "lifespan")
            if given is not None and other.spelled(given) == function.ir.name:
                return True
    return False


@final
class CleanupAfterYield(FunctionChecker[Pause]):
    """Asks of each `yield` whether what undoes the steps before it is done on every way out."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterable[Pause]:
        names = [name.rpartition(".")[2] for name in decorators(function)]
        if not any(name in _DECORATORS for name in names):
            return
        # What is followed as a resource is judged there.
        owned = {site.op.dest for site in acquisitions(function, _CWES)}
        lifespan = _is_lifespan(function)
        for site in function.sites():
            if not isinstance(site.op, Yield):
                continue
            line = site.op.at.lineno
            handler = function.ir.blocks[site.block].handler
            steps: list[Undo] = []
            before = _Before(function, site.op)
            for op in _after(function, site.block, site.index):
                key = _undone(function, op, before, line)
                if key and not (
                    _is_owned(function, op, owned) and OWNED.stops(function.file, line)
                ):
                    steps.append(Undo(op, key, _outlives(function, op)))
            if steps and lifespan and LIFESPAN.stops(function.file, line):
                steps = []
            kept: set[str] = set()
            if steps:
                done = {_spell(function, op) for op in _raised(function, handler, line)}
                for key in dict.fromkeys(step.key for step in steps if step.key in done):
                    if _always(function, handler, key) or ON_SOME_WAY.stops(function.file, line):
                        kept.add(key)
            yield Pause(site.op, steps, frozenset(kept))

    def judge(self, site: Pause, function: FunctionFacts) -> Observation:
        file = function.file
        skipped = [step for step in site.steps if step.key not in site.kept]
        if not site.steps:
            return file.observation(
                RULE,
                Verdict.CLEAN,
                site.op.at,
                function.qualname,
                "nothing behind the yield undoes a step before it",
            )
        if not skipped:
            line = site.steps[0].op.at.lineno
            return file.observation(
                RULE,
                Verdict.HANDLED,
                site.op.at,
                function.qualname,
                f"{site.steps[0].key} is done when the with body raises too",
                evidence=(file.evidence(EvidenceRole.GUARD, line, line),),
            )
        first = min(
            skipped, key=lambda step: (not step.lasting, step.op.at.lineno, step.op.at.col_offset)
        )
        line = first.op.at.lineno
        what = first.key if first.key.endswith("()") else f"the reset of {first.key}"
        if not first.lasting and AN_ATTRIBUTE.stops(file, site.op.at.lineno):
            owner = first.key.rpartition(".")[0] or first.key
            return file.observation(
                RULE,
                Verdict.UNSEEN,
                site.op.at,
                function.qualname,
                f"{what} at line {line} is skipped when the with body raises; whether {owner} is"
                " used after that is not in view",
                evidence=(file.evidence(EvidenceRole.CONTEXT, line, line),),
                missing=(f"the users of {owner}",),
                remedy="put the yield into a try whose finally holds the clean-up",
            )
        quiet = file.source.role in (Role.TEST, Role.EXAMPLE, Role.SCRIPT)
        return file.observation(
            RULE,
            Verdict.FOUND,
            site.op.at,
            function.qualname,
            f"{what} at line {line} is skipped when the with body raises, for want of finally",
            evidence=(file.evidence(EvidenceRole.MISSING, line, line),),
            trace=(
                file.step(site.op.at, "the with body runs here, and raises"),
                file.step(line, f"{what} is not reached"),
            ),
            severity=Severity.LOW if quiet else RULE.severity,
            remedy="put the yield into a try whose finally holds the clean-up",
        )


def _is_owned(function: FunctionFacts, op: Op, owned: set[int]) -> bool:
    """Whether a call gives back something that the resource checkers follow."""
    if not isinstance(op, Call):
        return False
    method = function.definitions[op.callee]
    candidates = list(op.args[:1])
    if isinstance(method, Attr):
        candidates.append(method.owner)
    for temp in candidates:
        loaded = function.definitions[temp]
        if isinstance(loaded, Load) and loaded.scope == LOCAL:
            for store in function.stores(loaded.name):
                value = function.definitions[store.value]
                while value is not None and value.dest not in owned and value.uses():
                    value = (
                        None if isinstance(value, Call) else function.definitions[value.uses()[0]]
                    )
                if value is not None and value.dest in owned:
                    return True
    return False


def _spell(function: FunctionFacts, op: Op) -> str:
    if isinstance(op, Call):
        return f"{function.spelled(op.callee)}()"
    return _place(function, op)


CHECKER: Final = CleanupAfterYield()
