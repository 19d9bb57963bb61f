"""Operators that carry a value through something: containers, objects, generators, patterns.

    stream = open(path)       ->      held_1 = [open(path)]
                                      stream = held_1[0]

What is carried is the result of a spot's call, or, for a call that matters for what it is given,
the argument.
"""

from __future__ import annotations

import ast

from metamorphic.boundaries import take_out
from metamorphic.draft import DoesNotApply, Draft, Spot, expression, statements
from metamorphic.scopes import COMPREHENSIONS
from metamorphic.subjects import hoisted_from, movable, require_free_block, subject, value


def _held(draft: Draft, spot: Spot, build: str, take: str) -> None:
    """Keeps a value in a local container; in the expression itself where it cannot be before it.

    `build` has VALUE, `take` has HELD.
    """
    whole = value(draft, spot)
    try:
        statement = hoisted_from(draft, whole)
    except DoesNotApply:
        draft.replace(whole, expression(take, HELD=expression(build, VALUE=whole)))
        return
    name = draft.fresh("held")
    draft.replace(whole, expression(take, HELD=ast.Name(name, ast.Load())))
    new = statements(f"{name} = {build}", VALUE=whole)
    draft.before(statement, new)
    spot.places += new


def in_tuple(draft: Draft, spot: Spot) -> None:
    """A pair, which an assignment takes apart."""
    whole = value(draft, spot)
    parent = draft.parents[whole]
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        target = parent.targets[0]
        require_free_block(draft, parent)
        if isinstance(target, (ast.Name, ast.Attribute)):
            rest = ast.Name(draft.fresh("rest"), ast.Store())
            parent.targets = [ast.Tuple([target, rest], ast.Store())]
            parent.value = ast.Tuple([whole, ast.Constant(None)], ast.Load())
            draft.adopt(parent)
            return
    try:
        statement = hoisted_from(draft, whole)
    except DoesNotApply:
        draft.replace(whole, expression("(VALUE, None)[0]", VALUE=whole))
        return
    name, rest_name = draft.fresh("held"), draft.fresh("rest")
    draft.replace(whole, ast.Name(name, ast.Load()))
    new = statements(f"{name}, {rest_name} = (VALUE, None)", VALUE=whole)
    draft.before(statement, new)
    spot.places += new


def in_list(draft: Draft, spot: Spot) -> None:
    """A list, and its element."""
    _held(draft, spot, "[VALUE]", "HELD[0]")


def in_dict(draft: Draft, spot: Spot) -> None:
    """A dict, and its entry."""
    _held(draft, spot, "{'made': VALUE}", "HELD['made']")


def in_attribute(draft: Draft, spot: Spot) -> None:
    """An object of a small class, and its attribute."""
    value(draft, spot)
    name = draft.fresh("Holder")
    text = f"class {name}:\n    def __init__(self, made):\n        self.made = made\n"
    draft.define(spot, statements(text))
    _held(draft, spot, f"{name}(VALUE)", "HELD.made")


_OWNER = """
class {name}:
    def __init__(self, held):
        self.held = held

    def close(self):
        self.held.close()

    def __enter__(self):
        return self.held.__enter__()

    def __exit__(self, *details):
        return self.held.__exit__(*details)
"""
_ASYNC_OWNER = """
class {name}:
    def __init__(self, held):
        self.held = held

    async def close(self):
        await self.held.close()

    async def __aenter__(self):
        return await self.held.__aenter__()

    async def __aexit__(self, *details):
        return await self.held.__aexit__(*details)
"""


def in_own_owner(draft: Draft, spot: Spot) -> None:
    """An own class that holds it, with `close` and `__enter__`; a `with` enters that class."""
    whole = subject(draft, spot)
    item = draft.parents[whole]
    name = draft.fresh("Owner")
    is_entered = isinstance(item, ast.withitem)
    if not is_entered and not isinstance(whole, (ast.Call, ast.Await)):
        raise DoesNotApply("nothing is made")
    is_async = is_entered and isinstance(draft.parents[item], ast.AsyncWith)
    draft.define(spot, statements((_ASYNC_OWNER if is_async else _OWNER).format(name=name)))
    if is_entered:
        draft.replace(whole, expression(f"{name}(VALUE)", VALUE=whole))
    else:
        _held(draft, spot, f"{name}(VALUE)", "HELD.held")


def in_pair_of_helper(draft: Draft, spot: Spot) -> None:
    """A helper gives a pair, of which one is taken."""
    whole = subject(draft, spot)
    moved = movable(draft, whole)
    parent = draft.parents[whole]
    if isinstance(parent, ast.Assign):
        require_free_block(draft, parent)
    template = "{async}def {name}({parameters}):\n    {imports}\n    return (WHOLE, None)\n"
    taken = take_out(draft, whole, moved, template, draft.fresh("made"))
    targets = parent.targets if isinstance(parent, ast.Assign) else []
    if len(targets) == 1 and isinstance(targets[0], (ast.Name, ast.Attribute)):
        assert isinstance(parent, ast.Assign)
        rest = ast.Name(draft.fresh("rest"), ast.Store())
        parent.targets = [ast.Tuple([targets[0], rest], ast.Store())]
        draft.adopt(parent)
    else:
        draft.replace(taken.call, expression("PAIR[0]", PAIR=taken.call))
    draft.define(spot, taken.definitions)


