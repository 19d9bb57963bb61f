"""The regular expressions of a file: their text, how they are used, and on what.

    EMAIL = re.compile(r"...")             one expression; its uses are the calls below
    EMAIL.match(address)                   match, on `address`
    re.sub(r"\\s+$", "", line)              an expression and its only use

An expression that is compiled in another module and used here is there too, placed at its first
use.
Invariant: expressions come in the order of the text, and each use belongs to one of them.
"""

from __future__ import annotations

import ast
import re
from typing import Final, final

from assay.domains.assembled import NotConstantError, assembled
from assay.domains.bindings import Bound, origin_of
from assay.ir.function import CLASS
from assay.ir.ops import Attr, Binary, Call, Const, Inplace, Load, Located, Op, SetAttr, Store
from assay.models.regexes import RE, PatternCall, RegexRows, regex_rows
from assay.program.facts import FileFacts, FunctionFacts

_FLAGS: Final = {f"re.{name}": int(flag) for name, flag in re.RegexFlag.__members__.items()} | {
    f"regex.{name}": int(flag) for name, flag in re.RegexFlag.__members__.items()
}
_DEEPEST: Final = 12


@final
class Use:
    """One place where an expression is tried: how, and on what.

    `subject` is a temporary of `function`, -1 when a framework gives it, who is then in `what`.
    """

    __slots__ = ("at", "function", "limit", "mode", "op", "subject", "what")

    def __init__(
        self,
        function: FunctionFacts,
        op: Op | None,
        at: Located,
        mode: str,
        subject: int,
        what: str,
        limit: int,
    ) -> None:
        self.function: Final = function
        self.op: Final = op
        self.at: Final = at
        self.mode: Final = mode
        self.subject: Final = subject
        self.what: Final = what
        self.limit: Final = limit


@final
class Expression:
    """One regular expression of the file.

    `text` is None when it is not constant, and `hole` names what is missing. `at` is where the text
    is put together when that is in this file, else the call. `home` is the path of another file
    that compiles it, else "".
    """

    __slots__ = ("at", "engine", "flags", "function", "hole", "home", "is_sample", "name", "text",
                 "uses")  # fmt: skip

    def __init__(
        self, function: FunctionFacts, at: Located, engine: str, name: str, home: str
    ) -> None:
        self.function: Final = function
        self.at: Final = at
        self.engine: Final = engine
        self.name: Final = name  # of the variable that holds it, "" when there is none
        self.home: Final = home
        self.text: str | bytes | None = None
        self.flags = 0
        self.hole = ""
        self.is_sample = False
        self.uses: Final[list[Use]] = []


def expressions(facts: FileFacts) -> list[Expression]:
    """The expressions of a file, in the order of the text."""
    rows = regex_rows()
    finder = _Finder(facts, rows)
    for function in facts.functions:
        if function.ir.over_budget:
            continue
        for site in function.calls_of(rows.keys):
            finder.call(function, site.op)
        if function.ir.kind == CLASS:
            finder.class_body(function)
    return finder.found()


