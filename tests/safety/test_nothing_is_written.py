"""A review writes into the user's cache and nowhere else, whatever lies in the reviewed folder."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from assay.cli.main import main
from assay.driver import cache as cache_module

NAMES = (".gitignore", "CACHEDIR.TAG", "reviews-0123456789abcdef01234567")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, the current folder; the user's folders lie elsewhere."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "caches"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    folder = tmp_path / "project"
    (folder / ".git").mkdir(parents=True)
    (folder / "a.py").write_text("def f(p):\n    g = open(p)\n    g.read(1)\n")
    monkeypatch.chdir(folder)
    return folder


def state_of(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Mode, time of the last change, and bytes of all below a folder."""
    found: dict[str, tuple[int, int, bytes]] = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        data = path.read_bytes() if stat.S_ISREG(status.st_mode) else b""
        found[str(path.relative_to(folder))] = (status.st_mode, status.st_mtime_ns, data)
    return found


def own_folder(tmp_path: Path) -> Path:
    (folder,) = [each for each in (tmp_path / "home/caches/assay").iterdir() if each.is_dir()]
    return folder


def test_the_reviewed_folder_is_left_as_it_is(project: Path) -> None:
    before = state_of(project)
    assert main(["review", "-q"]) == 1
    assert main(["review", "-q"]) == 1
    assert state_of(project) == before


def test_a_cache_folder_that_came_with_the_code_is_nothing(tmp_path: Path, project: Path) -> None:
    """Once it was written into, whatever it led to, and what looked old in it was deleted."""
    target = tmp_path / "target"
    target.mkdir()
    for name in ("note.new", *(f"reviews-{n}" for n in range(12)), *NAMES):
        (target / name).write_text("mine")
        os.utime(target / name, (1, 1))
    (project / ".assay_cache").symlink_to(target)
    before = state_of(target)
    assert main(["review", "-q"]) == 1
    assert state_of(target) == before
    (project / ".assay_cache").unlink()
    (project / ".assay_cache").mkdir()
    bashrc = tmp_path / "home" / ".bashrc"
    bashrc.write_text("mine")
    for name in NAMES:
        for number in range(1, 200):
            (project / ".assay_cache" / f"{name}.{number}.new").symlink_to(bashrc)
    assert main(["review", "-q"]) == 1
    assert bashrc.read_text() == "mine"


def test_links_in_the_users_own_folder_are_not_written_through(
    tmp_path: Path, project: Path
) -> None:
    """Even where somebody else could lay them there: names are not known before."""
    main(["review", "-q"])
    folder = own_folder(tmp_path)
    target = tmp_path / "target"
    target.write_text("mine")
    (pack,) = folder.glob("reviews-*")
    for path in (pack, folder / ".gitignore", folder / "CACHEDIR.TAG"):
        path.unlink()
        path.symlink_to(target)
    assert main(["review", "-q"]) == 1
    assert target.read_text() == "mine"
    assert not pack.is_symlink()  # replaced, not followed


@pytest.mark.parametrize("kind", ["link", "file", "others", "everybodys"])
def test_a_strange_cache_folder_is_not_used(
    tmp_path: Path, project: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    main(["review", "-q"])
    folder = own_folder(tmp_path)
    shutil.rmtree(folder)
    target = tmp_path / "target"
    target.mkdir()
    if kind == "link":
        folder.symlink_to(target)
    elif kind == "file":
        folder.write_text("")
    else:
        folder.mkdir()
        if kind == "everybodys":
            folder.chmod(0o777)
        elif os.geteuid() != 0:
            pytest.skip("only root can give a folder to somebody else")
        else:
            os.chown(folder, 65534, 65534)
    capsys.readouterr()
    assert main(["review"]) == 1
    assert "working without a cache" in capsys.readouterr().err
    assert list(target.iterdir()) == []
    assert not folder.is_dir() or list(folder.iterdir()) == [] or kind == "link"


def test_only_own_files_are_deleted(tmp_path: Path, project: Path) -> None:
    main(["review", "-q"])
    folder = own_folder(tmp_path)
    strange = ["reviews-old", "reviews-" + "0" * 23, "a.new", "reviews-" + "g" * 24, "key"]
    packs = [f"reviews-{number:024x}" for number in range(20)]
    left = f"reviews-{'0' * 24}.{'1' * 24}.new"
    for name in (*strange, *packs, left):
        (folder / name).write_text("")
        os.utime(folder / name, (1, 1))
    (project / "a.py").write_text("open(1)\n")
    main(["review", "-q"])
    names = set(os.listdir(folder))
    assert names >= set(strange)
    assert left not in names
    assert len([name for name in names if name in packs]) == 7


def test_what_is_kept_for_forgotten_projects_goes(tmp_path: Path, project: Path) -> None:
    main(["review", "-q"])
    caches = own_folder(tmp_path).parent
    for name, age in (("0" * 24, 1), ("1" * 24, 4_000_000_000), ("mine", 1)):
        (caches / name).mkdir()
        pack = caches / name / ("reviews-" + "0" * 24)
        pack.write_text("")
        (caches / name / "note").write_text("")
        os.utime(pack, (age, age))
    (project / "a.py").write_text("open(1)\n")
    main(["review", "-q"])
    assert os.listdir(caches / ("0" * 24)) == ["note"]
    for name in ("1" * 24, "mine"):
        assert len(os.listdir(caches / name)) == 2


def test_a_read_only_checkout(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As root, too, who may write in spite of the modes."""
    for path in (project / "a.py", project):
        path.chmod(0o555)
    try:
        before = state_of(project)
        assert main(["review"]) == 1
        assert main(["review"]) == 1
        assert state_of(project) == before
        assert "cache" not in capsys.readouterr().err
    finally:
        project.chmod(0o755)


def test_a_cache_that_cannot_be_written(
    tmp_path: Path,
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A full disk and a read-only file system: the report is whole, and a line says what is not."""
    for number, said in ((28, "No space left on device"), (30, "Read-only file system")):

        def fail(path: str, mode: int = 0, exist_ok: bool = False, number: int = number) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "makedirs", fail)
        assert main(["review"]) == 1
        assert said in capsys.readouterr().err or not (tmp_path / "home/caches").exists()


def test_two_runs_at_once(tmp_path: Path, project: Path) -> None:
    for number in range(20):
        (project / f"m{number}.py").write_text("def f(p):\n    g = open(p)\n    g.read(1)\n")
    command = [sys.executable, "-P", "-m", "assay", "review", "-q", "--output-format", "json"]
    outcomes: list[bytes] = []

    def review() -> None:
        done = subprocess.run(command, capture_output=True, check=False)
        outcomes.append(done.stdout + done.stderr)

    threads = [threading.Thread(target=review) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(outcomes)) == 1
    names = sorted(os.listdir(own_folder(tmp_path)))
    assert [name[:8] for name in names] == [".gitigno", "CACHEDIR", "reviews-"]


def test_a_temporary_file_that_exists_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    monkeypatch.setattr(secrets, "token_hex", lambda _: "guessed")
    (tmp_path / "pack.guessed.new").symlink_to(target)
    with pytest.raises(FileExistsError):
        cache_module._replace(str(tmp_path / "pack"), b"data")
    assert target.read_text() == "mine"
    assert (tmp_path / "pack.guessed.new").is_symlink()
