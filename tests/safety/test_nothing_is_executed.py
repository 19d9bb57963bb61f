"""Nothing of a reviewed folder is imported or executed, by whatever process of a run.

The folder here holds a module with the name of every module of Python and of everything that this
package needs, and whatever else an interpreter runs by itself. Each writes down its name when it is
executed. Besides, a `sitecustomize` outside of that folder, which every interpreter of a run takes
from PYTHONPATH, writes down each process that starts, and each code of that folder that is run.
"""

from __future__ import annotations

import ast
import encodings
import json
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

import pytest

import assay
from assay.driver import processes

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = Path(assay.__file__).parent
SOURCE: Final = str(PACKAGE.parent)
WEAK: Final = (
    "def read(path):\n    f = open(path)\n    text = f.read()\n    f.close()\n    return text\n"
)
FILES: Final = 80
_NAME: Final = re.compile(r"[\w.-]+")
SELF_STARTED: Final = (
    "sitecustomize",
    "usercustomize",
    "conftest",
    "setup",
    "__main__",
    "__init__",
)

# Runs at the start of every interpreter that is not isolated. `exec` is what an import ends in.
WITNESS: Final = """\
import os, sys

def witness(event, arguments, log={log!r}, folder={folder!r}):
    said = ""
    if event in ("subprocess.Popen", "os.fork", "os.exec", "os.posix_spawn", "os.system"):
        said = event
    elif event == "exec" and arguments[0].co_filename[:1] != "<":
        if os.path.abspath(arguments[0].co_filename).startswith(folder):
            said = "executed " + arguments[0].co_filename
    elif event == "import" and arguments[1] and str(arguments[1]).startswith(folder):
        said = "imported " + str(arguments[1])
    if said:
        with open(log, "a") as stream:
            stream.write(said + "\\n")

with open({log!r}, "a") as stream:
    stream.write("started\\n")
sys.addaudithook(witness)
"""

CONSOLE_SCRIPT: Final = """\
import sys
from assay.cli.main import main
if __name__ == "__main__":
    sys.exit(main())
"""


