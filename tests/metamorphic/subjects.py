"""What of a spot an operator takes hold of: its call, or the value that goes into it.

What may be moved is decided here too: an expression cannot leave its function when it yields, binds
a name or asks for `super()`; and it can only be computed in front of its statement when nothing
else of the statement happens before it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from metamorphic.draft import DoesNotApply, Draft, Spot
from metamorphic.scopes import BUILTINS, COMPREHENSIONS, bound, bound_by, free, local_names

_OF_THE_FRAME = frozenset(
    {"locals", "vars", "dir", "eval", "exec", "super", "__class__", "globals", "__name__"}
)


def subject(draft: Draft, spot: Spot) -> ast.expr:
    """The expression of a spot: itself, or what its statement or the guarded code computes."""
    node = spot.node
    if isinstance(node, ast.ExceptHandler):
        parent = draft.parents[node]
        assert isinstance(parent, (ast.Try, ast.TryStar))
        node = _first_call(parent.body)
    elif isinstance(node, ast.stmt):
        node = _of_statement(node)
    assert isinstance(node, ast.expr)
    return _taken(draft, spot, node)


def value(draft: Draft, spot: Spot) -> ast.expr:
    """What flows: the result of the spot, or for calls that are given something, that."""
    whole = subject(draft, spot)
    call = whole.value if isinstance(whole, ast.Await) else whole
    if not spot.by_value or not isinstance(call, ast.Call):
        return whole
    given = [*call.args, *(each.value for each in call.keywords)]
    given = [each for each in given if not isinstance(each, ast.Starred)]
    if not given:
        raise DoesNotApply("the call is given nothing")
    ordered = sorted(given, key=_is_constant)
    if spot.constant_first:  # an option that is on or off decides rather than a number or a name
        ordered = sorted(given, key=lambda each: (_is_constant(each), _is_switch(each)))[::-1]
    return _taken(draft, spot, ordered[0])


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _is_switch(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def called(draft: Draft, spot: Spot) -> ast.Call:
    """The call of a spot, without the `await` before it."""
    whole = subject(draft, spot)
    call = whole.value if isinstance(whole, ast.Await) else whole
    if not isinstance(call, ast.Call):
        raise DoesNotApply("no call")
    if isinstance(call.func, ast.Name) and call.func.id in _OF_THE_FRAME:
        raise DoesNotApply("a call that looks at its frame")
    return call


def _first_call(body: list[ast.stmt]) -> ast.expr:
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        for node in ast.walk(statement):
            if isinstance(node, (ast.Await, ast.Call)):
                return node
        for node in ast.walk(statement):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
                return node
    raise DoesNotApply("nothing is called")


def _of_statement(node: ast.stmt) -> ast.expr:
    if isinstance(node, (ast.Try, ast.TryStar)):
        return _first_call(node.body)
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return node.items[0].context_expr
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return node.iter
    if isinstance(node, (ast.If, ast.While, ast.Assert)):
        return node.test
    for name in ("value", "exc"):
        part: object = getattr(node, name, None)
        if isinstance(part, ast.expr):
            return part
    raise DoesNotApply(f"no expression in {type(node).__name__}")


def _taken(draft: Draft, spot: Spot, node: ast.expr) -> ast.expr:
    """The expression, when another can stand in its place."""
    chain = {node, *draft.ancestors(node)}
    for other in draft.spots:
        if other.changed and other is not spot and other.subject in chain:
            raise DoesNotApply("inside another site")
    spot.subject = node
    parent = draft.parents[node]
    context: object = getattr(node, "ctx", None)
    if isinstance(context, (ast.Store, ast.Del)) or isinstance(node, ast.Starred):
        raise DoesNotApply("a target")
    if isinstance(parent, (ast.JoinedStr, ast.pattern)) or isinstance(node, ast.FormattedValue):
        raise DoesNotApply("part of a string or pattern")
    if isinstance(parent, ast.FormattedValue) and parent.format_spec is node:
        raise DoesNotApply("part of a string or pattern")
    if isinstance(parent, (ast.arg, ast.AnnAssign)) and parent.annotation is node:
        raise DoesNotApply("an annotation")
    if isinstance(parent, (ast.FunctionDef, ast.AsyncFunctionDef)) and parent.returns is node:
        raise DoesNotApply("an annotation")
    if isinstance(parent, ast.Expr) and isinstance(node, ast.Constant):
        raise DoesNotApply("a text that nobody uses")
    return node


@dataclass(frozen=True, slots=True)
class Moved:
    """What an expression needs where it is moved to."""

    names: list[str]  # local names, to be given as arguments
    imports: str  # statements that local names come from
    has_await: bool

    @property
    def parameters(self) -> str:
        """Names and commas."""
        return ", ".join(self.names)


def movable(draft: Draft, node: ast.expr, leaves_class: bool = True) -> Moved:
    """What the expression needs in another function. Raises where it cannot go there."""
    has_await = False
    for part in ast.walk(node):
        if isinstance(part, (ast.Yield, ast.YieldFrom)):
            raise DoesNotApply("it yields")
        if isinstance(part, ast.NamedExpr):
            raise DoesNotApply("it binds a name")
        if isinstance(part, ast.Name) and part.id in _OF_THE_FRAME:
            raise DoesNotApply("it looks at its frame")
        if leaves_class and isinstance(part, ast.Attribute) and _is_mangled(part.attr):
            raise DoesNotApply("it uses a private name")
        is_async = isinstance(part, ast.comprehension) and bool(part.is_async)
        has_await = has_await or isinstance(part, ast.Await) or is_async
    local = local_names(node, draft.parents)
    names = [name for name in free(node) if name in local]
    imports = _local_imports(draft, node)
    kept = "".join(f"    {text}\n" for name, text in imports.items() if name in names)
    return Moved([name for name in names if name not in imports], kept, has_await)


def _is_mangled(name: str) -> bool:
    return name.startswith("__") and not name.endswith("__")


def _local_imports(draft: Draft, node: ast.expr) -> dict[str, str]:
    """Names that only an import of the function binds, with its text."""
    function = draft.function_of(node)
    if function is None:
        return {}
    found: dict[str, str] = {}
    times: dict[str, int] = {}
    for part in ast.walk(function):
        for name in bound_by(part):
            times[name] = times.get(name, 0) + 1
        if isinstance(part, (ast.Import, ast.ImportFrom)):
            for alias, name in zip(part.names, bound_by(part), strict=True):
                one = (
                    ast.Import([alias])
                    if isinstance(part, ast.Import)
                    else ast.ImportFrom(part.module, [alias], part.level)
                )
                found[name] = ast.unparse(one)
    return {name: text for name, text in found.items() if times[name] == 1}


def module_names(draft: Draft, node: ast.expr, given: list[str]) -> tuple[list[str], list[str]]:
    """What an expression takes from its module: texts of imports, and variables.

    Raises where it needs a function or class of the module, which another cannot import back.
    """
    wanted = [name for name in free(node) if name not in given]
    binding: dict[str, ast.stmt] = {}
    module = draft.tree
    for statement in ast.walk(module):
        if isinstance(statement, ast.stmt) and draft.function_of(statement) is None:
            if any(isinstance(each, ast.ClassDef) for each in draft.ancestors(statement)):
                continue
            for part in [statement, *ast.iter_child_nodes(statement)]:
                for name in bound_by(part):
                    binding.setdefault(name, statement)
    imports: list[str] = []
    variables: list[str] = []
    for name in wanted:
        where = binding.get(name)
        if where is None:
            if name not in BUILTINS and name in bound(module):
                variables.append(name)
            elif name not in BUILTINS:
                raise DoesNotApply(f"nothing binds {name}")
        elif isinstance(where, (ast.Import, ast.ImportFrom)):
            if isinstance(where, ast.ImportFrom) and where.level:
                raise DoesNotApply("a relative import")
            imports.append(ast.unparse(where))
        elif isinstance(where, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            raise DoesNotApply("a function or class of the module")
        else:
            variables.append(name)
    return list(dict.fromkeys(imports)), variables


def is_plain(node: ast.AST) -> bool:
    """Whether evaluating an expression does nothing that could be seen."""
    if isinstance(node, ast.Attribute):
        return is_plain(node.value)
    if isinstance(node, (ast.Tuple, ast.List)):
        return all(is_plain(each) for each in node.elts)
    if isinstance(node, ast.JoinedStr):
        return all(is_plain(each) for each in node.values)
    if isinstance(node, ast.FormattedValue):
        return is_plain(node.value)
    if isinstance(node, ast.BinOp):
        return is_plain(node.left) and is_plain(node.right)
    return isinstance(node, (ast.Name, ast.Constant, ast.Lambda))


def hoisted_from(draft: Draft, node: ast.expr) -> ast.stmt:
    """The statement in front of which an expression can be computed as well as in it."""
    child: ast.AST = node
    for parent in draft.ancestors(node):
        if isinstance(parent, ast.stmt):
            _check_statement(draft, parent, child)
            require_free_block(draft, parent)
            return parent
        for each in _evaluated_before(parent, child):
            if not is_plain(each):
                raise DoesNotApply("something else happens before it")
        child = parent
    raise DoesNotApply("no statement")


def require_free_block(draft: Draft, statement: ast.stmt) -> None:
    """Raises where a new name would be a member of a class that counts its members."""
    holder = draft.parents[statement]
    if isinstance(holder, ast.ClassDef) and (holder.bases or holder.decorator_list):
        raise DoesNotApply("a class whose members mean something")


def _evaluated_before(parent: ast.AST, child: ast.AST) -> list[ast.AST]:
    if isinstance(parent, ast.Lambda):
        raise DoesNotApply("in a lambda")
    if isinstance(parent, (ast.comprehension, *COMPREHENSIONS)):
        if not isinstance(parent, ast.comprehension):
            first = parent.generators[0]
            if child is first and not isinstance(parent, ast.GeneratorExp):
                return []
        elif child is parent.iter:
            return []
        raise DoesNotApply("in a comprehension")
    if isinstance(parent, ast.BoolOp) and child is not parent.values[0]:
        raise DoesNotApply("not always computed")
    if isinstance(parent, ast.IfExp) and child is not parent.test:
        raise DoesNotApply("not always computed")
    if isinstance(parent, ast.Compare) and child not in (parent.left, parent.comparators[0]):
        raise DoesNotApply("not always computed")
    if isinstance(parent, ast.withitem):
        return []
    if isinstance(parent, ast.Dict):
        pairs = [each for pair in zip(parent.keys, parent.values, strict=True) for each in pair]
        known: list[ast.AST] = [each for each in pairs if each is not None]
        return known[: next(i for i, each in enumerate(known) if each is child)]
    if isinstance(parent, ast.keyword):
        return []
    if isinstance(parent, ast.IfExp):
        return []
    children = [
        each for each in ast.iter_child_nodes(parent) if isinstance(each, (ast.expr, ast.keyword))
    ]
    index = next((i for i, each in enumerate(children) if each is child), None)
    if index is None:
        raise DoesNotApply(f"inside {type(parent).__name__}")
    return [each.value if isinstance(each, ast.keyword) else each for each in children[:index]]


def _check_statement(draft: Draft, parent: ast.stmt, child: ast.AST) -> None:
    if isinstance(parent, ast.AugAssign) and child is parent.value:
        if isinstance(parent.target, ast.Name) and parent.target.id in local_names(
            parent, draft.parents
        ):
            return  # nobody else can change it meanwhile
        raise DoesNotApply("a variable is read before it")
    if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Return, ast.Raise)):
        first: list[ast.AST | None] = [getattr(parent, name, None) for name in ("value", "exc")]
        if child in first:
            return
    if isinstance(parent, (ast.If, ast.Assert)) and child is parent.test:
        return
    if isinstance(parent, ast.For) and child is parent.iter:
        return
    if isinstance(parent, (ast.With, ast.AsyncWith)) and child is parent.items[0]:
        return
    raise DoesNotApply(f"inside {type(parent).__name__}")
