"""Patches taken back give what was before them."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from assay.source.patch import FilePatch, PatchError, before, is_patch, parse
from repositories import commit, git


def test_a_patch_is_taken_back() -> None:
    text = b"--- a/x.py\t2026-01-01\n+++ b/x.py\n@@ -1,3 +1,3 @@\n a\n-b\n+c\n d\n"
    assert is_patch(text)
    (patch,) = parse(text)
    assert (patch.old, patch.new) == ("x.py", "x.py")
    assert before(patch, b"a\nc\nd\ne") == b"a\nb\nd\ne"
    with pytest.raises(PatchError, match=r"x\.py: the patch does not fit at line 1"):
        before(patch, b"a\nb\nd\ne")


@pytest.mark.parametrize("seed", range(12))
def test_what_git_prints_is_taken_back(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    pool = [b"a\n", b"b\n", b"\n", b"\x0c\n", b"x\r\n", b"--- a\n", b"+++ b\n", b"@@ -1 +1 @@\n"]

    def text() -> bytes:
        lines = b"".join(rng.choice(pool) for _ in range(rng.randrange(12)))
        return lines + rng.choice([b"", b"end"])

    old = {f"{name}.py": text() for name in ("plain", "with space", "ümlaut", 'quo"te')}
    commit(tmp_path / "r", {})
    for name, data in old.items():
        (tmp_path / "r" / name).write_bytes(data)
    commit(tmp_path / "r", {})
    new = {name: text() for name in old}
    for name, data in new.items():
        (tmp_path / "r" / name).write_bytes(data)
    printed = subprocess.run(
        ["git", "diff", f"-U{seed % 4}"], cwd=tmp_path / "r", capture_output=True, check=True
    ).stdout
    patches = parse(printed) if printed else []
    assert {patch.new for patch in patches} == {name for name in old if old[name] != new[name]}
    for patch in patches:
        assert before(patch, new[patch.new]) == old[patch.new]


def test_new_deleted_and_renamed_files(tmp_path: Path) -> None:
    body = "".join(f"line {number}\n" for number in range(9))
    commit(tmp_path / "r", {"gone.py": "1\n", "old.py": body, "empty.py": ""})
    commit(tmp_path / "r", {"gone.py": None, "old.py": None, "empty.py": None})
    commit(tmp_path / "r", {"new.py": body + "2\n", "fresh.py": "3\n", "none.py": ""})
    printed = git(tmp_path / "r", "diff", "-M", "HEAD~2").encode()
    found = {(patch.old, patch.new): patch for patch in parse(printed)}
    assert found.keys() >= {("gone.py", ""), ("old.py", "new.py"), ("", "fresh.py")}
    assert before(found["old.py", "new.py"], (body + "2\n").encode()) == body.encode()
    assert before(found["gone.py", ""], b"") == b"1\n"
    assert before(found["", "fresh.py"], b"3\n") == b""


def test_what_is_no_patch() -> None:
    assert not is_patch(b"x = 1\n--- a\n")
    for text, said in (
        (b"@@ -1 +1 @@\n-a\n+b\n", "does not name its file"),
        (b"--- a/x\n+++ b/x\n@@ -1,4 +1,4 @@\n a\n", "in the middle of a hunk"),
        (b"diff --git a/x b/x\n", "changes no file"),
    ):
        with pytest.raises(PatchError, match=said):
            parse(text)
    assert parse(b"diff --git a/x b/x\nold mode 1\ndiff --git a/y b/y\ndeleted file mode 2\n") == [
        FilePatch("y", "", ())
    ]
