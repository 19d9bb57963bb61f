"""Operators that put a call between: helpers, methods, modules, decorators, closures, aliases.

Each moves the expression of a spot into a function that takes the local names that it needs, and
calls that function in its place:

    stream = open(path)       ->      def made_1(path):
                                          return open(path)

                                      stream = made_1(path)
"""

from __future__ import annotations

import ast
import posixpath
from dataclasses import dataclass

from metamorphic.draft import DoesNotApply, Draft, Spot, expression, statements
from metamorphic.scopes import BUILTINS, COMPREHENSIONS, bound, bound_by, local_names
from metamorphic.subjects import (
    Moved,
    called,
    hoisted_from,
    module_names,
    movable,
    subject,
)

_PASS_THROUGH = """
def {name}(function):
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner
"""
_WRAPPING = """
def {name}(function):
    @functools.wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner
"""
_WITH_ARGUMENTS = """
def {name}(label, times=1):
    def decorator(function):
        def inner(*args, **kwargs):
            return function(*args, **kwargs)
        return inner
    return decorator
"""
_AROUND_COROUTINE = """
def {name}(function):
    @functools.wraps(function)
    async def inner(*args, **kwargs):
        return await function(*args, **kwargs)
    return inner
"""


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What stands in the place of an expression now, and the definitions that hold it."""

    call: ast.expr
    definitions: list[ast.stmt]


def take_out(
    draft: Draft,
    whole: ast.expr,
    moved: Moved,
    template: str,
    name: str,
    *,
    call: str = "",
) -> TakenOut:
    """Puts a call in the place of an expression, and makes the definitions that hold it.

    The template has `{name}`, `{parameters}`, `{imports}` and `{async}` (empty or a word and a
    space), and WHOLE where the expression goes. `call` is `{name}({parameters})` unless said.
    """
    words = {
        "name": name,
        "parameters": moved.parameters,
        "imports": moved.imports.strip() or "pass",
        "async": "async " if moved.has_await else "",
    }
    made = expression((call or "{name}({parameters})").format(**words))
    made = ast.Await(made) if moved.has_await else made
    draft.replace(whole, made)
    text = template.format(**words)
    lines = [line for line in text.splitlines() if line.strip() != "pass"]
    return TakenOut(made, statements("\n".join(lines), WHOLE=whole))


_HELPER = "{async}def {name}({parameters}):\n    {imports}\n    return WHOLE\n"


def into_helper(draft: Draft, spot: Spot) -> None:
    """A function of the module computes it."""
    whole = subject(draft, spot)
    moved = movable(draft, whole)
    draft.define(spot, take_out(draft, whole, moved, _HELPER, draft.fresh("made")).definitions)


def into_helper_with_second_return(draft: Draft, spot: Spot) -> None:
    """The helper has another way out, which nobody takes."""
    whole = subject(draft, spot)
    moved = movable(draft, whole)
    name, given = draft.fresh("made"), draft.fresh("given")
    template = (
        f"{{async}}def {{name}}({', '.join([*moved.names, given])}=None):\n    {{imports}}\n"
        f"    if {given} is not None:\n        return {given}\n    return WHOLE\n"
    )
    draft.define(spot, take_out(draft, whole, moved, template, name).definitions)


def _in_class(
    draft: Draft, spot: Spot, name: str, template: str, call: str, own: str, own_call: str
) -> None:
    """A method of the class of the spot; outside classes, of a class of its own."""
    whole = subject(draft, spot)
    method = draft.method_of(whole)
    moved = movable(draft, whole, leaves_class=method is None)
    if method is not None:
        function, owner = method
        bases = {
            part.id for base in owner.bases for part in ast.walk(base) if isinstance(part, ast.Name)
        }
        if bases & {"Enum", "IntEnum", "NamedTuple", "TypedDict", "Protocol"}:
            raise DoesNotApply("a class whose members mean something")
        between = [
            each
            for each in draft.ancestors(whole)
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        ]
        for each in between[: between.index(function)]:
            if "self" in bound(each):
                raise DoesNotApply("another self")
        rest = Moved([n for n in moved.names if n != "self"], moved.imports, moved.has_await)
        new = take_out(draft, whole, rest, template, name, call=call).definitions
        draft.after(function, new)
        spot.made += new
        return
    if "self" in moved.names:
        raise DoesNotApply("another self")
    new = take_out(draft, whole, moved, own, name, call=own_call).definitions
    draft.define(spot, new)


def _with_self(*names: str) -> str:
    return "(" + ", ".join(("self", *names)) + ")"


def into_method(draft: Draft, spot: Spot) -> None:
    """A method of the same class, or of a small class."""
    name = draft.fresh("made")
    _in_class(
        draft,
        spot,
        name,
        "{async}def {name}(self, {parameters}):\n    {imports}\n    return WHOLE\n",
        "self.{name}({parameters})",
        f"class {name.title().replace('_', '')}:\n"
        "    {async}def {name}(self, {parameters}):\n        {imports}\n        return WHOLE\n",
        f"{name.title().replace('_', '')}().{{name}}({{parameters}})",
    )


def into_private_method(draft: Draft, spot: Spot) -> None:
    """A method whose name is mangled; a small class has one that calls it."""
    name = draft.fresh("made")
    owner = name.title().replace("_", "")
    _in_class(
        draft,
        spot,
        name,
        "{async}def __{name}(self, {parameters}):\n    {imports}\n    return WHOLE\n",
        "self.__{name}({parameters})",
        f"class {owner}:\n"
        "    def {name}(self, {parameters}):\n        return self.__{name}({parameters})\n\n"
        "    {async}def __{name}(self, {parameters}):\n        {imports}\n        return WHOLE\n",
        f"{owner}().{{name}}({{parameters}})",
    )


def into_static_method(draft: Draft, spot: Spot) -> None:
    """A static method of the same class, or of a small class."""
    name = draft.fresh("made")
    owner = name.title().replace("_", "")
    whole = subject(draft, spot)
    method = draft.method_of(whole)
    if method is not None and "self" in movable(draft, whole, leaves_class=False).names:
        raise DoesNotApply("it needs the instance")
    _in_class(
        draft,
        spot,
        name,
        "@staticmethod\n{async}def {name}({parameters}):\n    {imports}\n    return WHOLE\n",
        "self.{name}({parameters})",
        f"class {owner}:\n    @staticmethod\n"
        "    {async}def {name}({parameters}):\n        {imports}\n        return WHOLE\n",
        f"{owner}.{{name}}({{parameters}})",
    )


def into_other_module(draft: Draft, spot: Spot) -> None:
    """A function of another module of the project."""
    whole = subject(draft, spot)
    moved = movable(draft, whole)
    imports, variables = module_names(draft, whole, moved.names)
    for part in ast.walk(whole):
        if isinstance(part, ast.Name) and part.id in ("__file__", "__path__", "__package__"):
            raise DoesNotApply("it looks at its module")
    moved = Moved([*moved.names, *variables], moved.imports, moved.has_await)
    name = draft.fresh("made")
    new = take_out(draft, whole, moved, _HELPER, name).definitions
    module = f"beside_{draft.fresh('m').removeprefix('m_')}"
    file = posixpath.join(posixpath.dirname(draft.path), f"{module}.py")
    body = [each for text in imports for each in statements(text)]
    tree = ast.Module([*body, *new], [])
    ast.fix_missing_locations(tree)
    draft.others[file] = ast.unparse(tree) + "\n"
    draft.modules[spot.node] = file
    draft.need(f"from {module} import {name}")


def _decorated(draft: Draft, spot: Spot, decorator: str, use: str) -> None:
    whole = subject(draft, spot)
    moved = movable(draft, whole)
    name, around = draft.fresh("made"), draft.fresh("passed")
    if "functools" in decorator:
        draft.need("import functools")
    template = f"@{use.format(name=around)}\n{_HELPER}"
    new = take_out(draft, whole, moved, template, name).definitions
    draft.define(spot, [*statements(decorator.format(name=around)), *new])


def into_decorated_helper(draft: Draft, spot: Spot) -> None:
    """The helper has a decorator that passes everything on."""
    _decorated(draft, spot, _PASS_THROUGH, "{name}")


def into_wrapped_helper(draft: Draft, spot: Spot) -> None:
    """The helper has a decorator with `functools.wraps`."""
    _decorated(draft, spot, _WRAPPING, "{name}")


def into_helper_decorated_with_arguments(draft: Draft, spot: Spot) -> None:
    """The helper has a decorator that takes arguments."""
    _decorated(draft, spot, _WITH_ARGUMENTS, "{name}('made', times=2)")


def function_decorated(draft: Draft, spot: Spot) -> None:
    """The function that the spot is in gets a decorator with `functools.wraps`."""
    function = draft.function_of(spot.node)
    if isinstance(spot.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        function = spot.node
    while function is not None and isinstance(
        outer := draft.function_of(function), (ast.FunctionDef, ast.AsyncFunctionDef)
    ):
        function = outer
    if function is None:
        raise DoesNotApply("in no function")
    if draft.memory.get(("decorated", function)):
        return
    yields = any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in ast.walk(function))
    name = draft.fresh("passed")
    is_coroutine = isinstance(function, ast.AsyncFunctionDef) and not yields
    template = _AROUND_COROUTINE if is_coroutine else _WRAPPING
    if any(
        isinstance(each, ast.Name) and each.id == "overload" for each in function.decorator_list
    ):
        raise DoesNotApply("an overload")
    draft.need("import functools")
    draft.before(draft.top_of(function), statements(template.format(name=name)))
    decorator = expression(name)
    function.decorator_list.append(decorator)
    draft.parents[decorator] = function
    draft.memory["decorated", function] = True


def into_closure(draft: Draft, spot: Spot) -> None:
    """A function inside the function, which reads its variables."""
    whole = subject(draft, spot)
    moved = movable(draft, whole, leaves_class=False)
    statement = draft.statement_of(whole)
    if isinstance(draft.parents[statement], ast.ClassDef):
        raise DoesNotApply("in the body of a class")
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        raise DoesNotApply("in a header")
    inside = local_names(statement, draft.parents)
    function = draft.function_of(whole)
    inner = [name for name in moved.names if name not in inside]
    if function is not None:
        inner = [name for name in inner if name not in bound(function)]
    comprehended = {
        part.id
        for each in draft.ancestors(whole)
        if isinstance(each, COMPREHENSIONS)
        for generator in each.generators
        for part in ast.walk(generator.target)
        if isinstance(part, ast.Name)
    } | {
        argument.arg
        for each in draft.ancestors(whole)
        if isinstance(each, ast.Lambda)
        for argument in each.args.args
    }
    inner += [name for name in moved.names if name in comprehended and name not in inner]
    needs = Moved(inner, "", moved.has_await)
    new = take_out(draft, whole, needs, _HELPER, draft.fresh("made")).definitions
    draft.before(statement, new)
    spot.made += new


def by_partial(draft: Draft, spot: Spot) -> None:
    """`functools.partial` of the call, called."""
    call = called(draft, spot)
    draft.need("import functools")
    inner = ast.Call(expression("functools.partial"), [call.func, *call.args], call.keywords)
    call.func, call.args, call.keywords = inner, [], []
    draft.adopt(call)


def _dotted(node: ast.expr) -> str:
    """The root of a dotted name, or raises."""
    while isinstance(node, ast.Attribute):
        node = node.value
    if not isinstance(node, ast.Name):
        raise DoesNotApply("the callee is no dotted name")
    return node.id


def by_alias_of_function(draft: Draft, spot: Spot) -> None:
    """The callee under another name: of the module when it is global, else just before."""
    call = called(draft, spot)
    root = _dotted(call.func)
    name = draft.fresh("called")
    alias = ast.Assign([ast.Name(name, ast.Store())], call.func)
    if root not in local_names(call, draft.parents) and _is_known_early(draft, call, root):
        draft.before(draft.top_of(call), [alias])
    else:
        draft.before(hoisted_from(draft, call), [alias])
    spot.places.append(alias)
    call.func = ast.Name(name, ast.Load())
    draft.adopt(call)


def _is_known_early(draft: Draft, node: ast.AST, name: str) -> bool:
    """Whether a global name means the same in front of the module's statement."""
    for statement in draft.tree.body:
        if statement is draft.top_of(node):
            break
        if isinstance(statement, (ast.Import, ast.ImportFrom)) and name in bound_by(statement):
            return True
    return name in BUILTINS and name not in bound(draft.tree)