def needed() -> set[str]:
    """The top modules of this package, of what it needs, and of what that needs."""
    names = {"assay"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    left = [match.group() for text in project["dependencies"] if (match := _NAME.match(text))]
    done: set[str] = set()
    while left:
        each = left.pop()
        if each in done:
            continue
        done.add(each)
        try:
            found = metadata.distribution(each)
        except metadata.PackageNotFoundError:
            continue
        left += [
            match.group()
            for text in found.requires or ()
            if "extra ==" not in text and (match := _NAME.match(text))
        ]
        names |= {
            path.parts[0].removesuffix(".py")
            for path in found.files or ()
            if path.suffix == ".py" and path.parts[0].removesuffix(".py").isidentifier()
        }
    return names


@dataclass(frozen=True)
class Trap:
    """The reviewed folder, what lies outside of it, and what was written down."""

    folder: Path
    outside: Path
    marks: Path
    log: Path

    def run(
        self, command: list[str], *arguments: str, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Runs `command review arguments` in the folder."""
        return subprocess.run(
            [*command, *arguments],
            cwd=cwd or self.folder,
            env={
                **{name: value for name, value in os.environ.items() if name[:6] != "ASSAY_"},
                "PYTHONPATH": os.pathsep.join([str(self.outside), SOURCE]),
                "XDG_CACHE_HOME": str(self.outside / "cache"),
            },
            capture_output=True,
            check=False,
            timeout=300,
        )

    def executed(self) -> list[str]:
        """What of the folder was executed since the last time, as far as anybody noticed."""
        found = self.marks.read_text("utf-8").splitlines() if self.marks.exists() else []
        self.marks.unlink(missing_ok=True)
        return found

    def events(self) -> list[str]:
        """What happened in the processes since the last time."""
        found = self.log.read_text("utf-8").splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return found


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Trap:
    base = tmp_path_factory.mktemp("trap").resolve()
    made = Trap(base / "untrusted", base / "outside", base / "marks", base / "log")
    mark = f"with open({str(made.marks)!r}, 'a') as stream:\n    stream.write(__file__ + '\\n')\n"
    made.folder.mkdir()
    names = {*sys.stdlib_module_names, *sys.builtin_module_names, *needed(), *SELF_STARTED}
    assert {"assay", "pathspec", "tree_sitter", "tree_sitter_python", "typeshed_client"} <= names
    for number, name in enumerate(sorted(names)):
        path = made.folder / f"{name}.py"
        if name == "encodings" or number % 4 == 0:
            path = made.folder / name / "__init__.py"
            path.parent.mkdir()
        path.write_text(mark, "utf-8")
    (made.folder / "assay").mkdir(exist_ok=True)
    for name in ("__init__", "__main__"):
        (made.folder / "assay" / f"{name}.py").write_text(mark, "utf-8")
    (made.folder / "encodings" / "evil.py").write_text(mark, "utf-8")
    (made.folder / "evil.pth").write_text(f"import sys; {mark.splitlines()[0]} pass\n", "utf-8")
    (made.folder / "cookie.py").write_text(f"# coding: evil\n{mark}", "utf-8")
    for number in range(FILES):
        (made.folder / f"weak_{number}.py").write_text(WEAK, "utf-8")
    made.outside.mkdir()
    witness = WITNESS.format(log=str(made.log), folder=str(made.folder) + os.sep)
    (made.outside / "sitecustomize.py").write_text(witness, "utf-8")
    (made.outside / "bin").mkdir()
    (made.outside / "bin" / "assay").write_text(CONSOLE_SCRIPT, "utf-8")
    return made


def ways(trap: Trap) -> dict[str, list[str]]:
    return {
        "script": [sys.executable, str(trap.outside / "bin" / "assay")],
        "safe path": [sys.executable, "-P", "-m", "assay"],
    }


def assert_finds_all(done: subprocess.CompletedProcess[bytes]) -> None:
    """The run is a whole one, and says what is to be said."""
    assert done.returncode == 1, done.stderr.decode()
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    found = {
        each["path"].rpartition("/")[2]
        for each in json.loads(done.stdout)["observations"]
        if each["rule"] == "resource-leak" and each["verdict"] == "found"
    }
    assert {f"weak_{number}.py" for number in range(FILES)} <= found
    assert b"internal error" not in done.stdout + done.stderr


@pytest.mark.parametrize("way", ["script", "safe path"])
@pytest.mark.parametrize(
    ("jobs", "method"), [(1, "spawn"), (2, "spawn"), pytest.param(2, "fork", id="2-fork")]
)
def test_a_review_from_inside_the_folder(trap: Trap, way: str, jobs: int, method: str) -> None:
    if method == "fork" and not hasattr(os, "fork"):
        pytest.skip("this system knows no fork")
    options = ("-n", "-j", str(jobs), "-f", "json", "--config", f"start-method={method}")
    done = trap.run(ways(trap)[way], "review", *options)
    events, executed = trap.events(), trap.executed()
    assert executed == []
    assert [event for event in events if event.startswith(("executed", "imported"))] == []
    assert_finds_all(done)
    workers = jobs if jobs > 1 else 0
    assert events.count("started") == 1 + (workers if method == "spawn" else 0)
    assert events.count("subprocess.Popen") == (workers if method == "spawn" else 0)
    assert events.count("os.fork") == (workers if method == "fork" else 0)


@pytest.mark.parametrize("command", [["doctor"], ["models", "check"], ["rules"], ["--version"]])
def test_other_commands_from_inside_the_folder(trap: Trap, command: list[str]) -> None:
    done = trap.run(ways(trap)["script"], *command)
    assert done.returncode == 0, done.stderr.decode()
    assert (trap.executed(), set(trap.events())) == ([], {"started"})


def test_the_module_from_outside_of_the_folder(trap: Trap) -> None:
    command = [sys.executable, "-m", "assay"]
    done = trap.run(
        command, "review", "-n", "-j2", "-f", "json", "untrusted", cwd=trap.folder.parent
    )
    assert trap.executed() == []
    assert trap.events().count("started") == 3
    assert_finds_all(done)


def test_the_module_imports_nothing_more_from_inside_the_folder(tmp_path: Path) -> None:
    """`python -m` imports from the current folder before this package is reached, and no later."""
    for number in range(FILES):
        (tmp_path / f"weak_{number}.py").write_text(WEAK, "utf-8")
    before = subprocess.run(
        [sys.executable, "-c", "import runpy, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    mark = tmp_path / "mark"
    for name in sys.stdlib_module_names - set(before.stdout.split()):
        (tmp_path / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write(__name__ + ' ')\n")
    done = subprocess.run(
        [sys.executable, "-m", "assay", "review", "-n", "-j2", "-f", "json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": SOURCE},
        capture_output=True,
        check=False,
    )
    assert not mark.exists(), mark.read_text("utf-8")
    assert_finds_all(done)


def test_the_traps_work(trap: Trap) -> None:
    """What an interpreter without `-P` runs in that folder is written down."""
    program = [sys.executable, "-c", "from multiprocessing.spawn import spawn_main"]
    trap.run(program)
    # Python 3.13 looks for `linecache` before it comes to the program.
    assert trap.executed()[0].startswith(str(trap.folder))
    assert [each for each in trap.events() if each.startswith("executed")]


def test_a_child_finds_what_its_parent_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", ["", "/a b/'\udc80", str(Path(__file__).parent)])
    assert processes.module_path() == [*sys.path[1:], SOURCE]
    monkeypatch.setattr(sys, "path", [SOURCE, "/z"])
    assert processes.module_path() == [SOURCE, "/z"]


def test_a_child_is_started_like_its_parent() -> None:
    code = (
        f"import sys; sys.path.insert(0, {SOURCE!r})\n"
        "from assay.driver.processes import command_line\n"
        "print(command_line('pass')[1:])"
    )
    given = ["-B", "-O", "-E", "-s", "-Wignore", "-Xutf8=1"]
    done = subprocess.run(
        [sys.executable, *given, "-c", code], capture_output=True, text=True, check=True
    )
    assert set(ast.literal_eval(done.stdout)) == {"-P", *given, "-c", "pass"}


_MODULES: Final = re.compile(
    r"(?:subprocess|multiprocessing|concurrent|pty|asyncio|runpy|webbrowser)(?:\.|$)"
)
_FUNCTIONS: Final = re.compile(r"os\.(?:system|popen|startfile|fork|exec|spawn|posix_spawn)")


def _starts(node: ast.AST) -> bool:
    """Whether a node names something that starts a process."""
    if isinstance(node, ast.Import):
        return any(_MODULES.match(alias.name) for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        names = [f"{node.module}.{alias.name}" for alias in node.names]
        return any(_MODULES.match(name) or _FUNCTIONS.match(name) for name in names)
    return isinstance(node, ast.Attribute) and _FUNCTIONS.match(ast.unparse(node)) is not None


def test_processes_are_started_in_known_places() -> None:
    """Whoever starts another process says there why it runs nothing of the current folder."""
    known = {
        "driver/processes.py",  # -P, and a path that is set first
        "driver/git.py",  # git by its absolute path, in a folder of its own
        "driver/pool.py",  # waits for connections
        "regex/trial.py",  # -I -S
    }
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(_starts(node) for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    }
    assert found == known


def test_a_coding_cookie_imports_nothing_but_codecs() -> None:
    """A file may name its codec, and a codec is a module."""
    names = [*sys.stdlib_module_names, "os.path", "..os", "-m", "evil", "assay", "conftest"]
    codec_modules = sorted(path.stem for path in Path(encodings.__file__).parent.glob("*.py"))
    decoding = (
        f"for name in {sorted(names)!r}: decode(b'# coding: ' + name.encode() + b'\\nx = 1\\n')"
    )
    importing = (
        f"for name in {codec_modules!r}:\n"
        "    with contextlib.suppress(ImportError): importlib.import_module('encodings.' + name)"
    )
    assert imported_by(decoding) <= imported_by(importing)


def imported_by(statement: str) -> set[str]:
    """The modules that a statement imports in a fresh interpreter."""
    code = (
        "import contextlib, importlib, sys\n"
        "from assay.source.decode import decode\n"
        "before = set(sys.modules)\n"
        f"{statement}\n"
        "print(*(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env={**os.environ, "PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stdout.split())
    assert imported
    return imported
