"""The one door to the reviewed side: all its files and folders are opened and listed here.

Whoever wrote the reviewed code may have laid traps in its folder: links that lead out of it, pipes
that never end, names that are no text. So nobody else in the program opens a path of that side, and
nobody holds one: files go by their *place*, a name that only a door can open.

A run sees a few roots (`driver` finds them by `reach_of`), and a place is the name of a root and
the way down from it: `/shop/web/views.py`, always with forward slashes; `/` holds the roots and
nothing else. A door goes down from a root one folder at a time, by descriptors, and looks at each
entry before it opens it:

    door = Door(reach_of(["src"], os.getcwd()))
    door.read(door.place("src/a.py"), 5_000_000).data       b"import os\\n..."
    door.read("/shop/away.py", 5_000_000).problem           "a link that leads out of the root, ..."

Invariants: nothing above a root is read, whatever is linked or replaced while the run goes on,
unless `follow_links` is set; only regular files are opened, and none of them can make the run wait;
no more bytes are read than were asked for; nothing is raised for what the file system holds.

Where the system cannot open by descriptor (Windows), paths are checked link by link before a file
is opened, and the file again afterwards. Who can exchange folders there while a run goes on may
still win a race; what lies in a folder cannot.
"""

from __future__ import annotations

import contextlib
import os
import posixpath
import stat
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Final, final

from assay.source.changed import FILE, FOLDER, GONE, Changed
from assay.source.entry import (
    MISSING,
    OUTSIDE,
    Contents,
    Entry,
    Found,
    RefusedError,
    kind_of,
    kind_of_entry,
    kind_said,
    name_of,
    printable,
    said,
)
from assay.source.reach import Reach, Root, root_name, way_below

MOST_ENTRIES: Final = 100_000
"""A folder with more entries is not looked into."""

MOST_DEPTH: Final = 128
"""Folders below the root; what lies deeper is not looked at."""

_TOO_MANY: Final = f"more than {MOST_ENTRIES} entries, not looked into"
_TOO_DEEP: Final = f"nested deeper than {MOST_DEPTH} folders, not looked into"
MOST_LINKS: Final = 40  # on the way to one file, as Linux counts
_MOST_FOLDERS: Final = 48  # held open; macOS allows 256 descriptors by default
_CHUNK: Final = 1 << 20
_OPEN: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
_FOLDER: Final = getattr(os, "O_DIRECTORY", 0)
BY_DESCRIPTOR: Final = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
"""Whether this system can open and list relative to an open folder."""

_FAILURES: Final = (RefusedError, OSError, ValueError)
"""What looking for something may raise; `_said` tells each."""


