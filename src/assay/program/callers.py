"""Who calls a function: the calls of its name, wherever in the project the name stands.

The files that hold the name are read and their calls of that name resolved, so the answer is exact
for what is read; it says what it left out: too many files, or a function that is handed around as
a value.

    callers_of(program, store.save).sites      ((web.upload, <call>), ...)
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final, final

from assay.ir.ops import Call
from assay.program.classes import attribute_name
from assay.program.facts import FunctionFacts
from assay.program.limits import CALLER_FILES, CALLER_SITES
from assay.program.modules import Module
from assay.program.outline import is_test_path

if TYPE_CHECKING:
    from assay.program.outline import Outline
    from assay.program.program import Program


@final
class Callers:
    """Calls of one function, in the order of files and lines; `hole` says what may be missing.

    `is_cut`: a limit has left out some, which may be unlike the others.
    """

    __slots__ = ("hole", "is_cut", "sites")

    def __init__(
        self, sites: tuple[tuple[FunctionFacts, Call], ...], hole: str, is_cut: bool = False
    ) -> None:
        self.is_cut: Final = is_cut
        self.sites: Final = sites
        self.hole: Final = hole

    @property
    def is_whole(self) -> bool:
        """Whether these are all calls in the project."""
        return not self.hole


def callers_of(program: Program, function: FunctionFacts) -> Callers:
    """The calls of a function that are in view."""
    owner = function.owner
    name = function.ir.name
    known_as = attribute_name(function)
    names = [known_as]
    if owner is not None and name in ("__init__", "__new__"):
        names = [owner.name, "cls", name]
    elif known_as.startswith("__") or not name or name == "<lambda>":
        return Callers((), f"{name or 'a module'} is called without its name")
    is_cut = False
    if known_as != name:  # no other class can name it
        modules, hole = [function.file.module], ""
    else:
        modules, hole, is_cut = _modules(program, function, names[0])
    sites: list[tuple[FunctionFacts, Call]] = []
    for module in modules:
        for each in names:
            for caller, op in module.facts.calls_named(each):
                targets = program.callees(caller, op).targets
                if any(target.function is function for target in targets):
                    sites.append((caller, op))
        if not hole and module.facts.is_handed_around(known_as):
            hole = f"{name} is handed around as a value in {module.path}"
    if len(sites) > CALLER_SITES.most:
        CALLER_SITES.note(function.file, function.ir.first_line)
        hole = f"{name} is called in {len(sites)} places"
        return Callers(tuple(sites[: CALLER_SITES.most]), hole, True)
    return Callers(tuple(sites), hole, is_cut)


def _modules(
    program: Program, function: FunctionFacts, name: str
) -> tuple[list[Module], str, bool]:
    """The files to look at, why others are not, and whether that is because they are too many."""
    own = function.file.module
    outline = program.outline(own)
    if outline is None:
        return [own], "", False
    if is_test_path(own.place, outline.root):
        return (
            [own],
            "other tests are not looked at",
            False,
        )  # their files are many, and small worlds
    files = outline.mentions(name)
    if function.owner is None and own.name:
        files = _importing(outline, own, files)
    hole = "" if outline.is_whole else "the project has too many files"
    # What tests give a function tells nothing of the program.
    files = [path for path in files if not is_test_path(path, outline.root)]
    if len(files) > CALLER_FILES.most:
        CALLER_FILES.note(function.file, function.ir.first_line)
        return [own], f"{name} stands in {len(files)} files", True
    modules = [program.read(path) for path in files]
    return [module for module in modules if module.is_read] or [own], hole, not outline.is_whole


def _importing(outline: Outline, own: Module, files: list[str]) -> list[str]:
    """The files that can know a function of a module: they name it, or the package that it is in.

    The top package of a project, which all files name, tells nothing; who imports from it names
    the module too, but for names that it exports again.
    """
    parts = own.name.split(".")
    words = parts[-2:] if len(parts) > 2 else parts[-1:]
    if any(posixpath.basename(path) == "__init__.py" for path in files):
        words = parts[-2:]  # may be exported again
    known = {path for word in words for path in outline.mentions(word)}
    return [path for path in files if path in known or path == own.place]
