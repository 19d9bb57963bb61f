"""Which files a run reviews.

Named files are taken as they are; folders are walked. Counted as Python are `*.py`, `*.pyi`,
`*.pyw`, `*.ipynb`, and files without a suffix whose first line is a Python shebang. Tests are not
left out. Folder links are not followed: what lies behind one inside the run is found at its own
place, and what lies outside is named as a problem, unless `follow_links` of the door's reach is
set.

Invariants: nothing is raised for what the file system holds; only regular files are opened; the
result is sorted by reported path and holds each real file once; what a limit leaves out is a
problem.

    >>> collect(["src"], root=".", exclude=DEFAULT_EXCLUDE).files[0].reported
    'src/a.py'
"""

import posixpath
from collections.abc import Sequence
from typing import Final, final

from assay.source.door import (
    FILE,
    FOLDER,
    LINK,
    MISSING,
    OUTSIDE,
    Door,
    Entry,
    printable,
)
from assay.source.ignore import Rules, folder_rules, is_ignored, rules_above
from assay.source.reach import reach_of

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

MOST_FILES: Final = 500_000
MOST_BYTES: Final = 16_000_000_000
"""Files of one run, and bytes of all of them; what comes after them is a problem of the run."""

LEFT_OUT: Final = "left out, the run holds more than"


@final
class Collected:
    """A file to review: its place, what reports call it, whether it was named, and its bytes."""

    __slots__ = ("explicit", "place", "reported", "size")

    def __init__(self, place: str, reported: str, explicit: bool, size: int) -> None:
        self.place: Final = place
        self.reported: Final = reported
        self.explicit: Final = explicit
        self.size: Final = size

    def __repr__(self) -> str:
        return f"Collected({self.place!r}, {self.reported!r}, {self.explicit})"


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
    door: Door | None = None,
    most_files: int = MOST_FILES,
    most_bytes: int = MOST_BYTES,
) -> Collection:
    """The files that the paths stand for. Never raises.

    Paths are reported relative to `root`, with forward slashes. The exclusions are patterns as in
    `.gitignore`, anchored at `root`; `exclude` is all of the defaults or what replaces them. A path
    that the user names is taken although a pattern excludes it, unless `force_exclude` is set.
    The door is by default one that reaches what the paths stand for.
    """
    if door is None:
        door = Door(reach_of(paths, root))
    walk = _Walk(door, (*exclude, *extend_exclude), force_exclude, respect_gitignore)
    for path in paths:
        _take_named(walk, path)
    by_real_place: dict[str, Collected] = {}
    # A file that is also named keeps its mark, and of several names the first in order is kept.
    for real_place, file in sorted(walk.files, key=_explicit_first):
        by_real_place.setdefault(real_place, file)
    files = _within_limits(
        walk, sorted(by_real_place.values(), key=_reported), most_files, most_bytes
    )
    problems: dict[tuple[str, str], Problem] = {}
    for problem in walk.problems:
        problems.setdefault((problem.path, problem.reason), problem)
    return Collection(tuple(files), tuple(problems[key] for key in sorted(problems)))


def _within_limits(
    walk: "_Walk", files: list[Collected], most_files: int, most_bytes: int
) -> list[Collected]:
    """The files up to the limits; each file behind them is a problem."""
    left = most_bytes
    for index, file in enumerate(files):
        left -= file.size
        if index < most_files and left >= 0:
            continue
        limit = f"{most_files} files" if index >= most_files else f"{most_bytes} bytes"
        rest = len(files) - index
        more = f", and {rest - 1} more files" if rest > 1 else ""
        reason = f"{LEFT_OUT} {limit}{more}"
        walk.problems.append(Problem(file.reported, reason, explicit=file.explicit))
        return files[:index]
    return files


def _reported(file: Collected) -> str:
    return file.reported


def _explicit_first(pair: tuple[str, Collected]) -> tuple[bool, str]:
    return not pair[1].explicit, pair[1].reported


@final
class _Walk:
    """What the walk carries: its settings and what it has found so far."""

    __slots__ = ("door", "exclusions", "files", "force", "names", "problems", "respect", "walked")

    def __init__(self, door: Door, patterns: Sequence[str], force: bool, respect: bool) -> None:
        self.door: Final = door
        # Most patterns are plain names, and a set answers for those at once.
        self.names: Final = frozenset(one for one in patterns if _is_plain(one))
        others = [one for one in patterns if not _is_plain(one)]
        self.exclusions: Final = (Rules("/", others),) if others else ()
        self.force: Final = force
        self.respect: Final = respect
        self.files: Final[list[tuple[str, Collected]]] = []
        self.problems: Final[list[Problem]] = []
        self.walked: Final[set[str]] = set()


def _is_plain(pattern: str) -> bool:
    return not any(character in pattern for character in "*?[]!/\\# \t")


def _excluded(walk: _Walk, reported: str, name: str, is_folder: bool) -> bool:
    """Whether a pattern excludes a path; they are anchored where reported paths are."""
    if name in walk.names:
        return True
    if not walk.exclusions or reported.startswith("../"):
        return False
    return is_ignored(walk.exclusions, f"/{reported}", is_folder)


def _is_left_out(
    walk: _Walk, place: str, name: str, is_folder: bool, rules: Sequence[Rules]
) -> bool:
    # How reports call a place is worked out only for patterns that need it.
    reported = walk.door.reported(place) if walk.exclusions else ""
    return _excluded(walk, reported, name, is_folder) or is_ignored(rules, place, is_folder)


