"""What was not read is told: in every format, on standard error, and by the exit code."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from pathlib import Path

import pytest

import fake_checkers
from assay.cli.main import main

FORMATS = ("text", "concise", "markdown", "github", "sarif", "json")
HALF = "x = 1\n\ndef f(:\n    pass\n\ny = 2\n"
posix = pytest.mark.skipif(os.name == "nt", reason="links, pipes and permissions")


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = tmp_path / "shop"
    (shop / ".git").mkdir(parents=True)
    monkeypatch.chdir(shop)
    monkeypatch.setattr("assay.cli.review.all_checkers", fake_checkers.all_checkers)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ASSAY_OUTPUT_FORMAT", raising=False)
    Path("fine.py").write_text("x = 1\n", "utf-8")


def assay(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["review", *arguments])
    out, err = capfd.readouterr()
    return code, out, err


def is_told(capfd: pytest.CaptureFixture[str], path: str, reason: str, *arguments: str) -> None:
    """Everywhere that a path was not read, with the reason, in a run that finds nothing."""
    for name in FORMATS:
        code, out, err = assay(capfd, "-f", name, *arguments)
        assert code == 3, (name, err)
        plain = out.replace("\\", "") if name in ("markdown", "sarif") else out
        words = re.sub(r"\s+", " ", plain)
        assert path in words, name
        assert reason in words, name
        lines = err.splitlines()
        assert any(line.startswith(f"assay: {path}: ") and reason in line for line in lines)
        assert lines[-1].startswith("assay: exit code 3: ")
        if name == "sarif":
            (invocation,) = json.loads(out)["runs"][0]["invocations"]
            assert invocation["executionSuccessful"] is False
            assert invocation["toolExecutionNotifications"]
    assert assay(capfd, "--exit-zero", *arguments)[0] == 3
    code, out, _ = assay(capfd, "--allow-unread", "-f", "sarif", *arguments)
    assert code == 0
    assert json.loads(out)["runs"][0]["invocations"][0]["executionSuccessful"] is True


@pytest.mark.parametrize("named", [".", "half.py"])
def test_a_file_that_is_read_in_part(capfd: pytest.CaptureFixture[str], named: str) -> None:
    Path("half.py").write_text(HALF, "utf-8")
    is_told(capfd, "half.py", "invalid syntax (line 3, column 7)", named)


def test_a_file_that_is_no_text(capfd: pytest.CaptureFixture[str]) -> None:
    Path("b.py").write_bytes(b"\x00\x01")
    is_told(capfd, "b.py", "not text")


def test_a_file_that_is_too_large(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assay.source.file.MAX_BYTES", 100)
    Path("b.py").write_text("x = 1\n" * 100, "utf-8")
    is_told(capfd, "b.py", "larger than")


@posix
def test_links_out_of_the_root(capfd: pytest.CaptureFixture[str]) -> None:
    Path("../away").mkdir()
    Path("../away/b.py").write_text("open('x')\n", "utf-8")
    Path("b.py").symlink_to("../away/b.py")
    is_told(capfd, "b.py", "a link that leads out of the root, not followed")
    Path("b.py").unlink()
    Path("lib").symlink_to("../away")
    is_told(capfd, "lib", "a link that leads out of the root, not followed")
    assert assay(capfd, "--follow-links")[0] == 1


@posix
def test_links_that_lose_nothing_are_no_holes(capfd: pytest.CaptureFixture[str]) -> None:
    Path("sub").mkdir()
    Path("sub/up").symlink_to("..")
    Path("again").symlink_to("sub")
    Path("data.csv").symlink_to("/etc/passwd")
    code, _, err = assay(capfd)
    assert code == 0
    assert "sub/up: a link to a folder above it" in err


@posix
def test_pipes_that_are_called_like_sources(capfd: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("b.py")
    is_told(capfd, "b.py", "a pipe, not a file")


@posix
def test_a_neighbour_that_is_not_read(capfd: pytest.CaptureFixture[str]) -> None:
    """A module that is not reviewed itself, and that a reviewed one leads to."""
    os.mkfifo("b.py")
    Path("a.py").write_text("from b import f\nf()\n", "utf-8")
    is_told(capfd, "b.py", "a pipe, not a file", "a.py")


@pytest.mark.parametrize(
    ("limit", "value", "reason"),
    [
        ("assay.source.door.MOST_ENTRIES", 3, "entries, not looked into"),
        ("assay.source.door.MOST_DEPTH", 2, "folders, not looked into"),
    ],
)
def test_limits_of_folders(
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    value: int,
    reason: str,
) -> None:
    monkeypatch.setattr(limit, value)
    folder = Path("deep") / "er"
    folder.mkdir(parents=True)
    for name in ("a.py", "b.py", "c.py", "d.py"):
        (folder / name).write_text("x = 1\n", "utf-8")
    (folder / "est").mkdir()
    is_told(capfd, "deep/er", reason)


def test_limits_of_a_run(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from assay.driver import run
    from assay.source.collect import collect

    def limited(*arguments: object, **named: object) -> object:
        return collect(*arguments, most_files=1, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(run, "collect", limited)
    Path("last.py").write_text("x = 1\n", "utf-8")
    is_told(capfd, "last.py", "left out, the run holds more than 1 files")


def stdin(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (1,\n  y = = 2\n", "<stdin>: no statement could be read: line"),
        ("Dear all, please review this: ok?\n", "<stdin>: no statement could be read: line 1 not"),
    ],
)
def test_a_text_that_is_no_python(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    stdin(monkeypatch, text)
    code, _, err = assay(capfd, "-")
    assert code == 2
    assert err.splitlines()[-1].startswith(f"assay: exit code 2: {said}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "--- a/shop.py\n+++ b/shop.py\n@@ -1,2 +1,2 @@\n x = 1\n-y = 2\n+y = 3\n",
            "assay: -: shop.py: the patch changes it, and it does not exist",
        ),
        (
            "diff --git a/a.py b/a.py\nindex 1..2 100644\n--- a/a.py\n+++ b/a.py\n"
            "@@ -1 +1 @@\n-x = 1\n+x = 2\n",
            "assay: -: a.py: the patch changes it, and it does not exist",
        ),
    ],
)
def test_a_patch_of_files_that_are_not_there(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    stdin(monkeypatch, text)
    code, _, err = assay(capfd, "-")
    assert code == 2
    assert err.splitlines()[-1] == said


def test_a_text_that_is_read_in_part_and_one_that_is_empty(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stdin(monkeypatch, HALF)
    code, _, err = assay(capfd, "-")
    assert code == 3
    assert "<stdin>: read partly" in err
    stdin(monkeypatch, "")
    assert assay(capfd, "-")[0] == 0


@pytest.mark.parametrize("name", ["readme.txt", "Makefile", "setup.cfg", "page.html", "a.py.orig"])
def test_a_named_file_that_is_no_python_is_refused(
    capfd: pytest.CaptureFixture[str], name: str
) -> None:
    Path(name).write_text("x = 1\n", "utf-8")
    code, out, err = assay(capfd, name, "fine.py")
    assert code == 2
    assert "fine.py" in out
    told = f"{name}: neither a Python file nor a notebook, not reviewed"
    assert err == f"assay: exit code 2: {told}\n"
    assert assay(capfd, "--show-files", name)[0] == 2
    assert assay(capfd, "--force-exclude", "--extend-exclude", name, name)[0] == 0
    assert assay(capfd, ".")[0] == 0


@pytest.mark.parametrize("name", ["a.pyi", "a.pyw", "app.wsgi", "SConstruct", "tool"])
def test_a_named_file_that_is_python_is_reviewed(
    capfd: pytest.CaptureFixture[str], name: str
) -> None:
    Path(name).write_text("#!/usr/bin/env python3\nopen('x')\n", "utf-8")
    assert assay(capfd, name)[0] == 1


def test_a_syntax_error_is_told_once_with_its_place(capfd: pytest.CaptureFixture[str]) -> None:
    Path("half.py").write_text(HALF, "utf-8")
    for name in ("text", "markdown", "concise", "github"):
        out = assay(capfd, "-f", name, "half.py")[1]
        words = re.sub(r"\s+", " ", out)
        assert words.count("invalid syntax") == 1, name
        assert "lines 3-4 not analysed: invalid syntax (line 3, column 7)" in words
    Path("open.py").write_text("x = 1\ny = (2,\n", "utf-8")
    out = assay(capfd, "-f", "concise", "open.py")[1]
    assert "'(' was never closed (line 2, column 5)" in out


def test_the_error_of_a_cell_is_told_with_its_line(capfd: pytest.CaptureFixture[str]) -> None:
    cells = [{"cell_type": "code", "source": text} for text in ("x = 1\ny = 2", "z = = 3")]
    Path("n.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
    out = assay(capfd, "-f", "concise", "n.ipynb")[1]
    match = re.search(r"line (\d+) not analysed: invalid syntax \(line (\d+), column 5\)", out)
    assert match is not None, out
    assert match.group(1) == match.group(2)


def test_numbers_agree(capfd: pytest.CaptureFixture[str]) -> None:
    Path("a.py").write_text(
        "import thing\n\ndef f(x):\n    open(x)\n    x.go()\n    x.go()\n    thing.run(x.y())\n",
        "utf-8",
    )
    head = assay(capfd, "a.py")[1].splitlines()[0]
    assert main(["doctor", "a.py"]) == 0
    doctor = capfd.readouterr().out
    match = re.search(r"unresolved calls: (\d+)", doctor)
    assert match is not None
    assert int(match.group(1)) > 0
    assert f"{match.group(1)} unresolved" in head
    calls = re.search(r"(\d+) calls", doctor)
    assert calls is not None
    assert f"{calls.group(1)} calls" in head
    document = json.loads(assay(capfd, "-f", "json", ".")[1])
    sites = sum(sum(each["sites"].values()) for each in document["classes"])
    found = sum(each["sites"]["found"] for each in document["classes"])
    for name in ("text", "markdown"):
        out = assay(capfd, "-f", name, ".")[1]
        assert re.search(rf"\b{sites} sites?: {found} found", out), out
