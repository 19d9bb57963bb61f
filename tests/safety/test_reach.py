"""Which folder a run may read, and that what lies beside it is no part of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assay.source.door import Door
from assay.source.reach import reach_of


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def roots(tmp_path: Path, *paths: str) -> list[tuple[str, tuple[str, ...] | None]]:
    """The roots below the folder of the test, with what of them belongs to the review."""
    found = reach_of([str(tmp_path / path) for path in paths], str(tmp_path))
    return [(os.path.relpath(root.path, tmp_path), root.members) for root in found.roots]


def test_the_repository_is_the_root(tmp_path: Path) -> None:
    make(tmp_path, "r/.git/HEAD", "r/a/pyproject.toml", "r/a/src/p/__init__.py", "r/a/src/p/m.py")
    for path in ("r", "r/a", "r/a/src/p", "r/a/src/p/m.py", "r/a/none.py", "r/none/none.py"):
        assert roots(tmp_path, path) == [("r", None)]


@pytest.mark.parametrize("mark", ["pyproject.toml", "setup.py", "setup.cfg", "tox.ini"])
def test_a_project_is_the_root_where_there_is_no_repository(tmp_path: Path, mark: str) -> None:
    make(tmp_path, f"r/{mark}", "r/p/__init__.py", "r/p/q/__init__.py", "r/p/q/m.py", "other/x.py")
    assert roots(tmp_path, "r/p/q/m.py") == [("r", None)]
    assert roots(tmp_path, "r/p/q", "r") == [("r", None)]


def test_a_package_without_marks(tmp_path: Path) -> None:
    make(tmp_path, "x/p/__init__.py", "x/p/q/__init__.py", "x/p/q/m.py", "x/other/y.py")
    assert roots(tmp_path, "x/p/q/m.py") == [("x", ("p",))]
    assert roots(tmp_path, "x/p", "x/other/y.py") == [("x", ("p",)), ("x/other", ("y.py",))]
    assert roots(tmp_path, "x/p", "x") == [("x", None)]


def test_folders_and_files_without_marks(tmp_path: Path) -> None:
    make(tmp_path, "x/a.py", "x/b.py", "x/sub/c.py")
    assert roots(tmp_path, "x") == [("x", None)]
    assert roots(tmp_path, "x/a.py", "x/b.py") == [("x", ("a.py", "b.py"))]
    assert roots(tmp_path, "x/sub") == [("x/sub", None)]


def test_what_everybody_may_write_to_is_no_root_by_its_marks(tmp_path: Path) -> None:
    make(tmp_path, "shared/pyproject.toml", "shared/mine/a.py")
    (tmp_path / "shared").chmod(0o1777)
    assert roots(tmp_path, "shared/mine") == [("shared/mine", None)]


def test_the_home_folder_is_no_root_by_its_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "u/home/.git/HEAD", "u/.git/HEAD", "u/home/downloads/p/a.py")
    monkeypatch.setenv("HOME", str(tmp_path / "u" / "home"))
    assert roots(tmp_path, "u/home/downloads/p") == [("u/home/downloads/p", None)]
    assert roots(tmp_path, "u/home") == [("u/home", None)]


def test_a_package_cannot_reach_above_its_project(tmp_path: Path) -> None:
    make(tmp_path, "r/pyproject.toml", "r/__init__.py", "r/a.py", "__init__.py", "secret.py")
    assert roots(tmp_path, "r/a.py") == [("r", None)]
    make(tmp_path, "s/.git/HEAD", "s/__init__.py", "s/a.py")
    assert roots(tmp_path, "s") == [("s", None)]


def test_a_named_link_of_a_project_is_judged_by_its_door(tmp_path: Path) -> None:
    make(tmp_path, "r/.git/HEAD", "private/.git/HEAD", "private/keys.py")
    (tmp_path / "r" / "src").symlink_to(tmp_path / "private")
    (tmp_path / "current").symlink_to("private")
    reach = reach_of([str(tmp_path / "r" / "src")], str(tmp_path))
    assert [root.path for root in reach.roots] == [str(tmp_path / "r")]
    door = Door(reach)
    assert "leads out" in door.look(door.place(tmp_path / "r" / "src")).problem
    # Outside of any project a link is the user's own.
    door = Door(reach_of([str(tmp_path / "current")], str(tmp_path)))
    assert sorted(door.names(door.place(tmp_path / "current"))[0]) == [".git", "keys.py"]


def test_beside_a_package_only_what_is_imported_is_in_view(tmp_path: Path) -> None:
    make(tmp_path, "x/p/__init__.py", "x/p/m.py", "x/common.py", "x/other/__init__.py")
    (tmp_path / "x" / "p" / "link.py").symlink_to("../common.py")
    door = Door(reach_of([str(tmp_path / "x" / "p")], str(tmp_path)))
    assert door.is_open("/x")
    assert [folder for folder, _ in door.walk("/x", lambda _: True)] == ["/x", "/x/p"]
    assert door.has("/x", "common.py")
    assert door.read("/x/common.py", 10).data == b""
    assert "leads out" in door.read("/x/p/link.py", 10).problem


def test_roots_with_one_name(tmp_path: Path) -> None:
    make(tmp_path, "a/p/.git/HEAD", "b/p/.git/HEAD", "b/p/m.py")
    reach = reach_of([str(tmp_path / "a" / "p"), str(tmp_path / "b" / "p")], str(tmp_path))
    assert [root.name for root in reach.roots] == ["p", "p~2"]
    door = Door(reach)
    assert door.place(tmp_path / "b" / "p" / "m.py") == "/p~2/m.py"
    assert door.reported("/p~2/m.py") == "b/p/m.py"
