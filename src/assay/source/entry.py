"""What lies in a folder, in the words of a door: entries, what a place leads to, and what is read.

kind_of(os.lstat("a.py").st_mode)      FILE
"""

from __future__ import annotations

import os
import stat
from typing import Final, final

from assay.source.changed import FILE, FOLDER

LINK: Final = "link"

MISSING: Final = "does not exist"

OUTSIDE: Final = "leads out of the root, not followed"
"""The end of every reason that says so of a link."""


@final
class Contents:
    """What reading a file gave: its bytes, or why there are none."""

    __slots__ = ("data", "problem")

    def __init__(self, data: bytes | None, problem: str) -> None:
        self.data: Final = data
        self.problem: Final = problem


@final
class Entry:
    """A name in a folder and what it is: FILE, FOLDER, LINK, or words for something else."""

    __slots__ = ("kind", "name")

    def __init__(self, name: str, kind: str) -> None:
        self.name: Final = name
        self.kind: Final = kind


@final
class Found:
    """What a place leads to. `kind` as that of an entry, "" when there is nothing, `problem` why.

    `place` is the same without links; two places with one are one file. `identity` tells the files
    of the disk apart, whatever leads to them. `size` is in bytes.
    """

    __slots__ = ("identity", "kind", "place", "problem", "size")

    def __init__(self, kind: str, place: str, size: int, problem: str, identity: str = "") -> None:
        self.kind: Final = kind
        self.place: Final = place
        self.identity: Final = identity
        self.size: Final = size
        self.problem: Final = problem


class RefusedError(Exception):
    """The door does not go there; the message says why."""


def kind_of_entry(entry: os.DirEntry[str]) -> str:
    """What an entry of a folder is, links not followed."""
    junction = getattr(entry, "is_junction", None)
    if entry.is_symlink() or (junction is not None and junction()):
        return LINK
    if entry.is_dir(follow_symlinks=False):
        return FOLDER
    if entry.is_file(follow_symlinks=False):
        return FILE
    try:
        return kind_of(entry.stat(follow_symlinks=False).st_mode)
    except OSError:
        return kind_said(0)


def kind_of(mode: int) -> str:
    """What a mode of `stat` is, in the words of an entry's kind."""
    if stat.S_ISREG(mode):
        return FILE
    if stat.S_ISDIR(mode):
        return FOLDER
    return LINK if stat.S_ISLNK(mode) else kind_said(mode)


def kind_said(mode: int) -> str:
    """What a mode is that is no file, folder or link."""
    if stat.S_ISFIFO(mode):
        return "a pipe, not a file"
    if stat.S_ISSOCK(mode):
        return "a socket, not a file"
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        return "a device, not a file"
    return "not a regular file"


def said(error: Exception) -> str:
    """Why something could not be looked at, as a clause."""
    if isinstance(error, RefusedError):
        return str(error)
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return MISSING
    reason = error.strerror if isinstance(error, OSError) else None
    return f"cannot be read: {reason or error}"


def name_of(entry: Entry) -> str:
    """The key by which entries are sorted."""
    return entry.name


def printable(path: str) -> str:
    """A path as reports print it: what is no UTF-8 is escaped."""
    return path.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")
