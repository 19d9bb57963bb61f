"""Rows about outside data: sources, entry points, sinks, sanitisers, guards; `flows/*.toml`.

Everything is named by its dotted path. A call adds `()`, and an instance of a class is the class
called: `flask.Request().args`, `sqlite3.Connection().execute`. `[[alias]]` says that one path is
another: `flask.request` is `flask.Request()`.

    [[sink]]
    rule = "sql-injection"
    context = "sql"
    calls = ["sqlite3.Cursor().execute"]
    arguments = ["0 sql"]           # position and keyword; `*` for all, `self` for the receiver
    what = "SQL statement"

Invariant: a row that cannot be used is a ModelError, and every table has one meaning.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Final, final

from assay.frozen import frozen
from assay.models.loader import ModelError, Row, read
from assay.models.outside import KINDS, REMOTE, OutsideData

_TABLES: Final = (
    "source",
    "entry",
    "alias",
    "sink",
    "sanitizer",
    "guard",
    "clean",
    "parameter",
    "stops",
    "option",
    "passes",
)
_MOST_ALIASES: Final = 6
PASSES: Final = ("number", "same", "all", "decoded", "encoded")
_FOLDER: Final = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flows")


@frozen
class Source:
    """Reading one of these paths gives outside data."""

    paths: tuple[str, ...]
    kind: str
    what: str
    tokens: frozenset[str]


@frozen
class Entry:
    """Functions that others call with outside data.

    A function is one by its decorator (a path, or its last name in a file that imports one of
    `imports`), as a method of a class below one of `bases` (`*Servicer` is any ending,
    `resolve_*` any beginning), by its own name, or by the names of its first parameters
    (`signature`, with a base when there are `bases`). `skip` parameters
    at the front are no data, `types` says what some are: `request=django.http.HttpRequest()`.
    `returns` is the context of what it returns, "" for none. `route` is how routes write their
    variable parts when one ends at a slash: `<converter:name>` (angle), `<name:filter>`
    (angle-after) or `{name:converter}` (brace); "" when nothing is known.
    """

    decorators: tuple[str, ...]
    decorator_names: tuple[str, ...]
    imports: tuple[str, ...]
    bases: tuple[str, ...]
    methods: tuple[str, ...]
    functions: tuple[str, ...]
    parameters: tuple[str, ...]
    signature: tuple[str, ...]
    skip: int
    types: tuple[str, ...]
    returns: str
    route: str
    kind: str
    what: str


@frozen
class Parameter:
    """A parameter that is known by its name, in a file that imports one of `imports`."""

    names: tuple[str, ...]
    imports: tuple[str, ...]
    path: str
    first: bool


@frozen
class Sink:
    """A call, or an assignment to an item or attribute (`stores`), that data must not reach.

    `methods` are last names of calls on receivers that are not known and are spelled with one of
    `receivers` (any when empty), in files that import one of `imports` (any when empty). `when`
    are conditions on other arguments: `shell=True`, `Loader!=yaml.SafeLoader`, `missing Loader`.
    `looks` is a regular expression that the constant text of the argument has to match, or of the
    index of a store; `\\0` stands for what is not constant.
    """

    rule: str
    context: str
    calls: tuple[str, ...]
    stores: tuple[str, ...]
    methods: tuple[str, ...]
    receivers: tuple[str, ...]
    imports: tuple[str, ...]
    arguments: tuple[str, ...]
    when: tuple[str, ...]
    looks: str
    what: str
    any_data: bool  # a finding whatever the data is
    formatted: bool  # a finding when a parameter is put into a constant text
    handled: str
    depends: str  # what is never in view and decides; a finding is unseen then
    quiet: bool  # another rule asks for it: a use of it alone is no reason to look at a function


def plain_sink(rule: str, context: str, what: str, arguments: tuple[str, ...] = ()) -> Sink:
    """A sink that no row of a file describes: it is found by other means than its name."""
    return Sink(
        rule=rule,
        context=context,
        calls=(),
        stores=(),
        methods=(),
        receivers=(),
        imports=(),
        arguments=arguments,
        when=(),
        looks="",
        what=what,
        any_data=False,
        formatted=False,
        handled="",
        depends="",
        quiet=False,
    )


@frozen
class Sanitizer:
    """The result of these calls is argument `argument` with less in it."""

    calls: tuple[str, ...]
    methods: tuple[str, ...]
    argument: str
    tokens: frozenset[str]
    absent: str
    when: tuple[str, ...]


@frozen
class Guard:
    """A call that tests its argument: true means that it passed, or (`raises`) returning at all."""

    calls: tuple[str, ...]
    methods: tuple[str, ...]
    argument: str
    tokens: frozenset[str]
    raises: bool
    when: tuple[str, ...]


@frozen
class Option:
    """A call that sets an option of what it makes, or of its receiver (`on_self`)."""

    calls: tuple[str, ...]
    when: tuple[str, ...]
    sets: str
    on_self: bool


@frozen
class Clean:
    """Calls, and attributes, whose result carries nothing of what it is made from."""

    calls: tuple[str, ...]
    methods: tuple[str, ...]


def _source(row: Row) -> Source:
    kind = row.one_of("kind", KINDS)
    return Source(row.texts("paths"), kind, row.text("what"), frozenset(row.texts("tokens")))


def _entry(row: Row) -> Entry:
    return Entry(
        row.texts("decorators"),
        row.texts("decorator_names"),
        row.texts("imports"),
        row.texts("bases"),
        row.texts("methods"),
        row.texts("functions"),
        row.texts("parameters"),
        row.texts("signature"),
        row.integer("skip", 0),
        row.texts("types"),
        row.text("returns", ""),
        row.text("route", ""),
        row.one_of("kind", KINDS),
        row.text("what"),
    )


def _parameter(row: Row) -> Parameter:
    return Parameter(
        row.texts("names"), row.texts("imports"), row.text("path"), row.flag("first", False)
    )


def _sink(row: Row) -> Sink:
    return Sink(
        row.text("rule"),
        row.text("context"),
        row.texts("calls"),
        row.texts("stores"),
        row.texts("methods"),
        row.texts("receivers"),
        row.texts("imports"),
        row.texts("arguments"),
        row.texts("when"),
        row.text("looks", ""),
        row.text("what"),
        row.flag("any_data", False),
        row.flag("formatted", False),
        row.text("handled", ""),
        row.text("depends", ""),
        row.flag("quiet", False),
    )


def _sanitizer(row: Row) -> Sanitizer:
    return Sanitizer(
        row.texts("calls"),
        row.texts("methods"),
        row.text("argument", "0"),
        frozenset(row.texts("tokens")),
        row.text("absent", ""),
        row.texts("when"),
    )


def _guard(row: Row) -> Guard:
    return Guard(
        row.texts("calls"),
        row.texts("methods"),
        row.text("argument", "0"),
        frozenset(row.texts("tokens")),
        row.flag("raises", False),
        row.texts("when"),
    )


def _clean(row: Row) -> Clean:
    return Clean(row.texts("calls"), row.texts("methods"))


def _option(row: Row) -> Option:
    return Option(
        row.texts("calls"), row.texts("when"), row.text("sets"), row.flag("on_self", False)
    )


def _passes(row: Row) -> tuple[tuple[str, ...], str]:
    return row.texts("calls"), row.one_of("how", PASSES)


def _alias(row: Row) -> tuple[tuple[str, ...], str]:
    return row.texts("paths"), row.text("path")


def _once(known: bool, path: str, name: str) -> None:
    if known:
        raise ModelError(f"{name}: two rows for `{path}`")


def _holder(path: str) -> str:
    """What a path is called on, read from, or an item of; "" for a name."""
    return path[:-2] if path.endswith(("()", "[]")) else path.rpartition(".")[0]


def _add_root(roots: dict[str, set[str]], path: str) -> None:
    """Notes under the last name of a path where it starts; `""` for a builtin."""
    first, dot, _ = path.partition(".")
    roots.setdefault(path.rpartition(".")[2], set()).add(first if dot else "")


@final
class EntryNames:
    """Names without which a function is no entry point: of it, its decorators, its parameters."""

    def __init__(self, entries: list[Entry]) -> None:
        names = [
            name
            for entry in entries
            for names in (entry.decorator_names, entry.methods, entry.functions)
            for name in names
        ]
        self.exact: Final = frozenset(names)
        self.beginnings: Final = tuple(name[:-1] for name in names if name.endswith("*"))
        self.parameters: Final = frozenset(
            entry.signature[0] for entry in entries if entry.signature
        )
        self.web: Final = frozenset(  # packages that a file which serves requests imports
            root for entry in entries if entry.kind in REMOTE for root in entry.imports
        )


@final
class TaintModels:
    """All rows that count in a run, found by path or by last name."""

    def __init__(self, outside: OutsideData) -> None:
        self.outside: Final = outside
        self.sources: dict[str, Source] = {}
        self.aliases: dict[str, str] = {}
        self.entries: list[Entry] = []
        self.entry_names = EntryNames([])
        self.parameters: list[Parameter] = []
        self.sinks: dict[str, list[Sink]] = {}
        self.store_sinks: dict[str, list[Sink]] = {}
        self.method_sinks: dict[str, list[Sink]] = {}
        self.sanitizers: dict[str, list[Sanitizer]] = {}
        self.method_sanitizers: dict[str, list[Sanitizer]] = {}
        self.guards: dict[str, list[Guard]] = {}
        self.method_guards: dict[str, list[Guard]] = {}
        self.passes: dict[str, str] = {}
        self.options: dict[str, list[Option]] = {}
        self.stops: set[str] = set()  # calls that never return
        self.clean: set[str] = set()
        self.clean_methods: set[str] = set()
        self.roots: set[str] = set()  # every path that some row starts with
        # The last names of what is a sink, with the packages that such a path starts with.
        self.sink_roots: dict[str, set[str]] = {}
        # The same for what is assigned to, and the names by which a file speaks of it.
        self.store_roots: set[str] = set()
        self.store_names: set[str] = set()
        self.trusted: dict[str, Source] = {}  # sources of kinds that do not count in this run
        self._by_name: dict[str, list[Sink]] = {}

    def add(self, name: str) -> None:
        """Takes in one file of rows."""
        document = read(name, _TABLES)
        for source in document.rows("source", _source):
            if not self.outside.counts(source.kind):
                for path in source.paths:
                    self.trusted.setdefault(path, source)
                continue
            for path in source.paths:
                _once(path in self.sources, path, name)
                self.sources[path] = source
        for paths, target in document.rows("alias", _alias):
            for path in paths:
                _once(path in self.aliases, path, name)
                self.aliases[path] = target
            self._root(target)
        self.entries += document.rows("entry", _entry)
        self.parameters += document.rows("parameter", _parameter)
        for sink in document.rows("sink", _sink):
            for path in sink.calls:
                self.sinks.setdefault(path, []).append(sink)
                if not sink.quiet:
                    _add_root(self.sink_roots, path)
                self._root(path)
            for path in sink.stores:
                self.store_sinks.setdefault(path, []).append(sink)
                self.store_roots.add(path.partition(".")[0])
                self._root(path)
            for method in sink.methods:
                self.method_sinks.setdefault(method, []).append(sink)
        for sanitizer in document.rows("sanitizer", _sanitizer):
            for path in sanitizer.calls:
                self._root(path)
                self.sanitizers.setdefault(path, []).append(sanitizer)
            for method in sanitizer.methods:
                self.method_sanitizers.setdefault(method, []).append(sanitizer)
        for guard in document.rows("guard", _guard):
            for path in guard.calls:
                self._root(path)
                self.guards.setdefault(path, []).append(guard)
            for method in guard.methods:
                self.method_guards.setdefault(method, []).append(guard)
        for clean in document.rows("clean", _clean):
            self.clean.update(clean.calls)
            self.clean_methods.update(clean.methods)
        for calls, how in document.rows("passes", _passes):
            for path in calls:
                _once(path in self.passes, path, name)
                self.passes[path] = how
        for option in document.rows("option", _option):
            for path in option.calls:
                self.options.setdefault(path, []).append(option)
                self._root(path)
        for stops in document.rows("stops", _clean):
            self.stops.update(stops.calls)

    def _root(self, path: str) -> None:
        head = path
        while head:
            self.roots.add(head)
            head = _holder(head)

    def finish(self) -> None:
        """Puts the prefixes of source paths among the roots, and names what is assigned to."""
        for path in self.sources:
            self._root(path)
        for path in self.aliases:
            self._root(path)
        self._add_givers()
        holders = {path.removesuffix("[]") for path in self.store_sinks}
        spelled = [path for path, target in self.aliases.items() if target in holders]
        for path in (*holders, *spelled):
            self.store_names.add(path.rpartition(".")[2].removesuffix("()"))
        self.entry_names = EntryNames(self.entries)

    def _add_givers(self) -> None:
        """Notes the packages whose objects lead to a sink of another: `flask.request.files["f"]`.

        A file that imports flask alone has the objects of werkzeug in its hands.
        """
        spelled: dict[str, list[str]] = {}
        for path, target in self.aliases.items():
            spelled.setdefault(target, []).append(path)
        for path, rows in self.sinks.items():
            if all(row.quiet for row in rows):
                continue
            roots = self.sink_roots[path.rpartition(".")[2]]
            seen: dict[str, None] = {}
            work = [path]
            while work:
                head = work.pop()
                while head:
                    for other in spelled.get(head, ()):
                        if other not in seen:
                            seen[other] = None
                            work.append(other)
                    head = _holder(head)
            roots.update(other.partition(".")[0] for other in seen if "." in other)

    def contexts_of(self, rule: str) -> tuple[str, ...]:
        """Where data stands in the sinks of a rule, in the order of the rows."""
        tables = (self.sinks, self.store_sinks, self.method_sinks)
        rows = (row for table in tables for rows in table.values() for row in rows)
        return tuple(dict.fromkeys(row.context for row in rows if row.rule == rule))

    def sinks_named(self, name: str) -> list[Sink]:
        """The rows of the sinks whose paths end with a name, the quiet ones left out."""
        found = self._by_name.get(name)
        if found is None:
            every = [
                row
                for path, rows in self.sinks.items()
                if path.rpartition(".")[2] == name
                for row in rows
                if not row.quiet
            ]
            found = list({id(row): row for row in every}.values())
            self._by_name[name] = found
        return found

    def source(self, path: str) -> Source | None:
        """The source that a path is, also as `a.*.c` for `a.b.c`."""
        found = self.sources.get(path)
        if found is None and path.count(".") > 1:
            head, _, last = path.rpartition(".")
            found = self.sources.get(f"{head.rpartition('.')[0]}.*.{last}")
        return found

    def normal(self, path: str) -> str:
        """A path after its aliases, the longest beginning first."""
        for _ in range(_MOST_ALIASES):
            head = path
            while head and head not in self.aliases:
                head = _holder(head)
            if not head:
                return path
            path = self.aliases[head] + path[len(head) :]
        return path


@cache
def taint_models(outside: OutsideData) -> TaintModels:
    """The rows of all files that count in a run, read once a process. Raises ModelError."""
    models = TaintModels(outside)
    for name in sorted(os.listdir(_FOLDER)):
        if name.endswith(".toml"):
            models.add(f"flows/{name}")
    models.finish()
    return models
