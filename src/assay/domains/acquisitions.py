"""The calls of a function that acquire something which must be given back."""

from __future__ import annotations

from typing import Final, final

from assay.domains.owners import is_self_load, with_closures
from assay.domains.raises import Risks
from assay.domains.returned import named_call, rows_of_call
from assay.ir.ops import LOCAL, Attr, Await, Call, Enter, Load, Unary
from assay.models.cleanup import undo_model
from assay.models.resources import Resource, call_model, resource_model
from assay.program.facts import FunctionFacts
from assay.program.silence import Gate, not_a_site
from assay.program.values import ExternalInstance, Instance, without_none

# Functions whose result names the same thing on disk as their argument, or something in it.
SAME_PATH: Final = frozenset(
    (
        "str",
        "pathlib.Path",
        "pathlib.PurePath",
        "os.fspath",
        "os.path.abspath",
        "os.path.realpath",
        "os.path.join",
    )
)

_RULES: Final = ("resource-leak", "temporary-file-left")

ARGUMENT_SAYS_NOTHING: Final = not_a_site(
    "acquired.argument", "with this argument the call opens nothing", *_RULES
)
IN_MEMORY: Final = not_a_site("acquired.in-memory", "it is opened on a buffer in memory", *_RULES)
INSIDE_TEMPORARY: Final = not_a_site(
    "acquired.inside-temporary", "it lies in a temporary folder and goes with it", *_RULES
)
OPTION_EXCLUDES: Final = not_a_site(
    "acquired.option-excludes", "an option says that somebody else gives it back", *_RULES
)
OPTION_MISSING: Final = not_a_site(
    "acquired.option-missing", "without the option that opens it there is nothing open", *_RULES
)
USED_SEVERAL_VALUES: Final = not_a_site(
    "acquired.used-several-values",
    "the variable that is given back has several values, or is a parameter",
    "resource-leak",
)
USED_HOLDS_NOTHING: Final = not_a_site(
    "acquired.used-holds-nothing",
    "what is given back lives in memory only, as far as names and types tell",
    "resource-leak",
)


@final
class Acquisition:
    """One call that acquires a resource, or one element of the tuple that it returns.

    `name` is the local variable by whose use a value of unknown type is taken for a resource; `""`
    when the rows know what the call returns.
    """

    __slots__ = ("element", "in_view", "name", "number", "op", "resource")

    def __init__(
        self,
        number: int,
        op: Call,
        resource: Resource,
        element: int,
        name: str = "",
        in_view: bool = False,
    ) -> None:
        self.in_view: Final = in_view  # a function of the reviewed code returns it
        self.name: Final = name
        self.number: Final = number
        self.op: Final = op
        self.resource: Final = resource
        self.element: Final = element  # -1 when the call returns the resource itself

    @property
    def bit(self) -> int:
        """Its bit in a set of acquisitions."""
        return 1 << self.number


def acquisitions(function: FunctionFacts, cwes: frozenset[int]) -> list[Acquisition]:
    """The acquisitions of resources of these CWE numbers, in order of the blocks."""
    model = resource_model()
    found: list[Acquisition] = []
    for site in function.calls:
        for resource in rows_of_call(function, site.op):
            if resource.cwe not in cwes or _why_not(function, site.op, resource) is not None:
                continue
            for element in resource.elements or (-1,):
                in_view = not _is_known(function, site.op)
                found.append(Acquisition(len(found), site.op, resource, element, in_view=in_view))
    if model.used.cwe in cwes:
        _add_used(function, found)
    return found


def gives_back(resource: Resource, path: str, spelled: str) -> bool:
    """Whether a function gives back a resource that it is passed, by its path or its name."""
    if path in resource.release_by:
        return True
    name = spelled.rpartition(".")[2].lower()
    return any(word in name for word in resource.release_words)


def _is_known(function: FunctionFacts, op: Call) -> bool:
    """Whether a row names what is called, by its path or by the names of method and object."""
    model = resource_model()
    return bool(model.acquired_by(function.callee(op)) or model.named(named_call(function, op)))


