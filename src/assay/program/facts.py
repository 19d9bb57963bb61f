"""What checkers see of a file and of its functions: sites by kind, names, and quoted evidence.

A checker never walks a tree or a graph to find its sites. It asks for the calls, handlers,
literals or comments of a file; each list is made in one pass and shared by all checkers.

    for site in function.calls:
        if function.callee(site.op) == "tempfile.mktemp": ...
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final, final

from assay.ir.function import CLASS, FunctionIR
from assay.ir.ops import (
    CELL,
    GLOBAL,
    LOCAL,
    NAME,
    NO_TEMP,
    Attr,
    Await,
    Call,
    Const,
    Copy,
    Element,
    Enter,
    Import,
    ImportFrom,
    Item,
    Load,
    Located,
    MakeFunction,
    Op,
    SetAttr,
    Store,
)
from assay.ledger.identity import form_digest, near_digest
from assay.ledger.observation import Evidence, EvidenceRole, Observation, Step, Verdict
from assay.ledger.rule import Confidence, Rule, Severity
from assay.program.containers import Puts
from assay.program.declarations import Declarations, body_of
from assay.program.literals import Literal, literals_of
from assay.program.narrowing import tested
from assay.source.describe import Description
from assay.source.file import SourceFile
from assay.source.span import Span

if TYPE_CHECKING:
    from assay.program.classes import ClassInfo
    from assay.program.modules import Module
    from assay.program.program import Program


@final
class Site:
    """An operation and where it stands in its function's graph."""

    __slots__ = ("block", "index", "op")

    def __init__(self, block: int, index: int, op: Op) -> None:
        self.block: Final = block
        self.index: Final = index
        self.op: Final = op


@final
class CallSite:
    """A call and where it stands in its function's graph."""

    __slots__ = ("block", "index", "op")

    def __init__(self, block: int, index: int, op: Call) -> None:
        self.block: Final = block
        self.index: Final = index
        self.op: Final = op