def by_generator(draft: Draft, spot: Spot) -> None:
    """The first value of a generator."""
    whole = subject(draft, spot)
    moved = movable(draft, whole)
    for part in ast.walk(whole):
        if isinstance(part, ast.Name) and part.id in ("next", "StopIteration"):
            raise DoesNotApply("it may end an iteration")
    template = "{async}def {name}({parameters}):\n    {imports}\n    yield WHOLE\n"
    call = "{name}({parameters})"
    call = f"anext({call})" if moved.has_await else f"next({call})"
    taken = take_out(draft, whole, moved, template, draft.fresh("made"), call=call)
    draft.define(spot, taken.definitions)


def by_context_manager(draft: Draft, spot: Spot) -> None:
    """A context manager of `contextlib` gives it; it enters and leaves what a `with` did."""
    whole = subject(draft, spot)
    moved = movable(draft, whole)
    item = draft.parents[whole]
    name = draft.fresh("made")
    if isinstance(item, ast.withitem):
        statement = draft.parents[item]
        is_async = isinstance(statement, ast.AsyncWith)
        kind = "asynccontextmanager" if is_async else "contextmanager"
        template = (
            f"@contextlib.{kind}\n"
            f"{'async ' if is_async else ''}def {{name}}({{parameters}}):\n    {{imports}}\n"
            f"    {'async ' if is_async else ''}with WHOLE as entered:\n        yield entered\n"
        )
        if moved.has_await:
            raise DoesNotApply("what is entered is awaited")
        draft.need("import contextlib")
        draft.define(spot, take_out(draft, whole, moved, template, name).definitions)
        return
    statement = hoisted_from(draft, whole)
    if moved.has_await:
        raise DoesNotApply("it is awaited")
    if isinstance(statement, (ast.Return, ast.Raise)) and draft.function_of(statement) is None:
        raise DoesNotApply("outside a function")
    draft.need("import contextlib")
    template = (
        "@contextlib.contextmanager\ndef {name}({parameters}):\n    {imports}\n    yield WHOLE\n"
    )
    held = draft.fresh("held")
    taken = take_out(draft, whole, moved, template, name)
    draft.replace(taken.call, ast.Name(held, ast.Load()))
    around = statements(f"with TAKEN as {held}:\n    pass", TAKEN=taken.call)
    _wrap(draft, statement, around[0])
    spot.places += around
    draft.define(spot, taken.definitions)


def by_walrus(draft: Draft, spot: Spot) -> None:
    """An assignment expression; an assigned name moves into its first use."""
    whole = value(draft, spot)
    _require_nameable(draft, whole)
    parent = draft.parents[whole]
    if not (
        isinstance(parent, ast.Assign)
        and len(parent.targets) == 1
        and isinstance(target := parent.targets[0], ast.Name)
    ):
        draft.replace(whole, ast.NamedExpr(ast.Name(draft.fresh("named"), ast.Store()), whole))
        return
    named = ast.NamedExpr(ast.Name(target.id, ast.Store()), whole)
    block = draft.block_of(parent)
    index = block.index(parent)
    use = _first_use(draft, block[index + 1], target.id) if index + 1 < len(block) else None
    if use is None:
        draft.exchange(parent, [new := ast.Expr(named)])
        draft.take_over(parent, new)
        return
    following = block[index + 1]
    draft.replace(use, named)
    if parent in draft.comments:
        kept = draft.comments.pop(parent)
        if following in draft.comments:
            draft.comments[following].above[:0] = [*kept.above, *kept.behind]
        else:
            draft.comments[following] = kept
    block.pop(index)
    draft.take_over(parent, following)


def _first_use(draft: Draft, statement: ast.stmt, name: str) -> ast.Name | None:
    """The load of a name that is the first thing that a statement does."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.While)):
        return None
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            try:
                if hoisted_from(draft, node) is statement:
                    _require_nameable(draft, node)
                    return node
            except DoesNotApply:
                return None
            return None
    return None


def _require_nameable(draft: Draft, node: ast.expr) -> None:
    for each in draft.ancestors(node):
        if isinstance(each, (ast.comprehension, ast.Lambda)):
            raise DoesNotApply("in a comprehension or lambda")
        if isinstance(each, COMPREHENSIONS):
            raise DoesNotApply("in a comprehension or lambda")
        if isinstance(each, ast.ClassDef):
            raise DoesNotApply("in the body of a class")
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return


def by_match(draft: Draft, spot: Spot) -> None:
    """A `match` whose only case captures it."""
    whole = value(draft, spot)
    statement = hoisted_from(draft, whole)
    name = draft.fresh("held")
    draft.replace(whole, ast.Name(name, ast.Load()))
    around = statements(f"match SUBJECT:\n    case {name}:\n        pass", SUBJECT=whole)
    _wrap(draft, statement, around[0])
    spot.places += around


def _wrap(draft: Draft, statement: ast.stmt, around: ast.stmt) -> None:
    """Puts a statement into the body of a `with` or of the case of a `match`."""
    inner = around.cases[0] if isinstance(around, ast.Match) else around
    assert isinstance(inner, (ast.match_case, ast.With))
    inner.body = [statement]
    draft.exchange(statement, [around])