def by_forwarding(draft: Draft, spot: Spot) -> None:
    """A function that hands on whatever it is given."""
    call = called(draft, spot)
    name = draft.fresh("forwarded")
    try:
        is_global = _dotted(call.func) not in local_names(call, draft.parents)
    except DoesNotApply:
        is_global = False
    if is_global:
        text = f"def {name}(*args, **kwargs):\n    return CALLEE(*args, **kwargs)\n"
        new = statements(text, CALLEE=call.func)
    else:
        text = f"def {name}(function, *args, **kwargs):\n    return function(*args, **kwargs)\n"
        new = statements(text)
        call.args.insert(0, call.func)
    call.func = ast.Name(name, ast.Load())
    draft.adopt(call)
    draft.define(spot, new)


def async_twin(draft: Draft, spot: Spot) -> None:
    """A coroutine computes it; a function that nobody in view calls becomes one as well."""
    whole = subject(draft, spot)
    moved = movable(draft, whole)
    if moved.has_await:
        raise DoesNotApply("it is awaited already")
    function = draft.function_of(whole)
    for each in draft.ancestors(whole):
        if isinstance(each, (ast.Lambda, *COMPREHENSIONS)):
            raise DoesNotApply("in a lambda or comprehension")
        if each is function:
            break
    if function is None:
        raise DoesNotApply("in no function")
    if isinstance(function, ast.FunctionDef):
        _require_unused(draft, function)
        twin = ast.AsyncFunctionDef(
            function.name, function.args, function.body, function.decorator_list, function.returns
        )
        for parameter in getattr(function, "type_params", []):
            raise DoesNotApply(f"a type parameter {parameter}")
        draft.exchange(function, [twin])
        draft.take_over(function, twin)
    asynchronous = Moved(moved.names, moved.imports, True)
    draft.define(
        spot, take_out(draft, whole, asynchronous, _HELPER, draft.fresh("made")).definitions
    )


def _require_unused(draft: Draft, function: ast.FunctionDef) -> None:
    if draft.parents[function] is not draft.tree or function.decorator_list:
        raise DoesNotApply("a method, an inner or a decorated function")
    name = function.name
    if name.startswith(("test", "__")):
        raise DoesNotApply("a name that others call")
    for node in ast.walk(function):
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            raise DoesNotApply("a generator")
    if name in draft.foreign:
        raise DoesNotApply("others call it")
    for node in ast.walk(draft.tree):
        if isinstance(node, ast.Name) and node.id == name:
            raise DoesNotApply("others call it")
        if isinstance(node, ast.Constant) and node.value == name:
            raise DoesNotApply("others call it")
