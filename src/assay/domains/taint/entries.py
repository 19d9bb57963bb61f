"""Entry points: functions that the outside calls, and what their parameters are then.

    @app.route("/user/<name>")
    def user(name): ...              name is outside data, what it returns is HTML

Invariant: a function without a row is no entry point, and its parameters are what callers give.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, TypeAlias, final

from assay.domains.taint import gates
from assay.domains.taint.characters import mask
from assay.domains.taint.routes import NUMBER, PART, has_fixed_route, route_variables
from assay.domains.taint.values import Value
from assay.ir.function import MODULE
from assay.models.taint import Entry, EntryNames, Sink, plain_sink
from assay.program.annotations import annotated
from assay.program.lookup import SourceNames
from assay.program.values import ExternalInstance, Instance, ModuleValue

if TYPE_CHECKING:
    from assay.domains.taint.summary import Summaries
    from assay.program.classes import ClassInfo
    from assay.program.facts import FunctionFacts
    from assay.program.modules import Module
    from assay.program.silence import Gate

Said: TypeAlias = "tuple[str, str, int, frozenset[str]] | Value | None"
"""Outside data: its kind, what messages call it, the characters that are not in it, its tokens."""

_MARKUP: Final = "cross-site-scripting"
_NO_TOKENS: Final[frozenset[str]] = frozenset()
_MODELS: Final = frozenset(("pydantic", "sqlmodel", "msgspec"))
_MODEL: Final = frozenset(("attribute",))
_SCALARS: Final = frozenset(
    ("int", "float", "bool", "uuid.UUID", "datetime.datetime", "datetime.date", "decimal.Decimal")
)


@final
class Role:
    """What each parameter of a function is: outside data, a thing of a library, or None.

    `returns` is the sink that its result goes to; `fixed_route`: its route has no variable parts.
    `why_not` are the gates by which it is no entry point, or a parameter is no outside data.
    """

    __slots__ = ("fixed_route", "parameters", "returns", "why_not")

    def __init__(
        self,
        parameters: tuple[Said, ...],
        returns: Sink | None,
        fixed_route: bool,
        why_not: tuple[Gate, ...],
    ) -> None:
        self.why_not: Final = why_not
        self.parameters: Final = parameters
        self.returns: Final = returns
        self.fixed_route: Final = fixed_route


def role_of(summaries: Summaries, function: FunctionFacts) -> Role:
    """What a function is to the outside."""
    names = function.ir.parameters.names()
    said: list[Said] = [None] * len(names)
    returns: Sink | None = None
    fixed = False
    node = function.ir.node
    line = function.ir.first_line
    why_not: dict[Gate, None] = {}
    if function.ir.kind == MODULE or not names:
        said = [None] * len(names)
    types = _typed(summaries, function, names)
    entry = _entry(summaries, function, node, why_not)
    receiver = 1 if function.owner is not None and names[:1] and not _is_static(node) else 0
    if entry is not None:
        _from_outside(summaries, function, entry, said, receiver, why_not)
        if entry.returns:
            returns = plain_sink(_MARKUP, entry.returns, "the HTML that it returns")
        fixed = has_fixed_route(node)
    for index, value in enumerate(types):
        if value is not None and value.path:
            said[index] = value
        elif (
            value is not None and value.inert and gates.ANNOTATED_NUMBER.stops(function.file, line)
        ):
            why_not[gates.ANNOTATED_NUMBER] = None
            said[index] = value
    if receiver:
        cls = function.owner
        base = "" if cls is None else base_path(summaries, cls)
        if base:
            said[0] = Value(path=base)
        else:
            said[0] = None
    for each in summaries.models.parameters:
        if summaries.imports_any(function, each.imports):
            for index, name in enumerate(names):
                first = index == receiver or not each.first
                if name in each.names and first and said[index] is None:
                    said[index] = Value(path=each.path)
    for row in summaries.declared.of_function(function):
        for index, name in enumerate(names):
            if name in row.parameters or (row.parameters == ("*",) and index >= receiver):
                said[index] = (row.kind, f"{row.what or 'the argument'} {name}", 0, _NO_TOKENS)
    return Role(tuple(said), returns, fixed, tuple(why_not))


def _from_outside(
    summaries: Summaries,
    function: FunctionFacts,
    entry: Entry,
    said: list[Said],
    receiver: int,
    why_not: dict[Gate, None],
) -> None:
    """Writes down what the parameters of an entry point are, `receiver` of them left out."""
    file, line, node = function.file, function.ir.first_line, function.ir.node
    names = function.ir.parameters.names()
    injected, models = _annotated(summaries, function) if entry.route == "brace" else ((), ())
    routed = route_variables(node, entry.route) if entry.route else {}
    for index, name in enumerate(names):
        if index < receiver + entry.skip:
            continue
        if (
            entry.parameters
            and name not in entry.parameters
            and gates.ENTRY_PARAMETER.stops(file, line)
        ):
            why_not[gates.ENTRY_PARAMETER] = None
            continue
        if name in injected and gates.ENTRY_INJECTED.stops(file, line):
            why_not[gates.ENTRY_INJECTED] = None
            continue
        known = routed.get(name)
        absent = mask("/") if known == PART else 0
        tokens = _MODEL if name in models else _NO_TOKENS
        said[index] = (entry.kind, f"{entry.what} {name}", absent, tokens)
        if known == NUMBER and gates.ROUTED_NUMBER.stops(file, line):
            why_not[gates.ROUTED_NUMBER] = None
            said[index] = Value(inert=True)
    for word in entry.types:
        name, _, path = word.partition("=")
        if name.isdigit() and receiver + int(name) < len(names):
            said[receiver + int(name)] = Value(path=path)
        elif name in names:
            said[names.index(name)] = Value(path=path)


def _is_static(node: object) -> bool:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
        isinstance(each, ast.Name) and each.id == "staticmethod" for each in node.decorator_list
    )


def _typed(
    summaries: Summaries, function: FunctionFacts, names: tuple[str, ...]
) -> list[Value | None]:
    """What the annotations say: things of libraries that rows know, and plain numbers."""
    node = function.ir.node
    result: list[Value | None] = [None] * len(names)
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return result
    arguments = node.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    for each in every:
        if each.annotation is None or each.arg not in names:
            continue
        values = annotated(
            each.annotation, SourceNames(summaries.program.types, function.file.module, None)
        )
        paths = [value.path for value in values if isinstance(value, ExternalInstance)]
        if len(paths) != 1 or any(isinstance(value, Instance) for value in values):
            continue
        path = summaries.models.normal(f"{paths[0]}()")
        if paths[0] in _SCALARS:
            result[names.index(each.arg)] = Value(inert=True)
        elif path in summaries.models.roots:
            result[names.index(each.arg)] = Value(path=path)
    return result


def _annotated(
    summaries: Summaries, function: FunctionFacts
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parameters that a framework fills by calls of the program, and those that are models.

    A class in view that is no model of pydantic can only come from a dependency. The names in
    a model are declared, so that they choose no attributes.
    """
    node = function.ir.node
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return (), ()
    arguments = node.args
    places = [*arguments.posonlyargs, *arguments.args]
    before = len(places) - len(arguments.defaults)
    defaults: list[ast.expr | None] = [*([None] * before), *arguments.defaults]
    pairs = [*zip(places, defaults, strict=True)]
    pairs += zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    injected: list[str] = []
    models: list[str] = []
    names = SourceNames(summaries.program.types, function.file.module, None)
    for each, default in pairs:
        alias = _alias(summaries, function.file.module, each.annotation)
        written = [part for part in (each.annotation, alias, default) if part is not None]
        if any(_depends(part) for part in written):
            injected.append(each.arg)
        elif each.annotation is not None:
            values = annotated(each.annotation, names)
            classes = [value.cls for value in values if isinstance(value, Instance)]
            if classes and all(_is_model(cls) for cls in classes):
                models.append(each.arg)
            elif classes and not any(_is_data(cls) for cls in classes):
                injected.append(each.arg)
    return tuple(injected), tuple(models)


