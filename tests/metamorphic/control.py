"""Operators on the way of control: conditions, early ways out, `match`, handlers, error classes.

    if ready:                 ->      if not ready:
        start()                           pass
                                      else:
                                          start()

They rewrite all of the function that a spot is in, once for all its spots.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from metamorphic.draft import DoesNotApply, Draft, Spot, expression, statements
from metamorphic.scopes import BUILTINS, bound, bound_by, local_names, own_nodes

_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def _once(draft: Draft, spot: Spot, key: str, rewrite: Callable[[ast.AST], int]) -> None:
    """Rewrites the region of a spot unless that is done; raises when nothing was changed there."""
    region = _function(draft, spot)
    if (key, region) not in draft.memory:
        draft.memory[key, region] = rewrite(region) > 0
    if not draft.memory[key, region]:
        raise DoesNotApply("there is none")


def _function(draft: Draft, spot: Spot) -> ast.AST:
    """The innermost function round a spot, or its statement of the module."""
    if isinstance(spot.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return spot.node
    return draft.function_of(spot.node) or draft.top_of(spot.node)


def _nodes(region: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a region, the outer ones first, without those of functions inside it.

    These are regions of their own: what is turned round twice is as it was.
    """
    yield region
    for child in ast.iter_child_nodes(region):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _nodes(child)


