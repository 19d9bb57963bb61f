"""The outputs of a template: one way through its tree, included templates and macros followed.

The page is walked in the order in which it is printed: from the outermost layout, with the blocks
of the templates below in their places, so that each output is judged where it really stands.
Branches are all taken; a loop is taken once.

Invariant: walking ends, within a number of steps and a depth; what was left out is a hole.

    {% extends "base.html" %}{% block body %}{{ x }}{% endblock %}
                                     ->   x at the place that base.html has for the block
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Final, final

from assay.models.templates import TemplateModels
from assay.program.limits import (
    TEMPLATE_CHAIN,
    TEMPLATE_DEPTH,
    TEMPLATE_OUTPUTS,
    TEMPLATE_STEPS,
)
from assay.program.templates.escaping import Judge
from assay.program.templates.scopes import Bound, Caller, Scope, State
from assay.program.templates.values import (
    Applied,
    Autoescape,
    Escaping,
    Flow,
    Flows,
    Output,
    union,
)
from assay.source.templates.expressions import (
    Attr,
    Const,
    Expr,
    Filtered,
    Invoke,
    Name,
    Parts,
)
from assay.source.templates.markup import Page
from assay.source.templates.tokens import Dialect
from assay.source.templates.tree import (
    Assign,
    Block,
    CallBlock,
    FilterBlock,
    For,
    Gap,
    If,
    ImportMacros,
    Include,
    Node,
    Print,
    Text,
    Tree,
    With,
)
from assay.source.templates.tree import Autoescape as AutoescapeBlock

_MOST_NESTED: Final = 100
_TOO_DEEP: Final = "templates nested too deeply"
_LOCAL: Final = frozenset(("loop", "forloop", "self", "super", "caller", "varargs", "kwargs"))
# Functions whose result is one of their arguments, or made of them.
_JOINING: Final = frozenset(("format", "join"))
_MARKING: Final = frozenset(("mark", "escape", "force-escape"))


class Loader(ABC):
    """Finds the templates that others name."""

    @abstractmethod
    def load(self, name: str, origin: Tree) -> Tree | None:
        """The template of a name, asked for by another one."""

    @abstractmethod
    def autoescape(self, tree: Tree) -> Autoescape:
        """How outputs of a template are escaped where none of its blocks says otherwise."""


@final
class Walk:
    """Collects the outputs of one template. `path` is that of the file, as reports print it."""

    __slots__ = (
        "_chain",
        "_judge",
        "_loader",
        "_models",
        "_nested",
        "_outputs",
        "_page",
        "_stack",
        "_steps",
        "holes",
    )

    def __init__(self, loader: Loader, models: TemplateModels, tree: Tree, is_markup: bool) -> None:
        self._loader: Final = loader
        self._models: Final = models
        self._judge: Final = Judge(models, tree.dialect, tree.path)
        self._page: Final = Page(is_markup)
        self._outputs: Final[dict[tuple[object, ...], Output]] = {}
        self._stack: Final[list[object]] = []  # included trees and macros that are being walked
        self._steps = 0
        self._nested = 0
        self._chain: Final[list[Tree]] = []  # the template and those that it fills
        self.holes: Final[dict[str, None]] = {}
        self._walk(tree)

    @property
    def outputs(self) -> tuple[Output, ...]:
        """In the order in which they were met."""
        return tuple(self._outputs.values())

    # From the layout down

    def _walk(self, tree: Tree) -> None:
        chain = self._chain
        chain.append(tree)
        scope = Scope(None)
        missing = False
        while len(chain) < TEMPLATE_CHAIN.most:
            extends = chain[-1].extends
            if extends is None:
                break
            above = self._load(extends.template, chain[-1], extends.line)
            if above is None or above in chain:
                missing = True
                break
            chain.append(above)
        for each in reversed(chain):
            self._define(each, scope, each is not chain[-1] or missing)
        outermost = chain[-1]
        state = State(outermost, scope, self._loader.autoescape(outermost), 0)
        if not missing:
            self._nodes(outermost.nodes, state)
            return
        done: set[str] = set()
        for each in chain:  # the layout is not in view: every block by itself, somewhere in a page
            for block in each.blocks.values():
                if block.name not in done and _is_outer(block, each):
                    done.add(block.name)
                    self._page.move_to(Page(self._page.is_markup))
                    self._page.is_certain = False
                    self._block(block, state)

    def _define(self, tree: Tree, scope: Scope, is_filled: bool) -> None:
        """The macros of a template, and what stands outside of the blocks of one that fills."""
        for macro in tree.macros.values():
            scope.macros[macro.name] = Bound(macro, tree, scope)
        if is_filled:
            state = State(tree, scope, self._loader.autoescape(tree), 0)
            for node in tree.nodes:
                if isinstance(node, (Assign, ImportMacros)):
                    self._node(node, state)

    def _load(self, template: Expr, origin: Tree, line: int) -> Tree | None:
        """The first template that an expression names and that is in view."""
        names = _names(template)
        for name in names:
            found = self._loader.load(name, origin)
            if found is not None:
                return found
        said = f"the template {names[0]}" if names else "a template whose name is computed"
        self.holes.setdefault(f"{said}, of {origin.path}:{line}")
        return None

    def _is_too_deep(self, state: State) -> bool:
        """Whether templates stand in each other deeper than is looked at, which leaves a hole."""
        if state.depth <= TEMPLATE_DEPTH.most:
            return False
        self.holes.setdefault(_TOO_DEEP)
        return True

    # Nodes

    def _nodes(self, nodes: list[Node], state: State) -> None:
        if self._nested > _MOST_NESTED:
            self.holes.setdefault(_TOO_DEEP)
            return
        self._nested += 1
        for node in nodes:
            self._steps += 1
            if self._steps > TEMPLATE_STEPS.most or len(self._outputs) > TEMPLATE_OUTPUTS.most:
                self.holes.setdefault("more parts of templates than are looked at")
                break
            self._node(node, state)
        self._nested -= 1

    def _node(self, node: Node, state: State) -> None:
        if isinstance(node, Text):
            self._steps += len(node.text) // 256
            self._page.feed(node.text)
        elif isinstance(node, Print):
            self._print(node.value, node, state)
        elif isinstance(node, Gap):
            self._page.output()
        elif isinstance(node, If):
            branches = node.branches if node.has_else else [*node.branches, []]
            self._branches(branches, state)
        elif isinstance(node, For):
            self._loop(node, state)
        elif isinstance(node, With):
            inner = state.inside()
            for name, value in zip(node.names, node.values, strict=True):
                inner.scope.flows[name] = self._flows(value, state, node.line)
            self._nodes(node.body, inner)
        elif isinstance(node, Assign):
            self._assign(node, state)
        elif isinstance(node, Block):
            self._block(node, state)
        elif isinstance(node, Include):
            self._include(node, state)
        elif isinstance(node, CallBlock):
            self._call_block(node, state)
        elif isinstance(node, ImportMacros):
            self._import(node, state)
        elif isinstance(node, FilterBlock):
            self._filter_block(node, state)
        elif isinstance(node, AutoescapeBlock):
            self._autoescape(node, state)
        # Macros are walked where they are called; `extends` was dealt with before.

    def _branches(self, branches: list[list[Node]], state: State) -> None:
        start = self._page.copy()
        ends: list[Page] = []
        outer, state.is_branch = state.is_branch, True
        for branch in branches:
            self._page.move_to(start)
            self._nodes(branch, state)
            ends.append(self._page.copy())
        state.is_branch = outer
        self._page.join(ends)

    def _loop(self, node: For, state: State) -> None:
        inner = state.inside()
        flows = tuple(flow.below("[]") for flow in self._flows(node.iterable, state, node.line))
        for name in node.targets:
            inner.scope.flows[name] = flows
        self._branches([node.body], inner)
        if node.orelse:
            self._branches([node.orelse], state)

    def _assign(self, node: Assign, state: State) -> None:
        flows = self._flows(node.value, state, node.line)
        if node.body:  # what a block prints is judged as text, and is marked afterwards
            outer = self._page.copy()
            self._page.move_to(Page(outer.is_markup))
            self._nodes(node.body, state.inside())
            self._page.move_to(outer)
            flows = ()
        for name in node.names:
            known = state.scope.find(name) if state.is_branch else None
            state.scope.flows[name] = flows if known is None else union(known, flows)

    def _autoescape(self, node: AutoescapeBlock, state: State) -> None:
        path, line = state.tree.path, node.line
        where = f"line {line}" if path == self._chain[0].path else f"{path}:{line}"
        if node.is_on is None:
            here = Autoescape(None, f"whether autoescape is on since {where}")
        else:
            here = Autoescape(node.is_on, "" if node.is_on else f"autoescape off since {where}")
        outer = state.autoescape
        state.autoescape = here
        if not node.is_open:
            self._nodes(node.body, state)
            state.autoescape = outer

    def _filter_block(self, node: FilterBlock, state: State) -> None:
        applied: list[Applied] = []
        here: Expr = node.filters
        while isinstance(here, Filtered):
            applied.insert(0, Applied(here.name, state.tree.path, node.line))
            here = here.value
        # What the block prints was escaped before: only what escapes once more counts.
        inner = State(
            state.tree,
            Scope(state.scope),
            state.autoescape,
            state.depth,
            state.blocks,
            (*state.filters, *(one for one in applied if self._escapes(one.name))),
        )
        self._nodes(node.body, inner)

    def _escapes(self, name: str) -> bool:
        row = self._models.filters.get((self._chain[0].dialect.value, name))
        return row is not None and row.effect in ("escape", "force-escape")

    # Other templates, blocks, macros

    def _block(self, node: Block, state: State) -> None:
        versions = [
            (tree.blocks[node.name], tree) for tree in self._chain if node.name in tree.blocks
        ]
        if not any(block is node for block, _ in versions):
            versions = [(node, state.tree)]  # a block of an included template
        self._version(tuple(versions), state)

    def _version(self, versions: tuple[tuple[Block, Tree], ...], state: State) -> None:
        block, tree = versions[0]
        if block in self._stack or self._is_too_deep(state):
            return
        same = tree is state.tree
        autoescape = state.autoescape if same else self._loader.autoescape(tree)
        scope = Scope(state.scope)
        inner = State(tree, scope, autoescape, state.depth + 1, versions[1:], state.filters)
        self._stack.append(block)
        self._nodes(block.body, inner)
        self._stack.pop()

    def _include(self, node: Include, state: State) -> None:
        tree = self._load(node.template, state.tree, node.line)
        if tree is None or self._stack.count(tree) > 1 or self._is_too_deep(state):
            self._page.output()
            return
        scope = Scope(None, True) if node.is_alone else Scope(state.scope)
        for name, value in zip(node.names, node.values, strict=True):
            scope.flows[name] = self._flows(value, state, node.line)
        for macro in tree.macros.values():
            scope.macros[macro.name] = Bound(macro, tree, scope)
        autoescape = self._loader.autoescape(tree)
        if tree.dialect is Dialect.DJANGO:  # the block round an include holds inside of it, too
            autoescape = state.autoescape
        self._stack.append(tree)
        self._nodes(tree.nodes, State(tree, scope, autoescape, state.depth + 1, (), state.filters))
        self._stack.pop()

    def _import(self, node: ImportMacros, state: State) -> None:
        tree = self._load(node.template, state.tree, node.line)
        if tree is None or self._is_too_deep(state):
            for _, here in node.names:  # no variables of the context, whatever they are
                state.scope.flows[here] = ()
            return
        scope = Scope(state.scope) if node.sees_context else Scope(None, True)
        module = {name: Bound(macro, tree, scope) for name, macro in tree.macros.items()}
        scope.macros.update(module)
        inner = State(tree, scope, self._loader.autoescape(tree), state.depth + 1)
        for each in tree.nodes:
            if isinstance(each, ImportMacros) and self._stack.count(tree) < 2:
                self._stack.append(tree)
                self._node(each, inner)
                self._stack.pop()
        for there, here in node.names:
            if not there:
                state.scope.imported[here] = module
            elif there in module:
                state.scope.macros[here] = module[there]
            else:
                state.scope.flows[here] = scope.find(there) or ()

    def _macro(self, bound: Bound, call: Invoke, state: State, caller: Caller | None) -> None:
        if self._stack.count(bound.macro) > 1 or self._is_too_deep(state):
            self._page.output()
            return
        scope = Scope(bound.scope)
        line = bound.macro.line
        given = list(bound.macro.parameters)
        for name in given:
            default = bound.macro.defaults.get(name)
            scope.flows[name] = () if default is None else self._flows(default, state, line)
        positional = [
            value for value, label in zip(call.args, call.labels, strict=True) if not label
        ]
        for name, value in zip(given, positional, strict=False):
            scope.flows[name] = self._flows(value, state, line)
        for value, label in zip(call.args, call.labels, strict=True):
            if label:
                scope.flows[label] = self._flows(value, state, line)
        scope.caller = caller
        inner = State(
            bound.tree,
            scope,
            self._loader.autoescape(bound.tree),
            state.depth + 1,
            (),
            state.filters,
        )
        self._stack.append(bound.macro)
        self._nodes(bound.macro.body, inner)
        self._stack.pop()

    def _call_block(self, node: CallBlock, state: State) -> None:
        call = node.call
        bound = state.scope.macro(call.function) if isinstance(call, Invoke) else None
        if bound is not None and isinstance(call, Invoke):
            self._macro(bound, call, state, Caller(node, state))
        else:
            self._page.output()
            self._nodes(node.body, state.inside())

    def _called_back(self, caller: Caller, call: Invoke, state: State) -> None:
        if self._stack.count(caller.block) > 1 or self._is_too_deep(state):
            return
        scope = Scope(caller.state.scope)
        for name, value in zip(caller.block.parameters, call.args, strict=False):
            scope.flows[name] = self._flows(value, state, caller.block.line)
        inner = caller.state.inside(scope, state.depth - caller.state.depth + 1)
        self._stack.append(caller.block)
        self._nodes(caller.block.body, inner)
        self._stack.pop()

    # Outputs

    def _print(self, value: Expr, node: Print, state: State) -> None:
        inner = value
        while isinstance(inner, Filtered):
            inner = inner.value
        if isinstance(value, Parts) and _has_call(value):
            for item in value.items:
                self._print(item, node, state)
            return
        if self._prints_block(inner, state):
            return
        context = self._page.output()
        for flow in self._flows(value, state, node.line):
            if state.filters:
                flow = Flow(flow.root, flow.path, (*flow.filters, *state.filters))
            escaping, reason = self._judge.judge(flow, context, state.autoescape, node.is_raw)
            output = Output(flow, context, state.tree.path, node.line, escaping, reason)
            known = self._outputs.get(output.key)
            if known is None or (
                known.escaping is not escaping and escaping is Escaping.NOT_ENOUGH
            ):
                self._outputs[output.key] = output

    def _prints_block(self, value: Expr, state: State) -> bool:
        """Whether an output is a macro, `caller()`, or the block that is replaced; walks it."""
        if isinstance(value, Attr):
            is_super = isinstance(value.owner, Name) and value.owner.name == "block"
            if not is_super or value.name != "super":
                return False
            self._super(state)
            return True
        if not isinstance(value, Invoke):
            return False
        bound = state.scope.macro(value.function)
        if bound is not None:
            self._macro(bound, value, state, None)
            return True
        if isinstance(value.function, Name):
            if value.function.name == "super":
                self._super(state)
                return True
            if value.function.name == "caller" and state.scope.caller is not None:
                self._called_back(state.scope.caller, value, state)
                return True
        return False

    def _super(self, state: State) -> None:
        if state.blocks:
            self._version(state.blocks, state)
        else:
            self._page.output()

    # Where values come from

    def _flows(self, value: Expr, state: State, line: int) -> Flows:
        """The variables of the context that are in a value, with what they passed."""
        if isinstance(value, Name):
            found = state.scope.find(value.name)
            if found is not None or value.name in _LOCAL or state.scope.macro(value) is not None:
                return found or ()
            return (Flow(value.name),)
        if isinstance(value, Attr):
            owner = self._flows(value.owner, state, line)
            return tuple(flow.below(value.name) for flow in owner)
        if isinstance(value, Filtered):
            return self._filtered(value, state, line)
        if isinstance(value, Parts):
            return self._parts(value, state, line)
        if isinstance(value, Invoke):
            return self._invoked(value, state, line)
        return ()

    def _invoked(self, value: Invoke, state: State, line: int) -> Flows:
        function = value.function
        dialect = self._chain[0].dialect
        if dialect is Dialect.TORNADO and value.args:
            name = _dotted(function)
            if ("tornado", name) in self._models.filters:
                applied = Applied(name, state.tree.path, line)
                return tuple(
                    flow.through(applied) for flow in self._flows(value.args[0], state, line)
                )
        if isinstance(function, Attr) and function.name in _JOINING:
            parts = Parts((function.owner, *value.args), True)
            return self._parts(parts, state, line)
        if isinstance(function, Name) and (
            function.name.startswith("{%") or function.name in self._models.functions
        ):
            return ()
        return tuple(flow.below("()") for flow in self._flows(function, state, line))

    def _filtered(self, value: Filtered, state: State, line: int) -> Flows:
        dialect = state.tree.dialect.value
        row = self._models.filters.get((dialect, value.name))
        flows = self._flows(value.value, state, line)
        if row is not None and row.flows:
            more: Flows = ()
            for arg in value.args:
                more = union(more, self._flows(arg, state, line))
            if value.name in _JOINING and self._is_marked(value.value, dialect):
                more = self._escaped(more, state, line)
            flows = union(flows, more)
        applied = Applied(value.name, state.tree.path, line)
        return tuple(flow.through(applied) for flow in flows)

    def _parts(self, value: Parts, state: State, line: int) -> Flows:
        dialect = state.tree.dialect.value
        marked = value.is_joined and any(self._is_marked(item, dialect) for item in value.items)
        found: Flows = ()
        for item in value.items:
            flows = self._flows(item, state, line)
            if marked and not self._is_marked(item, dialect):
                flows = self._escaped(flows, state, line)
            found = union(found, flows)
        return found

    def _escaped(self, flows: Flows, state: State, line: int) -> Flows:
        """Values that are put into a text that is marked as safe, which escapes them."""
        return tuple(flow.through(Applied("e", state.tree.path, line)) for flow in flows)

    def _is_marked(self, value: Expr, dialect: str) -> bool:
        """Whether a value is certainly marked as safe by a filter of its own."""
        while isinstance(value, Filtered):
            row = self._models.filters.get((dialect, value.name))
            if row is None:
                return False
            if row.effect in _MARKING:
                return True
            if row.effect != "keep":
                return False
            value = value.value
        return False


def _names(template: Expr) -> list[str]:
    """The names that an expression gives for a template, in order."""
    if isinstance(template, Const):
        return [template.text] if template.text else []
    if isinstance(template, Parts) and not template.is_joined:
        return [name for item in template.items for name in _names(item)][:8]
    if isinstance(template, Filtered) and template.name in ("default", "d"):
        return [name for item in template.args for name in _names(item)]
    return []


def _has_call(value: Parts) -> bool:
    """Whether one of several values may be a macro, or `super()`."""
    return any(
        isinstance(item, Invoke) and isinstance(item.function, (Name, Attr)) for item in value.items
    )


def _dotted(function: Expr) -> str:
    if isinstance(function, Attr):
        owner = _dotted(function.owner)
        return f"{owner}.{function.name}" if owner else ""
    return function.name if isinstance(function, Name) else ""


def _is_outer(block: Block, tree: Tree) -> bool:
    """Whether a block stands in no other one: those are printed with the one round them."""
    return any(node is block for node in _outside(tree.nodes, 0))


def _outside(nodes: list[Node], depth: int) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        found.append(node)
        if depth < TEMPLATE_DEPTH.most:
            if isinstance(node, If):
                for branch in node.branches:
                    found += _outside(branch, depth + 1)
            elif isinstance(node, (For, With, AutoescapeBlock)):
                found += _outside(node.body, depth + 1)
    return found
