"""Builds and installs as a user does, in a copy of the tree, and asks the installed command.

    python -m pytest -m install tests/install

Each build compiles, so the suite leaves these out and `.ci/run` runs them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Final

import hatch_build
import pytest

import assay

ROOT: Final = Path(__file__).parents[2]
KIND: Final = f"interpreted: {hatch_build.why_pure()}" if hatch_build.why_pure() else "compiled"
SAID: Final = f"assay {assay.__version__} ({KIND})\n"
_LEFT: Final = (".git", ".venv", ".*_cache", "__pycache__", "build", "dist", "*.egg-info")

pytestmark = pytest.mark.install


def run(*command: str | Path, cwd: Path, **changes: str) -> str:
    """Runs a command to its end; its output, or an error that quotes it."""
    left = ("PYTHONPATH", "VIRTUAL_ENV", "ASSAY_PURE", "CC")
    kept = {name: value for name, value in os.environ.items() if name not in left}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**kept, **changes},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the tree, in a folder with a blank in its name."""
    copy = tmp_path / "x y" / "assay"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*_LEFT))
    return copy


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """The folder of commands of a fresh environment."""
    venv.create(tmp_path / "fresh", with_pip=True)
    return tmp_path / "fresh" / ("Scripts" if os.name == "nt" else "bin")


def test_the_pip_of_this_python(tree: Path, scripts: Path) -> None:
    run(scripts / "pip", "install", ".", cwd=tree)
    assert run(scripts / "assay", "--version", cwd=tree) == SAID
    report = run(scripts / "assay", "review", "--exit-zero", "examples", cwd=tree)
    assert "examples/depot/storage.py" in report


def test_the_newest_pip(tree: Path, scripts: Path) -> None:
    run(scripts / "python", "-m", "pip", "install", "--upgrade", "pip", cwd=tree)
    said = run(scripts / "pip", "install", "--verbose", ".", cwd=tree)
    assert f"assay: this build is {KIND}" in said
    assert run(scripts / "assay", "--version", cwd=tree) == SAID


def test_uv(tree: Path, scripts: Path) -> None:
    run(scripts / "pip", "install", "uv", cwd=tree)
    run(scripts / "uv", "pip", "install", "--python", scripts / "python", ".", cwd=tree)
    assert run(scripts / "assay", "--version", cwd=tree) == SAID


def test_a_source_distribution_and_the_wheel_from_it(tree: Path, scripts: Path) -> None:
    run(scripts / "pip", "install", "build", cwd=tree)
    run(scripts / "python", "-m", "build", cwd=tree)
    (wheel,) = (tree / "dist").glob("*.whl")
    assert len(list((tree / "dist").glob("*.tar.gz"))) == 1
    run(scripts / "pip", "install", wheel, cwd=tree)
    assert run(scripts / "assay", "--version", cwd=tree) == SAID


def test_why_it_is_interpreted_is_told(tree: Path, scripts: Path) -> None:
    for changes, why in (
        ({"ASSAY_PURE": "1"}, "ASSAY_PURE"),
        ({"CC": "no-such-compiler"}, "no C compiler"),
    ):
        said = run(scripts / "pip", "install", "-v", "--force-reinstall", ".", cwd=tree, **changes)
        assert f"assay: this build is interpreted: {why}" in said
        line = run(scripts / "assay", "--version", cwd=tree)
        assert line == f"assay {assay.__version__} (interpreted: {why})\n"


def test_an_editable_install(tree: Path, scripts: Path) -> None:
    run(scripts / "pip", "install", "-e", ".", cwd=tree)
    said = run(scripts / "assay", "--version", cwd=tree)
    assert said.endswith("(interpreted: source tree or editable install)\n")


if __name__ == "__main__":
    sys.exit(pytest.main(["-m", "install", __file__]))