def _add_used(function: FunctionFacts, found: list[Acquisition]) -> None:
    """Values of unknown type that the function itself gives back: `strategy.cleanup()`.

    Only a variable with one assignment counts, and only from a call.
    """
    model = resource_model()
    names: dict[str, None] = {}
    for site in function.calls:
        method = function.definitions[site.op.callee]
        if isinstance(method, Attr) and method.name in model.used.release and not site.op.args:
            owner = function.definitions[method.owner]
            if isinstance(owner, Load) and owner.scope == LOCAL:
                names[owner.name] = None
    if not names:
        return
    given = function.ir.parameters.names()  # what stands for a parameter is its caller's
    known = {site.op for site in found}
    for name in names:
        stores = function.stores(name)
        if not stores:
            continue
        several = len(stores) != 1 or name in given
        if several and USED_SEVERAL_VALUES.stops(function.file, stores[0].at.lineno):
            continue
        value = function.definitions[stores[0].value]
        resource = model.used
        if isinstance(value, Await):
            value = function.definitions[value.value]
            resource = model.used_awaited
        if not isinstance(value, Call) or value in known:
            continue
        line = value.at.lineno
        if _holds_nothing(function, value) and USED_HOLDS_NOTHING.stops(function.file, line):
            continue
        known.add(value)
        found.append(Acquisition(len(found), value, resource, -1, name))


def _holds_nothing(function: FunctionFacts, op: Call) -> bool:
    """Whether a call makes something that lives in memory only, whatever its `close` does."""
    path = function.callee(op)
    if path in resource_model().in_memory:
        return True
    wraps = call_model().wraps
    method = function.definitions[op.callee]
    if path in wraps.functions or (isinstance(method, Attr) and method.name in wraps.methods):
        return True  # what it stands for is followed itself
    model = resource_model()
    spelled = function.spelled(op.callee).lower()
    if any(word in spelled for word in model.memory_words):
        return True
    if any(_is_memory(function, temp) for temp in op.args):
        return True
    if _closes_nothing(function, op) or _may_be_memory(function, op):
        return True
    made = function.file.program.callees(function, op).constructs
    return made is not None and any(base in model.in_memory for base in made.all_external_bases())


def _closes_nothing(function: FunctionFacts, op: Call) -> bool:
    """Whether all that a call returns are objects in view whose `close` gives nothing back."""
    values = without_none(function.file.program.type_of(function, op.dest))
    release = resource_model().used.release
    closing: list[FunctionFacts] = []
    for value in values:
        if not isinstance(value, Instance) or value.cls.hole() or value.cls.all_external_bases():
            return False
        found = [
            method
            for cls in value.cls.mro()
            for method in cls.methods()
            if method.ir.name in release
        ]
        if not found:
            return False
        closing += found
    return bool(closing) and not any(_gives_anything(method) for method in closing)


def _gives_anything(method: FunctionFacts) -> bool:
    """Whether a method enters a `with`, or calls anything that may give something back."""
    for each in with_closures(method):
        if any(isinstance(site.op, Enter) for site in each.sites()):
            return True
        for site in each.calls:
            called = each.definitions[site.op.callee]
            if not isinstance(called, Attr):
                if each.callee(site.op) != "super" and not Risks(each).is_quiet(site.op):
                    return True
                continue
            over = each.definitions[called.owner]
            upwards = isinstance(over, Call) and each.callee(over) == "super"
            own = is_self_load(each, called.owner)
            if not upwards and (own or called.name in undo_model().methods):
                return True
    return False


