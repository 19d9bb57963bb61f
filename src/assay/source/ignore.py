"""Which paths git and the user's exclusions leave out.

`.gitignore` files hold for their folder and below, a deeper one before a higher one, and `.ignore`
before `.gitignore` in the same folder; then come the repository's `.git/info/exclude` (not that of
a work tree, whose `.git` is a file that leads elsewhere) and the user's global file. A pattern's
last match decides, and `!` takes a path back in. Paths are places of a door.

Invariant: whether a path is ignored depends only on the rule files above it and the global one.
Rules are asked from the top down, so a path below an ignored folder is never asked about.

    >>> rules = (Rules("/p", ["*.log", "!keep.log"]),)
    >>> is_ignored(rules, "/p/a.log", False), is_ignored(rules, "/p/keep.log", False)
    (True, False)
"""

import posixpath
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, final

from assay.source.door import Door
from assay.source.own_files import git_ignored

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

REVIEWED_FILES: Final = (".gitignore", ".ignore", ".git/info/exclude")
"""Rule files that come with what is reviewed."""

_MAX_RULE_BYTES: Final = 1_000_000
_GROUP_NAME: Final = re.compile(r"\(\?P<\w+>")
_STAR: Final = "[^/]*"
_MOST_DOUBLE_STARS: Final = 3
_SINGLE: Final = r"(?s:\\.|\[\^/\]|\[(?:\\.|[^]\\/])+\]|[^][\\()/|*+?{}^$.])"
_SINGLES: Final = re.compile(f"{_SINGLE}+")
"""Parts of such an expression that each match one character of a name."""

_NAMES: Final = re.compile(rf"{_SINGLE}*(?:(?:\(\?:/\.\+\)\?)?/{_SINGLE}*)+")
"""The end of a name, other names, and the start of one."""


@final
class Rules:
    """The patterns of one rule file, anchored at a folder.

    `origin` is one of REVIEWED_FILES, "" for what is the user's own. The patterns are compiled when
    they are first asked: a run over named files asks none, and `pathspec` takes longer to import
    than such a run takes.
    """

    __slots__ = ("_anchor", "_any", "_lines", "_spec", "origin")

    def __init__(self, folder: str, lines: Sequence[str], origin: str = "") -> None:
        self.origin: Final = origin
        self._anchor: Final = folder if folder.endswith("/") else folder + "/"
        self._lines: Final = tuple(lines)
        self._spec: GitIgnoreSpec | None = None
        self._any: re.Pattern[str] | None = None

    def decides(self, path: str, is_folder: bool) -> bool | None:
        """True: ignored; False: taken back in; None: these rules say nothing about the path."""
        if not path.startswith(self._anchor):
            return None
        spec = self._spec
        if spec is None:
            spec = self._spec = _spec(self._lines)
            self._any = _union(spec)
        relative = path[len(self._anchor) :]
        if is_folder:
            relative += "/"
        # Most paths match no pattern at all, and one expression says so ten times faster.
        if self._any is not None and self._any.search(relative) is None:
            return None
        return spec.check_file(relative).include


def _spec(lines: Sequence[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    try:
        spec = GitIgnoreSpec.from_lines(lines)
    except ValueError:
        # Git skips a pattern that it cannot read; so the good ones are kept one by one.
        spec = GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])
    made: list[GitIgnoreSpecPattern] = []
    for pattern in spec.patterns:
        if not isinstance(pattern, GitIgnoreSpecPattern) or pattern.regex is None:
            continue
        regex = _without_search(pattern.regex.pattern)
        if regex:
            made.append(GitIgnoreSpecPattern(re.compile(regex), pattern.include))
    return GitIgnoreSpec(made)


def _without_search(regex: str) -> str:
    """An expression of `pathspec` that matches the same in about linear time; "" if there is none.

    `*a*a*a*b` tries all ways to share a name between its stars: a file of patterns that came with
    the reviewed folder could make the run last for ever. What stands between two stars of one name
    may as well be where it is met first.
    """
    while _STAR * 2 in regex:
        regex = regex.replace(_STAR * 2, _STAR)
    if regex.count("(?:.+/)?") + regex.count("(?:/.+)?") > _MOST_DOUBLE_STARS:
        return ""
    parts = regex.split(_STAR)
    made = parts[0]
    for index, part in enumerate(parts[1:], 1):
        if index == len(parts) - 1:
            made += _STAR + part
        elif _SINGLES.fullmatch(part) is not None:
            made += f"(?>{_STAR}?{part})"
        elif _NAMES.fullmatch(part) is not None:
            made += _STAR + part  # the star ends with its name
        else:
            return ""
    return made


def _union(spec: "GitIgnoreSpec") -> re.Pattern[str] | None:
    """One expression that finds what any of the patterns does; None if they do not go together."""
    from pathspec.pattern import RegexPattern

    alternatives = [
        "(?:" + _GROUP_NAME.sub("(?:", pattern.regex.pattern) + ")"
        for pattern in spec.patterns
        if isinstance(pattern, RegexPattern) and pattern.include is not None and pattern.regex
    ]
    try:
        return re.compile("|".join(alternatives)) if alternatives else None
    except (re.error, RecursionError, OverflowError):
        return None


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def is_ignored(rules: Sequence[Rules], path: str, is_folder: bool) -> bool:
    """Whether the first of the rules that says something about the path ignores it."""
    return ignored_by(rules, path, is_folder) is not None


def ignored_by(rules: Sequence[Rules], path: str, is_folder: bool) -> Rules | None:
    """The rules that ignore the path; None when it is not ignored."""
    for one in rules:
        decided = one.decides(path, is_folder)
        if decided is not None:
            return one if decided else None
    return None


def folder_rules(door: Door, folder: str) -> tuple[Rules, ...]:
    """The rules of the files in one folder, the strongest first."""
    found: list[Rules] = []
    for name in (".ignore", ".gitignore"):
        lines = _lines_of(door, f"{folder}/{name}")
        if lines:
            found.append(Rules(folder, lines, name))
    return tuple(found)


def rules_above(door: Door, folder: str) -> tuple[Rules, ...]:
    """The rules that hold for a folder from above it and from git's own files.

    `folder` is a place. Outside of a git repository there are none but the user's global ones.
    """
    repository = _repository_of(door, folder)
    found: list[Rules] = []
    if repository:
        above = folder
        while above != repository:
            above = posixpath.dirname(above)
            found += folder_rules(door, above)
        lines = _lines_of(door, f"{repository}/.git/info/exclude")
        if lines:
            found.append(Rules(repository, lines, ".git/info/exclude"))
    lines = _split(git_ignored(_MAX_RULE_BYTES))
    if lines:
        found.append(Rules(repository or folder, lines))
    return tuple(found)


def _repository_of(door: Door, folder: str) -> str:
    """The nearest folder upwards in the root that holds `.git`; "" if none does."""
    while folder != "/":
        if door.has(folder, ".git"):
            return folder
        folder = posixpath.dirname(folder)
    return ""


def _lines_of(door: Door, place: str) -> list[str]:
    """The lines of a small regular file; none if there is no such file."""
    data = door.read(place, _MAX_RULE_BYTES).data
    return _split(data) if data is not None and len(data) <= _MAX_RULE_BYTES else []


def _split(data: bytes | None) -> list[str]:
    return [] if data is None else data.decode("utf-8-sig", "replace").splitlines()
