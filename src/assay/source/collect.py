"""Which files a run reviews.

Named files are taken as they are; folders are walked. Counted as Python are `*.py`, `*.pyi`,
`*.pyw`, `*.ipynb`, and files without a suffix whose first line is a Python shebang. Tests are
not left out. Folder links are not followed: what lies behind one inside the run is found at its own
place, and what lies outside is named as a problem.

Invariants: nothing is raised for what the file system holds; only regular files are opened; the
result is sorted by reported path and holds each real file once.

    >>> collect(["src"], root=".", exclude=DEFAULT_EXCLUDE).files[0].reported
    'src/a.py'
"""

import os
import stat
from collections.abc import Sequence
from typing import Final, final

from assay.source.ignore import Rules, folder_rules, is_ignored, rules_above

DEFAULT_EXCLUDE: Final = (
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
)
"""Names of folders and files left out of a walk unless the caller says otherwise."""

_SUFFIXES: Final = (".py", ".pyi", ".pyw", ".ipynb")
_SHEBANG_BYTES: Final = 256


@final
class Collected:
    """A file to review: where it is, how reports call it, and whether the user named it."""

    __slots__ = ("explicit", "path", "reported")

    def __init__(self, path: str, reported: str, explicit: bool) -> None:
        self.path: Final = path
        self.reported: Final = reported
        self.explicit: Final = explicit

    def __repr__(self) -> str:
        return f"Collected({self.path!r}, {self.reported!r}, {self.explicit})"


@final
class Problem:
    """A path that gave no files, and why. `missing`: the user named it and it does not exist."""

    __slots__ = ("explicit", "missing", "path", "reason")

    def __init__(
        self, path: str, reason: str, *, missing: bool = False, explicit: bool = False
    ) -> None:
        self.path: Final = path
        self.reason: Final = reason
        self.missing: Final = missing
        self.explicit: Final = explicit

    def __repr__(self) -> str:
        return f"Problem({self.path!r}, {self.reason!r})"


@final
class Collection:
    """What a run reviews, and what it could not."""

    __slots__ = ("files", "problems")

    def __init__(self, files: tuple[Collected, ...], problems: tuple[Problem, ...]) -> None:
        self.files: Final = files
        self.problems: Final = problems


def collect(
    paths: Sequence[str],
    *,
    root: str = ".",
    exclude: Sequence[str] = DEFAULT_EXCLUDE,
    extend_exclude: Sequence[str] = (),
    force_exclude: bool = False,
    respect_gitignore: bool = True,
) -> Collection:
    """The files that the paths stand for. Never raises.

    Paths are reported relative to `root`, with forward slashes. The exclusions are patterns as in
    `.gitignore`, anchored at `root`; `exclude` is all of the defaults or what replaces them. A path
    that the user names is taken although a pattern excludes it, unless `force_exclude` is set.
    """
    walk = _Walk(
        os.path.abspath(root), (*exclude, *extend_exclude), force_exclude, respect_gitignore
    )
    for path in paths:
        _take_named(walk, path)
    by_real_path: dict[str, Collected] = {}
    # A file that is also named keeps its mark, and of several names the first in order is kept.
    for real_path, file in sorted(walk.files, key=_explicit_first):
        by_real_path.setdefault(real_path, file)
    files = sorted(by_real_path.values(), key=_reported)
    problems: dict[tuple[str, str], Problem] = {}
    for problem in walk.problems:
        problems.setdefault((problem.path, problem.reason), problem)
    return Collection(tuple(files), tuple(problems[key] for key in sorted(problems)))


def _reported(file: Collected) -> str:
    return file.reported


def _explicit_first(pair: tuple[str, Collected]) -> tuple[bool, str]:
    return not pair[1].explicit, pair[1].reported


