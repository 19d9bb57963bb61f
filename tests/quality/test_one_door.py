"""Files are opened in a few places: the reviewed side by the door alone, in the manner of layers.

Each module that reaches the disk or another program is listed with what it uses and whose files
they are: nothing of that is chosen by reviewed code.
"""

from __future__ import annotations

import ast
from pathlib import Path

import assay

PACKAGE = Path(assay.__file__).parent

ALLOWED: dict[str, tuple[str, str]] = {
    "__main__.py": ("os.getcwd os.path", "the current folder, to take it off Python's path"),
    "source/door.py": (
        "os.open os.fstat os.stat os.lstat os.readlink os.scandir os.listdir os.path.realpath"
        " os.path.samestat",
        "the reviewed side",
    ),
    "source/reach.py": (
        "os.path.isdir os.path.islink os.path.lexists os.path.realpath os.stat",
        "the names of marks on the way up from what the user named; no file is opened",
    ),
    "source/own_files.py": (
        "os.open os.fdopen os.fstat os.stat",
        "files of the user, by the environment and the home folder",
    ),
    "source/rewrite.py": (
        "os.open os.fdopen os.stat os.replace os.unlink",
        "the file that the user names to `assay suppress`, and the baseline; each is written anew",
    ),
    "driver/cache.py": (
        "os.open os.fdopen os.fstat os.lstat os.stat os.listdir os.walk os.makedirs os.replace"
        " os.unlink os.path.lexists",
        "the user's cache folder, and the modules of Assay itself",
    ),
    "cli/review.py": (
        "open os.path.exists shutil",
        "reports and a configuration that the user named; the width of the terminal",
    ),
    "cli/streams.py": ("open", "os.devnull"),
    "cli/version.py": ("open os.path.exists importlib.machinery", "the modules of Assay itself"),
    "checkers/registry.py": ("os.listdir importlib", "the modules of Assay itself"),
    "models/loader.py": ("open os.listdir os.path.exists json.load", "the rows of Assay itself"),
    "models/taint.py": ("os.listdir", "the rows of Assay itself"),
    "program/stubs.py": ("open importlib.util", "the stubs that are installed with Assay"),
    "regex/trial.py": ("subprocess", "Python itself, isolated, with one text"),
    "driver/git.py": (
        "open subprocess tempfile shutil os.makedirs os.path.exists os.path.islink"
        " os.path.realpath",
        "git, in an empty repository made for the run, which gets the reviewed one's objects",
    ),
    "driver/pool.py": ("importlib multiprocessing.connection", "Assay's own workers"),
    "driver/processes.py": (
        "subprocess multiprocessing multiprocessing.connection multiprocessing.context",
        "Assay's own workers, which look for modules where this process does",
    ),
    "driver/progress.py": ("shutil", "the width of the terminal"),
    "ir/interpret/frame_builtins.py": ("eval exec", "tests of the IR; no command leads there"),
    "ir/interpret/functions.py": ("exec", "tests of the IR; no command leads there"),
}

_OS = frozenset(
    [
        "open",
        "fdopen",
        "scandir",
        "listdir",
        "walk",
        "fwalk",
        "stat",
        "lstat",
        "fstat",
        "readlink",
        "access",
        "truncate",
        "unlink",
        "remove",
        "replace",
        "rename",
        "renames",
        "mkdir",
        "makedirs",
        "rmdir",
        "removedirs",
        "symlink",
        "link",
        "chmod",
        "chown",
        "utime",
        "mkfifo",
        "mknod",
        "statvfs",
        "getxattr",
        "listxattr",
        "system",
        "popen",
        "execv",
        "execve",
        "execl",
        "spawnv",
        "spawnl",
        "posix_spawn",
        "startfile",
        "chdir",
    ]
)
_OS_PATH = frozenset(
    [
        "exists",
        "lexists",
        "isfile",
        "isdir",
        "islink",
        "ismount",
        "getsize",
        "getmtime",
        "getatime",
        "getctime",
        "realpath",
        "samefile",
        "samestat",
        "isjunction",
    ]
)
_MODULES = frozenset(
    [
        "pathlib",
        "shutil",
        "tempfile",
        "glob",
        "fileinput",
        "linecache",
        "zipfile",
        "tarfile",
        "mmap",
        "runpy",
        "sqlite3",
        "dbm",
        "shelve",
        "subprocess",
        "multiprocessing",
        "concurrent",
        "asyncio",
        "importlib",
        "pkgutil",
        "zipimport",
        "ctypes",
        "fcntl",
        "gzip",
        "bz2",
        "lzma",
        "netrc",
        "mailbox",
        "filecmp",
    ]
)