def _alias(summaries: Summaries, module: Module, annotation: ast.expr | None) -> ast.expr | None:
    """What a name in an annotation stands for: `StoreDep = Annotated[Store, Depends(store)]`."""
    if not isinstance(annotation, ast.Name):
        return None
    bound = module.names.bound.get(annotation.id)
    imported = module.names.imports.get(annotation.id)
    if imported is not None:
        head, _, last = imported.target.rpartition(".")
        for value in summaries.program.imported(module, head) if head.strip(".") else ():
            if isinstance(value, ModuleValue):
                bound = value.module.names.bound.get(last)
    return bound.value if isinstance(bound, (ast.Assign, ast.AnnAssign)) else None


def _depends(node: ast.expr) -> bool:
    return any(
        isinstance(each, ast.Call) and _last(each).lstrip(".") in ("Depends", "Security")
        for each in ast.walk(node)
    )


def _is_model(cls: ClassInfo) -> bool:
    return not _MODELS.isdisjoint(_roots(cls))


def _is_data(cls: ClassInfo) -> bool:
    """Whether a class may be made of a request: a model, an enumeration, a dataclass."""
    decorated = any(_last(each).lstrip(".") == "dataclass" for each in cls.node.decorator_list)
    return decorated or not (_MODELS | {"enum", "typing"}).isdisjoint(_roots(cls))


def _roots(cls: ClassInfo) -> list[str]:
    return [base.partition(".")[0] for base in cls.all_external_bases()]


