"""`python -m assay` as a process: start-up, streams, and equal bytes on every run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest

from assay import __version__

SOURCE = str(Path(__file__).parents[2] / "src")
TEXTS = (
    "import subprocess\n\ndef run(name):\n    subprocess.call(name, shell=True)\n",
    "def read(path):\n    f = open(path)\n    try:\n        return f.read()\n"
    "    except:\n        pass\n",
    "PASSWORD = 'hunter2-Zq81'\n\ndef broken(:\n    pass\n",
    "import os\n\ndef make(path):\n    if not os.path.exists(path):\n        os.mkdir(path)\n",
)


def environment(**changes: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("ASSAY_OUTPUT_FORMAT", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE")
    }
    return {**kept, "PYTHONPATH": SOURCE, **changes}


def run(folder: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "assay", *arguments],
        cwd=folder,
        env=environment(**changes),
        capture_output=True,
        check=False,
    )


def cpu(command: list[str]) -> float:
    """The least of several measurements, in seconds of processor time of the child."""
    best = float("inf")
    for _ in range(5):
        before = os.times()
        subprocess.run(command, env=environment(), stdout=subprocess.DEVNULL, check=True)
        after = os.times()
        used = (after.children_user - before.children_user) + (
            after.children_system - before.children_system
        )
        best = min(best, used)
    return best


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for number in range(60):
        path = tmp_path / f"p{number % 3}" / f"m{number}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(TEXTS[number % len(TEXTS)] + f"x{number} = {number}\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize("option", ["--version", "-V"])
def test_version(tmp_path: Path, option: str) -> None:
    done = run(tmp_path, option)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        f"assay {__version__} (interpreted: source tree or editable install)\n".encode(),
        b"",
    )


@pytest.mark.skipif(not hasattr(os, "times") or os.name == "nt", reason="no times of children")
def test_version_starts_fast() -> None:
    base = cpu([sys.executable, "-c", "import argparse, ast, json"])
    assert cpu([sys.executable, "-m", "assay", "--version"]) <= 3 * base + 0.01


def test_version_loads_no_layer(tmp_path: Path) -> None:
    code = (
        "import sys; from assay.cli.main import main; main(['--version']); "
        "print(sorted(name for name in sys.modules if name.startswith('assay')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, check=True
    )
    assert done.stdout.splitlines()[1] == (
        b"['assay', 'assay.cli', 'assay.cli.main', 'assay.cli.version']"
    )


@pytest.mark.parametrize("name", ["text", "json", "sarif", "markdown", "concise", "github"])
def test_equal_bytes_on_every_run(project: Path, name: str) -> None:
    first = run(project, "review", "-f", name, "-j", "1", "p0", "p1", "p2", PYTHONHASHSEED="0")
    second = run(project, "review", "-f", name, "-j", "2", "p2", "p0", "p1", PYTHONHASHSEED="1")
    assert b"internal error:" not in first.stdout + first.stderr
    assert first.stdout
    assert first.stdout == second.stdout
    assert first.stderr == second.stderr
    assert first.returncode == second.returncode


def test_a_reader_that_goes_away_is_no_error(project: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "assay", "review", "-f", "json", "-v", "."],
        cwd=project,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    error = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)
    assert process.returncode in (0, 1)
    assert b"BrokenPipe" not in error
    assert b"Traceback" not in error


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_an_interrupt_ends_the_run(tmp_path: Path) -> None:
    import signal

    for number in range(400):
        (tmp_path / f"m{number}.py").write_text("x = [1, 2, 3]\n" * 3000, "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "assay", "review", "-j", "2", "."],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # A shell that runs the tests in the background has its children ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(1.5)
    os.killpg(process.pid, signal.SIGINT)
    out, error = process.communicate(timeout=30)
    assert process.returncode == 130
    assert out == b""
    assert error.splitlines()[-1] == b"assay: interrupted"
    assert b"Traceback" not in error, error


def test_every_quoted_line_is_a_slice_of_its_file() -> None:
    folder = Path(sysconfig.get_path("stdlib"))
    names = ["shutil.py", "socketserver.py", "subprocess.py", "tempfile.py", "zipfile.py"]
    paths = [name for name in names if (folder / name).is_file()]
    done = run(folder, "review", "-v", "-f", "json", *paths)
    lines = {path: (folder / path).read_text("utf-8").split("\n") for path in paths}
    document = json.loads(done.stdout)
    quoted = 0
    for observation in document["observations"]:
        for each in observation["evidence"]:
            text = "\n".join(lines[each["path"]][each["line"] - 1 : each["end_line"]])
            assert each["text"] == text, observation
            quoted += 1
        line = lines[observation["path"]][observation["line"] - 1]
        assert 1 <= observation["column"] <= len(line) + 1
    identities = [(each["path"], each["fingerprint"]) for each in document["observations"]]
    assert len(set(identities)) == len(identities)
    assert quoted


def test_output_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    (tmp_path / "é.py").write_text("x = 'é'\n", "utf-8")
    done = run(tmp_path, "review", ".", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert "é.py".encode() in done.stdout