def _why_not(function: FunctionFacts, op: Call, resource: Resource) -> Gate | None:
    """Why a call that a row speaks of acquires nothing; None when it does."""
    file, line = function.file, op.at.lineno
    if resource.unless and op.args:
        given = function.definitions[op.args[0]]
        sign = given.operator if isinstance(given, Unary) else ""
        first = function.constant(given.operand if isinstance(given, Unary) else op.args[0])
        if (
            first is not None
            and f"{sign}{first.value!r}" in resource.unless
            and ARGUMENT_SAYS_NOTHING.stops(file, line)
        ):
            return ARGUMENT_SAYS_NOTHING
    if any(_is_memory(function, temp) for temp in op.args) and IN_MEMORY.stops(file, line):
        return IN_MEMORY  # an archive in a buffer
    if (
        resource.borrowed
        and _is_inside(function, function.argument(op, 2, "dir"))
        and INSIDE_TEMPORARY.stops(file, line)
    ):
        return INSIDE_TEMPORARY
    for keyword, unwanted in resource.not_with:
        value = function.argument(op, -1, keyword)
        excluded = value is not None and _is(function, value, unwanted)
        if excluded and OPTION_EXCLUDES.stops(file, line):
            return OPTION_EXCLUDES
    if not resource.only_with:
        return None
    for keyword, wanted in resource.only_with:
        value = function.argument(op, -1, keyword)
        if value is None:
            continue
        if any(_is(function, part, wanted) for part in _possible(function, value)):
            return None
    return OPTION_MISSING if OPTION_MISSING.stops(file, line) else None


def is_sometimes(site: Acquisition, function: FunctionFacts) -> bool:
    """Whether it depends on a variable with several values whether a call acquires anything.

    `Popen(command, stdout=stdout)`, where `stdout` is a pipe in one case and None in another.
    """
    answers: list[bool] = []
    for keyword, wanted in site.resource.only_with:
        value = function.argument(site.op, -1, keyword)
        if value is None:
            continue
        possible = _possible(function, value)
        if any(_is(function, part, wanted) for part in possible):
            answers.append(len(possible) > 2)
    return bool(answers) and all(answers)


def _is_inside(function: FunctionFacts, temp: int | None) -> bool:
    """Whether a folder is a temporary one itself: made here, or an attribute that says so."""
    if temp is None:
        return False
    made = function.definitions[temp]
    if isinstance(made, Attr):
        name = made.name.lower()
        return is_self_load(function, made.owner) and ("tmp" in name or "temp" in name)
    if isinstance(made, Load) and made.scope == LOCAL:
        values = [function.definitions[store.value] for store in function.stores(made.name)]
        return any(
            isinstance(value, Call) and function.callee(value) == "tempfile.mkdtemp"
            for value in values
        )
    return False


def _is_memory(function: FunctionFacts, temp: int) -> bool:
    """Whether a value is a buffer that this function has made."""
    made = function.definitions[temp]
    if isinstance(made, Load) and made.scope == LOCAL:
        stores = function.stores(made.name)
        made = function.definitions[stores[0].value] if len(stores) == 1 else None
    if isinstance(made, Call) and function.callee(made) in resource_model().in_memory:
        return True
    return isinstance(made, Call) and _may_be_memory(function, made)


def _may_be_memory(function: FunctionFacts, op: Call) -> bool:
    """Whether a function in view may return a buffer: then that is what is closed, or read."""
    values = function.file.program.type_of(function, op.dest)
    memory = resource_model().in_memory
    return any(isinstance(value, ExternalInstance) and value.path in memory for value in values)


def _possible(function: FunctionFacts, temp: int) -> list[int]:
    """The temporaries that a variable may have been assigned from; the temporary itself, else."""
    loaded = function.definitions[temp]
    if isinstance(loaded, Load) and loaded.scope == LOCAL:
        stored = [store.value for store in function.stores(loaded.name)]
        return [temp, *[each for value in stored for each in (value, *function.joined(value))]]
    return [temp, *function.joined(temp)]


def _is(function: FunctionFacts, temp: int, wanted: str) -> bool:
    constant = function.constant(temp)
    return function.qualified(temp) == wanted or (
        constant is not None and repr(constant.value) == wanted
    )