@final
class Door:
    """Opens what lies below the roots of a reach. `files_read` and `bytes_read` count."""

    __slots__ = ("_by_name", "_folders", "bytes_read", "files_read", "reach")

    def __init__(self, reach: Reach | None = None) -> None:
        self.reach: Final = Reach() if reach is None else reach
        self.files_read = 0
        self.bytes_read = 0
        self._by_name: Final = {root.name: root for root in self.reach.roots}
        self._folders: Final[OrderedDict[str, int]] = OrderedDict()  # open, by place without links

    @classmethod
    def of_folder(cls, folder: str | os.PathLike[str], base: str = "") -> Door:
        """A door to one folder and everything in it."""
        path = os.path.abspath(folder)
        root = Root(root_name(path), path, os.path.realpath(path))
        return cls(Reach((root,), base or path))

    def close(self) -> None:
        """Gives back the folders that are held open; the door can still be used."""
        while self._folders:
            os.close(self._folders.popitem()[1])

    def __del__(self) -> None:
        with contextlib.suppress(Exception):
            self.close()

    # Places

    def place(self, path: str | os.PathLike[str]) -> str:
        """The place of a path of the disk; "" when it lies in no root."""
        absolute = os.path.abspath(path)
        found = self._lexical(absolute)
        if found:
            return found
        folder, name = os.path.split(absolute)
        try:
            return self._lexical(os.path.join(os.path.realpath(folder), name))
        except (OSError, ValueError):
            return ""

    def _lexical(self, absolute: str) -> str:
        """The place of a path by its text alone, in the innermost of the roots that hold it."""
        found = ""
        longest = -1
        for root in self.reach.roots:
            for top in (root.path, root.real):
                below = way_below(absolute, top)
                if below is not None and len(top) > longest:
                    found, longest = _joined(root.name, below), len(top)
        return found

    def reported(self, place: str) -> str:
        """How reports call a place: relative to the base, with forward slashes.

        What is no UTF-8 is escaped.
        """
        root, inner = self._split(place)
        if root is None:
            return printable(place)
        parts = inner.split("/") if inner else []
        return reported_path(self.reach.base, os.path.join(root.path, *parts))

    def place_of_reported(self, path: str) -> str:
        """The place that reports call by a path."""
        return self.place(os.path.join(self.reach.base, path))

    def inner(self, place: str) -> str:
        """The way from the root to a place."""
        return self._split(place)[1]

    def root_of(self, place: str) -> str:
        """The root that a place lies in, as a place; "" for `/` and for none."""
        root, _ = self._split(place)
        return "" if root is None else f"/{root.name}"

    def is_open(self, folder: str) -> bool:
        """Whether a folder is one of which only some names belong to the review."""
        if folder == "/":
            return False
        root, inner = self._split(folder)
        return root is not None and not inner and root.members is not None

    def members(self, folder: str) -> tuple[str, ...]:
        """The names of an open folder that belong to the review."""
        root, _ = self._split(folder)
        return () if root is None or root.members is None else root.members

    # What is there

    def look(self, place: str) -> Found:
        """What a place leads to, links within the root followed."""
        known = self._known(place)
        if known is not None:
            return known
        try:
            above, name, real = self._at(place)
            status = self._status(above, name)
        except _FAILURES as error:
            return Found("", place, 0, said(error))
        known = self._known(real)
        if known is not None:
            return known
        identity = f"{status.st_dev}:{status.st_ino}"
        return Found(kind_of(status.st_mode), real, status.st_size, "", identity)

    def _known(self, place: str) -> Found | None:
        """What a place is where that is not as on the disk."""
        changed = self.reach.changed
        kind = "" if changed is None else changed.kind(place)
        if changed is None or not kind:
            return None
        if kind == GONE:
            return Found("", place, 0, MISSING)
        size = len(changed.files[place]) if kind == FILE else 0
        return Found(kind, place, size, "", f"{changed.label}:{place}")

    def is_folder(self, place: str) -> bool:
        """Whether a place leads to a folder within the root."""
        return place == "/" or self.look(place).kind == FOLDER

    def has(self, folder: str, name: str) -> bool:
        """Whether a folder has an entry of that name, whatever it is."""
        if folder == "/":
            return name in self._by_name
        if name in ("", ".", "..") or "/" in name or "\0" in name:
            return False
        known = self._known(f"{folder}/{name}")
        if known is not None:
            return bool(known.kind)
        try:
            _entry_status(self._folder(folder), name)
        except _FAILURES:
            return False
        return True

    def names(self, folder: str) -> tuple[list[str], str]:
        """The names in a folder in no order, and why they are not all: "" when they are."""
        if folder == "/":
            return list(self._by_name), ""
        if folder.count("/") > MOST_DEPTH:
            return [], _TOO_DEEP
        if self.reach.changed is not None:
            entries, problem = self.entries(folder)
            return [entry.name for entry in entries], problem
        try:
            found = os.listdir(self._folder(folder).handle)
        except _FAILURES as error:
            return [], said(error)
        return (found, "") if len(found) <= MOST_ENTRIES else ([], _TOO_MANY)

    def entries(self, folder: str) -> tuple[list[Entry], str]:
        """The entries of a folder by name, and why they are not all: "" when they are."""
        if folder == "/":
            return [Entry(name, FOLDER) for name in sorted(self._by_name)], ""
        if folder.count("/") > MOST_DEPTH:
            return [], _TOO_DEEP
        if self.reach.changed is not None:
            return self._entries_of(self.reach.changed, folder)
        return self._listed(folder)

    def _entries_of(self, changed: Changed, folder: str) -> tuple[list[Entry], str]:
        """The entries of a folder in a state that is not the disk's."""
        real = self.look(folder)
        if real.kind != FOLDER:
            return [], real.problem or "not a folder"
        added = changed.added(real.place)
        listed, problem = self._listed(folder)
        if problem and not (added and problem == MISSING):
            return [], problem
        found = [
            entry
            for entry in listed
            if entry.name not in added and changed.kind(f"{real.place}/{entry.name}") != GONE
        ]
        found += [Entry(name, kind) for name, kind in added.items()]
        found.sort(key=name_of)
        return found, ""

    def _listed(self, folder: str) -> tuple[list[Entry], str]:
        """The entries that a folder has on the disk."""
        found: list[Entry] = []
        try:
            with os.scandir(self._folder(folder).handle) as listing:
                for entry in listing:
                    if len(found) == MOST_ENTRIES:
                        return [], _TOO_MANY
                    found.append(Entry(entry.name, kind_of_entry(entry)))
        except _FAILURES as error:
            return [], said(error)
        found.sort(key=name_of)
        return found, ""

    def walk(self, folder: str, enters: Callable[[str], bool]) -> Iterator[tuple[str, list[Entry]]]:
        """A folder and the folders below it whose names `enters` takes, each with its entries.

        No link is followed; what cannot be listed has no entries. In an open folder only its
        members are walked.
        """
        pending = [folder]
        while pending:
            here = pending.pop()
            if self.is_open(here):
                looked = [(name, self.look(f"{here}/{name}").kind) for name in self.members(here)]
                inside = [Entry(name, kind) for name, kind in looked if kind]
            else:
                inside = self.entries(here)[0]
            yield here, inside
            prefix = "/" if here == "/" else f"{here}/"
            pending += [
                prefix + entry.name
                for entry in reversed(inside)
                if entry.kind == FOLDER and enters(entry.name)
            ]

    def read(self, place: str, most: int) -> Contents:
        """The bytes of a regular file, at most `most` and one more, which says that there are more.

        The problem of a file that was not read says why, as a clause.
        """
        changed = self.reach.changed
        if changed is not None and changed.kind(place):
            return self._held(changed, place, most)
        try:
            above, name, real = self._at(place)
            if changed is not None and changed.kind(real):
                return self._held(changed, real, most)
            data = self._read(above, name, most)
        except _FAILURES as error:
            return Contents(None, said(error))
        self.files_read += 1
        self.bytes_read += len(data)
        return Contents(data, "")

    def _held(self, changed: Changed, place: str, most: int) -> Contents:
        """The bytes of a file that is not as on the disk."""
        data = changed.files.get(place)
        if data is None:
            gone = changed.kind(place) == GONE
            return Contents(None, MISSING if gone else kind_said(stat.S_IFDIR))
        self.files_read += 1
        self.bytes_read += min(len(data), most + 1)
        return Contents(data[: most + 1], "")

    def target(self, place: str) -> str:
        """Where a link of the disk leads, as it is written; "" for what is no link."""
        folder, name = posixpath.split(place)
        try:
            handle = self._folder(folder)
            if not stat.S_ISLNK(_entry_status(handle, name).st_mode):
                return ""
            if handle.descriptor is None:
                return os.readlink(os.path.join(handle.path, name))
            return os.readlink(name, dir_fd=handle.descriptor)
        except _FAILURES:
            return ""

    def showing(self, changed: Changed | None) -> Door:
        """A door to the same roots in another state."""
        reach = self.reach
        return Door(Reach(reach.roots, reach.base, reach.follow_links, changed))

    def beside(self, place: str) -> tuple[int | str, str] | None:
        """The folder that holds a regular file, as what lists it, and the file's name in it.

        None where a link is on the way, and for anything else.
        """
        try:
            above, name, real = self._at(place)
            status = self._status(above, name)
        except _FAILURES:
            return None
        if real != place or not stat.S_ISREG(status.st_mode):
            return None
        return above.handle, name

    def folder_of(self, place: str) -> tuple[int | str, str] | None:
        """As `beside`, for a file that does not exist yet."""
        folder, _, name = place.rpartition("/")
        if name in ("", ".", ".."):
            return None
        try:
            if folder.count("/") > 1 and self.look(folder).place != folder:
                return None
            return self._folder(folder).handle, name
        except _FAILURES:
            return None

    # By descriptor, or by path where there is none

    def _read(self, above: _Place, name: str, most: int) -> bytes:
        status = self._status(above, name)
        if not stat.S_ISREG(status.st_mode):
            raise RefusedError(kind_said(status.st_mode))
        flags = _OPEN | (0 if self.reach.follow_links else _NO_LINK)
        if above.descriptor is None:
            descriptor = os.open(os.path.join(above.path, name), flags)
        else:
            descriptor = os.open(name, flags, dir_fd=above.descriptor)
        try:
            opened = os.fstat(descriptor)
            if not stat.S_ISREG(opened.st_mode):
                raise RefusedError(kind_said(opened.st_mode))
            if above.descriptor is None and not (
                os.path.samestat(status, opened) and self._is_inside(above.path, name)
            ):
                raise RefusedError("exchanged while it was opened, not read")
            parts: list[bytes] = []
            left = most + 1
            while left > 0:
                part = os.read(descriptor, min(left, _CHUNK))
                if not part:
                    break
                parts.append(part)
                left -= len(part)
        finally:
            os.close(descriptor)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _is_inside(self, folder: str, name: str) -> bool:
        """Whether a path still leads to something in a root; asked after it was opened."""
        if self.reach.follow_links:
            return True
        real = os.path.realpath(os.path.join(folder, name))
        return any(way_below(real, root.real) is not None for root in self.reach.roots)

    def _status(self, above: _Place, name: str) -> os.stat_result:
        """Of the entry itself: links were resolved before, but for those that lead out."""
        if above.descriptor is None:
            path = os.path.join(above.path, name) if name else above.path
            return os.stat(path) if self.reach.follow_links else os.lstat(path)
        if not name:
            return os.fstat(above.descriptor)
        return os.stat(name, dir_fd=above.descriptor, follow_symlinks=self.reach.follow_links)

    def _folder(self, place: str) -> _Place:
        """The folder of a place, open where the system can do that."""
        return self._at(place, whole=True)[0]

    def _at(self, place: str, whole: bool = False) -> tuple[_Place, str, str]:
        """The folder that holds a place, the name in it, and the place without links.

        `whole` opens the place itself, as a folder, and gives no name.
        """
        root, inner = self._split(place)
        if root is None:
            raise RefusedError("outside of the roots of this run")
        if "\0" in inner:
            raise RefusedError("its name holds a null character")
        if place.count("/") > MOST_DEPTH:
            raise RefusedError(_TOO_DEEP)
        return _Way(self, root, inner).go(whole)

    def _split(self, place: str) -> tuple[Root | None, str]:
        name, _, inner = place.removeprefix("/").partition("/")
        return self._by_name.get(name), inner

    def held(self, place: str) -> int | None:
        """The descriptor of a folder that is held open, by its place without links."""
        known = self._folders.get(place)
        if known is not None:
            self._folders.move_to_end(place)
        return known

    def hold(self, place: str, descriptor: int) -> None:
        """Keeps an open folder for the next who asks; the one longest unused is closed for it."""
        if len(self._folders) >= _MOST_FOLDERS:
            os.close(self._folders.popitem(last=False)[1])
        self._folders[place] = descriptor