@final
class _Finder:
    """Collects expressions and their uses."""

    __slots__ = ("_by_call", "_facts", "_found", "_imports_regexes", "_places", "_rows")

    def __init__(self, facts: FileFacts, rows: RegexRows) -> None:
        self._facts: Final = facts
        self._rows: Final = rows
        self._found: Final[list[Expression]] = []
        self._by_call: Final[dict[int, Expression]] = {}
        self._places: Final[set[tuple[int, int, int]]] = set()
        self._imports_regexes: Final = not facts.mentioned.isdisjoint(("re", "regex"))

    def found(self) -> list[Expression]:
        self._found.sort(key=lambda each: (each.at.lineno, each.at.col_offset))
        return self._found

    def call(self, function: FunctionFacts, op: Call) -> None:
        path = function.callee(op)
        row = self._rows.compilers.get(path)
        if row is not None:
            self._compiled(function, op, row)
            return
        row = self._rows.functions.get(path)
        if row is not None:
            self._used_at_once(function, op, row)
            return
        for framework in self._rows.frameworks.get(path, ()):
            self._framework(function, op, framework)
        callee = function.definitions[op.callee]
        if isinstance(callee, Attr) and callee.name in self._rows.methods:
            if not self._imports_regexes and callee.name in ("split", "sub"):
                return  # of a string, nearly always
            self._method(function, callee, op)

    def class_body(self, body: FunctionFacts) -> None:
        """Patterns that a framework takes from an attribute of a class."""
        rows = [row for row in self._rows.attributes if body.stores(row.name)]
        node = body.ir.node
        if not rows or not isinstance(node, ast.ClassDef):
            return
        cls = self._facts.module.class_of(node)
        if cls is None:
            return
        bases = frozenset(cls.all_external_bases())
        for row in rows:
            stores = body.stores(row.name)
            if not row.bases.isdisjoint(bases) and len(stores) == 1:
                made = self._of_value(body, stores[0].value, RE)
                if made is not None:
                    made.uses.append(Use(body, None, made.at, row.mode, -1, row.what, row.limit))

    def _of_value(self, function: FunctionFacts, temp: int, engine: str) -> Expression | None:
        """The expression behind a value: compiled, or a text."""
        call = self._compiling(function, temp)
        if call is not None:
            return self._compiled(*call)
        return self._new(function, temp, -1, engine, None)

    def _compiling(
        self, function: FunctionFacts, temp: int
    ) -> tuple[FunctionFacts, Call, PatternCall] | None:
        """The call that compiles an expression, when a value is the result of one."""
        home, origin = origin_of(function, temp)
        op = home.definitions[origin]
        row = self._rows.compilers.get(home.callee(op)) if isinstance(op, Call) else None
        return (home, op, row) if isinstance(op, Call) and row is not None else None

    def _compiled(self, function: FunctionFacts, op: Call, row: PatternCall) -> Expression | None:
        known = self._by_call.get(id(op))
        if known is not None:
            return known
        pattern = function.argument(op, row.pattern, row.pattern_name)
        if pattern is None:
            return None
        flags = function.argument(op, row.flags, "flags")
        inner = self._inner(function, pattern)
        if inner is not None:
            self._by_call[id(op)] = inner
            return inner
        made = self._new(function, pattern, -1 if flags is None else flags, row.engine, op)
        self._by_call[id(op)] = made
        return made

    def _inner(self, function: FunctionFacts, temp: int) -> Expression | None:
        """The expression when what is given is compiled already."""
        call = self._compiling(function, temp)
        return None if call is None else self._compiled(*call)

    def _used_at_once(self, function: FunctionFacts, op: Call, row: PatternCall) -> None:
        pattern = function.argument(op, row.pattern, row.pattern_name)
        if pattern is None:
            return
        made = self._inner(function, pattern)
        if made is None:
            flags = function.argument(op, row.flags, "flags")
            made = self._new(function, pattern, -1 if flags is None else flags, row.engine, op)
        self._use(function, op, made, row.mode, function.argument(op, row.subject, "string"))

    def _framework(self, function: FunctionFacts, op: Call, row: PatternCall) -> None:
        pattern = function.argument(op, row.pattern, row.pattern_name)
        if pattern is None:
            return
        made = self._of_value(function, pattern, row.engine)
        if made is not None:
            made.uses.append(Use(function, op, op.at, row.mode, -1, row.what, row.limit))

    def _method(self, function: FunctionFacts, callee: Attr, op: Call) -> None:
        home, origin = origin_of(function, callee.owner)
        made_by = home.definitions[origin]
        if isinstance(made_by, Load) and not home.stores(made_by.name):
            given = home.default(made_by.name)  # `def find(text, _pattern=PATTERN)`
            if given is not None:
                home, origin = origin_of(*given)
                made_by = home.definitions[origin]
        if not isinstance(made_by, Call):
            return
        row = self._rows.compilers.get(home.callee(made_by))
        if row is None:
            return
        method = self._rows.methods[callee.name]
        if home.file is self._facts:
            made = self._compiled(home, made_by, row)
        else:
            made = self._imported(function, op, (home, origin), made_by, row)
        if made is not None:
            subject = function.argument(op, method.subject, "string")
            self._use(function, op, made, method.mode, subject)

    def _imported(
        self, function: FunctionFacts, op: Call, origin: Bound, made_by: Call, row: PatternCall
    ) -> Expression | None:
        known = self._by_call.get(id(made_by))
        if known is not None:
            return known
        home = origin[0]
        pattern = home.argument(made_by, row.pattern, row.pattern_name)
        if pattern is None:
            return None
        flags = home.argument(made_by, row.flags, "flags")
        made = Expression(
            function, op.at, row.engine, _name_of(function, op), home.file.source.path
        )
        self._read(made, home, pattern, -1 if flags is None else flags)
        self._by_call[id(made_by)] = made
        self._found.append(made)
        return made

    def _use(
        self,
        function: FunctionFacts,
        op: Call,
        made: Expression,
        mode: str,
        subject: int | None,
    ) -> None:
        key = (op.at.lineno, op.at.col_offset, op.at.end_col_offset or 0)
        if key in self._places:
            return  # a `finally` body stands in the graph several times
        self._places.add(key)
        made.uses.append(Use(function, op, op.at, mode, -1 if subject is None else subject, "", 0))

    def _new(
        self, function: FunctionFacts, pattern: int, flags: int, engine: str, call: Call | None
    ) -> Expression:
        home, origin = origin_of(function, pattern)
        made_by = home.definitions[origin]
        at: Located
        if (
            home.file is self._facts
            and made_by is not None
            and (home, origin) != (function, pattern)
        ):
            at = made_by.at
        elif call is not None:
            at = call.at
        else:
            definition = function.definitions[pattern]
            assert definition is not None
            at = definition.at
        made = Expression(function, at, engine, "", "")
        self._read(made, function, pattern, flags)
        self._found.append(made)
        return made

    def _read(self, made: Expression, function: FunctionFacts, pattern: int, flags: int) -> None:
        try:
            known = assembled(function, pattern)
            made.flags = 0 if flags < 0 else flags_of(function, flags, 0)
        except NotConstantError as error:
            made.hole = str(error)
            return
        made.text = known.text
        made.is_sample = known.is_sample


