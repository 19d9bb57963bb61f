"""Reads the TOML files of this package into typed rows.

A table of knowledge is a frozen dataclass, a function that makes one from a `Row`, and rows in a
TOML file beside it. A row is strict: a key that the function does not ask for is an error, and
so is a table that nobody reads. Errors name the file, the table and the number of the row.

    [[token]]                       @frozen
    name = "GitHub token"           class TokenFormat:
    pattern = "gh[pousr]_..."           name: str
                                        pattern: str

    def _token(row: Row) -> TokenFormat:
        return TokenFormat(row.text("name"), row.text("pattern"))

    read("credentials.toml", ("token",)).rows("token", _token)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Final, TypeVar, final

T = TypeVar("T")
_FOLDER: Final = os.path.dirname(os.path.abspath(__file__))


class ModelError(Exception):
    """A row that cannot be used; the text says where it stands and what is wrong."""


@final
class Row:
    """One row, or one plain table. Every key has to be asked for before `done`."""

    __slots__ = ("_asked", "_values", "where")

    def __init__(self, where: str, values: Mapping[str, object]) -> None:
        self.where: Final = where
        self._values: Final = values
        self._asked: Final[set[str]] = set()

    def _value(self, key: str) -> object:
        self._asked.add(key)
        return self._values.get(key)

    def _wrong(self, key: str, wanted: str) -> ModelError:
        return ModelError(f"{self.where}: `{key}` has to be {wanted}")

    def text(self, key: str, default: str | None = None) -> str:
        """A string; required unless a default is given."""
        value = self._value(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self._wrong(key, "a string")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty when the key is absent."""
        value = self._value(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self._wrong(key, "a list of strings")
        found: list[str] = []
        for item in value:
            if not isinstance(item, str):
                raise self._wrong(key, "a list of strings")
            found.append(item)
        return tuple(found)

    def integer(self, key: str, default: int | None = None) -> int:
        """A whole number; required unless a default is given."""
        value = self._value(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong(key, "a whole number")
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """`true` or `false`; required unless a default is given."""
        value = self._value(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def values(self, key: str) -> tuple[str | int | bool, ...]:
        """A list of strings, numbers and truth values; empty when the key is absent."""
        value = self._value(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise self._wrong(key, "a list")
        found: list[str | int | bool] = []
        for item in value:
            if not isinstance(item, (str, int)):
                raise self._wrong(key, "a list of strings, numbers and truth values")
            found.append(item)
        return tuple(found)

    def one_of(self, key: str, words: Sequence[str]) -> str:
        """One of these words; required."""
        value = self.text(key)
        if value not in words:
            raise self._wrong(key, f"one of {', '.join(words)}, not {value!r}")
        return value

    def done(self) -> None:
        """Raises when the row has a key that nobody asked for."""
        unknown = [key for key in self._values if key not in self._asked]
        if unknown:
            raise ModelError(f"{self.where}: unknown key `{unknown[0]}`")


@final
class Document:
    """One TOML file, its tables as rows."""

    __slots__ = ("_tables", "name")

    def __init__(self, name: str, tables: Mapping[str, object]) -> None:
        self.name: Final = name
        self._tables: Final = tables

    def rows(self, table: str, parse: Callable[[Row], T]) -> tuple[T, ...]:
        """The rows of `[[table]]`, in the order of the file; none when it is absent."""
        value = self._tables.get(table, [])
        if not isinstance(value, list):
            raise ModelError(f"{self.name}: [{table}] has to be a list of rows, [[{table}]]")
        found: list[T] = []
        for number, item in enumerate(value, 1):
            found.append(self._parsed(f"{self.name}: [[{table}]] row {number}", item, parse))
        return tuple(found)

    def table(self, table: str, parse: Callable[[Row], T]) -> T:
        """The one plain `[table]`; absent keys are as the function says."""
        return self._parsed(f"{self.name}: [{table}]", self._tables.get(table, {}), parse)

    def _parsed(self, where: str, item: object, parse: Callable[[Row], T]) -> T:
        if not isinstance(item, dict):
            raise ModelError(f"{where}: has to be a table of keys and values")
        row = Row(where, item)
        parsed = parse(row)
        row.done()
        return parsed


def parse_document(name: str, text: str, tables: tuple[str, ...]) -> Document:
    """A TOML text as a document that has no tables but these."""
    import tomllib  # an installed package has the rows as JSON, and needs it not

    try:
        content: dict[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"{name}: {error}") from error
    return _document(name, content, tables)


def _document(name: str, content: dict[str, object], tables: tuple[str, ...]) -> Document:
    for table in content:
        if table not in tables:
            raise ModelError(f"{name}: unknown table `{table}`")
    return Document(name, content)


@cache
def read(name: str, tables: tuple[str, ...]) -> Document:
    """A file of this package, which may have no tables but these; read once a process.

    A wheel also holds `calls.toml` as `calls.json`, which is read in a tenth of the time.
    """
    path = os.path.join(_FOLDER, f"{name.removesuffix('.toml')}.json")
    if os.path.exists(path):
        import json

        with open(path, encoding="utf-8") as stream:
            content: dict[str, object] = json.load(stream)
        return _document(name, content, tables)
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as stream:
        return parse_document(name, stream.read(), tables)


@cache
def all_texts() -> tuple[tuple[str, str], ...]:
    """Every string of every file of this package, with the key that it stands under."""
    import tomllib

    found: list[tuple[str, str]] = []
    for name in sorted(os.listdir(_FOLDER)):
        if name.endswith(".toml"):
            with open(os.path.join(_FOLDER, name), encoding="utf-8") as stream:
                content: dict[str, object] = tomllib.loads(stream.read())
            _gather(content, "", found)
    return tuple(found)


def _gather(value: object, key: str, found: list[tuple[str, str]]) -> None:
    if isinstance(value, str):
        found.append((key, value))
    elif isinstance(value, list):
        for item in value:
            _gather(item, key, found)
    elif isinstance(value, dict):
        for name, item in value.items():
            _gather(item, str(name), found)