@final
class _Walk:
    """What the walk carries: its settings and what it has found so far."""

    __slots__ = ("exclusions", "files", "force", "names", "problems", "respect", "root", "walked")

    def __init__(self, root: str, patterns: Sequence[str], force: bool, respect: bool) -> None:
        self.root: Final = root
        # Most patterns are plain names, and a set answers for those at once.
        self.names: Final = frozenset(one for one in patterns if _is_plain(one))
        others = [one for one in patterns if not _is_plain(one)]
        self.exclusions: Final = (Rules(root, others),) if others else ()
        self.force: Final = force
        self.respect: Final = respect
        self.files: Final[list[tuple[str, Collected]]] = []
        self.problems: Final[list[Problem]] = []
        self.walked: Final[set[str]] = set()


def _is_plain(pattern: str) -> bool:
    return not any(character in pattern for character in "*?[]!/\\# \t")


def _excluded(walk: _Walk, path: str, name: str, is_folder: bool) -> bool:
    if name in walk.names:
        return True
    return bool(walk.exclusions) and is_ignored(walk.exclusions, path, is_folder)


def _take_named(walk: _Walk, path: str) -> None:
    """Takes a path that the user named: a file, or a folder to walk."""
    absolute = os.path.abspath(path)
    problem = _name_problem(path)
    if problem:
        walk.problems.append(Problem(_printable(path), problem, explicit=True))
        return
    try:
        status = os.stat(absolute)
    except (OSError, ValueError) as error:
        missing = isinstance(error, (FileNotFoundError, NotADirectoryError, ValueError))
        walk.problems.append(_failed(path, error, missing=missing, explicit=True))
        return
    is_folder = stat.S_ISDIR(status.st_mode)
    if walk.force and _excluded_from_root(walk, absolute, is_folder):
        return
    if is_folder:
        _walk_folder(walk, absolute)
    elif stat.S_ISREG(status.st_mode):
        file = Collected(absolute, _report(walk, absolute), True)
        walk.files.append((os.path.realpath(absolute), file))
    else:
        walk.problems.append(Problem(_report(walk, absolute), _kind(status.st_mode), explicit=True))


def _excluded_from_root(walk: _Walk, absolute: str, is_folder: bool) -> bool:
    """Whether a named path or a folder above it, below the root, is excluded."""
    below = os.path.relpath(absolute, walk.root)
    if below == "." or below.startswith(".."):
        return _excluded(walk, absolute, os.path.basename(absolute), is_folder)
    parts = below.split(os.sep)
    path = walk.root
    for index, name in enumerate(parts):
        path = os.path.join(path, name)
        if _excluded(walk, path, name, is_folder or index < len(parts) - 1):
            return True
    return False


def _walk_folder(walk: _Walk, top: str) -> None:
    rules: tuple[Rules, ...] = ()
    if walk.respect:
        rules = rules_above(top)
        if _ignored_from_above(rules, top):
            # The user named a folder that git ignores: only rules from within it count then.
            rules = ()
    real_top = os.path.realpath(top)
    pending = [(top, rules)]
    while pending:
        folder, above = pending.pop()
        if folder in walk.walked:
            continue
        walk.walked.add(folder)
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=_entry_name)
        except OSError as error:
            walk.problems.append(_failed(_report(walk, folder), error))
            continue
        held = above
        if walk.respect and any(entry.name in (".gitignore", ".ignore") for entry in entries):
            held = (*folder_rules(folder), *above)
        for entry in entries:
            if _is_folder(entry):
                if _excluded(walk, entry.path, entry.name, True):
                    continue
                if not is_ignored(held, entry.path, True):
                    _take_folder(walk, entry, held, pending)
            else:
                # No link is followed below the top, so its real path leads to all others.
                _take_entry(walk, entry, held, real_top + entry.path[len(top) :])


def _ignored_from_above(rules: tuple[Rules, ...], top: str) -> bool:
    """Whether the rules ignore the folder or one above it."""
    path = top
    while True:
        if is_ignored(rules, path, True):
            return True
        parent = os.path.dirname(path)
        if parent == path:
            return False
        path = parent


