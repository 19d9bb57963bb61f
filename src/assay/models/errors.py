"""What code does with an error, by what it calls: the rows of `errors.toml`.

Invariant: every list is read as it stands in the file; a key that is missing or unknown is an
error that names the file and the table.

    >>> error_words().expected["int"]
    ('ValueError', 'TypeError')
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Final, final

_FILE: Final = "errors.toml"


class ModelError(ValueError):
    """A row of library knowledge is not well formed."""


@final
class ErrorWords:
    """Names of calls by what they do with an error; dotted paths, or last parts of them."""

    __slots__ = (
        "cleanup_functions",
        "cleanup_inside",
        "cleanup_methods",
        "current_error_functions",
        "expected",
        "leave_functions",
        "leave_managers",
        "leave_methods",
        "log_methods",
        "print_functions",
        "traceback_functions",
        "traceback_keywords",
        "traceback_methods",
    )

    def __init__(
        self,
        report: Mapping[str, frozenset[str]],
        leave: Mapping[str, frozenset[str]],
        cleanup: Mapping[str, frozenset[str]],
        expected: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.traceback_methods: Final = report["traceback_methods"]
        self.traceback_functions: Final = report["traceback_functions"]
        self.traceback_keywords: Final = report["traceback_keywords"]
        self.current_error_functions: Final = report["current_error_functions"]
        self.log_methods: Final = report["log_methods"]
        self.print_functions: Final = report["print_functions"]
        self.leave_functions: Final = leave["functions"]
        self.leave_methods: Final = leave["methods"]
        self.leave_managers: Final = leave["managers"]
        self.cleanup_functions: Final = cleanup["functions"]
        self.cleanup_methods: Final = cleanup["methods"]
        self.cleanup_inside: Final = cleanup["inside"]
        self.expected: Final = expected


_REPORT: Final = (
    "traceback_methods",
    "traceback_functions",
    "traceback_keywords",
    "current_error_functions",
    "log_methods",
    "print_functions",
)
_LEAVE: Final = ("functions", "methods", "managers")
_CLEANUP: Final = ("functions", "methods", "inside")


@functools.cache
def error_words() -> ErrorWords:
    """The rows that come with Assay, read once in a process."""
    text = resources.files("assay.models").joinpath(_FILE).read_text("utf-8")
    return parse_error_words(text, _FILE)


def parse_error_words(text: str, file: str) -> ErrorWords:
    """The rows of a TOML text; `file` is what a ModelError names."""
    document: dict[str, object] = tomllib.loads(text)
    _known(document, ("report", "leave", "cleanup", "expected"), file)
    rows = document["expected"]
    if not isinstance(rows, list):
        raise ModelError(f"{file}: expected is no array of tables")
    expected: dict[str, tuple[str, ...]] = {}
    for number, row in enumerate(rows, 1):
        place = f"{file}: expected row {number}"
        if not isinstance(row, dict):
            raise ModelError(f"{place}: no table")
        _known(row, ("callee", "raises"), place)
        callee = row["callee"]
        if not isinstance(callee, str):
            raise ModelError(f"{place}: callee is no string")
        expected[callee] = _strings(row["raises"], place)
    return ErrorWords(
        _table(document["report"], _REPORT, f"{file}: report"),
        _table(document["leave"], _LEAVE, f"{file}: leave"),
        _table(document["cleanup"], _CLEANUP, f"{file}: cleanup"),
        expected,
    )


def _table(value: object, keys: tuple[str, ...], place: str) -> dict[str, frozenset[str]]:
    if not isinstance(value, dict):
        raise ModelError(f"{place}: no table")
    _known(value, keys, place)
    return {key: frozenset(_strings(value[key], f"{place}.{key}")) for key in keys}


def _strings(value: object, place: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ModelError(f"{place}: no list of strings")
    return tuple(value)


def _known(table: Mapping[str, object], keys: tuple[str, ...], place: str) -> None:
    for key in table:
        if key not in keys:
            raise ModelError(f"{place}: unknown key {key}")
    for key in keys:
        if key not in table:
            raise ModelError(f"{place}: {key} is missing")
