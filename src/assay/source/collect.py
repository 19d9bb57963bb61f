"""Which files a run reviews.

Named files are taken as they are; folders are walked. Counted as Python are `*.py`, `*.pyi`,
`*.pyw`, `*.ipynb`, and files without a suffix whose first line is a Python shebang. Tests are not
left out. Folder links are not followed: what lies behind one inside the run is found at its own
place, and what lies outside is named as a problem, unless `follow_links` of the door's reach is
set.

A folder with a configuration of its own has patterns of its own, which the caller knows.

Invariants: nothing is raised for what the file system holds; only regular files are opened; the
result is sorted by reported path and holds each real file once; what a limit leaves out is a
problem; what came with the folder and leaves something out is counted.

    >>> collect(["src"], root=".", exclude=DEFAULT_EXCLUDE).files[0].reported
    'src/a.py'
"""

import posixpath
from collections.abc import Callable, Sequence
from typing import Final, final

from assay.source.changed import FILE, FOLDER
from assay.source.door import Door
from assay.source.entry import LINK, MISSING, OUTSIDE, Entry, printable
from assay.source.exclusions import BUILT_IN, Exclusions, LeftOut, Patterns, Tally
from assay.source.ignore import Rules, folder_rules, ignored_by, is_ignored, rules_above
from assay.source.reach import CONFIG_NAMES, reach_of

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

_NEVER_SOURCES: Final = frozenset(
    (
        ".bzr",
        ".git",
        ".hg",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".vscode",
        "__pycache__",
    )
)
"""Of these, those that every checkout has and that hold no sources. They are counted as left out
only when a Python file lies directly in them."""

_SUFFIXES: Final = (".py", ".pyi", ".pyw", ".ipynb")
_NAMED_SUFFIXES: Final = (*_SUFFIXES, ".wsgi")
_NAMED: Final = ("SConscript", "SConstruct", "wscript")
"""Python, too, when the user names them."""

_SHEBANG_BYTES: Final = 256
NOT_PYTHON: Final = "neither a Python file nor a notebook"

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
    """A path that gave no files, and why.

    `explicit`: the user named it; `wrong`: and should not have, since it does not exist or is
    nothing to review. `passed_over`: nothing is lost by leaving it out.
    """

    __slots__ = ("explicit", "passed_over", "path", "reason", "wrong")

    def __init__(
        self,
        path: str,
        reason: str,
        *,
        wrong: bool = False,
        explicit: bool = False,
        passed_over: bool = False,
    ) -> None:
        self.path: Final = path
        self.reason: Final = reason
        self.wrong: Final = wrong
        self.explicit: Final = explicit
        self.passed_over: Final = passed_over

    def __repr__(self) -> str:
        return f"Problem({self.path!r}, {self.reason!r})"


@final
class Collection:
    """What a run reviews, what it could not, and how much was left out by what came with it."""

    __slots__ = ("files", "left_out", "problems")

    def __init__(
        self,
        files: tuple[Collected, ...],
        problems: tuple[Problem, ...],
        left_out: tuple[LeftOut, ...] = (),
    ) -> None:
        self.files: Final = files
        self.problems: Final = problems
        self.left_out: Final = left_out


DEFAULT_PATTERNS: Final = Patterns("", DEFAULT_EXCLUDE, BUILT_IN)


@final
class _Everywhere:
    """The same patterns for every folder."""

    __slots__ = ("_patterns",)

    def __init__(self, patterns: Sequence[Patterns]) -> None:
        self._patterns: Final = patterns

    def of(self, _folder: str) -> Sequence[Patterns]:
        return self._patterns


