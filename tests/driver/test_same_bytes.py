"""The same bytes come out, however the work is shared out, ordered, hashed or remembered."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

import assay

PACKAGE = Path(assay.__file__).parent
FOLDERS = ("checkers", "domains", "ir", "ledger", "models", "program")
FORMATS = ("json", "sarif", "text")


def reports(
    folder: Path, paths: list[str], *options: str, seed: str = "0", cache: Path | None = None
) -> dict[str, bytes]:
    """The three reports of one run in a process of its own."""
    folder.mkdir(parents=True)
    outputs = [f"--report={name}={folder / name}" for name in FORMATS]
    kept = ["--cache-dir", str(cache)] if cache is not None else ["--no-cache"]
    command = [sys.executable, "-m", "assay", "review", "--isolated", "--exit-zero", "-q"]
    subprocess.run(
        [*command, "-o", str(folder / "main"), *outputs, *kept, *options, *paths],
        cwd=PACKAGE.parent,
        env={
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": str(PACKAGE.parent),
            "XDG_CACHE_HOME": str(folder.parent / "own"),
        },
        check=True,
        timeout=300,
    )
    return {name: (folder / name).read_bytes() for name in FORMATS}


@pytest.fixture(scope="module")
def paths() -> list[str]:
    found = [
        path.relative_to(PACKAGE.parent).as_posix()
        for name in FOLDERS
        for path in sorted((PACKAGE / name).rglob("*.py"))
    ]
    assert len(found) > 60  # enough that processes share the work
    return found


@pytest.fixture(scope="module")
def expected(paths: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    found = reports(tmp_path_factory.mktemp("same") / "alone", paths, "-j1")
    assert len(found["json"]) > 10_000
    return found


def test_two_processes_another_seed(
    paths: list[str], expected: dict[str, bytes], tmp_path: Path
) -> None:
    assert reports(tmp_path / "a", paths, "-j2", seed="1") == expected


def test_forked_processes_and_shuffled_files(
    paths: list[str], expected: dict[str, bytes], tmp_path: Path
) -> None:
    shuffled = list(paths)
    random.Random(7).shuffle(shuffled)
    method = ("--config", "start-method=fork")
    assert reports(tmp_path / "a", shuffled, "-j3", *method, seed="2") == expected


def test_cold_and_warm(paths: list[str], expected: dict[str, bytes], tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert reports(tmp_path / "cold", paths, "-j2", cache=kept) == expected
    assert reports(tmp_path / "warm", paths[::-1], "-j1", seed="3", cache=kept) == expected


def test_a_part_of_the_files_says_the_same_of_them(paths: list[str], tmp_path: Path) -> None:
    """What else is reviewed in the same run, or was before, does not matter to a file."""
    part = [path for path in paths if "/domains/" in path]
    kept = tmp_path / "kept"
    alone = reports(tmp_path / "alone", part, "-j1")
    reports(tmp_path / "all", paths, "-j2", cache=kept)
    assert reports(tmp_path / "part", part, "-j2", cache=kept) == alone
