"""How an environment of templates escapes: what its engine does, and what the project sets.

Invariant: where a setting is not a literal the answer is that it is not known, never a guess.

    jinja2.Environment(loader=...)                        off, for that reason
    Environment(autoescape=select_autoescape(["html"]))   on in .html, off elsewhere
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, final

from assay.models.templates import EngineRow
from assay.program.classes import last_name
from assay.program.templates.values import Autoescape
from assay.source.roles import Role

if TYPE_CHECKING:
    from assay.program.facts import FileFacts
    from assay.program.program import Program

_MOST_FILES: Final = 40
_SELECTED: Final = (".html", ".htm", ".xml")
# Which engine the modules of an import belong to; the first that fits.
_ENGINES: Final = (
    ("flask", "flask"),
    ("quart", "flask"),
    ("django", "django"),
    ("rest_framework", "django"),
    ("aiohttp_jinja2", "aiohttp"),
    ("fastapi", "starlette"),
    ("starlette", "starlette"),
    ("tornado", "tornado"),
    ("bottle", "bottle"),
    ("jinja2", "jinja2"),
)


@final
class Environment:
    """When outputs are escaped: `otherwise`, unless the file ends in one of the suffixes.

    The engine is None when nothing tells which one prints a template.
    """

    __slots__ = ("engine", "otherwise", "says", "suffixes")

    def __init__(
        self, engine: EngineRow | None, suffixes: tuple[str, ...], otherwise: bool | None, says: str
    ) -> None:
        self.engine: Final = engine
        self.suffixes: Final = suffixes
        self.otherwise: Final = otherwise
        self.says: Final = says

    @property
    def key(self) -> str:
        """What makes two the same."""
        name = self.engine.name if self.engine is not None else ""
        return f"{name} {','.join(self.suffixes)} {self.otherwise} {self.says}"

    def autoescape(self, path: str) -> Autoescape:
        """What holds in a file where no block says otherwise."""
        if self.suffixes and path.lower().endswith(self.suffixes):
            return Autoescape(True, "")
        return Autoescape(self.otherwise, "" if self.otherwise else self.says)


UNKNOWN: Final = Environment(None, (), None, "which environment prints it is not in view")


def default(engine: EngineRow) -> Environment:
    """What an engine does when nothing is set."""
    return Environment(engine, engine.suffixes, engine.autoescape, engine.says)


def engine_of(facts: FileFacts) -> str:
    """The engine that a file's imports speak of; "" when none does."""
    roots = {found.target.partition(".")[0] for found in facts.names.imports.values()}
    return next((engine for root, engine in _ENGINES if root in roots), "")


def of_call(engine: EngineRow, call: ast.Call, path: str) -> Environment:
    """What a call that makes an environment of Jinja says."""
    where = f"{path}:{call.lineno}"
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    if "autoescape" not in given:
        if None in given:  # **options
            return _unknown(engine, where)
        return Environment(engine, (), False, f"{engine.says}, at {where}")
    return _of_value(engine, given["autoescape"], where)


def _of_value(engine: EngineRow, value: ast.expr, where: str) -> Environment:
    if isinstance(value, ast.Constant):
        is_on = bool(value.value)
        return Environment(engine, (), is_on, "" if is_on else f"autoescape off at {where}")
    if isinstance(value, ast.Call) and last_name(value) == "select_autoescape":
        return _selected(engine, value, where)
    return _unknown(engine, where)


def _unknown(engine: EngineRow, where: str) -> Environment:
    return Environment(engine, (), None, f"whether autoescape is on is set at {where}")


def _selected(engine: EngineRow, call: ast.Call, where: str) -> Environment:
    names = ("enabled_extensions", "disabled_extensions")
    given: dict[str, ast.expr] = dict(zip(names, call.args, strict=False))
    for keyword in call.keywords:
        given[keyword.arg or "**"] = keyword.value
    suffixes: tuple[str, ...] = _SELECTED
    enabled = given.get("enabled_extensions")
    if enabled is not None:
        words = _texts(enabled)
        if words is None:
            return _unknown(engine, where)
        suffixes = tuple(f".{word.lstrip('.').lower()}" for word in words)
    rest = given.get("default")
    otherwise: bool | None = False
    if rest is not None:
        otherwise = bool(rest.value) if isinstance(rest, ast.Constant) else None
    if "disabled_extensions" in given and otherwise is not False:
        otherwise = None
    if "**" in given:
        return _unknown(engine, where)
    shown = ", ".join(suffixes)
    return Environment(engine, suffixes, otherwise, f"autoescape only in {shown} at {where}")


def _texts(value: ast.expr) -> list[str] | None:
    if not isinstance(value, (ast.Tuple, ast.List, ast.Set)):
        return None
    words = [
        item.value
        for item in value.elts
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    ]
    return words if len(words) == len(value.elts) else None


def of_project(program: Program, facts: FileFacts, engine: EngineRow) -> Environment:
    """What an engine does in the project of a file, its settings read."""
    found = default(engine)
    outline = program.outline(facts.module)
    paths = outline.mentions("autoescape")[:_MOST_FILES] if outline is not None else []
    modules = [program.read(path) for path in paths] or [facts.module]
    for module in modules:
        program.uses.bits |= module.bit
        if module.source.role is Role.TEST and facts.source.role is not Role.TEST:
            continue
        for node in ast.walk(module.source.tree):
            value = _setting(node, engine.name)
            if value is not None:
                found = _of_value(engine, value, f"{module.path}:{value.lineno}")
                if found.otherwise is not True:
                    return found
    return found


def _under(node: ast.Dict, name: str) -> ast.expr | None:
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == name:
            return value
    return None


def _setting(node: ast.AST, engine: str) -> ast.expr | None:
    """The value that a piece of code sets autoescape to, for the templates of a whole project."""
    if isinstance(node, ast.Assign) and engine == "flask":
        target = node.targets[0]
        if (
            isinstance(target, ast.Attribute)
            and target.attr == "autoescape"
            and last_name(target.value) in ("jinja_env", "jinja_environment")
        ):
            return node.value
    elif isinstance(node, ast.Dict) and engine == "tornado":
        return _under(node, "autoescape")
    elif isinstance(node, ast.Dict) and engine == "django":  # TEMPLATES = [{"OPTIONS": {...}}]
        options = _under(node, "OPTIONS")
        return _under(options, "autoescape") if isinstance(options, ast.Dict) else None
    elif isinstance(node, ast.Call):
        name = last_name(node)
        wanted = {"tornado": ("Application", "Loader"), "aiohttp": ("setup",)}.get(engine, ())
        if name in wanted:
            for keyword in node.keywords:
                if keyword.arg == "autoescape":
                    return keyword.value
    return None