def opposite(test: ast.expr) -> ast.expr:
    """What is true when a condition is not."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        kind = _OPPOSITE.get(type(test.ops[0]))
        if kind is not None:
            return ast.Compare(test.left, [kind()], test.comparators)
    return ast.UnaryOp(ast.Not(), test)


def conditions_inverted(draft: Draft, spot: Spot) -> None:
    """Each `if` of the function asks the opposite, with its branches exchanged."""

    def rewrite(region: ast.AST) -> int:
        count = 0
        for node in list(_nodes(region)):
            if isinstance(node, ast.If):
                node.test = opposite(node.test)
                node.body, node.orelse = node.orelse or [ast.Pass()], node.body
            elif isinstance(node, ast.IfExp):
                node.test = opposite(node.test)
                node.body, node.orelse = node.orelse, node.body
            else:
                continue
            count += 1
            draft.adopt(node)
        return count

    _once(draft, spot, "inverted", rewrite)


def _blocks(region: ast.AST) -> list[tuple[ast.AST, list[ast.stmt]]]:
    """The blocks of statements of a region, with what holds them."""
    found: list[tuple[ast.AST, list[ast.stmt]]] = []
    for node in _nodes(region):
        for name in ("body", "orelse", "finalbody"):
            block: object = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                found.append((node, block))
    return found


def _leaves(block: Sequence[ast.stmt]) -> bool:
    """Whether a block does not run into what follows it."""
    return isinstance(block[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break))


def early_return(draft: Draft, spot: Spot) -> None:
    """What comes last under a condition comes after an early way out, and the other way round.

    A function without conditions gets a parameter that lets it return at once, which nobody gives.
    """

    def rewrite(region: ast.AST) -> int:
        count = 0
        for holder, block in reversed(_blocks(region)):  # the inner ones first
            last = block[-1]
            if isinstance(last, ast.If) and not last.orelse and not _leaves(last.body):
                out = _way_out(holder, block)
                if out is not None:
                    rest = last.body
                    last.test, last.body = opposite(last.test), [out]
                    block += rest
                    count += 1
            elif isinstance(last, ast.If) and last.orelse and _leaves(last.body):
                block += last.orelse
                last.orelse = []
                count += 1
            else:
                for index, each in enumerate(block[:-1]):
                    if isinstance(each, ast.If) and not each.orelse and _leaves(each.body):
                        each.orelse = block[index + 1 :]
                        del block[index + 1 :]
                        draft.adopt(each)
                        count += 1
                        break
            draft.adopt(holder)
        return count or _returns_when_asked(draft, region)

    _once(draft, spot, "early", rewrite)


def _returns_when_asked(draft: Draft, function: ast.AST) -> int:
    """Adds a parameter and a return to a function; 0 where that would be seen."""
    if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return 0
    if function.decorator_list:
        return 0
    name = draft.fresh("skipped")
    function.args.kwonlyargs.append(ast.arg(name))
    function.args.kw_defaults.append(ast.Constant(False))
    index = 1 if ast.get_docstring(function) is not None and len(function.body) > 1 else 0
    function.body[index:index] = statements(f"if {name}:\n    return")
    draft.adopt(function)
    return 1


def _way_out(holder: ast.AST, block: list[ast.stmt]) -> ast.stmt | None:
    """The statement that does what reaching the end of a block does."""
    if isinstance(holder, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return ast.Return(None)
    if isinstance(holder, (ast.For, ast.AsyncFor, ast.While)) and holder.body is block:
        return ast.Continue()
    return None


def conditions_matched(draft: Draft, spot: Spot) -> None:
    """Each `if` of the function becomes a `match`."""

    def rewrite(region: ast.AST) -> int:
        count = 0
        for _, block in reversed(_blocks(region)):
            for index, node in enumerate(block):
                if isinstance(node, ast.If):
                    new = _matched(draft, node)
                    block[index] = new
                    draft.parents[new] = draft.parents[node]
                    draft.adopt(new)
                    draft.take_over(node, new)
                    count += 1
        return count

    _once(draft, spot, "matched", rewrite)


def _matched(draft: Draft, node: ast.If) -> ast.Match:
    test = node.test
    subject, pattern = expression("bool(TEST)", TEST=test), ast.MatchSingleton(True)
    made: ast.pattern = pattern
    if (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.Eq)
        and len(test.ops) == 1
        and isinstance(test.comparators[0], ast.Constant)
        and isinstance(test.comparators[0].value, (str, int))
        and not isinstance(test.comparators[0].value, bool)
    ):
        subject, made = test.left, ast.MatchValue(test.comparators[0])
    elif (
        isinstance(test, ast.Call)
        and isinstance(test.func, ast.Name)
        and test.func.id == "isinstance"
        and isinstance(test.args[1], (ast.Name, ast.Attribute))
        and ast.unparse(test.args[1]).rpartition(".")[2][:1].isupper()
    ):
        subject, made = test.args[0], ast.MatchClass(test.args[1], [], [], [])
    elif isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is) and len(test.ops) == 1:
        against = test.comparators[0]
        if isinstance(against, ast.Constant) and against.value is None:
            subject, made = test.left, ast.MatchSingleton(None)
    cases = [ast.match_case(made, None, node.body)]
    if node.orelse:
        cases.append(ast.match_case(ast.MatchAs(), None, node.orelse))
    return ast.Match(subject, cases)


def handlers_in_functions(draft: Draft, spot: Spot) -> None:
    """What each clause of the function does stands in a function of its own."""

    def rewrite(region: ast.AST) -> int:
        return sum(
            _handler_moved(draft, node)
            for node in list(_nodes(region))
            if isinstance(node, ast.ExceptHandler)
        )

    if isinstance(spot.node, ast.ExceptHandler):
        key = ("handlers", _function(draft, spot))
        before = draft.memory.get(key)
        if before is None:
            draft.memory[key] = rewrite(_function(draft, spot)) > 0
        if ("handler", spot.node) not in draft.memory:
            raise DoesNotApply("the clause decides where control goes")
        call = spot.node.body[-1]
        spot.places.append(call)
        name = ast.unparse(call).removeprefix("return ").partition("(")[0].removeprefix("await ")
        for node in ast.walk(draft.tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == name:
                spot.made.append(node)
        return
    _once(draft, spot, "handlers", rewrite)


def _handler_moved(draft: Draft, handler: ast.ExceptHandler) -> int:
    """Moves the body of one clause into a function in front of the `try`; how many were moved."""
    body = handler.body
    for node in (part for each in body for part in ast.walk(each)):
        if isinstance(node, (ast.Break, ast.Continue, ast.Yield, ast.YieldFrom, ast.Global)):
            return 0
        if isinstance(node, (ast.Nonlocal, ast.NamedExpr, ast.FunctionDef, ast.Lambda)):
            return 0
        if isinstance(node, ast.Name) and node.id in ("super", "locals", "__class__"):
            return 0
        if isinstance(node, ast.Return) and node is not body[-1]:
            return 0
    has_await = any(
        isinstance(part, (ast.Await, ast.AsyncFor, ast.AsyncWith))
        for each in body
        for part in ast.walk(each)
    )
    statement = draft.statement_of(handler)
    if any(isinstance(each, ast.ClassDef) for each in [draft.parents[statement]]):
        return 0
    function = draft.function_of(handler)
    assigned = {name for each in body for part in ast.walk(each) for name in bound_by(part)}
    declared = ""
    if assigned:
        holder: ast.AST = function if function is not None else draft.tree
        elsewhere = _bound_outside(holder, handler)
        if not assigned <= elsewhere:
            return 0
        if function is not None and not assigned <= bound(function):
            return 0  # global or nonlocal already
        declared = f"    {'nonlocal' if function is not None else 'global'} "
        declared += ", ".join(sorted(assigned)) + "\n"
    name = draft.fresh("failed")
    given = handler.name or ""
    word = "async " if has_await else ""
    definition = statements(f"{word}def {name}({given}):\n{declared}    pass\n")[0]
    assert isinstance(definition, (ast.FunctionDef, ast.AsyncFunctionDef))
    definition.body[-1:] = body
    call: ast.expr = expression(f"{name}({given})")
    call = ast.Await(call) if has_await else call
    is_answer = isinstance(body[-1], ast.Return)
    handler.body = [ast.Return(call) if is_answer else ast.Expr(call)]
    draft.adopt(handler)
    draft.before(statement, [definition])
    draft.memory["handler", handler] = True
    return 1


def _bound_outside(holder: ast.AST, handler: ast.ExceptHandler) -> set[str]:
    """The names that a scope binds outside a clause."""
    inside = set(ast.walk(handler))
    found: set[str] = set()
    if isinstance(holder, (ast.FunctionDef, ast.AsyncFunctionDef)):
        found |= bound(holder) & {
            each.arg for each in ast.walk(holder.args) if isinstance(each, ast.arg)
        }
    for node in own_nodes(holder):
        if node not in inside:
            found.update(bound_by(node))
    return found


def errors_in_constant(draft: Draft, spot: Spot) -> None:
    """The errors of each clause are a tuple that the module names."""

    def rewrite(region: ast.AST) -> int:
        return sum(
            _errors_named(draft, node, in_tuple=True)
            for node in list(_nodes(region))
            if isinstance(node, ast.ExceptHandler)
        )

    _once(draft, spot, "errors", rewrite)
    _require_own(draft, spot)


def errors_aliased(draft: Draft, spot: Spot) -> None:
    """Each class of errors of a clause has another name, or comes from `builtins`."""

    def rewrite(region: ast.AST) -> int:
        return sum(
            _errors_named(draft, node, in_tuple=False)
            for node in list(_nodes(region))
            if isinstance(node, ast.ExceptHandler)
        )

    _once(draft, spot, "errors", rewrite)
    _require_own(draft, spot)


def _require_own(draft: Draft, spot: Spot) -> None:
    if isinstance(spot.node, ast.ExceptHandler) and ("named", spot.node) not in draft.memory:
        raise DoesNotApply("its errors have no names of the module")


def _errors_named(draft: Draft, handler: ast.ExceptHandler, in_tuple: bool) -> int:
    """Names the classes of one clause in front of the module's statement; how many were."""
    kind = handler.type
    if kind is None:
        kind = ast.Name("BaseException", ast.Load())  # what a bare clause means
    classes = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    if isinstance(draft.parents[handler], ast.TryStar) and in_tuple:
        return 0
    names = {part.id for each in classes for part in ast.walk(each) if isinstance(part, ast.Name)}
    if not all(isinstance(each, (ast.Name, ast.Attribute)) for each in classes):
        return 0
    if names & local_names(handler, draft.parents) or not _are_early(draft, handler, names):
        return 0
    top = draft.top_of(handler)
    draft.memory["named", handler] = True
    if in_tuple:
        name = draft.fresh("ERRORS")
        whole = ast.Tuple(list(classes), ast.Load())
        draft.before(top, [ast.Assign([ast.Name(name, ast.Store())], whole)])
        handler.type = ast.Name(name, ast.Load())
        draft.adopt(handler)
        return 1
    new: list[ast.expr] = []
    for each in classes:
        if isinstance(each, ast.Name) and each.id in BUILTINS and handler.type is not None:
            draft.need("import builtins")
            new.append(expression(f"builtins.{each.id}"))
        else:
            name = draft.fresh("Failure")
            draft.before(top, [ast.Assign([ast.Name(name, ast.Store())], each)])
            new.append(ast.Name(name, ast.Load()))
    handler.type = ast.Tuple(new, ast.Load()) if isinstance(kind, ast.Tuple) else new[0]
    draft.adopt(handler)
    return 1


def _are_early(draft: Draft, node: ast.AST, names: set[str]) -> bool:
    """Whether names have their meaning in front of the module's statement."""
    known: set[str] = set()
    for statement in draft.tree.body:
        if statement is draft.top_of(node):
            break
        known.update(name for part in ast.walk(statement) for name in bound_by(part))
    return names <= known | (BUILTINS - bound(draft.tree))