def flags_of(function: FunctionFacts, temp: int, depth: int) -> int:
    """The flags that a temporary holds. Raises NotConstantError."""
    known = _FLAGS.get(function.qualified(temp))
    if known is not None:
        return known
    home, origin = origin_of(function, temp)
    op = home.definitions[origin]
    if isinstance(op, Const) and isinstance(op.value, int):
        return int(op.value)
    if isinstance(op, (Binary, Inplace)) and op.operator in ("|", "+") and depth < _DEEPEST:
        return flags_of(home, op.left, depth + 1) | flags_of(home, op.right, depth + 1)
    known = _FLAGS.get(home.qualified(origin))
    if known is None:
        raise NotConstantError(function.spelled(temp))
    return known


def holder_of(expression: Expression) -> str:
    """The variable or attribute that holds a compiled expression, "" when there is none."""
    function = expression.function
    if expression.name:
        return expression.name
    for site in function.sites():
        op = site.op
        if isinstance(op, (Store, SetAttr)):
            made = function.definitions[op.value]
            if made is not None and made.at is expression.at:
                return op.name
    return ""


def _name_of(function: FunctionFacts, op: Call) -> str:
    callee = function.definitions[op.callee]
    return function.spelled(callee.owner) if isinstance(callee, Attr) else ""
