"""Which class an object is of, guessed from the names of its methods.

The receiver of a call is not known, but only one class of the project, with those below and above
it, defines a method of that name, and no type that every program uses does. Such a target is marked
as guessed. What tests define is guessed at from tests alone: they are full of doubles.

    def evacuate(host, server):         no type for `server`
        server.rebuild_elsewhere()      the only method of that name: guessed

Invariant: a guess depends on the files of the project alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assay.ir.ops import Attr, Load
from assay.program.classes import ClassInfo
from assay.program.common import common_names
from assay.program.facts import FunctionFacts
from assay.program.fixtures import takes_fixtures
from assay.program.limits import GUESSED_CLASSES, GUESSED_PLACES

if TYPE_CHECKING:
    from assay.program.program import Program


def guessed_methods(program: Program, function: FunctionFacts, method: Attr) -> list[FunctionFacts]:
    """The methods that a call of this one on an object that is not known may run."""
    name = method.name
    receiver = function.definitions[method.owner]
    if (
        isinstance(receiver, Load)
        and takes_fixtures(function)
        and receiver.name in function.ir.parameters.names()
    ):
        return []  # a fixture of a library, or a double
    outline = program.outline(function.file.module)
    if outline is None or name.startswith("__") or name in common_names():
        return []
    places = outline.methods(name)
    if len(places) > 4 * GUESSED_PLACES.most:
        GUESSED_PLACES.note(function.file, method.at.lineno)
        return []
    own = function.file.module.place
    places = [place for place in places if outline.counts_for(own, place[0])]
    if len(places) > GUESSED_PLACES.most:
        GUESSED_PLACES.note(function.file, method.at.lineno)
        return []
    classes = [cls for path, named in places for cls in program.classes_at(path, named)]
    classes = [cls for cls in classes if cls.method(name) is not None]
    if not classes or not _is_one_hierarchy(classes):
        return []
    if len(classes) > GUESSED_CLASSES.most:
        GUESSED_CLASSES.note(function.file, method.at.lineno)
        return []
    methods = [found for cls in classes if (found := cls.method(name)) is not None]
    return list(dict.fromkeys(methods))


def _is_one_hierarchy(classes: list[ClassInfo]) -> bool:
    """Whether all derive from one of them."""
    return any(all(top in cls.mro() for cls in classes) for top in classes)


def implementing(program: Program, protocol: ClassInfo) -> list[ClassInfo]:
    """The classes that have every method of a protocol; none when they may be too many."""
    outline = program.outline(protocol.module)
    wanted = [method.ir.name for method in protocol.methods()]
    wanted = [name for name in wanted if not name.startswith("__")] or wanted
    if not wanted:
        return []
    if outline is None:
        return [
            cls
            for cls in program.classes_in(protocol.module)
            if cls is not protocol and all(cls.find_method(name) for name in wanted)
        ]
    rarest = min((outline.methods(name) for name in wanted), key=len)
    if len(rarest) > GUESSED_PLACES.most:
        GUESSED_PLACES.note(protocol.module.facts, protocol.node.lineno)
        return []
    found: dict[ClassInfo, None] = {}
    for path, named in rarest:
        for cls in program.classes_at(path, named):
            if cls is not protocol and all(cls.find_method(name) for name in wanted):
                found[cls] = None
    return [cls for cls in found if protocol not in cls.mro()]