def collect(
    paths: Sequence[str],
    *,
    root: str = ".",
    exclude: Sequence[str] | None = None,
    extend_exclude: Sequence[str] = (),
    governing: Callable[[str], Sequence[Patterns]] | None = None,
    force_exclude: bool = False,
    respect_gitignore: bool = True,
    door: Door | None = None,
    most_files: int = MOST_FILES,
    most_bytes: int = MOST_BYTES,
) -> Collection:
    """The files that the paths stand for. Never raises.

    Paths are reported relative to `root`, with forward slashes. The exclusions are patterns as in
    `.gitignore`, anchored at `root`; `exclude` is what replaces the defaults. `governing` replaces
    both: it gives the patterns that hold in a folder, equal ones as one object. A path that the
    user names is taken although a pattern excludes it, unless `force_exclude` is set. The door is
    by default one that reaches what the paths stand for.
    """
    if door is None:
        door = Door(reach_of(paths, root))
    if governing is None:
        first = DEFAULT_PATTERNS if exclude is None else Patterns("", tuple(exclude))
        patterns = (first, Patterns("", tuple(extend_exclude)))
        governing = _Everywhere(patterns).of
    walk = _Walk(door, governing, force_exclude, respect_gitignore)
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
    told = tuple(problems[key] for key in sorted(problems))
    return Collection(tuple(files), told, walk.tally.counts())


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

    __slots__ = (
        "door",
        "files",
        "force",
        "governing",
        "known",
        "problems",
        "respect",
        "tally",
        "walked",
    )

    def __init__(
        self,
        door: Door,
        governing: Callable[[str], Sequence[Patterns]],
        force: bool,
        respect: bool,
    ) -> None:
        self.door: Final = door
        self.governing: Final = governing
        self.known: Final[list[tuple[Sequence[Patterns], Exclusions]]] = []
        self.force: Final = force
        self.respect: Final = respect
        self.files: Final[list[tuple[str, Collected]]] = []
        self.problems: Final[list[Problem]] = []
        self.tally: Final = Tally()
        self.walked: Final[set[str]] = set()

    def exclusions(self, folder: str) -> Exclusions:
        """Those that hold in a folder; made once for all folders that share them."""
        wanted = self.governing(folder)
        for patterns, made in self.known:
            if patterns is wanted:
                return made
        new = Exclusions(wanted)
        self.known.append((wanted, new))
        return new


@final
class _Folder:
    """A folder to walk, what it is without links, and what is left out in it."""

    __slots__ = ("exclusions", "place", "real", "rules")

    def __init__(
        self, place: str, real: str, exclusions: Exclusions, rules: tuple[Rules, ...]
    ) -> None:
        self.place: Final = place
        self.real: Final = real
        self.exclusions: Final = exclusions
        self.rules: Final = rules


def _is_left_out(walk: _Walk, folder: _Folder, place: str, name: str, is_folder: bool) -> bool:
    """Whether a pattern or an ignore file leaves an entry out; counted if so."""
    origin = folder.exclusions.origin(walk.door, place, name, is_folder)
    if origin is None:
        rules = ignored_by(folder.rules, place, is_folder)
        if rules is None:
            return False
        origin = rules.origin
    if origin:
        _count(walk, origin, place, name, is_folder)
    return True


def _count(walk: _Walk, origin: str, place: str, name: str, is_folder: bool) -> None:
    if not is_folder:
        if has_suffix(name) or ("." not in name and _has_shebang(walk.door, place)):
            walk.tally.file(origin)
    elif origin != BUILT_IN or name not in _NEVER_SOURCES or _holds_sources(walk.door, place):
        walk.tally.folder(origin, printable(name))


def _holds_sources(door: Door, folder: str) -> bool:
    return any(has_suffix(entry.name) for entry in door.entries(folder)[0])


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
        if not _is_python(walk.door, place):
            problem = f"{NOT_PYTHON}, not reviewed"
            walk.problems.append(Problem(reported, problem, wrong=True, explicit=True))
            return
        real = found.identity if walk.door.reach.follow_links else found.place
        walk.files.append((real, Collected(place, reported, True, found.size)))
    else:
        walk.problems.append(Problem(reported, found.kind, explicit=True))


def _missing(path: str) -> Problem:
    return Problem(printable(path), MISSING, wrong=True, explicit=True)


def _is_python(door: Door, place: str) -> bool:
    """Whether a file that the user named is Python by its name or its first line."""
    name = posixpath.basename(place)
    if name.endswith(_NAMED_SUFFIXES) or name in _NAMED:
        return True
    head = door.read(place, _SHEBANG_BYTES).data
    return head is None or _is_shebang(head)  # what cannot be read is told as that


def _excluded_from_root(walk: _Walk, place: str, is_folder: bool) -> bool:
    """Whether a named place or a folder above it, in its root or below the base, is excluded."""
    root = walk.door.root_of(place)
    parts = place[len(root) :].split("/")[1:]
    way = walk.door.reported(place).split("/")
    outside = way[: len(way) - len(parts)] if way[0] not in (".", "..") else []
    for index, name in enumerate(outside):  # between the base and the root
        reported = "/".join(outside[: index + 1])
        if walk.exclusions(root).decided("", reported, name, True) is not None:
            return True
    above = root
    for index, name in enumerate(parts):
        inner = f"{above}/{name}"
        exclusions = walk.exclusions(above)
        here = is_folder or index < len(parts) - 1
        origin = exclusions.origin(walk.door, inner, name, here)
        if origin is not None:
            if origin:
                _count(walk, origin, inner, name, here)
            return True
        above = inner
    return False


