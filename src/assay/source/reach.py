"""How far a run may read: the roots of what the user named.

The root of a path is the project that it lies in. Nothing above a root and nothing beside it is
part of a review, so that what happens to lie there does not matter; and no link in it leads out of
it (`source.door`). Only the names of marks, such as `.git`, are looked for on the way up.

    reach_of(["shop/web"], "/home/me")      Reach((Root("shop", "/home/me/shop"),), "/home/me")

Invariant: no root lies within another one of which everything belongs to the review.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from typing import Final, final

from assay.source.changed import Changed

PROJECT_MARKS: Final = (
    ".git",
    ".hg",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "manage.py",
    "requirements.txt",
    "tox.ini",
)
"""What lies in the root of a project."""

CONFIG_NAMES: Final = (".assay.toml", "assay.toml", "pyproject.toml")
"""Configuration files of a folder, the first that is there counts."""

_REPOSITORY_MARKS: Final = (".git", ".hg")
_STRONG_MARKS: Final = ("pyproject.toml", "setup.cfg")
_WEAK_MARKS: Final = (
    "setup.py",
    "manage.py",
    "requirements.txt",
    "tox.ini",
    ".assay.toml",
    "assay.toml",
)


@final
class Root:
    """A folder that a run may read: its name as a place, and where it is.

    `real` is its path without links, for links that hold an absolute path. `members` are the names
    in it that belong to the review where the folder itself does not: the package whose parent it
    is, or lone files. Others in it are read when they are imported, and never listed. None where
    everything in it belongs.
    """

    __slots__ = ("members", "name", "path", "real")

    def __init__(
        self, name: str, path: str, real: str, members: tuple[str, ...] | None = None
    ) -> None:
        self.name: Final = name
        self.path: Final = path
        self.real: Final = real
        self.members: Final = members

    def __repr__(self) -> str:
        return f"Root({self.name!r}, {self.path!r}, {self.members!r})"


@final
class Reach:
    """How far a run may read; a value that can be sent to another process.

    `base` is the folder that reported paths are relative to. With `follow_links` a link may lead
    out of its root. `changed` is what is other than on the disk.
    """

    __slots__ = ("base", "changed", "follow_links", "roots")

    def __init__(
        self,
        roots: tuple[Root, ...] = (),
        base: str = "",
        follow_links: bool = False,
        changed: Changed | None = None,
    ) -> None:
        self.roots: Final = roots
        self.base: Final = base
        self.follow_links: Final = follow_links
        self.changed: Final = changed

    def __repr__(self) -> str:
        changed = "" if self.changed is None else f", {self.changed!r}"
        return f"Reach({self.roots!r}, {self.base!r}, {self.follow_links!r}{changed})"


def reach_of(paths: Sequence[str], base: str, follow_links: bool = False) -> Reach:
    """The reach of a run over some paths that the user named, whether they exist or not.

    The root of a path is, going up from it, the nearest repository, else the nearest folder with
    what lies in the root of a project, else the folder above its outermost package, else the folder
    itself. A root inside of another one is left out. A home folder, a folder above it and one that
    everybody may write to are no root by what lies in them.
    """
    found: dict[str, set[str] | None] = {}
    for path in paths:
        absolute = os.path.abspath(path)
        if "\0" in absolute:
            continue
        folder, members = _root_for(absolute)
        known = found.get(folder, set())
        found[folder] = None if known is None or members is None else known | members
    roots: list[Root] = []
    taken: set[str] = set()
    tops = [folder for folder, held in found.items() if held is None]
    for folder in sorted(found):
        held = found[folder]
        if any(top != folder and way_below(folder, top) is not None for top in tops):
            continue
        name = root_name(folder)
        number = 2
        while name in taken:
            name = f"{root_name(folder)}~{number}"
            number += 1
        taken.add(name)
        listed = None if held is None else tuple(sorted(held))
        roots.append(Root(name, folder, os.path.realpath(folder), listed))
    return Reach(tuple(roots), os.path.abspath(base), follow_links)


def _root_for(path: str) -> tuple[str, set[str] | None]:
    """The root of a named path, and what of it belongs to the review (None for everything)."""
    try:
        is_folder = os.path.isdir(path)
    except ValueError:
        is_folder = False
    folder = path if is_folder else os.path.dirname(path)
    while not os.path.isdir(folder) and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)  # of a path that does not exist
    marked = ""
    for link in _links_above(path):
        # Inside of a project a link is judged by the door; above all projects it is the user's.
        marked = marked or _project_above(os.path.dirname(link))
    marked = marked or _project_above(folder)
    if marked:
        return marked, None
    top = _above_packages(folder)
    if top != folder:
        below = way_below(folder, top)
        assert below, "packages are below the folder above them"
        return top, {below.partition("/")[0]}
    if is_folder:
        return folder, None
    inside = way_below(path, folder)
    assert inside, "a file lies below its folder"
    return folder, {inside.partition("/")[0]}


def _links_above(path: str) -> list[str]:
    """The path and the folders above it that are links, the outermost first."""
    found: list[str] = []
    while True:
        above = os.path.dirname(path)
        if above == path:
            return found[::-1]
        if os.path.islink(path):
            found.append(path)
        path = above


def _above_packages(folder: str) -> str:
    """The folder above the outermost package that a folder lies in; itself when it is none."""
    top = folder
    while os.path.lexists(os.path.join(top, "__init__.py")) and os.path.dirname(top) != top:
        top = os.path.dirname(top)
    return top


def _project_above(folder: str) -> str:
    """The nearest repository upwards, else the nearest project; "" where there is neither."""
    home = os.path.realpath(os.path.expanduser("~"))
    project = ""
    while True:
        above = os.path.dirname(folder)
        if way_below(home, os.path.realpath(folder)) is None and not _is_everybodys(folder):
            if _has_any(folder, _REPOSITORY_MARKS):
                return folder
            # A package may hold a script that installs it, or settings of a tool for itself.
            weak = () if _has_any(folder, ("__init__.py",)) else _WEAK_MARKS
            if not project and _has_any(folder, (*_STRONG_MARKS, *weak)):
                project = folder
        if above == folder:
            return project
        folder = above


def _has_any(folder: str, names: Sequence[str]) -> bool:
    return any(os.path.lexists(os.path.join(folder, name)) for name in names)


def _is_everybodys(folder: str) -> bool:
    """Whether anybody on this machine may lay something into a folder."""
    try:
        return os.name == "posix" and bool(os.stat(folder).st_mode & stat.S_IWOTH)
    except OSError:
        return True


def way_below(path: str, folder: str) -> str | None:
    """The way from a folder to a path in it, with forward slashes; None when it is not in it."""
    if path == folder:
        return ""
    prefix = folder if folder.endswith(os.sep) else folder + os.sep
    if not path.startswith(prefix):
        return None
    return path[len(prefix) :].replace(os.sep, "/")


def root_name(path: str) -> str:
    return os.path.basename(path.rstrip(os.sep)).replace("/", "_") or "root"