def _take_named(walk: _Walk, path: str) -> None:
    """Takes a path that the user named: a file, or a folder to walk."""
    problem = _name_problem(path)
    if problem:
        walk.problems.append(Problem(printable(path), problem, explicit=True))
        return
    place = walk.door.place(path) if "\0" not in path else ""
    if not place:
        walk.problems.append(_missing(path))
        return
    found = walk.door.look(place)
    if found.problem == MISSING:
        walk.problems.append(_missing(path))
        return
    reported = walk.door.reported(place)
    if not found.kind:
        walk.problems.append(Problem(reported, found.problem, explicit=True))
        return
    is_folder = found.kind == FOLDER
    if walk.force and _excluded_from_root(walk, place, is_folder):
        return
    if is_folder:
        _walk_folder(walk, place)
    elif found.kind == FILE:
        real = found.identity if walk.door.reach.follow_links else found.place
        walk.files.append((real, Collected(place, reported, True, found.size)))
    else:
        walk.problems.append(Problem(reported, found.kind, explicit=True))


def _missing(path: str) -> Problem:
    return Problem(printable(path), MISSING, missing=True, explicit=True)


def _excluded_from_root(walk: _Walk, place: str, is_folder: bool) -> bool:
    """Whether a named place or a folder above it, below the base, is excluded."""
    reported = walk.door.reported(place)
    if reported == "." or reported.startswith(".."):
        return _excluded(walk, reported, posixpath.basename(place), is_folder)
    parts = reported.split("/")
    return any(
        _excluded(walk, "/".join(parts[: index + 1]), name, is_folder or index < len(parts) - 1)
        for index, name in enumerate(parts)
    )


def _walk_folder(walk: _Walk, top: str) -> None:
    door = walk.door
    rules: tuple[Rules, ...] = ()
    if walk.respect:
        rules = rules_above(door, top)
        if _ignored_from_above(rules, top):
            # The user named a folder that git ignores: only rules from within it count then.
            rules = ()
    # No link is followed below the top, so its real place leads to all others.
    real_top = door.look(top).place
    pending = [(top, rules)]
    while pending:
        folder, above = pending.pop()
        real = real_top + folder[len(top) :]
        # Behind a link that leads out of the root, only the disk tells which folder this is.
        identity = door.look(folder).identity if door.reach.follow_links else real
        if identity in walk.walked:
            continue
        walk.walked.add(identity)
        entries, problem = door.entries(folder)
        if problem:
            walk.problems.append(Problem(door.reported(folder), problem))
            continue
        held = above
        if walk.respect and any(entry.name in (".gitignore", ".ignore") for entry in entries):
            held = (*folder_rules(door, folder), *above)
        for entry in entries:
            _take_entry(walk, entry, folder, real, held, pending)


def _ignored_from_above(rules: tuple[Rules, ...], top: str) -> bool:
    """Whether the rules ignore the folder or one above it."""
    place = top
    while place != "/":
        if is_ignored(rules, place, True):
            return True
        place = posixpath.dirname(place)
    return False


def _take_entry(
    walk: _Walk,
    entry: Entry,
    folder: str,
    real_folder: str,
    rules: tuple[Rules, ...],
    pending: list[tuple[str, tuple[Rules, ...]]],
) -> None:
    """Takes an entry of a folder: one to walk, or a file that counts as Python."""
    door = walk.door
    place = f"{folder}/{entry.name}"
    kind = entry.kind
    real = f"{real_folder}/{entry.name}"
    problem = ""
    if kind == LINK:
        found = door.look(place)
        kind, real, problem = found.kind, found.place, found.problem
    if kind == FOLDER:
        if not _is_left_out(walk, place, entry.name, True, rules):
            _take_folder(walk, entry, place, real, rules, pending)
        return
    suffixed = has_suffix(entry.name)
    could_be_folder = problem.endswith(OUTSIDE)  # nobody looks what it is
    if not suffixed and "." in entry.name and not could_be_folder:
        return
    if _is_left_out(walk, place, entry.name, False, rules):
        return
    if kind != FILE:
        if suffixed or could_be_folder:
            reason = "a link to nothing" if problem == MISSING else problem or kind
            walk.problems.append(Problem(door.reported(place), reason))
        return
    if not suffixed and not _has_shebang(door, place):
        return
    problem = _name_problem(entry.name)
    if problem:
        walk.problems.append(Problem(door.reported(place), problem))
        return
    found = door.look(place)
    if door.reach.follow_links:
        real = found.identity
    walk.files.append((real, Collected(place, door.reported(place), False, found.size)))


def _take_folder(
    walk: _Walk,
    entry: Entry,
    place: str,
    real: str,
    rules: tuple[Rules, ...],
    pending: list[tuple[str, tuple[Rules, ...]]],
) -> None:
    problem = _name_problem(entry.name)
    if problem:
        walk.problems.append(Problem(walk.door.reported(place), problem))
    elif entry.kind != LINK:
        pending.append((place, rules))
    elif _is_within(place, real):
        reason = "a link to a folder above it, not followed"
        walk.problems.append(Problem(walk.door.reported(place), reason))
    elif real == place:  # it leads out of the root, and the user wants it followed
        pending.append((place, rules))


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def has_suffix(name: str) -> bool:
    """Whether a file counts as Python by its name alone."""
    return name.endswith(_SUFFIXES)


def _has_shebang(door: Door, place: str) -> bool:
    # Without a suffix nothing says that this is Python, so it is no problem of the run.
    head = door.read(place, _SHEBANG_BYTES).data
    return head is not None and head.startswith(b"#!") and b"python" in head.partition(b"\n")[0]


def _name_problem(name: str) -> str:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "its name is not valid UTF-8"
    return ""