def _entry(
    summaries: Summaries, function: FunctionFacts, node: object, why_not: dict[Gate, None]
) -> Entry | None:
    if not _may_be_entry(summaries.models.entry_names, function, node):
        return None
    gate: Gate | None = None
    for entry in summaries.models.entries:
        found = _is_entry(summaries, function, node, entry)
        if found is True:
            return entry
        if found is not False:
            gate = gate or found
    if gate is not None:
        why_not[gate] = None
    return None


def _may_be_entry(names: EntryNames, function: FunctionFacts, node: object) -> bool:
    """Whether a function has any name that a row asks for."""
    name = function.ir.name
    if name in names.exact or name.startswith(names.beginnings):
        return True
    if any(each in names.parameters for each in function.ir.parameters.names()[:2]):
        return True
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
        _last(decorator) in names.exact for decorator in node.decorator_list
    )


def _is_entry(
    summaries: Summaries, function: FunctionFacts, node: object, entry: Entry
) -> bool | Gate:
    """Whether a row speaks of a function; the gate where it does but for what that says."""
    name = function.ir.name
    gate: Gate | None = None
    if (
        entry.decorator_names
        and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and any(_last(decorator) in entry.decorator_names for decorator in node.decorator_list)
    ):
        if _is_imported(summaries, function, entry):
            return True
        gate = gates.ENTRY_NOT_IMPORTED
    if entry.signature:
        return _has_signature(summaries, function, node, entry) or gate or False
    if function.owner is not None and _is_called(name, entry.methods):
        if not _bases(function).isdisjoint(entry.bases):
            return True
        if not function.owner.node.bases:
            return gate or False
        return not _stops(gates.ENTRY_BASE, function) or gate or gates.ENTRY_BASE
    if name in entry.functions and function.owner is None:
        if not entry.imports or _is_imported(summaries, function, entry):
            return True
        return gate or gates.ENTRY_NOT_IMPORTED
    return gate or False


def _is_imported(summaries: Summaries, function: FunctionFacts, entry: Entry) -> bool:
    """Whether the file of what looks like an entry point imports the framework."""
    return summaries.imports_any(function, entry.imports) or not _stops(
        gates.ENTRY_NOT_IMPORTED, function
    )


def _stops(gate: Gate, function: FunctionFacts) -> bool:
    return gate.stops(function.file, function.ir.first_line)


def _has_signature(
    summaries: Summaries, function: FunctionFacts, node: object, entry: Entry
) -> bool | Gate:
    names = function.ir.parameters.names()
    first = 1 if function.owner is not None and not _is_static(node) else 0
    if names[first : first + len(entry.signature)] != entry.signature:
        return False
    if entry.imports and not _is_imported(summaries, function, entry):
        return gates.ENTRY_NOT_IMPORTED
    ends = tuple(base[1:] for base in entry.bases)
    if not ends or any(base.endswith(ends) for base in sorted(_bases(function))):
        return True
    return not _stops(gates.ENTRY_BASE, function) or gates.ENTRY_BASE


def _is_called(name: str, methods: tuple[str, ...]) -> bool:
    return name in methods or any(
        method.endswith("*") and name.startswith(method[:-1]) for method in methods
    )


def _last(node: ast.expr) -> str:
    called = node.func if isinstance(node, ast.Call) else node
    if isinstance(called, ast.Attribute):
        return f".{called.attr}"
    return called.id if isinstance(called, ast.Name) else ""


def _bases(function: FunctionFacts) -> set[str]:
    cls = function.owner
    if cls is None:
        return set()
    found = set(cls.all_external_bases())
    for each in cls.mro():
        found.add(f"{each.module.name}.{each.qualname}")
        found.update(last.rpartition(".")[2] for last in each.external_bases)
        found.update(_spelled(each.module, base) for base in each.node.bases)
    return found


def _spelled(module: Module, node: ast.expr) -> str:
    """A base as its import says it, which is how rows name what a library exports again."""
    if isinstance(node, ast.Attribute):
        return f"{_spelled(module, node.value)}.{node.attr}"
    return module.names.resolve(node.id) if isinstance(node, ast.Name) else ""


def base_path(summaries: Summaries, cls: ClassInfo) -> str:
    """The path of the first class of a library that a class derives from and rows know."""
    known = summaries.base_paths.get(cls)
    if known is None:
        outer = summaries.uses.begin()
        known = (_base_path(summaries, cls), summaries.uses.end(outer))
        summaries.base_paths[cls] = known
    summaries.uses.bits |= known[1]
    return known[0]


def _base_path(summaries: Summaries, cls: ClassInfo) -> str:
    own = [f"{each.module.name}.{each.qualname}" for each in cls.mro()]
    for path in (*own, *cls.all_external_bases()):
        called = summaries.models.normal(f"{path}()")
        if called in summaries.models.roots:
            return called
    return ""
