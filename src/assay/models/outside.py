"""What counts as outside data in a run: the threat model, and rows of the user's own.

    OutsideData("local", rows)        requests, the command line, the environment, files, archives

A row of the user's names a thing of the reviewed code or of a library, and what it is:

    [[tool.assay.model]]
    sink = "shop.db.run_query"
    rule = "sql-injection"

Invariant: a row that cannot be used is a ModelError whose text names the file, the row and the key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from assay.frozen import frozen
from assay.models.loader import ModelError, Row

KINDS: Final = (
    "web",
    "mcp",
    "llm",
    "message",
    "cli",
    "env",
    "file",
    "archive",
    "net",
    "db",
    "task",
)
"""Where outside data comes from, from the least to the most trusted."""

REMOTE: Final = frozenset(("web", "mcp", "llm", "message"))
_LOCAL: Final = REMOTE | {"cli", "env", "file", "archive"}

AUTO: Final = "auto"
THREAT_MODELS: Final = (AUTO, "web", "local", "all")
_COUNTED: Final[Mapping[str, frozenset[str]]] = {
    AUTO: REMOTE | {"cli"},
    "web": REMOTE,
    "local": _LOCAL,
    "all": _LOCAL | {"net", "db", "task"},
}

TABLES: Final = ("source", "sink", "sanitizer", "validator")
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "source": ("kind", "parameters", "what"),
    "sink": ("rule", "argument", "what"),
    "sanitizer": ("rule", "argument"),
    "validator": ("rule", "argument", "raises"),
}
_PATH: Final = re.compile(r"[^\W\d]\w*(?:\(\))?(?:\.[^\W\d]\w*(?:\(\))?)*")
_CWE: Final = re.compile(r"(?:CWE-)?(\d+)")
FIRST: Final = "first"
"""The argument of a row that names none: the first one, by position or else by keyword."""


@frozen
class UserRow:
    """One row of the user's.

    `table` is one of TABLES. `paths` are dotted and without the `()` of calls, `calls` says of
    each whether it had one at its end. `rules` are rule ids. `where` is for messages.
    """

    where: str
    table: str
    paths: tuple[str, ...]
    calls: tuple[bool, ...]
    kind: str
    what: str
    rules: tuple[str, ...]
    argument: str
    parameters: tuple[str, ...]
    raises: bool

    @property
    def title(self) -> str:
        """The row as messages name it."""
        return f"{self.where}: {self.table} {', '.join(self.paths)}"


@frozen
class OutsideData:
    """What counts as outside data in a run."""

    threat_model: str = AUTO
    rows: tuple[UserRow, ...] = ()

    def counts(self, kind: str) -> bool:
        """Whether data of a kind may count as outside data at all."""
        return kind in _COUNTED[self.threat_model]

    @property
    def is_auto(self) -> bool:
        """Whether each file decides for itself, by what enters it."""
        return self.threat_model == AUTO


def user_row(where: str, values: Mapping[str, object]) -> UserRow:
    """A row as the configuration gives it, checked. Raises ModelError."""
    tables = [table for table in TABLES if table in values]
    if len(tables) != 1:
        said = "both " + " and ".join(tables) if tables else "no key"
        raise ModelError(f"{where}: a row has one of {', '.join(TABLES)}, and this has {said}")
    table = tables[0]
    known = (table, *_KEYS[table])
    for key in values:
        if key not in known:
            raise ModelError(f"{where}: unknown key `{key}` of a {table}{_near(key, known)}")
    row = Row(where, values)
    names = _one_or_more(row, values, table)
    for name in names:
        if _PATH.fullmatch(name) is None:
            raise ModelError(f"{where}: `{name}` is no dotted name, as in shop.db.Store.query")
    kind = "web"
    rules: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    if table == "source":
        kind = row.text("kind")
        if kind not in KINDS:
            told = ", ".join(KINDS)
            raise ModelError(f"{where}: unknown kind `{kind}`, one of {told}{_near(kind, KINDS)}")
        parameters = row.texts("parameters")
    else:
        rules = _rules(row, where, values)
    return UserRow(
        where=where,
        table=table,
        paths=tuple(name.replace("()", "") for name in names),
        calls=tuple(name.endswith("()") for name in names),
        kind=kind,
        what=row.text("what", "") if table in ("source", "sink") else "",
        rules=rules,
        argument=FIRST if table == "source" else row.text("argument", FIRST),
        parameters=parameters,
        raises=row.flag("raises", False) if table == "validator" else False,
    )


def _one_or_more(row: Row, values: Mapping[str, object], key: str) -> tuple[str, ...]:
    if isinstance(values.get(key), str):
        return (row.text(key),)
    found = row.texts(key)
    if not found:
        raise ModelError(f"{row.where}: `{key}` has to be a dotted name or a list of them")
    return found


def _rules(row: Row, where: str, values: Mapping[str, object]) -> tuple[str, ...]:
    from assay.models.injection import rule_rows

    if "rule" not in values:
        raise ModelError(f'{where}: `rule` is missing, as in rule = "sql-injection"')
    known = rule_rows()
    found: list[str] = []
    for name in _one_or_more(row, values, "rule"):
        number = _CWE.fullmatch(name)
        ids = [
            each.id
            for each in known
            if each.id == name or (number is not None and each.cwe == int(number.group(1)))
        ]
        if not ids:
            near = _near(name, [each.id for each in known])
            raise ModelError(f"{where}: no rule about outside data is called `{name}`{near}")
        found += ids
    return tuple(dict.fromkeys(found))


def _near(word: str, known: Iterable[str]) -> str:
    import difflib

    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f", did you mean `{close[0]}`?" if close else ""