@final
class _Place:
    """A folder on the way: its descriptor (None where paths are used), and its path."""

    __slots__ = ("descriptor", "path")

    def __init__(self, descriptor: int | None, path: str) -> None:
        self.descriptor: Final = descriptor
        self.path: Final = path

    @property
    def handle(self) -> int | str:
        """What lists it."""
        return self.path if self.descriptor is None else self.descriptor


@final
class _Way:
    """One way down from a root, folder by folder, links resolved as they are met."""

    __slots__ = ("_door", "_inner", "_links", "_root")

    def __init__(self, door: Door, root: Root, inner: str) -> None:
        self._door: Final = door
        self._root: Final = root
        self._inner: Final = inner
        self._links = 0

    def go(self, whole: bool) -> tuple[_Place, str, str]:
        """As `Door._at`."""
        pending = self._inner.split("/")[::-1] if self._inner else []
        names: list[str] = []
        above = self._start(pending, names)
        while pending:
            part = pending.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not names:
                    raise self._leads_out()
                names.pop()
                pending += names[::-1]
                names.clear()
                above = self._start(pending, names)
                continue
            status = _entry_status(above, part)
            if stat.S_ISLNK(status.st_mode) or _is_junction(above, part):
                target = self._inside(self._target(above, part), names)
                if target is not None:
                    pending += target
                    names.clear()
                    above = self._start(pending, names)
                    continue
                if not self._door.reach.follow_links:
                    raise self._leads_out()
            if not pending and not whole:
                return above, part, self._spelled([*names, part])
            names.append(part)
            above = self._enter(above, part, self._spelled(names))
        # The folder itself: it was asked for, is held open, or lies behind a link or `..`.
        return above, "", self._spelled(names)

    def _start(self, pending: list[str], names: list[str]) -> _Place:
        """The deepest folder ahead that is held open, else the root; taken off `pending`."""
        door = self._door
        if BY_DESCRIPTOR:
            plain = 0  # how many parts are ahead before a `..`
            for part in reversed(pending):
                if part in ("", ".", ".."):
                    break
                plain += 1
            for size in range(plain, 0, -1):
                ahead = pending[len(pending) - size :][::-1]
                known = door.held(self._spelled(ahead))
                if known is not None:
                    del pending[len(pending) - size :]
                    names += ahead
                    return _Place(known, "")
        top = f"/{self._root.name}"
        known = door.held(top) if BY_DESCRIPTOR else None
        if known is None and BY_DESCRIPTOR:
            known = os.open(self._root.path, _OPEN | _FOLDER)
            door.hold(top, known)
        return _Place(known, self._root.path)

    def _spelled(self, names: Sequence[str]) -> str:
        return "/".join(("", self._root.name, *names))

    def _enter(self, above: _Place, part: str, place: str) -> _Place:
        """Opens a folder on the way."""
        if above.descriptor is None:
            return _Place(None, os.path.join(above.path, part))
        flags = _OPEN | _FOLDER | (0 if self._door.reach.follow_links else _NO_LINK)
        descriptor = os.open(part, flags, dir_fd=above.descriptor)
        try:
            self._door.hold(place, descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        return _Place(descriptor, "")

    def _target(self, above: _Place, part: str) -> str:
        self._links += 1
        if self._links > MOST_LINKS:
            raise RefusedError("cannot be read: Too many levels of symbolic links")
        if above.descriptor is None:
            return os.readlink(os.path.join(above.path, part))
        return os.readlink(part, dir_fd=above.descriptor)

    def _inside(self, target: str, names: Sequence[str]) -> list[str] | None:
        """What is ahead behind a link, from the root on, last first; None when it leads out."""
        separators = (os.sep, os.altsep) if os.altsep else (os.sep,)
        if os.path.isabs(target) or target.startswith(separators):
            below = way_below(os.path.normpath(target), self._root.real)
            if below is None:
                below = way_below(os.path.normpath(target), self._root.path)
            if below is None:
                return None
            parts = below.split("/") if below else []
        else:
            parts = [*names, *target.replace(os.sep, "/").split("/")]
        depth = 0
        for part in parts:
            depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
            if depth < 0:
                return None
        members = self._root.members
        if members is not None:
            # Beside an unmarked package lies what is not part of the review.
            first = posixpath.normpath("/".join(parts)).partition("/")[0]
            if first not in members and first != (names[0] if names else ""):
                return None
        return parts[::-1]

    def _leads_out(self) -> RefusedError:
        return RefusedError(f"a link that {OUTSIDE}")


def _entry_status(folder: _Place, name: str) -> os.stat_result:
    """Of an entry itself, never of what it links to."""
    if folder.descriptor is None:
        return os.lstat(os.path.join(folder.path, name))
    return os.stat(name, dir_fd=folder.descriptor, follow_symlinks=False)


def _is_junction(above: _Place, part: str) -> bool:
    if above.descriptor is not None:
        return False
    junction = getattr(os.path, "isjunction", None)  # Python 3.12 on Windows
    return bool(junction is not None and junction(os.path.join(above.path, part)))


def _joined(root: str, inner: str) -> str:
    return f"/{root}/{inner}" if inner else f"/{root}"


def reported_path(base: str, absolute: str) -> str:
    """A path relative to a folder, with forward slashes; absolute on another drive."""
    below = way_below(absolute, base)
    if not below:
        try:
            below = os.path.relpath(absolute, base)
        except ValueError:
            below = absolute
        if os.sep != "/":
            below = below.replace(os.sep, "/")
    return printable(below)
