"""A door that shows another state than that of the disk."""

from __future__ import annotations

import pickle
from pathlib import Path

from assay.source.changed import FILE, FOLDER, Changed
from assay.source.door import Door
from assay.source.entry import MISSING


def door(tmp_path: Path) -> Door:
    """On the disk: a.py, new.py, fresh/x.py and a link to a.py."""
    top = tmp_path / "top"
    (top / "fresh").mkdir(parents=True)
    for name in ("a.py", "new.py", "fresh/x.py"):
        (top / name).write_text(f"# {name}\n")
    (top / "link.py").symlink_to("a.py")
    (top / "out").symlink_to(tmp_path)
    changed = Changed(
        "old",
        {"/top/a.py": b"old", "/top/gone/inner/b.py": b"there"},
        {"/top/new.py", "/top/fresh", "/top/fresh/x.py"},
    )
    return Door.of_folder(top).showing(changed)


def test_files_are_as_they_were(tmp_path: Path) -> None:
    old = door(tmp_path)
    assert old.read("/top/a.py", 100).data == b"old"
    assert old.read("/top/a.py", 1).data == b"ol"  # one more than asked for
    assert old.read("/top/gone/inner/b.py", 100).data == b"there"
    assert old.read("/top/new.py", 100).problem == MISSING
    assert old.read("/top/fresh/x.py", 100).problem == MISSING
    assert old.read("/top/link.py", 100).data == b"old"  # what it leads to is as it was
    assert old.read("/top/gone", 100).data is None
    assert old.look("/top/a.py").size == 3
    assert old.look("/top/gone/inner").kind == FOLDER
    assert old.look("/top/gone/inner/b.py").kind == FILE
    assert old.look("/top/fresh").problem == MISSING


def test_folders_hold_what_they_held(tmp_path: Path) -> None:
    old = door(tmp_path)
    found, problem = old.entries("/top")
    assert problem == ""
    assert [(entry.name, entry.kind) for entry in found] == [
        ("a.py", FILE),
        ("gone", FOLDER),
        ("link.py", "link"),
        ("out", "link"),
    ]
    assert sorted(old.names("/top")[0]) == ["a.py", "gone", "link.py", "out"]
    assert [entry.name for entry in old.entries("/top/gone")[0]] == ["inner"]
    assert old.entries("/top/fresh") == ([], MISSING)
    assert old.entries("/top/a.py")[0] == []
    assert old.has("/top", "gone")
    assert not old.has("/top", "new.py")
    walked = [folder for folder, _ in old.walk("/top", lambda _: True)]
    assert walked == ["/top", "/top/gone", "/top/gone/inner"]


def test_it_leads_out_of_the_root_no_more_than_the_disk_does(tmp_path: Path) -> None:
    old = door(tmp_path)
    (tmp_path / "secret.py").write_text("x")
    assert "leads out of the root" in old.read("/top/out/secret.py", 100).problem
    assert old.entries("/top/out")[0] == []


def test_workers_get_the_same_state(tmp_path: Path) -> None:
    old = door(tmp_path)
    other = Door(pickle.loads(pickle.dumps(old.reach)))
    assert other.read("/top/a.py", 100).data == b"old"
    assert repr(other.reach) == repr(old.reach) != repr(old.showing(None).reach)
