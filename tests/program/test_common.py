"""The written list of common names says what typeshed says."""

from __future__ import annotations

from assay.program.common import COMMON_MODULES, common_names
from assay.program.stubs import Stubs, class_members


def test_the_list_is_that_of_the_stubs() -> None:
    """Where typeshed has moved on, the names that this prints belong into the list."""
    stubs = Stubs()
    found: set[str] = set()
    for name in COMMON_MODULES:
        module = stubs.module(name)
        assert module is not None
        for node in module.defined.values():
            found.update(each for each in class_members(node) if not each.startswith("__"))
    assert sorted(found ^ common_names()) == []
    assert {"append", "close", "assert_called_once"} <= found
