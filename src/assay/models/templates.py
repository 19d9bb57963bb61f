"""What filters of templates do, how engines escape, and the calls that print a template.

The rows of `templates.toml`; the words for effects are explained there.

Invariant: a filter has one effect in a dialect.

    >>> template_models().filters["jinja", "e"].effect
    'escape'
"""

from __future__ import annotations

from functools import cache
from typing import Final, final

from assay.models.loader import ModelError, Row, read

_EFFECTS: Final = (
    "mark",
    "escape",
    "force-escape",
    "auto-escape",
    "json",
    "script",
    "url",
    "harmless",
    "keep",
    "drop",
    "strip",
)
_DIALECTS: Final = ("jinja", "django", "tornado", "bottle")


@final
class FilterRow:
    """Filters of a dialect with the same effect."""

    __slots__ = ("dialect", "effect", "flows", "names")

    def __init__(self, row: Row) -> None:
        self.dialect: Final = row.one_of("dialect", _DIALECTS)
        self.effect: Final = row.one_of("effect", _EFFECTS)
        self.names: Final = row.texts("names")
        self.flows: Final = row.flag("flows", False)


@final
class EngineRow:
    """An engine of templates: its language, and when it escapes. `says` is the reason when not."""

    __slots__ = ("autoescape", "dialect", "name", "says", "suffixes")

    def __init__(self, row: Row) -> None:
        self.name: Final = row.text("name")
        self.dialect: Final = row.one_of("dialect", _DIALECTS)
        self.suffixes: Final = row.texts("suffixes")
        self.autoescape: Final = row.text("autoescape", "off") == "on"
        self.says: Final = row.text("says", "")


@final
class Place:
    """An argument: its position, -1 for none, and its name; "**" for all keyword arguments."""

    __slots__ = ("keyword", "position")

    def __init__(self, text: str) -> None:
        first, _, rest = text.partition(" ")
        self.position: Final = int(first) if first.isdecimal() else -1
        self.keyword: Final = rest if first.isdecimal() else first


@final
class RenderRow:
    """Calls that print a template, or that ask for one by name."""

    __slots__ = (
        "calls",
        "context",
        "engine",
        "is_loader",
        "methods",
        "on_self",
        "owners",
        "template",
    )

    def __init__(self, row: Row, is_loader: bool) -> None:
        self.engine: Final = row.text("engine")
        self.calls: Final = row.texts("calls")
        self.methods: Final = row.texts("methods")
        self.owners: Final = row.texts("owners")
        if bool(self.calls) == bool(self.methods) or bool(self.methods) != bool(self.owners):
            raise ModelError(f"{row.where}: has to have `calls`, or `methods` and `owners`")
        self.on_self: Final = row.flag("on_self", False)
        self.is_loader: Final = is_loader
        self.template: Final = Place("0 name" if is_loader else row.text("template"))
        self.context: Final = Place(row.text("context"))


@final
class DecoratorRow:
    """Decorators that print what a function returns."""

    __slots__ = ("calls", "engine")

    def __init__(self, row: Row) -> None:
        self.engine: Final = row.text("engine")
        self.calls: Final = row.texts("calls")


@final
class TemplateModels:
    """All rows, by what they are looked up with."""

    __slots__ = ("decorators", "engines", "filters", "functions", "methods", "renders")

    def __init__(
        self,
        filters: tuple[FilterRow, ...],
        engines: tuple[EngineRow, ...],
        renders: tuple[RenderRow, ...],
        functions: tuple[str, ...],
        decorators: tuple[DecoratorRow, ...],
    ) -> None:
        self.decorators: Final = {path: row for row in decorators for path in row.calls}
        self.functions: Final = frozenset(functions)
        self.filters: Final[dict[tuple[str, str], FilterRow]] = {}
        for each in filters:
            for name in each.names:
                if (each.dialect, name) in self.filters:
                    raise ModelError(f"templates.toml: two rows for the filter {name}")
                self.filters[each.dialect, name] = each
        self.engines: Final = {engine.name: engine for engine in engines}
        self.renders: Final[dict[str, RenderRow]] = {}  # by the dotted path of the call
        self.methods: Final[dict[str, list[RenderRow]]] = {}  # by the name of the method
        for render in renders:
            if render.engine not in self.engines:
                raise ModelError(f"templates.toml: no engine {render.engine}")
            for path in render.calls:
                self.renders[path] = render
            for method in render.methods:
                self.methods.setdefault(method, []).append(render)


@cache
def template_models() -> TemplateModels:
    """The rows that come with Assay, read once in a process."""
    document = read(
        "templates.toml", ("filter", "functions", "engine", "render", "loader", "decorator")
    )
    return TemplateModels(
        document.rows("filter", FilterRow),
        document.rows("engine", EngineRow),
        (
            *document.rows("render", lambda row: RenderRow(row, False)),
            *document.rows("loader", lambda row: RenderRow(row, True)),
        ),
        document.table("functions", lambda row: row.texts("names")),
        document.rows("decorator", DecoratorRow),
    )
