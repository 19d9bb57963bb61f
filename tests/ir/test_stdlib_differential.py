"""Modules of the standard library pass the host's own tests when they are interpreted.

A sample; `bench/differential.py modules` and `language` run all that work.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
RUNNER = Path(__file__).with_name("stdlib_runner.py")

SAMPLES = [
    ("test.test_textwrap", "textwrap"),
    ("test.test_shlex", "shlex"),
    ("test.test_fnmatch", "fnmatch"),
    ("test.test_named_expressions", "test.test_named_expressions"),
    ("test.test_exception_variations", "test.test_exception_variations"),
    ("test.test_augassign", "test.test_augassign"),
]


def outcomes(output: Path, test: str, interpreted: list[str]) -> dict[str, str]:
    command = [sys.executable, str(RUNNER), str(output), test, *interpreted]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    subprocess.run(
        command, check=True, cwd=output.parent, env=environment, capture_output=True, timeout=120
    )
    found: dict[str, str] = json.loads(output.read_text(encoding="utf-8"))["outcomes"]
    return found


@pytest.mark.parametrize(("test", "interpreted"), SAMPLES)
def test_same_outcomes(test: str, interpreted: str, tmp_path: Path) -> None:
    if subprocess.run(
        [sys.executable, "-c", f"import {test}"], capture_output=True, check=False
    ).returncode:
        pytest.skip("this host has no tests of its standard library")
    native = outcomes(tmp_path / "native.json", test, [])
    assert len(native) > 4
    assert outcomes(tmp_path / "interpreted.json", test, [interpreted]) == native
