"""What library functions raise, and which errors are kinds of which: `raises.toml` as typed values.

raise_model().errors["json.loads"][0].raises      ("json.decoder.JSONDecodeError",)
"""

from __future__ import annotations

import functools
from typing import Final, final

from assay.models.loader import Row, read

# What has to be true of the first argument for a row to apply.
ANY_ARGUMENT: Final = ""
TEXT: Final = "text"  # it is no literal and no number
COMPUTED: Final = "computed"  # it is no literal

_ARGUMENTS: Final = (ANY_ARGUMENT, TEXT, COMPUTED)


@final
class CallErrors:
    """What some calls raise, given a keyword argument or a kind of first argument."""

    __slots__ = ("argument", "calls", "content", "keyword", "raises")

    def __init__(self, row: Row) -> None:
        self.calls: Final = row.texts("calls")
        self.raises: Final = row.texts("raises")
        self.keyword: Final = row.text("keyword", "")  # only when it is given
        self.content: Final = row.flag("content", False)
        self.argument: Final = row.text("argument", "")
        if self.argument:
            row.one_of("argument", _ARGUMENTS)


@final
class Hierarchy:
    """Errors of libraries and what they derive from."""

    __slots__ = ("bases", "names")

    def __init__(self, row: Row) -> None:
        self.names: Final = row.texts("names")
        self.bases: Final = row.texts("bases")


@final
class Alias:
    """Other names of one error."""

    __slots__ = ("is_name", "names")

    def __init__(self, row: Row) -> None:
        self.is_name: Final = row.text("is")
        self.names: Final = row.texts("names")


@final
class Swallowing:
    """Context managers that swallow the errors they are given."""

    __slots__ = ("given", "given_methods")

    def __init__(self, row: Row) -> None:
        self.given: Final = frozenset(row.texts("given"))
        self.given_methods: Final = frozenset(row.texts("given_methods"))


@final
class RaiseModel:
    """All rows of `raises.toml`, by what they are asked for."""

    __slots__ = ("again", "aliases", "bases", "ends", "errors", "swallowing")

    def __init__(
        self,
        errors: tuple[CallErrors, ...],
        ends: tuple[CallErrors, ...],
        kinds: tuple[Hierarchy, ...],
        aliases: tuple[Alias, ...],
        again: frozenset[str],
        swallowing: Swallowing,
    ) -> None:
        self.errors: Final[dict[str, list[CallErrors]]] = {}
        for row in errors:
            for call in row.calls:
                self.errors.setdefault(call, []).append(row)
        self.ends: Final = {call: [row] for row in ends for call in row.calls}
        self.bases: Final = {name: row.bases for row in kinds for name in row.names}
        self.aliases: Final = {name: row.is_name for row in aliases for name in row.names}
        self.again: Final = again
        self.swallowing: Final = swallowing


def _calls(row: Row) -> frozenset[str]:
    return frozenset(row.texts("calls"))


@functools.cache
def raise_model() -> RaiseModel:
    """The rows that come with Assay, read once in a process. Raises ModelError."""
    document = read("raises.toml", ("errors", "ends", "kind", "alias", "again", "swallow"))
    return RaiseModel(
        document.rows("errors", CallErrors),
        document.rows("ends", CallErrors),
        document.rows("kind", Hierarchy),
        document.rows("alias", Alias),
        document.table("again", _calls),
        document.table("swallow", Swallowing),
    )