_NETWORK = frozenset(
    [
        "socket",
        "ssl",
        "http",
        "urllib",
        "ftplib",
        "smtplib",
        "imaplib",
        "poplib",
        "telnetlib",
        "xmlrpc",
        "socketserver",
        "asyncio",
        "asyncore",
        "requests",
        "httpx",
        "aiohttp",
        "webbrowser",
    ]
)


def touches() -> list[tuple[str, int, str]]:
    """(file, line, what) of all that could reach the disk or another program."""
    found: list[tuple[str, int, str]] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [(name, line, what) for line, what in _touched(tree)]
    return found


def _touched(tree: ast.Module) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
            )
            found += [(node.lineno, each) for each in names if each.split(".")[0] in _MODULES]
            if isinstance(node, ast.ImportFrom) and node.module in (
                "os",
                "os.path",
                "io",
                "codecs",
            ):
                taken = [f"{node.module}.{alias.name}" for alias in node.names]
                found += [(node.lineno, each) for each in taken if each != "os.PathLike"]
        elif isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value)
            if (
                (owner == "os" and node.attr in _OS)
                or (owner == "os.path" and node.attr in _OS_PATH)
                or (owner in ("io", "codecs", "tokenize") and node.attr in ("open", "FileIO"))
                or (owner in ("tomllib", "json") and node.attr == "load")
                or (owner == "parser" and node.attr == "read")
            ):
                found.append((node.lineno, f"{owner}.{node.attr}"))
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ("open", "__import__", "exec", "eval")
        ):
            found.append((node.lineno, node.func.id))
    return found


def test_only_the_door_touches_the_reviewed_side() -> None:
    used: dict[str, set[str]] = {}
    for name, _, what in touches():
        used.setdefault(name, set()).add(what)
    assert used == {name: set(kinds.split()) for name, (kinds, _) in ALLOWED.items()}


def test_what_runs_code_is_for_tests_alone() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        if "interpret" not in path.parts:
            assert "assay.ir.interpret" not in path.read_text(encoding="utf-8"), path


def test_nothing_reaches_the_network() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            wrong = [each for each in names if each.split(".")[0] in _NETWORK]
            assert wrong == [], path


def test_a_planted_violation_is_seen() -> None:
    texts = {
        "open(path)": "open",
        "import pathlib": "pathlib",
        "from pathlib import Path": "pathlib",
        "os.open(path, 0)": "os.open",
        "os.path.isfile(path)": "os.path.isfile",
        "from os import walk": "os.walk",
        "from os.path import exists": "os.path.exists",
        "import subprocess as s": "subprocess",
        "tomllib.load(stream)": "tomllib.load",
        "io.open(path)": "io.open",
    }
    for text, what in texts.items():
        assert [each for _, each in _touched(ast.parse(text))] == [what]


def test_nobody_but_the_door_turns_a_place_into_a_path() -> None:
    """The current folder and `os.path` belong to what a user typed: driver and cli."""
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name.split("/")[0] not in ("driver", "cli", "ir") and name not in ALLOWED:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            found = used & {"os.path.abspath", "os.getcwd", "os.path.join", "os.path.relpath"}
            wrong += [f"{name}: {each}" for each in sorted(found)]
    assert wrong == []
