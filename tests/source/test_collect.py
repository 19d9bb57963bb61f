"""Which files are reviewed, and what is said of the others."""

import os
import socket
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from assay.source.collect import DEFAULT_EXCLUDE, Collection, collect
from assay.source.ignore import Rules


@pytest.fixture(autouse=True)
def _no_user_files(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def _make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")


def _collect(root: Path, *paths: str, force: bool = False, respect: bool = True) -> Collection:
    return collect(
        [str(root / path) for path in paths] or [str(root)],
        root=str(root),
        exclude=DEFAULT_EXCLUDE,
        force_exclude=force,
        respect_gitignore=respect,
    )


def _reported(collection: Collection) -> list[str]:
    return [file.reported for file in collection.files]


def _problems(collection: Collection) -> list[tuple[str, str]]:
    return [(problem.path, problem.reason) for problem in collection.problems]


def test_python_files_are_found_in_order(tmp_path: Path) -> None:
    _make(tmp_path, "b.py", "a/z.pyi", "a/b/c.pyw", "a.ipynb", "tests/test_a.py", "d.txt", "e.pyc")
    (tmp_path / "tool").write_text("#!/usr/bin/env python3\n")
    (tmp_path / "shell").write_text("#!/bin/sh\n")
    (tmp_path / "empty").write_text("")
    assert _reported(_collect(tmp_path)) == [
        "a.ipynb", "a/b/c.pyw", "a/z.pyi", "b.py", "tests/test_a.py", "tool",
    ]  # fmt: skip


def test_default_exclusions_and_named_paths(tmp_path: Path) -> None:
    _make(tmp_path, "a.py", ".venv/lib/b.py", "node_modules/c.py", "src/build/d.py", "n.txt")
    assert _reported(_collect(tmp_path)) == ["a.py"]
    named = _collect(tmp_path, ".venv/lib/b.py", "src/build", "n.txt")
    assert _reported(named) == [".venv/lib/b.py", "src/build/d.py"]
    assert [file.explicit for file in named.files] == [True, False]
    (refused,) = named.problems
    assert (refused.path, refused.wrong) == ("n.txt", True)
    assert refused.reason == "neither a Python file nor a notebook, not reviewed"
    assert _reported(_collect(tmp_path, ".venv/lib/b.py", "src/build", "a.py", force=True)) == [
        "a.py"
    ]


def test_own_exclusions_are_patterns_from_the_root(tmp_path: Path) -> None:
    _make(tmp_path, "a.py", "x/gen/b.py", "gen/c.py", "x/d_pb2.py", "build/e.py")
    collection = collect(
        [str(tmp_path)], root=str(tmp_path), exclude=["/gen"], extend_exclude=["*_pb2.py"]
    )
    assert _reported(collection) == ["a.py", "build/e.py", "x/gen/b.py"]


def test_ignore_files_nest_and_take_back(tmp_path: Path) -> None:
    (tmp_path / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("local.py\n")
    _make(
        tmp_path, "a.py", "gen_a.py", "local.py", "pkg/gen_b.py", "pkg/gen_keep.py",
        "pkg/sub/gen_keep.py", "out/b.py", "pkg/out/c.py", "pkg/secret.py", "pkg/both.py",
    )  # fmt: skip
    (tmp_path / ".gitignore").write_text("gen_*.py\n/out/\nboth.py\n")
    (tmp_path / "pkg" / ".gitignore").write_text("!gen_keep.py\nsecret.py\n")
    (tmp_path / "pkg" / ".ignore").write_text("!both.py\n")
    (tmp_path / "pkg" / "sub" / ".gitignore").write_text("gen_keep.py\n")
    expected = ["a.py", "pkg/both.py", "pkg/gen_keep.py", "pkg/out/c.py"]
    assert _reported(_collect(tmp_path)) == expected
    assert _reported(_collect(tmp_path, "pkg")) == expected[1:]
    assert _reported(_collect(tmp_path, "pkg/sub")) == []
    assert _reported(_collect(tmp_path, "out")) == ["out/b.py"]
    assert _reported(_collect(tmp_path, "gen_a.py", "local.py")) == ["gen_a.py", "local.py"]
    assert len(_reported(_collect(tmp_path, respect=False))) == 10


def test_the_users_global_file(tmp_path: Path) -> None:
    home = Path(os.environ["HOME"])
    (home / ".gitconfig").write_text("[user]\n\tname = a\n[core]\n\texcludesFile = ~/mine\n")
    (home / "mine").write_text("scratch.py\n")
    _make(tmp_path, "a.py", "b/scratch.py")
    assert _reported(_collect(tmp_path)) == ["a.py"]


def test_a_broken_pattern_does_not_undo_the_others(tmp_path: Path) -> None:
    _make(tmp_path, "a.py", "b.py")
    (tmp_path / ".gitignore").write_bytes(b"!\n\xff\nb.py\n")
    assert _reported(_collect(tmp_path)) == ["a.py"]


def test_each_real_file_once(tmp_path: Path) -> None:
    _make(tmp_path, "a.py")
    (tmp_path / "b.py").symlink_to("a.py")
    collection = _collect(tmp_path, ".", "b.py", "a.py", "b.py")
    assert _reported(collection) == ["a.py"]
    assert collection.files[0].explicit


def test_what_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    root = tmp_path / "root"
    _make(root, "a.py", "sub/b.py")
    _make(tmp_path, "outside/c.py")
    (root / "sub" / "loop").symlink_to(root)
    (root / "self.py").symlink_to("self.py")
    (root / "gone.py").symlink_to("nowhere")
    (root / "away").symlink_to(tmp_path / "outside")
    (root / "twin").symlink_to("sub")
    os.mkfifo(root / "pipe.py")
    os.mkfifo(root / "quiet")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(root / "s.py"))
        collection = _collect(root)
    assert _reported(collection) == ["a.py", "sub/b.py"]
    assert _problems(collection) == [
        ("away", "a link that leads out of the root, not followed"),
        ("gone.py", "a link to nothing"),
        ("pipe.py", "a pipe, not a file"),
        ("s.py", "a socket, not a file"),
        ("self.py", "cannot be read: Too many levels of symbolic links"),
        ("sub/loop", "a link to a folder above it, not followed"),
    ]
    assert not any(problem.wrong for problem in collection.problems)


def test_a_missing_named_path_is_marked(tmp_path: Path) -> None:
    _make(tmp_path, "a.py")
    collection = _collect(tmp_path, "none.py", "a.py", "a.py/b.py", "nul\x00.py")
    assert _reported(collection) == ["a.py"]
    assert [problem.wrong for problem in collection.problems] == [True, True, True]


def test_a_named_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p")
    collection = _collect(tmp_path, "p")
    assert [(one.reason, one.explicit) for one in collection.problems] == [
        ("a pipe, not a file", True)
    ]


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/bad\xff.py"
    try:
        with open(name, "wb"):
            pass
    except OSError:
        pytest.skip("this file system refuses the name")
    collection = _collect(tmp_path)
    assert collection.files == ()
    assert "not valid UTF-8" in collection.problems[0].reason
    collection.problems[0].path.encode()


def test_paths_outside_of_the_root(tmp_path: Path) -> None:
    _make(tmp_path, "root/a.py", "other/b.py")
    collection = collect([str(tmp_path / "other")], root=str(tmp_path / "root"))
    assert _reported(collection) == ["../other/b.py"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_folder(tmp_path: Path) -> None:
    _make(tmp_path, "a.py", "closed/b.py")
    (tmp_path / "closed").chmod(0)
    try:
        collection = _collect(tmp_path)
    finally:
        (tmp_path / "closed").chmod(0o700)
    assert _reported(collection) == ["a.py"]
    assert collection.problems[0].path == "closed"


def test_patterns_of_a_stranger_do_not_make_the_run_last() -> None:
    name = "/p/" + "a(" * 100 + ".py"
    for pattern in ("*a" * 12 + "*b", "*(" * 12 + "*b", "*[a(]" * 12 + "*b", "*?" * 12 + "*b"):
        assert Rules("/p", [pattern]).decides(name, False) is None
    deep = "/p" + "/a" * 120
    assert Rules("/p", ["**/a" * 12 + "/b"]).decides(deep, False) is None
    started = time.process_time()
    assert Rules("/p", ["**/a" * 3 + "/b"]).decides(deep, False) is None
    assert time.process_time() - started < 5


PARTS = ["*", "a", "b", "?", "[ab]", "[!a]", "/", "**/", "\\*", "("]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PARTS), max_size=9), st.text("ab(*/", max_size=8))
def test_they_match_as_before(parts: list[str], path: str) -> None:
    """Against the expressions that `pathspec` makes, searched as they are."""
    line = "".join(parts)
    path = path.strip("/").replace("//", "/")
    if not path or line.count("**") > 3:
        return
    try:
        expected = GitIgnoreSpec.from_lines([line]).check_file(path).include
    except ValueError:
        return
    assert Rules("/p", [line]).decides(f"/p/{path}", False) == expected
