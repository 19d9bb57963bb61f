"""Reviews leave nothing that only the garbage collector could free."""

from __future__ import annotations

import gc
from pathlib import Path

from assay.checkers.registry import all_checkers
from assay.driver.collecting import without_collector
from assay.driver.pipeline import Detail, Reviewer
from assay.source.door import Door

_DETAIL = Detail(keep_clean=False, line_hashes=False, seconds=0, debug=False)


def test_a_reviewed_test_leaves_no_circles(tmp_path: Path) -> None:
    """A test module is given up after its review; with the collector off its memory must come
    back by itself, or a large suite does not fit."""
    reviewer = Reviewer(Door.of_folder(tmp_path), all_checkers(), _DETAIL)
    for number in range(3):
        path = tmp_path / f"test_store_{number}.py"
        path.write_text(_TEST, encoding="utf-8")
    reviewer.review(str(tmp_path / "test_store_0.py"), "test_store_0.py")  # fills the caches
    gc.collect()
    gc.disable()
    try:
        for number in (1, 2):
            reviewer.review(str(tmp_path / f"test_store_{number}.py"), f"test_store_{number}.py")
        assert gc.collect() < 50
    finally:
        gc.enable()


def test_the_collector_is_on_again() -> None:
    with without_collector():
        assert not gc.isenabled()
    assert gc.isenabled()


_TEST = """
import unittest


class Base:
    def helper(self):
        return [lambda: each for each in self.items]


class TestStore(Base, unittest.TestCase):
    def setUp(self):
        self.items = [other for other in range(3)]
        self.store = open("store.bin", "rb")

    def test_load(self):
        def inner(value):
            return value + self.items[0]

        try:
            found = {key: inner(key) for key in self.items}
        except ValueError as error:
            raise RuntimeError("no") from error
        self.assertEqual(3, len(found))
        with self.assertRaises(KeyError):
            found["x"]


class TestOther(TestStore):
    def test_load(self):
        super().test_load()
"""