@final
class FunctionFacts:
    """One function, with its operations by kind and the meaning of its temporaries."""

    __slots__ = (
        "_attribute_stores",
        "_attributes",
        "_called",
        "_declarations",
        "_joins",
        "_names",
        "_narrowed",
        "_put",
        "_stores",
        "calls",
        "children",
        "definitions",
        "enters",
        "file",
        "ir",
        "parent",
        "texts",
    )

    def __init__(self, file: FileFacts, ir: FunctionIR, parent: FunctionFacts | None) -> None:
        self.file: Final = file
        self.ir: Final = ir
        self.parent: Final = parent
        self.children: Final[list[FunctionFacts]] = []  # in the order of `ir.children`
        self.calls: Final[list[CallSite]] = []
        self.enters: Final[list[Enter]] = []  # the context managers of its `with` statements
        self.texts: Final[list[Const]] = []  # its string and bytes literals
        self.definitions: Final[list[Op | None]] = [None] * ir.temp_count
        self._stores: dict[str, list[Store]] = {}
        self._attributes: dict[str, list[int]] = {}
        self._attribute_stores: list[SetAttr] = []
        self._declarations: Declarations | None = None
        self._joins: dict[int, list[int]] = {}  # what each `Copy` brings to where branches meet
        self._narrowed: dict[int, int] | None = None
        self._put: Puts | None = None
        self._names: dict[int, str] = {}
        mentioned = file.mentioned
        self._called: dict[str, list[int]] | None = None  # calls by name and keyword, on demand
        for block in ir.blocks:
            for index, op in enumerate(block.ops):
                if op.dest >= 0:
                    self.definitions[op.dest] = op
                # The most frequent operations first: every operation of a run passes here.
                if isinstance(op, (Load, Attr)):
                    mentioned.add(op.name)
                elif isinstance(op, Const):
                    value = op.value
                    if isinstance(value, str):
                        self.texts.append(op)
                        if len(value) <= _LONGEST_NAME:
                            mentioned.add(value)
                    elif isinstance(value, bytes):
                        self.texts.append(op)
                elif isinstance(op, Call):
                    self.calls.append(CallSite(block.ident, index, op))
                    mentioned.update(op.labels)
                elif isinstance(op, Store):
                    self._stores.setdefault(op.name, []).append(op)
                    mentioned.add(op.name)
                elif isinstance(op, Enter):
                    self.enters.append(op)
                elif isinstance(op, Copy):
                    self._joins.setdefault(op.dest, []).append(op.value)
                elif isinstance(op, SetAttr):
                    self._attributes.setdefault(op.name, []).append(op.value)
                    self._attribute_stores.append(op)
                    mentioned.add(op.name)
                elif isinstance(op, ImportFrom):
                    mentioned.add(op.name)
                elif isinstance(op, Import):
                    mentioned.update(op.module.split("."))

    def release(self) -> None:
        """Gives up the contents; the name stays."""
        body_of(self.ir.node).clear()
        for contents in (self.ir.blocks, self.ir.regions, self.ir.children, self.definitions):
            contents.clear()
        for found in (self.children, self.calls, self.enters, self.texts, self._attribute_stores):
            found.clear()
        self._stores.clear()
        self._attributes.clear()
        self._joins.clear()
        self._declarations = None
        self._narrowed = None
        self._put = None
        self._called = None

    @property
    def qualname(self) -> str:
        """As `__qualname__`; `""` for the module."""
        return self.ir.qualname

    @property
    def key(self) -> str:
        """What tells the function from all others of the program."""
        return f"{self.file.source.path}:{self.ir.qualname or '<module>'}:{self.ir.first_line}"

    @property
    def owner(self) -> ClassInfo | None:
        """The class whose body defines the function; None for any other function."""
        if self.parent is None or self.parent.ir.kind != CLASS:
            return None
        node = self.parent.ir.node
        return self.file.module.class_of(node) if isinstance(node, ast.ClassDef) else None

    def attribute_stores(self) -> list[SetAttr]:
        """Every assignment to an attribute, in the order of the blocks."""
        return self._attribute_stores

    def annotation(self, name: str) -> ast.expr | None:
        """The annotation with which the function declares a variable, None when it does not."""
        return self._declared().names.get(name)

    def attribute_annotation(self, op: SetAttr) -> ast.expr | None:
        """The annotation of an assignment to an attribute."""
        return self._declared().targets.get(id(op.at))

    def _declared(self) -> Declarations:
        if self._declarations is None:
            self._declarations = Declarations(self.ir.node)
        return self._declarations

    def default(self, name: str) -> tuple[FunctionFacts, int] | None:
        """The default of a parameter: the function that computes it, and the temporary there."""
        parent = self.parent
        if parent is None or self not in parent.children:
            return None
        number = parent.children.index(self)
        for op in parent.definitions:
            if isinstance(op, MakeFunction) and op.child == number:
                if name in op.keyword_names:
                    return parent, op.keyword_defaults[op.keyword_names.index(name)]
                parameters = self.ir.parameters
                positional = (*parameters.positional_only, *parameters.positional)
                if name in positional:
                    place = positional.index(name) - len(positional) + len(op.defaults)
                    return (parent, op.defaults[place]) if place >= 0 else None
        return None

    def narrowed(self, temp: int) -> int:
        """The classes that `isinstance` has told a read variable to be of; NO_TEMP for none."""
        if self._narrowed is None:
            self._narrowed = tested(self)
        return self._narrowed.get(temp, NO_TEMP)

    def puts(self) -> Puts:
        """What it puts into containers."""
        if self._put is None:
            self._put = Puts(self)
        return self._put

    def joined(self, temp: int) -> list[int]:
        """The temporaries that a `Copy` brings together, itself not among them."""
        return self._joins.get(temp, [])

    def sites(self) -> Iterator[Site]:
        """Every operation, block by block."""
        for block in self.ir.blocks:
            for index, op in enumerate(block.ops):
                yield Site(block.ident, index, op)

    def stores(self, name: str) -> list[Store]:
        """Every assignment to a variable in this function, by its name there."""
        return self._stores.get(name, [])

    def all_stores(self) -> list[Store]:
        """Every assignment to a variable in this function, those to one variable in their order."""
        return [op for stores in self._stores.values() for op in stores]

    def attributes(self, name: str) -> list[int]:
        """The temporaries that are stored under an attribute of this name, of whatever object."""
        return self._attributes.get(name, [])

    def calls_of(self, keys: frozenset[str]) -> list[CallSite]:
        """The calls whose callee has one of these last names, in the order of `calls`.

        A key `timeout=` stands for every call that gives a keyword `timeout`. A callee that is
        imported under another name counts under both.
        """
        if not self.calls or not self.file.may_call(keys):
            return []
        if self._called is None:
            self._called = {}
            for index, site in enumerate(self.calls):
                for key in self._keys_of(site.op):
                    self._called.setdefault(key, []).append(index)
        called = self._called
        if len(keys) > len(called):
            hit = [called[key] for key in called if key in keys]
        else:
            hit = [called[key] for key in keys if key in called]
        if not hit:
            return []
        return [self.calls[index] for index in sorted({each for part in hit for each in part})]

    def _keys_of(self, op: Call) -> list[str]:
        callee = self.definitions[op.callee]
        keys: list[str] = []
        if op.labels:
            keys += [f"{label}=" for label in op.labels if label and label[0] != "*"]
        if isinstance(callee, Attr):
            keys.append(callee.name)
        elif isinstance(callee, Load):
            keys.append(callee.name)
            origin = self.variable(callee.scope, callee.name).rpartition(".")[2]
            if origin and origin != callee.name:
                keys.append(origin)
        return keys

    # Names

    def callee(self, op: Call) -> str:
        """The dotted path of what is called (see `program.names`); `""` when it is not known."""
        return self.qualified(op.callee)

    def called_name(self, op: Call) -> str:
        """The last name of what is called, as its import says it; `""` when it has none."""
        callee = self.definitions[op.callee]
        if isinstance(callee, Attr):
            return callee.name
        if isinstance(callee, Load):
            imported = self.file.names.imports.get(callee.name)
            return callee.name if imported is None else imported.target.rpartition(".")[2]
        return ""

    def qualified(self, temp: int) -> str:
        """The dotted path that a temporary's value has; `""` when it is not known.

        A variable counts when it has one assignment, of something known. The result of a call has
        its callee's path with `()`: `open("f").read` is `open().read`.
        """
        known = self._names.get(temp)
        if known is None:
            self._names[temp] = ""  # cuts cycles: a variable that is assigned from itself
            known = self._qualify(temp)
            self._names[temp] = known
        return known

    def _qualify(self, temp: int) -> str:
        op = self.definitions[temp]
        if isinstance(op, Attr):
            owner = self.qualified(op.owner)
            return f"{owner}.{op.name}" if owner else ""
        if isinstance(op, Load):
            return self.variable(op.scope, op.name)
        if isinstance(op, Call):
            callee = self.qualified(op.callee)
            return f"{callee}()" if callee else ""
        if isinstance(op, Await):
            return self.qualified(op.value)
        if isinstance(op, Copy):  # `a if c else b` is known when both are, and are the same
            paths = dict.fromkeys(self.qualified(value) for value in self._joins[temp])
            return next(iter(paths)) if len(paths) == 1 else ""
        if isinstance(op, Enter):
            return self.qualified(op.manager)
        if isinstance(op, Import):
            return op.module if op.names else op.module.partition(".")[0]
        if isinstance(op, ImportFrom):
            module = self.definitions[op.module]
            if isinstance(module, Import):
                prefix = "." * module.level + module.module
                joint = "" if not prefix or prefix.endswith(".") else "."
                return f"{prefix}{joint}{op.name}"
        return ""

    def variable(self, scope: str, name: str) -> str:
        """The dotted path of a variable's value; `""` when it is not known."""
        if scope == GLOBAL or (scope == NAME and name not in self._stores):
            return self.file.names.resolve(name)
        if scope in (LOCAL, NAME):
            found = self._stores.get(name, [])
            if name in self.ir.parameters.names() or not found:
                return ""
            paths = dict.fromkeys(self.qualified(store.value) for store in found)
            return next(iter(paths)) if len(paths) == 1 else ""
        if scope == CELL and self.parent is not None and name in self.ir.free:
            owner = self.parent
            kind = CELL if name in owner.ir.free or name in owner.ir.cells else LOCAL
            return (
                owner.owned(name)
                if kind == CELL and name in owner.ir.cells
                else (owner.variable(kind, name))
            )
        if scope == CELL:
            return self.owned(name)
        return ""

    def owned(self, name: str) -> str:
        """The dotted path of a cell variable that this function owns."""
        found = self._stores.get(name, [])
        if name in self.ir.parameters.names() or len(found) != 1:
            return ""
        return self.qualified(found[0].value)

    def spelled(self, temp: int) -> str:
        """How the source spells a value, as far as it is names, attributes and calls.

        `self.api.get_flavors()` for the result of that call, `?` for anything else.
        """
        op = self.definitions[temp]
        if isinstance(op, Attr):
            return f"{self.spelled(op.owner)}.{op.name}"
        if isinstance(op, Load):
            return op.name
        if isinstance(op, Call):
            return f"{self.spelled(op.callee)}()"
        if isinstance(op, Item):
            return f"{self.spelled(op.owner)}[]"
        if isinstance(op, (Await, Element)):
            return self.spelled(op.value)
        if isinstance(op, Copy):
            spelled = dict.fromkeys(self.spelled(value) for value in self._joins[temp])
            return next(iter(spelled)) if len(spelled) == 1 else "?"
        if isinstance(op, Enter):
            return self.spelled(op.manager)
        return "?"

    def constant(self, temp: int) -> Const | None:
        """The literal that a temporary holds, through variables with one assignment."""
        op = self.definitions[temp]
        if isinstance(op, Const):
            return op
        if isinstance(op, Load) and op.scope == LOCAL:
            found = self.stores(op.name)
            if len(found) == 1 and op.name not in self.ir.parameters.names():
                value = self.definitions[found[0].value]
                return value if isinstance(value, Const) else None
        return None

    def argument(self, op: Call, position: int, keyword: str) -> int | None:
        """The temporary of an argument, given by position (from 0; -1 for none) or by keyword.

        None when the call does not give it, or may give it through `*` or `**`.
        """
        if not op.labels:
            return op.args[position] if 0 <= position < len(op.args) else None
        for index, (temp, label) in enumerate(zip(op.args, op.labels, strict=True)):
            if label == "*":
                break
            if label == "" and index == position:
                return temp
        for temp, label in zip(op.args, op.labels, strict=True):
            if keyword and label == keyword:
                return temp
        return None


