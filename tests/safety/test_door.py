"""What lies in a reviewed folder leads nowhere else, and cannot make a run wait or grow."""

from __future__ import annotations

import os
import pickle
import socket
import threading
from pathlib import Path

import pytest

from assay.source import door as door_module
from assay.source.changed import FILE, FOLDER
from assay.source.door import Door
from assay.source.entry import LINK
from assay.source.reach import Reach, reach_of

OUT = "a link that leads out of the root, not followed"


@pytest.fixture(params=["descriptors", "paths"], autouse=True)
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every promise holds by descriptors, and by paths as on Windows."""
    if request.param == "paths":
        monkeypatch.setattr(door_module, "BY_DESCRIPTOR", False)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    (folder / "sub").mkdir(parents=True)
    (folder / "secret.py").write_text("KEY = 1\n")
    (folder / "sub" / "deep.py").write_text("KEY = 2\n")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    (folder / "pkg").mkdir(parents=True)
    (folder / "a.py").write_text("x = 1\n")
    (folder / "pkg" / "b.py").write_text("y = 2\n")
    return folder


def read(door: Door, place: str) -> bytes | str:
    contents = door.read(place, 1000)
    return contents.problem if contents.data is None else contents.data


def test_what_lies_in_the_root_is_read(root: Path) -> None:
    door = Door.of_folder(root)
    assert read(door, "/root/a.py") == b"x = 1\n"
    assert read(door, "/root/pkg/b.py") == b"y = 2\n"
    assert read(door, "/root/pkg/none.py") == "does not exist"
    assert read(door, "/root/a.py/b.py") == "does not exist"
    assert "cannot be read" in str(read(door, "/root/pkg")) or "not a regular" in str(
        read(door, "/root/pkg")
    )
    assert (door.files_read, door.bytes_read) == (2, 12)
    assert [(each.name, each.kind) for each in door.entries("/root")[0]] == [
        ("a.py", FILE), ("pkg", FOLDER),
    ]  # fmt: skip
    assert sorted(door.names("/root/pkg")[0]) == ["b.py"]
    assert door.has("/root", "a.py")
    assert not door.has("/root", "b.py")
    assert [entry.name for entry in door.entries("/")[0]] == ["root"]


@pytest.mark.parametrize(
    "target",
    [
        "{outside}/secret.py",
        "../outside/secret.py",
        "pkg/../../outside/secret.py",
        "./././../outside/secret.py",
        "/proc/self/environ",
        "/proc/self/mem",
        "/dev/zero",
        "/dev/stdin",
        "../root/../outside/secret.py",
        "{root}/../outside/secret.py",
    ],
)
def test_a_link_out_of_the_root_is_not_followed(root: Path, outside: Path, target: str) -> None:
    (root / "link.py").symlink_to(target.format(root=root, outside=outside))
    assert read(Door.of_folder(root), "/root/link.py") == OUT
    assert Door.of_folder(root).look("/root/link.py").problem == OUT
    assert [each.kind for each in Door.of_folder(root).entries("/root")[0]][1] == LINK


def test_links_within_the_root_are_followed(root: Path) -> None:
    (root / "one.py").symlink_to("pkg/b.py")
    (root / "two.py").symlink_to(root / "a.py")
    (root / "pkg" / "up.py").symlink_to("../a.py")
    (root / "folder").symlink_to("pkg")
    (root / "chain.py").symlink_to("folder/up.py")
    door = Door.of_folder(root)
    assert read(door, "/root/one.py") == b"y = 2\n"
    for name in ("two.py", "pkg/up.py", "folder/up.py", "chain.py"):
        assert read(door, f"/root/{name}") == b"x = 1\n"
        assert door.look(f"/root/{name}").place == "/root/a.py"
    assert sorted(door.names("/root/folder")[0]) == ["b.py", "up.py"]
    assert door.look("/root/folder").place == "/root/pkg"


def test_links_of_folders_in_the_middle_of_a_path(root: Path, outside: Path) -> None:
    (root / "away").symlink_to(outside)
    (root / "pkg" / "again").symlink_to("../away/sub")
    (root / "through.py").symlink_to("away/secret.py")
    door = Door.of_folder(root)
    for place in ("away/secret.py", "away/sub/deep.py", "pkg/again/deep.py", "through.py"):
        assert read(door, f"/root/{place}") == OUT
        assert not door.has(*f"/root/{place}".rsplit("/", 1)) or place == "through.py"
    assert door.names("/root/away") == ([], OUT)
    assert door.entries("/root/pkg/again") == ([], OUT)
    assert list(door.walk("/root", lambda _: True))[-1][0] == "/root/pkg"


def test_links_that_never_end(root: Path) -> None:
    (root / "self.py").symlink_to("self.py")
    (root / "x").symlink_to("y")
    (root / "y").symlink_to("x")
    (root / "grow").symlink_to("grow/grow")
    door = Door.of_folder(root)
    for name in ("self.py", "x", "y", "grow", "grow/a.py"):
        assert "Too many levels of symbolic links" in str(read(door, f"/root/{name}"))


def test_places_that_climb(root: Path, outside: Path) -> None:
    door = Door.of_folder(root)
    for place in ("/root/../outside/secret.py", "/root/pkg/../../outside/secret.py", "/root/.."):
        assert read(door, place) == OUT
    assert read(door, "/root/pkg/../a.py") == b"x = 1\n"
    assert read(door, "/outside/secret.py") == "outside of the roots of this run"
    assert read(door, str(outside / "secret.py")) == "outside of the roots of this run"
    assert read(door, "/root/a\0.py") == "its name holds a null character"
    assert door.place(outside / "secret.py") == ""
    assert not door.has("/root", "../outside")
    assert not door.has("/root/pkg", "..")


def test_a_hard_link_is_the_file_that_it_is(root: Path, outside: Path) -> None:
    """It cannot come with an archive or a clone, and nothing tells it from another file."""
    os.link(outside / "secret.py", root / "hard.py")
    assert read(Door.of_folder(root), "/root/hard.py") == b"KEY = 1\n"


def test_pipes_sockets_and_devices_are_not_opened(root: Path) -> None:
    os.mkfifo(root / "pipe.py")
    (root / "to_pipe.py").symlink_to("pipe.py")
    door = Door.of_folder(root)
    assert read(door, "/root/pipe.py") == "a pipe, not a file"
    assert read(door, "/root/to_pipe.py") == "a pipe, not a file"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(root / "s.py"))
        assert read(door, "/root/s.py") == "a socket, not a file"
    if os.geteuid() == 0:
        try:
            os.mknod(root / "zero.py", 0o20666, os.makedev(1, 5))
        except PermissionError:
            return
        assert read(door, "/root/zero.py") == "a device, not a file"


def test_no_more_is_read_than_was_asked_for(root: Path) -> None:
    (root / "large.py").write_bytes(b"#" * 5000)
    data = Door.of_folder(root).read("/root/large.py", 1000).data
    assert data is not None
    assert len(data) == 1001


def test_a_file_that_grows_while_it_is_read(root: Path) -> None:
    path = root / "log.py"
    path.write_bytes(b"#")
    done = threading.Event()

    def grow() -> None:
        with open(path, "ab", buffering=0) as stream:
            while not done.is_set() and stream.tell() < 50_000_000:
                stream.write(b"#" * 65536)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        for _ in range(20):
            data = Door.of_folder(root).read("/root/log.py", 300_000).data
            assert data is not None
            assert len(data) <= 300_001
    finally:
        done.set()
        writer.join()


def test_a_folder_that_is_exchanged_for_a_link(root: Path, outside: Path) -> None:
    """Whatever the moment, nothing from outside is read."""
    if not door_module.BY_DESCRIPTOR:
        pytest.skip("a race that cannot be excluded by paths")
    (outside / "b.py").write_text("KEY = 3\n")
    done = threading.Event()

    def exchange() -> None:
        while not done.is_set():
            (root / "pkg").rename(root / "kept")
            (root / "pkg").symlink_to(outside)
            (root / "pkg").unlink()
            (root / "kept").rename(root / "pkg")

    adversary = threading.Thread(target=exchange)
    adversary.start()
    try:
        seen: set[bytes | str] = set()
        door = Door.of_folder(root)
        for number in range(4000):
            if number % 2:
                door = Door.of_folder(root)  # one that holds no folder open
            seen.add(read(door, "/root/pkg/b.py"))
    finally:
        done.set()
        adversary.join()
    assert seen <= {b"y = 2\n", OUT, "does not exist"}


def test_a_file_that_is_exchanged_for_a_link(root: Path, outside: Path) -> None:
    if not door_module.BY_DESCRIPTOR:
        pytest.skip("a race that cannot be excluded by paths")
    done = threading.Event()

    def exchange() -> None:
        while not done.is_set():
            os.symlink(outside / "secret.py", root / "new")
            os.replace(root / "new", root / "a.py")
            (root / "new").write_text("x = 1\n")
            os.replace(root / "new", root / "a.py")

    adversary = threading.Thread(target=exchange)
    adversary.start()
    try:
        door = Door.of_folder(root)
        seen = {read(door, "/root/a.py") for _ in range(4000)}
    finally:
        done.set()
        adversary.join()
    assert b"KEY = 1\n" not in seen


def test_names_that_are_no_text_and_that_differ_in_case(root: Path) -> None:
    odd = os.fsencode(root) + b"/\xff.py"
    with open(odd, "wb") as stream:
        stream.write(b"z = 3\n")
    (root / "A.PY").write_text("upper\n")
    door = Door.of_folder(root)
    names = door.names("/root")[0]
    assert os.fsdecode(b"\xff.py") in names
    assert read(door, "/root/" + os.fsdecode(b"\xff.py")) == b"z = 3\n"
    assert read(door, "/root/A.PY") == b"upper\n"
    assert "\\udcff" in door.reported("/root/" + os.fsdecode(b"\xff.py"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_read_permission(root: Path) -> None:
    (root / "pkg").chmod(0)
    try:
        door = Door.of_folder(root)
        assert door.names("/root/pkg") == ([], "cannot be read: Permission denied")
        assert read(door, "/root/pkg/b.py") == "cannot be read: Permission denied"
    finally:
        (root / "pkg").chmod(0o755)


def test_limits_are_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door.of_folder(root)
    monkeypatch.setattr(door_module, "MOST_ENTRIES", 1)
    assert door.names("/root")[1] == door.entries("/root")[1]
    assert "entries, not looked into" in door.entries("/root")[1]
    deep = "/root" + "/d" * (door_module.MOST_DEPTH + 1)
    assert "nested deeper than" in str(read(door, deep))
    assert "nested deeper than" in door.names(deep)[1]
    assert "nested deeper than" in door.entries(deep)[1]


def test_folders_that_are_held_open_are_few(root: Path) -> None:
    for number in range(200):
        (root / f"d{number}").mkdir()
        (root / f"d{number}" / "a.py").write_text(str(number))
    door = Door.of_folder(root)
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(2):
        for number in range(200):
            assert read(door, f"/root/d{number}/a.py") == str(number).encode()
    assert len(os.listdir("/proc/self/fd")) - before < 60
    door.close()
    assert len(os.listdir("/proc/self/fd")) <= before
    assert read(door, "/root/d7/a.py") == b"7"


def test_links_are_followed_for_who_wants_it(root: Path, outside: Path) -> None:
    (root / "away").symlink_to(outside)
    (root / "link.py").symlink_to(outside / "secret.py")
    found = reach_of([str(root)], str(root))
    door = Door(Reach(found.roots, found.base, follow_links=True))
    for place in ("/root/link.py", "/root/away/secret.py"):
        assert read(door, place) == b"KEY = 1\n"
    assert read(door, "/root/away/sub/deep.py") == b"KEY = 2\n"
    assert "sub" in door.names("/root/away")[0]
    os.mkfifo(outside / "pipe")
    (root / "pipe.py").symlink_to(outside / "pipe")
    assert read(door, "/root/pipe.py") == "a pipe, not a file"


def test_a_reach_travels(root: Path) -> None:
    reach = pickle.loads(pickle.dumps(reach_of([str(root)], str(root.parent))))
    door = Door(reach)
    assert read(door, "/root/a.py") == b"x = 1\n"
    assert door.reported("/root/pkg/b.py") == "root/pkg/b.py"
    assert door.place_of_reported("root/pkg/b.py") == "/root/pkg/b.py"
