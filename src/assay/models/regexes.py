"""Calls that take or use regular expressions: the rows of `regexes.toml`.

Invariant: every mode is one of `match`, `fullmatch` and `search`; a position is -1 where there is
none.

    >>> regex_rows().functions["re.sub"].subject
    2
"""

from __future__ import annotations

from functools import cache
from typing import Final, final

from assay.models.loader import Row, read

_FILE: Final = "regexes.toml"
_TABLES: Final = ("compile", "function", "method", "framework", "attribute", "subjects")
_MODES: Final = ("match", "fullmatch", "search")

RE: Final = "re"
"""The module `re`: an engine that backtracks, and that a witness is tried on."""

LINEAR: Final = "linear"
"""An engine that never backtracks."""

REGEX: Final = "regex"
"""The module `regex`: it backtracks in its own way, and stops after the `timeout` of a call."""

_ENGINES: Final = (RE, REGEX, LINEAR)


@final
class PatternCall:
    """A call that compiles a pattern, uses one, or both; `what` is who gives the subject."""

    __slots__ = ("callees", "engine", "flags", "limit", "mode", "pattern", "pattern_name",
                 "subject", "what")  # fmt: skip

    def __init__(self, row: Row, compiles: bool) -> None:
        self.callees: Final = row.texts("callees")
        self.engine: Final = row.text("engine", RE)
        self.pattern: Final = row.integer("pattern", 0)
        self.pattern_name: Final = row.text("pattern_name", "pattern")
        self.mode: Final = "" if compiles else row.one_of("mode", _MODES)
        self.subject: Final = -1 if compiles else row.integer("subject", 1)
        self.flags: Final = row.integer("flags", 1 if compiles else 2)
        self.what: Final = row.text("what", "")
        self.limit: Final = row.integer("limit", 0)


@final
class PatternMethod:
    """Methods of a compiled pattern."""

    __slots__ = ("mode", "names", "subject")

    def __init__(self, row: Row) -> None:
        self.names: Final = row.texts("names")
        self.mode: Final = row.one_of("mode", _MODES)
        self.subject: Final = row.integer("subject", 0)


@final
class PatternAttribute:
    """A class attribute that a framework takes for a pattern."""

    __slots__ = ("bases", "limit", "mode", "name", "what")

    def __init__(self, row: Row) -> None:
        self.bases: Final = frozenset(row.texts("bases"))
        self.name: Final = row.text("name")
        self.mode: Final = row.one_of("mode", _MODES)
        self.what: Final = row.text("what")
        self.limit: Final = row.integer("limit", 0)


@final
class SubjectWords:
    """Words about what a pattern is matched against; what each list is for is said in the file."""

    __slots__ = ("documents", "inside", "matched", "same", "texts", "types")

    def __init__(self, row: Row) -> None:
        self.same: Final = frozenset(row.texts("same"))
        self.matched: Final = frozenset(row.texts("matched"))
        self.documents: Final = frozenset(row.texts("outside_documents"))
        self.texts: Final = frozenset(row.texts("outside_texts"))
        self.types: Final = frozenset(row.texts("outside_types"))
        self.inside: Final = row.texts("inside")


@final
class RegexRows:
    """All rows, by the name that they are looked up with."""

    __slots__ = ("attributes", "compilers", "frameworks", "functions", "keys", "methods",
                 "subjects")  # fmt: skip

    def __init__(self) -> None:
        document = read(_FILE, _TABLES)
        self.compilers: Final = _by_callee(
            document.rows("compile", lambda row: PatternCall(row, True))
        )
        self.functions: Final = _by_callee(
            document.rows("function", lambda row: PatternCall(row, False))
        )
        methods = document.rows("method", PatternMethod)
        self.methods: Final = {name: each for each in methods for name in each.names}
        frameworks = document.rows("framework", lambda row: PatternCall(row, False))
        self.frameworks: Final[dict[str, list[PatternCall]]] = {}
        for each in frameworks:
            for callee in each.callees:
                self.frameworks.setdefault(callee, []).append(each)
        self.attributes: Final = document.rows("attribute", PatternAttribute)
        self.subjects: Final = document.table("subjects", SubjectWords)
        paths = (*self.compilers, *self.functions, *self.frameworks)
        names = [path.rpartition(".")[2] for path in paths]
        # The names that a call has to have to be worth a look.
        self.keys: Final = frozenset((*names, *self.methods))


def _by_callee(rows: tuple[PatternCall, ...]) -> dict[str, PatternCall]:
    return {callee: row for row in rows for callee in row.callees}


@cache
def regex_rows() -> RegexRows:
    """The rows that come with Assay, read once in a process. Raises ModelError."""
    return RegexRows()