_LONGEST_NAME: Final = 80
"""Characters of a string literal up to which it may be a name: a key, an attribute."""


@final
class FileFacts:
    """One file: source, description, names, functions; and the making of observations.

    `mentioned` holds every name that the code of the file loads, stores, takes as an attribute,
    imports or gives as a keyword, and every short string: a rule whose names are not among these
    has no site in the file, and need not look.
    """

    __slots__ = (
        "_by_node",
        "_calls_by_name",
        "_handed_around",
        "_literals",
        "_may_call",
        "_spans",
        "functions",
        "mentioned",
        "module",
        "names",
        "source",
    )

    def __init__(self, source: SourceFile, body: FunctionIR, module: Module) -> None:
        self.source: Final = source
        self.module: Final = module  # its place in the program
        self.names: Final = module.names
        self.mentioned: Final[set[str]] = set()
        self._may_call: Final[dict[frozenset[str], bool]] = {}
        self.functions: Final[list[FunctionFacts]] = []  # the module's own body is the first
        self._by_node: dict[int, FunctionFacts] = {}
        self._calls_by_name: dict[str, list[tuple[FunctionFacts, Call]]] | None = None
        self._handed_around: set[str] = set()
        self._literals: list[Literal] | None = None
        self._spans: list[tuple[int, int, FunctionFacts]] | None = None
        self._add(body, None)

    @property
    def program(self) -> Program:
        """The other files in view."""
        return self.module.program

    @property
    def description(self) -> Description:
        """What the file is; found out when first asked for."""
        return self.module.description

    def _add(self, ir: FunctionIR, parent: FunctionFacts | None) -> FunctionFacts:
        facts = FunctionFacts(self, ir, parent)
        self.functions.append(facts)
        if ir.node is not None:
            self._by_node.setdefault(id(ir.node), facts)
        for child in ir.children:
            facts.children.append(self._add(child, facts))
        return facts

    def release(self) -> None:
        """Gives up the contents, also of functions that remembered answers have for a key."""
        self.source.is_released = True
        for function in self.functions:
            function.release()
        self.functions.clear()
        self._by_node.clear()
        self._calls_by_name = None
        self._literals = None
        self._spans = None

    def literals(self) -> list[Literal]:
        """The string and bytes literals, once each, in the order of functions and blocks."""
        if self._literals is None:
            self._literals = literals_of(self.functions)
        return self._literals

    def calls_named(self, name: str) -> list[tuple[FunctionFacts, Call]]:
        """The calls of something that is spelled `name` or `anything.name`."""
        return self._named_calls().get(name, [])

    def is_handed_around(self, name: str) -> bool:
        """Whether something of that name is used as a value, and not only called."""
        self._named_calls()
        return name in self._handed_around

    def _named_calls(self) -> dict[str, list[tuple[FunctionFacts, Call]]]:
        if self._calls_by_name is None:
            found: dict[str, list[tuple[FunctionFacts, Call]]] = {}
            for function in self.functions:
                called: set[int] = set()
                for site in function.calls:
                    callee = function.definitions[site.op.callee]
                    if isinstance(callee, (Attr, Load)):
                        called.add(site.op.callee)
                        found.setdefault(callee.name, []).append((function, site.op))
                for op in function.definitions:
                    if isinstance(op, (Attr, Load)) and op.dest not in called:
                        self._handed_around.add(op.name)
            self._calls_by_name = found
        return self._calls_by_name

    def may_call(self, keys: frozenset[str]) -> bool:
        """Whether the file mentions any of the keys that `FunctionFacts.calls_of` knows."""
        known = self._may_call.get(keys)
        if known is None:
            known = not self.mentioned.isdisjoint(_names_of(keys))
            self._may_call[keys] = known
        return known

    def count_calls(self) -> int:
        """Call expressions; a `finally` body that stands in the graph twice counts once."""
        calls: set[int] = set()
        for function in self.functions:
            for site in function.calls:
                if isinstance(site.op.at, ast.Call):
                    calls.add(id(site.op.at))
        return len(calls)

    def function_of(self, node: ast.AST) -> FunctionFacts | None:
        """The function that a definition, lambda or class body has become."""
        return self._by_node.get(id(node))

    # Observations

    def evidence(self, role: EvidenceRole, first_line: int, last_line: int) -> Evidence:
        """Lines of the file as evidence; 1-based, inclusive."""
        text = self.source.quote(first_line, last_line)
        return Evidence(self.source.path, first_line, last_line, role, text)

    def guard(self, line: int) -> tuple[Evidence, ...]:
        """The line of a guard as evidence; none when the line is 0."""
        return (self.evidence(EvidenceRole.GUARD, line, line),) if line else ()

    def step(self, at: Located | int, message: str) -> Step:
        """One step of a trace."""
        line = at if isinstance(at, int) else at.lineno
        return Step(self.source.path, line, message)

    def observation(
        self,
        rule: Rule,
        verdict: Verdict,
        at: Located,
        function: str,
        message: str,
        *,
        evidence: tuple[Evidence, ...] = (),
        trace: tuple[Step, ...] = (),
        missing: tuple[str, ...] = (),
        remedy: str = "",
        confidence: Confidence | None = None,
        severity: Severity | None = None,
        source: str = "",
    ) -> Observation:
        """An observation at a place of the file. `source` is the kind of data that reaches it.

        The site's own lines are put before the evidence given, unless a SITE is among it or the
        site is clean.
        Confidence and severity are the rule's unless given.
        """
        end_line = at.end_lineno or at.lineno
        end_column = at.end_col_offset or at.col_offset
        identity = ""
        around: tuple[str, ...] = ()
        if verdict is not Verdict.CLEAN:  # clean sites are many, and are only counted
            place = self.source.statements.at(Span(at.lineno, at.col_offset, end_line, end_column))
            identity = form_digest(place.form)
            around = tuple([near_digest(form) for form in place.around])
            if not any(item.role is EvidenceRole.SITE for item in evidence):
                site = self.evidence(EvidenceRole.SITE, at.lineno, end_line)
                evidence = (site, *evidence)
        return Observation(
            rule=rule,
            verdict=verdict,
            path=self.source.path,
            line=at.lineno,
            column=self.source.column(at.lineno, at.col_offset),
            end_line=end_line,
            end_column=self.source.column(end_line, end_column),
            function=function,
            message=message,
            severity=severity or rule.severity,
            confidence=confidence or rule.precision,
            evidence=evidence,
            trace=trace,
            missing=missing,
            remedy=remedy,
            identity=identity,
            around=around,
            source=source,
        )

    def enclosing(self, line: int) -> FunctionFacts:
        """The innermost function, class body or module that a line lies in."""
        if self._spans is None:
            self._spans = []
            for function in self.functions[1:]:
                node = function.ir.node
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                    last = node.end_lineno or node.lineno
                    self._spans.append((function.ir.first_line, last, function))
        best = self.functions[0]
        start = best.ir.first_line
        for first, last, function in self._spans:
            if start <= first <= line <= last:
                best, start = function, first
        return best


@cache
def _names_of(keys: frozenset[str]) -> frozenset[str]:
    """What a file must mention for one of the keys of `FunctionFacts.calls_of`."""
    return frozenset([key.removesuffix("=") for key in keys])
