"""What code does with an error, by what it calls: the rows of `errors.toml`.

Invariant: names are dotted paths as imports give them; methods are last parts of a path.

    >>> error_words().expected["int"]
    ('ValueError', 'TypeError')
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final, final

from assay.models.loader import Row, read


@final
class Reporting:
    """Calls that tell people of an error, with or without its traceback."""

    __slots__ = (
        "current_error_functions",
        "log_methods",
        "print_functions",
        "traceback_functions",
        "traceback_keywords",
        "traceback_methods",
    )

    def __init__(self, row: Row) -> None:
        self.traceback_methods: Final = frozenset(row.texts("traceback_methods"))
        self.traceback_functions: Final = frozenset(row.texts("traceback_functions"))
        self.traceback_keywords: Final = frozenset(row.texts("traceback_keywords"))
        self.current_error_functions: Final = frozenset(row.texts("current_error_functions"))
        self.log_methods: Final = frozenset(row.texts("log_methods"))
        self.print_functions: Final = frozenset(row.texts("print_functions"))


@final
class Leaving:
    """Calls behind which control does not go on."""

    __slots__ = ("functions", "managers", "methods")

    def __init__(self, row: Row) -> None:
        self.functions: Final = frozenset(row.texts("functions"))
        self.methods: Final = frozenset(row.texts("methods"))
        self.managers: Final = frozenset(row.texts("managers"))


@final
class CleaningUp:
    """Calls that give something back, and functions whose work that is."""

    __slots__ = ("collecting", "functions", "inside", "methods", "parts", "undo")

    def __init__(self, row: Row) -> None:
        self.functions: Final = frozenset(row.texts("functions"))
        self.methods: Final = frozenset(row.texts("methods"))
        self.parts: Final = frozenset(row.texts("parts"))
        self.undo: Final = frozenset(row.texts("undo"))
        self.collecting: Final = frozenset(row.texts("collecting"))
        self.inside: Final = frozenset(row.texts("inside"))


@final
class ErrorWords:
    """All rows of `errors.toml`."""

    __slots__ = ("cleanup", "expected", "leave", "report")

    def __init__(
        self,
        report: Reporting,
        leave: Leaving,
        cleanup: CleaningUp,
        expected: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.report: Final = report
        self.leave: Final = leave
        self.cleanup: Final = cleanup
        self.expected: Final = expected  # callee -> the errors that it answers with


@cache
def error_words() -> ErrorWords:
    """The rows that come with Assay, read once in a process."""
    document = read("errors.toml", ("report", "leave", "cleanup", "expected"))
    return ErrorWords(
        document.table("report", Reporting),
        document.table("leave", Leaving),
        document.table("cleanup", CleaningUp),
        dict(document.rows("expected", _expected)),
    )


def _expected(row: Row) -> tuple[str, tuple[str, ...]]:
    return row.text("callee"), row.texts("raises")
