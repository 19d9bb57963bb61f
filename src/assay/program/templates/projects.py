"""The templates of a program: which file a name means, and what it prints without escaping.

    templates = program.shared(Templates)
    template = templates.find(facts, "blog/post.html")
    template.unescaped("post")        # outputs of that variable, with file, line and reason

    rendering = templates.rendering(function, op)   # None when the call prints no template
    rendering.given["post"]           # the temporary that the call passes under that name

Invariant: one answer for a file under an environment; everything read is noted as a ground of the
running computation.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, final

from assay.models.templates import TemplateModels, template_models
from assay.program.templates.catalogue import Catalogue, is_page
from assay.program.templates.environments import (
    UNKNOWN,
    Environment,
    default,
    engine_of,
    of_project,
)
from assay.program.templates.values import Autoescape, Escaping, Flow, Output
from assay.program.templates.walk import Loader, Walk
from assay.source.file import MAX_BYTES, digest_of_contents
from assay.source.templates import Dialect, Tree, parse_template
from assay.source.templates.markup import Context, Kind

if TYPE_CHECKING:
    from assay.ir.ops import Call
    from assay.program.facts import FileFacts, FunctionFacts
    from assay.program.program import Program
    from assay.program.templates.rendering import Rendering

__all__ = [
    "Context",
    "Escaping",
    "Flow",
    "Kind",
    "Output",
    "Template",
    "Templates",
    "format_template",
]

_MOST_BYTES: Final = 1_000_000
_FOLDER: Final = "/templates/"
_DIALECTS: Final = {dialect.value: dialect for dialect in Dialect}


@final
class Template:
    """A template under an environment. `holes` names what of it is not in view.

    `is_page` tells whether it makes HTML: nothing needs escaping in one that does not.
    """

    __slots__ = ("_by_variable", "holes", "is_page", "outputs", "path")

    def __init__(
        self, path: str, is_page: bool, outputs: tuple[Output, ...], holes: tuple[str, ...]
    ) -> None:
        self.path: Final = path
        self.is_page: Final = is_page
        self.outputs: Final = outputs
        self.holes: Final = holes
        self._by_variable: dict[str, list[Output]] | None = None

    def printed(self, variable: str) -> tuple[Output, ...]:
        """The outputs of a variable of the context, in the order of the page."""
        if self._by_variable is None:
            self._by_variable = {}
            for output in self.outputs:
                self._by_variable.setdefault(output.variable, []).append(output)
        return tuple(self._by_variable.get(variable, ()))

    def unescaped(self, variable: str) -> tuple[Output, ...]:
        """The outputs of a variable that are not escaped enough for their place."""
        return self._having(variable, Escaping.NOT_ENOUGH)

    def urls(self, variable: str) -> tuple[Output, ...]:
        """The outputs of a variable as a whole URL: dangerous when its scheme can be chosen."""
        return self._having(variable, Escaping.AS_TEXT)

    def unknown(self, variable: str) -> tuple[Output, ...]:
        """The outputs of a variable of which it is not known whether they are escaped."""
        return self._having(variable, Escaping.UNKNOWN)

    def _having(self, variable: str, escaping: Escaping) -> tuple[Output, ...]:
        return tuple(one for one in self.printed(variable) if one.escaping is escaping)


def format_template(template: Template, variable: str = "") -> str:
    """The text form of a template: a line for each output, then what is not in view."""
    lines = [f"{template.path}{'' if template.is_page else '  (no page: nothing is escaped)'}"]
    for output in template.printed(variable) if variable else template.outputs:
        where = "" if output.path == template.path else f"{output.path}:"
        context = output.context
        place = context.kind.value if context.is_certain else f"{context.kind.value}?"
        if context.attribute.isprintable() and context.attribute:
            place = f"{place} {context.attribute}"
        why = f"  ({output.reason})" if output.reason else ""
        lines.append(
            f"  {where}{output.line}  {{{{ {output.flow.spelled()} }}}}"
            f"  {place}  {output.escaping.value}{why}"
        )
    lines += [f"  not in view: {hole}" for hole in template.holes]
    return "\n".join(lines) + "\n"


@final
class Templates:
    """All templates in view; the one instance is `program.shared(Templates)`."""

    __slots__ = ("_catalogues", "_environments", "_program", "_templates", "_trees", "models")

    def __init__(self, program: Program) -> None:
        self._program: Final = program
        self.models: Final[TemplateModels] = template_models()
        self._catalogues: dict[str, Catalogue] = {}
        self._environments: dict[tuple[str, str], tuple[Environment, int]] = {}
        self._trees: dict[tuple[str, Dialect | None], tuple[Tree | None, int]] = {}
        self._templates: dict[tuple[str, str], tuple[Template | None, int]] = {}

    def find(
        self,
        facts: FileFacts,
        name: str,
        engine: str = "",
        environment: Environment | None = None,
    ) -> Template | None:
        """The template that a name means for a file; None when none, or more than one, is meant.

        `engine` is a name of `models/templates.toml`; by default the file's imports tell it.
        """
        place = facts.module.place
        root = self._program.project_root(facts.module)
        if not root or not place:
            return None
        catalogue = self._catalogue(root)
        found = catalogue.find(name, posixpath.relpath(place, root))
        if not found:
            return None
        chosen = environment or self.environment(facts, root, engine or engine_of(facts))
        return self.template(catalogue, found, chosen)

    def why_none(self, facts: FileFacts, name: str) -> str:
        """Why `find` has no template for a name."""
        root = self._program.project_root(facts.module)
        if root and len(self._catalogue(root).ending(name)) > 1:
            return f"the template {name} can be more than one file"
        return f"the template {name} is not in view"

    def at(self, place: str, engine: str = "") -> Template | None:
        """The template of a file by itself; its text tells the language unless the engine is given.

        Jinja's is taken for one of Flask.
        """
        folder = posixpath.dirname(place)
        root = self._program.root_of(folder)
        if root == folder and _FOLDER in place:  # nothing marks a project
            root = place[: place.rindex(_FOLDER)] or "/"
        tree = self.tree(place, None)
        if tree is None:
            return None
        name = engine or ("flask" if tree.dialect is Dialect.JINJA else tree.dialect.value)
        below = posixpath.relpath(place, root)
        return self.template(self._catalogue(root), below, default(self.models.engines[name]))

    def rendering(self, function: FunctionFacts, op: Call) -> Rendering | None:
        """What a call prints, when it prints a template."""
        from assay.program.templates.rendering import rendering_of

        return rendering_of(self, self._program, function, op)

    def decorated(self, function: FunctionFacts) -> Rendering | None:
        """What a decorator of a function prints of the mapping that the function returns."""
        from assay.program.templates.rendering import decorated

        return decorated(self, function)

    def environment(self, facts: FileFacts, root: str, engine: str) -> Environment:
        """How the templates of a project are escaped by an engine."""
        row = self.models.engines.get(engine)
        if row is None:
            return UNKNOWN
        known = self._environments.get((root, row.name))
        if known is None:
            outer = self._program.uses.begin()
            found = of_project(self._program, facts, row)
            known = (found, self._program.uses.end(outer))
            self._environments[root, row.name] = known
        self._program.uses.bits |= known[1]
        return known[0]

    def template(
        self, catalogue: Catalogue, path: str, environment: Environment
    ) -> Template | None:
        """The template of a path below the catalogue's root."""
        place = posixpath.join(catalogue.root, path)
        known = self._templates.get((place, environment.key))
        if known is None:
            outer = self._program.uses.begin()
            found = _printed(_Files(self, catalogue, environment), path, self.models)
            known = (found, self._program.uses.end(outer))
            self._templates[place, environment.key] = known
        self._program.uses.bits |= known[1]
        return known[0]

    def tree(self, place: str, dialect: Dialect | None) -> Tree | None:
        """The tree of a file; None when it cannot be read."""
        known = self._trees.get((place, dialect))
        if known is None:
            contents = self._program.door.read(place, MAX_BYTES)
            data = contents.data
            bit = self._program.bit_of("file", place, digest_of_contents(contents))
            tree: Tree | None = None
            if data is not None and len(data) <= _MOST_BYTES:
                text = data.decode("utf-8", "replace").removeprefix("\ufeff")
                tree = parse_template(self._program.door.reported(place), text, dialect)
            known = (tree, bit)
            self._trees[place, dialect] = known
        self._program.uses.bits |= known[1]
        return known[0]

    def _catalogue(self, root: str) -> Catalogue:
        if root not in self._catalogues:
            self._catalogues[root] = Catalogue(self._program, root)
        return self._catalogues[root]


