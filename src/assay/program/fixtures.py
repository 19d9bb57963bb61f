"""What pytest gives for a parameter: the result of the fixture of that name.

A fixture is looked for in the module of the test, then in the `conftest.py` of its folder and of
those above it.

    # conftest.py: @pytest.fixture def shop(): return Shop()
    def test_it(shop): shop.open()            Shop.open
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final

from assay.program.classes import is_decorated
from assay.program.facts import FunctionFacts
from assay.program.modules import Module
from assay.program.values import ExternalInstance, Type

if TYPE_CHECKING:
    from assay.program.inference import Types

_FEW_LEVELS: Final = 12
_RUN: Final = ("typing.Generator", "typing.AsyncGenerator", "typing.Coroutine")  # by pytest itself


def takes_fixtures(function: FunctionFacts) -> bool:
    """Whether pytest calls a function: a test, or a fixture itself."""
    return function.ir.name.startswith("test") or is_decorated(function, "fixture")


def fixture_of(types: Types, function: FunctionFacts, name: str) -> Type | None:
    """What the fixture of a name gives to a function; None when none is in view."""
    module = function.file.module
    here: Module | None = module
    folder = posixpath.dirname(module.place)
    for level in range(_FEW_LEVELS):
        if here is not None:
            for each in here.facts.functions:
                if each.ir.name == name and each is not function and is_decorated(each, "fixture"):
                    return _given(types, each)
        if not module.place or (level and types.program.is_root(folder)):
            break
        if level:
            folder = posixpath.dirname(folder)
        here = types.program.beside(folder, "conftest.py", module)
    return None


def _given(types: Types, fixture: FunctionFacts) -> Type:
    given = types.result(fixture)
    for value in given:
        if isinstance(value, ExternalInstance) and value.path in _RUN and value.arguments:
            return value.arguments[0]
    return given
