"""`assay dump`: the text form of a layer."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.driver.dump import dump
from assay.driver.options import UsageError

TEXT = """\
class Store:
    def load(self, path):
        def inner():
            return 1
        return open(path)
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "store.py"
    file.write_text(TEXT, "utf-8")
    return str(file)


@pytest.mark.parametrize("layer", ["ast", "ir", "cfg"])
def test_a_whole_file_and_one_function(layer: str, path: str) -> None:
    whole = dump(layer, path)
    part = dump(layer, f"{path}:Store.load")
    assert whole.endswith("\n")
    assert len(part) < len(whole)
    assert "inner" in part
    assert "inner" in dump(layer, f"{path}:Store.load.inner")


@pytest.mark.parametrize("layer", ["ast", "ir"])
def test_an_unknown_function_is_refused_with_a_suggestion(layer: str, path: str) -> None:
    with pytest.raises(UsageError, match=r"did you mean 'Store\.load'"):
        dump(layer, f"{path}:Store.laod")


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        dump("ir", str(tmp_path / "none.py"))


def test_paths_of_windows_are_not_split() -> None:
    with pytest.raises(UsageError, match=r"^C:\\x\.py: "):
        dump("ir", "C:\\x.py")