def _walk_folder(walk: _Walk, top: str) -> None:
    door = walk.door
    rules: tuple[Rules, ...] = ()
    if walk.respect:
        rules = rules_above(door, top)
        if _ignored_from_above(rules, top):
            # The user named a folder that git ignores: only rules from within it count then.
            rules = ()
    # No link is followed below the top, so its real place leads to all others.
    pending = [_Folder(top, door.look(top).place, walk.exclusions(top), rules)]
    while pending:
        folder = pending.pop()
        place = folder.place
        # Behind a link that leads out of the root, only the disk tells which folder this is.
        identity = door.look(place).identity if door.reach.follow_links else folder.real
        if identity in walk.walked:
            continue
        walk.walked.add(identity)
        entries, problem = door.entries(place)
        if problem:
            walk.problems.append(Problem(door.reported(place), problem))
            continue
        exclusions = folder.exclusions
        held = folder.rules
        names = {entry.name for entry in entries}
        if place != top and not names.isdisjoint(CONFIG_NAMES):
            exclusions = walk.exclusions(place)
        if walk.respect and not names.isdisjoint((".gitignore", ".ignore")):
            held = (*folder_rules(door, place), *held)
        inside = _Folder(place, folder.real, exclusions, held)
        for entry in entries:
            _take_entry(walk, entry, inside, pending)


def _ignored_from_above(rules: tuple[Rules, ...], top: str) -> bool:
    """Whether the rules ignore the folder or one above it."""
    place = top
    while place != "/":
        if is_ignored(rules, place, True):
            return True
        place = posixpath.dirname(place)
    return False


def _take_entry(walk: _Walk, entry: Entry, folder: _Folder, pending: list[_Folder]) -> None:
    """Takes an entry of a folder: one to walk, or a file that counts as Python."""
    door = walk.door
    place = f"{folder.place}/{entry.name}"
    kind = entry.kind
    real = f"{folder.real}/{entry.name}"
    problem = ""
    if kind == LINK:
        found = door.look(place)
        kind, real, problem = found.kind, found.place, found.problem
    if kind == FOLDER:
        if not _is_left_out(walk, folder, place, entry.name, True):
            _take_folder(walk, entry, folder, place, real, pending)
        return
    suffixed = has_suffix(entry.name)
    could_be_folder = problem.endswith(OUTSIDE)  # nobody looks what it is
    if not suffixed and "." in entry.name and not could_be_folder:
        return
    if _is_left_out(walk, folder, place, entry.name, False):
        return
    if kind != FILE:
        if suffixed or could_be_folder:
            reason = "a link to nothing" if problem == MISSING else problem or kind
            # No package has a dot in its name.
            other = could_be_folder and not suffixed and "." in entry.name
            walk.problems.append(Problem(door.reported(place), reason, passed_over=other))
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
    above: _Folder,
    place: str,
    real: str,
    pending: list[_Folder],
) -> None:
    problem = _name_problem(entry.name)
    if problem:
        walk.problems.append(Problem(walk.door.reported(place), problem))
    elif entry.kind != LINK or real == place:  # a link out of the root that is to be followed
        pending.append(_Folder(place, real, above.exclusions, above.rules))
    elif _is_within(place, real):
        reason = "a link to a folder above it, not followed"
        walk.problems.append(Problem(walk.door.reported(place), reason, passed_over=True))


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def has_suffix(name: str) -> bool:
    """Whether a file counts as Python by its name alone."""
    return name.endswith(_SUFFIXES)


def _has_shebang(door: Door, place: str) -> bool:
    # Without a suffix nothing says that this is Python, so it is no problem of the run.
    head = door.read(place, _SHEBANG_BYTES).data
    return head is not None and _is_shebang(head)


def _is_shebang(head: bytes) -> bool:
    return head.startswith(b"#!") and b"python" in head.partition(b"\n")[0]


def _name_problem(name: str) -> str:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return "its name is not valid UTF-8"
    return ""
