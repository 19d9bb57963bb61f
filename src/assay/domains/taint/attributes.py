"""Attributes and global names: what reading them gives.

    request.args        a path of a library that a row calls a source
    self.name           a field of the object, or of the parameter, made when first read
    config.ROOT         a constant of a module in view

Invariant: two reads of one attribute without a store in between give one value, so that a test of
the first says something of the second.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from assay.domains.taint.limits import ACCESS
from assay.domains.taint.state import Obj
from assay.domains.taint.taints import Taints, join_taints
from assay.domains.taint.users import read_of
from assay.domains.taint.values import UNKNOWN, Value, View, constant, join
from assay.ir.ops import Attr, Import, ImportFrom, Load
from assay.program.classes import last_name
from assay.program.values import Instance

if TYPE_CHECKING:
    from assay.domains.taint.frame import Frame
    from assay.program.classes import ClassInfo
    from assay.program.facts import FunctionFacts

MODULE_MARK = "<module>"
_PROPERTIES: Final = frozenset(
    (
        "property",
        "cached_property",
        "abstractproperty",
        "hybrid_property",
        "reify",
        "lazy_property",
        "cachedproperty",
        "memoized_property",
    )
)


def attribute(frame: Frame, op: Attr) -> Value:
    """`owner.name`."""
    owner = frame.temp(op.owner)
    name = op.name
    declared = read_of(frame, op)
    if declared is not None:
        return declared
    if owner.path.startswith(MODULE_MARK):
        return frame.summaries.member(owner.path.removeprefix(MODULE_MARK), name)
    if owner.path == _PARTS:
        return _part_of_address(frame, owner, name)
    path = frame.models.normal(f"{owner.path}.{name}") if owner.path else ""
    if path in _CONSTANTS:
        return constant(_CONSTANTS[path])
    if path in frame.models.clean:  # the program chose it: the name of a form's field
        return Value(path=path)
    if path:
        known = _of_library(frame, op, owner, path)
        if known is not None:
            return known
    found = _field(frame, op, owner, name)
    if found is not None:
        return found if not path or found.path else _with_path(found, path)
    views = tuple(View(owner.ident, name) for _ in (1,) if owner.ident and name in _VIEWS)
    if name == "parts" and path == "pathlib.Path().parts":
        views = tuple(View(subject, "folders") for subject in owner.subjects())
    if name in _VIEWS:
        views += tuple(View(view.subject, name) for view in owner.views if view.kind == "parsed")
    return Value(taints=owner.taints, path=path, views=views)


_PARTS = "urllib.parse.Parts()"
_PLACES = {"scheme": 0, "netloc": 1, "hostname": 1, "host": 1, "path": 2, "query": 3, "fragment": 4}


def _part_of_address(frame: Frame, owner: Value, name: str) -> Value:
    """A part of an address that was taken apart: `urlparse(url).netloc`."""
    place = _PLACES.get(name)
    if place is None:
        return Value(path=f"{_PARTS}.{name}", taints=owner.taints)
    found: Value | None = None
    for obj in frame.state.objects(owner):
        value = obj.get(place)
        if value is not None:
            found = value if found is None else join(found, value)
    return Value(taints=frame.state.deep(owner)) if found is None else found


_VIEWS = frozenset(("netloc", "hostname", "scheme", "path", "name", "suffix"))


_CONSTANTS = {
    "os.sep": "/",
    "os.path.sep": "/",
    "posixpath.sep": "/",
    "os.linesep": "\n",
    "os.pardir": "..",
    "os.path.pardir": "..",
    "os.curdir": ".",
}


def _with_path(value: Value, path: str) -> Value:
    return Value(
        constants=value.constants,
        parts=value.parts,
        taints=value.taints,
        path=path,
        objects=value.objects,
        inert=value.inert,
        ident=value.ident,
        views=value.views,
        tests=value.tests,
        same=value.same,
    )


def _of_library(frame: Frame, op: Attr, owner: Value, path: str) -> Value | None:
    models = frame.models
    source = frame.summaries.source(frame.function, path, op.at.lineno)
    if source is None and path not in models.roots:
        return None
    cache = f"@{path}"
    known = frame.state.variables.get(cache)
    if known is not None:
        return known
    if source is None or frame.summaries.is_fixed(frame.function, path, op.at.lineno):
        stored = _field_only(frame, owner, op.name)
        if stored is not None:
            return stored
        return Value(path=path, taints=_without_parameters(owner))
    taint = frame.source(op.at, source.kind, source.what, source.tokens)
    value = Value(path=path, taints=join_taints((taint,), _without_parameters(owner)))
    value = value.seen(op.dest + 1)
    frame.state.variables[cache] = value
    return value


def _without_parameters(owner: Value) -> Taints:
    return tuple(taint for taint in owner.taints if not taint.origin.is_parameter)


def _field_only(frame: Frame, owner: Value, name: str) -> Value | None:
    found: Value | None = None
    for obj in frame.state.objects(owner):
        value = obj.fields.get(name)
        if value is not None:
            found = value if found is None else join(found, value)
    return found


def _field(frame: Frame, op: Attr, owner: Value, name: str) -> Value | None:
    found: Value | None = None
    for number in owner.objects:
        obj = frame.state.heap.get(number)
        if obj is None or obj.kind not in ("instance", "parameter", "record"):
            continue
        value = obj.fields.get(name)
        if value is None and op.dest not in frame.summaries.callee_temps(frame.function):
            value = _property(frame, op, owner)
        if value is None and obj.kind == "parameter" and owner.same is not None:
            value = _class_constant(frame, op)
            if value is None:
                value = field_of_parameter(frame, owner, name, op.dest + 1)
        if value is None:
            value = _class_constant(frame, op) or obj.rest
        if value is not None:
            found = value if found is None else join(found, value)
    return found


def field_of_parameter(frame: Frame, owner: Value, name: str, ident: int) -> Value:
    """What is read from a parameter, or from what was read from one."""
    assert owner.same is not None
    index, access = owner.same
    if len(access) >= ACCESS.most:
        return Value(taints=owner.taints)
    number = frame.number("parameter", index, access)
    obj = frame.state.heap.get(number)
    known = obj.fields.get(name) if obj is not None else None
    if known is not None:
        return known
    value = frame.parameter(index, (*access, name), ident)
    if obj is None:
        obj = Obj("parameter", {}, None, -1, False)
    frame.state.heap[number] = Obj(
        obj.kind, {**obj.fields, name: value}, obj.rest, obj.length, obj.many
    )
    return value


def _classes(frame: Frame, temp: int) -> list[ClassInfo]:
    values = frame.summaries.program.type_of(frame.function, temp)
    return [value.cls for value in values if isinstance(value, Instance)]


def _property(frame: Frame, op: Attr, owner: Value) -> Value | None:
    from assay.domains.taint.calls import call_function

    found: Value | None = None
    for cls in _classes(frame, op.owner)[:3]:
        method = cls.find_method(op.name)
        if method is not None and _is_property(method):
            value = call_function(frame, op, method, {0: owner})
            if value is not None:
                found = value if found is None else join(found, value)
    return found


def _is_property(function: FunctionFacts) -> bool:
    node = function.ir.node
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(
        last_name(decorator) in _PROPERTIES for decorator in node.decorator_list
    )


def _class_constant(frame: Frame, op: Attr) -> Value | None:
    """A constant of the class body, when no method assigns the attribute."""
    definition = frame.function.definitions[op.owner]
    if not isinstance(definition, Load):
        return None
    for cls in _classes(frame, op.owner)[:1]:
        for each in cls.mro():
            if op.name in each.stored():
                return None
            nodes = each.members.get(op.name)
            if nodes:
                node = nodes[-1]
                value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
                if isinstance(value, ast.Constant):
                    said = value.value
                    return constant(said) if isinstance(said, (str, bytes)) else UNKNOWN
                if isinstance(value, (ast.List, ast.Tuple, ast.Dict, ast.Set)):
                    return UNKNOWN
                return None
    return None


def global_value(frame: Frame, name: str) -> Value:
    """A name of the module or a builtin."""
    return frame.summaries.global_name(frame.function, name)


def module_of(frame: Frame, op: ImportFrom) -> Value | None:
    """What a `from` import inside the function gives, when it is in view."""
    module = frame.function.definitions[op.module]
    if not isinstance(module, Import):
        return None
    target = "." * module.level + module.module
    return frame.summaries.imported(frame.function.file.module, target, op.name)