@final
class _Files(Loader):
    """The templates of one project, under one environment."""

    __slots__ = ("_catalogue", "_environment", "_paths", "_templates")

    def __init__(
        self, templates: Templates, catalogue: Catalogue, environment: Environment
    ) -> None:
        self._templates: Final = templates
        self._catalogue: Final = catalogue
        self._environment: Final = environment
        self._paths: Final[dict[int, str]] = {}  # below the root, by the identity of the tree

    def at(self, path: str) -> Tree | None:
        """The tree of a path below the root."""
        engine = self._environment.engine
        dialect = _DIALECTS[engine.dialect] if engine is not None else None
        if dialect is Dialect.DJANGO and "/jinja2/" in f"/{path}":
            dialect = Dialect.JINJA  # Django's other backend has its own folders
        tree = self._templates.tree(posixpath.join(self._catalogue.root, path), dialect)
        if tree is not None:
            self._paths[id(tree)] = path
        return tree

    def load(self, name: str, origin: Tree) -> Tree | None:
        found = self._catalogue.find(name, self._paths.get(id(origin), ""))
        return self.at(found) if found else None

    def autoescape(self, tree: Tree) -> Autoescape:
        return self._environment.autoescape(tree.path)


def _printed(files: _Files, path: str, models: TemplateModels) -> Template | None:
    tree = files.at(path)
    if tree is None:
        return None
    page = is_page(tree)
    walk = Walk(files, models, tree, page)
    return Template(tree.path, page, walk.outputs, tuple(walk.holes))