def _entry_name(entry: os.DirEntry[str]) -> str:
    return entry.name


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _take_folder(
    walk: _Walk,
    entry: os.DirEntry[str],
    rules: tuple[Rules, ...],
    pending: list[tuple[str, tuple[Rules, ...]]],
) -> None:
    problem = _name_problem(entry.name)
    if problem:
        walk.problems.append(Problem(_report(walk, entry.path), problem))
    elif not _is_link(entry):
        pending.append((entry.path, rules))
    else:
        target = os.path.realpath(entry.path)
        here = os.path.realpath(os.path.dirname(entry.path))
        if _is_within(here, target):
            reason = "a link to a folder above it, not followed"
            walk.problems.append(Problem(_report(walk, entry.path), reason))
        elif not _is_within(target, os.path.realpath(walk.root)):
            reason = "a link to a folder outside of the root, not followed"
            walk.problems.append(Problem(_report(walk, entry.path), reason))


def _is_link(entry: os.DirEntry[str]) -> bool:
    if entry.is_symlink():
        return True
    junction = getattr(os.path, "isjunction", None)
    return bool(junction is not None and junction(entry.path))


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _take_entry(
    walk: _Walk, entry: os.DirEntry[str], rules: tuple[Rules, ...], real_path: str
) -> None:
    """Takes what is not a folder, if it counts as Python."""
    name = entry.name
    suffixed = name.endswith(_SUFFIXES)
    if not suffixed and "." in name:
        return
    if _excluded(walk, entry.path, name, False) or is_ignored(rules, entry.path, False):
        return
    try:
        regular = entry.is_file()
    except OSError as error:
        walk.problems.append(_failed(_report(walk, entry.path), error))
        return
    if not regular:
        if suffixed:
            walk.problems.append(Problem(_report(walk, entry.path), _why_irregular(entry.path)))
        return
    if not suffixed and not _has_shebang(entry.path):
        return
    problem = _name_problem(name)
    if problem:
        walk.problems.append(Problem(_report(walk, entry.path), problem))
        return
    if entry.is_symlink():
        real_path = os.path.realpath(entry.path)
    walk.files.append((real_path, Collected(entry.path, _report(walk, entry.path), False)))


def _why_irregular(path: str) -> str:
    try:
        return _kind(os.stat(path).st_mode)
    except FileNotFoundError:
        return "a link to nothing"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"


def _kind(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a pipe, not a file"
    if stat.S_ISSOCK(mode):
        return "a socket, not a file"
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        return "a device, not a file"
    return "not a regular file"


def _has_shebang(path: str) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError):
        # Without a suffix nothing says that this is Python, so it is no problem of the run.
        return False
    try:
        head = os.read(descriptor, _SHEBANG_BYTES)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return head.startswith(b"#!") and b"python" in head.partition(b"\n")[0]


def _failed(
    path: str, error: OSError | ValueError, *, missing: bool = False, explicit: bool = False
) -> Problem:
    if missing:
        return Problem(_printable(path), "does not exist", missing=True, explicit=True)
    said = error.strerror if isinstance(error, OSError) else None
    return Problem(_printable(path), f"cannot be read: {said or error}", explicit=explicit)


def _name_problem(name: str) -> str:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "its name is not valid UTF-8"
    return ""


def _printable(path: str) -> str:
    return path.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")


def _report(walk: _Walk, absolute: str) -> str:
    return reported_path(walk.root, absolute)


def reported_path(root: str, absolute: str) -> str:
    """The path relative to the root, with forward slashes; absolute on another drive."""
    prefix = root if root.endswith(os.sep) else root + os.sep
    if absolute.startswith(prefix):
        relative = absolute[len(prefix) :]
    else:
        try:
            relative = os.path.relpath(absolute, root)
        except ValueError:
            relative = absolute
    if os.sep != "/":
        relative = relative.replace(os.sep, "/")
    return _printable(relative)
