"""SECURITY.md: each promise names the test that holds it, each limit is that of the code."""

from __future__ import annotations

import re
from pathlib import Path

from assay.driver import batches, config, governing, options
from assay.source import collect, door, file

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def rows(title: str) -> list[list[str]]:
    """The cells of the table below a heading, without its head."""
    part = TEXT.partition(f"## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_promise_has_a_test() -> None:
    promises = rows("What is promised, and the test that holds it")
    assert len(promises) > 10
    for promise, held_by in promises:
        paths = re.findall(r"`([^`]+)`", held_by)
        assert paths, promise
        for path in paths:
            assert (ROOT / path).is_file(), path
            assert "assert" in (ROOT / path).read_text(encoding="utf-8") or "bench" in path


def test_the_limits_are_those_of_the_code() -> None:
    limits = dict(rows("Limits"))
    assert limits["bytes of a file"] == f"{file.MAX_BYTES:,}"
    assert limits["bytes of a notebook with its outputs"] == f"{file.MAX_NOTEBOOK_BYTES:,}"
    assert limits["files, and bytes of all files of a run"] == (
        f"{collect.MOST_FILES:,} and {collect.MOST_BYTES:,}"
    )
    assert limits["entries of a folder"] == f"{door.MOST_ENTRIES:,}"
    assert limits["folders below one another"] == str(door.MOST_DEPTH)
    assert limits["links on the way to a file"] == str(door.MOST_LINKS)
    assert limits["bytes of a configuration, of an ignore file"] == f"{config.MOST_BYTES:,}"
    assert limits["configuration files that are looked at, and lists of rules that they make"] == (
        f"{governing.MOST_CONFIGS:,} and {batches.MOST_SELECTIONS}"
    )
    assert limits["processor time of a file"] == f"{options.DEFAULT_FILE_SECONDS} s"
