"""The states of a program that a change leads from and to, each as a door that shows it.

The disk is one of them, or what both are told by: of another state only what is different is held
(`source.changed`). What git ignores is no part of a change and the same in both; what is neither
ignored nor known to git is new.

    states_of(door, Wanted("main", staged=False, patch=None)).old        the door to what was before

Raises `UsageError` for what cannot be had.
"""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Mapping, Sequence
from typing import Final, final

from assay.driver.git import MOST_BLOB_BYTES, NOT_THERE, Blob, Repository
from assay.driver.options import UsageError
from assay.frozen import frozen
from assay.source.changed import FILE, FOLDER, Changed
from assay.source.door import Door
from assay.source.entry import LINK, printable
from assay.source.file import MAX_NOTEBOOK_BYTES
from assay.source.ignore import Rules, folder_rules, is_ignored, rules_above
from assay.source.patch import FilePatch, PatchError, before, parse

WORKING_TREE: Final = "working tree"
_OLD: Final = "old"
_STAGED: Final = "staged"
_GIT: Final = ".git"
_SHA1_DIGITS: Final = 40


@frozen
class Wanted:
    """Which change: since a commit (`since`), what is staged, or a patch that was applied."""

    since: str
    staged: bool
    patch: bytes | None


@frozen
class States:
    """Doors to both states and what they are called; `changed` are the places that differ.

    `notes` says what could not be compared.
    """

    old: Door
    new: Door
    old_name: str
    new_name: str
    changed: frozenset[str]
    notes: tuple[str, ...]


@frozen
class _Difference:
    """In what a state differs from the disk."""

    files: Mapping[str, bytes]
    gone: frozenset[str]
    notes: tuple[str, ...]


def states_of(door: Door, wanted: Wanted) -> States:
    """Both states of a change to what lies behind a door."""
    top = _top(door)
    if wanted.patch is not None:
        old = _before_patch(door, top, wanted.patch)
        places = frozenset(old.files) | old.gone
        return States(
            door.showing(Changed(_OLD, old.files, old.gone)),
            door,
            "before the patch",
            WORKING_TREE,
            frozenset(place for place in places if _is_file(door, place) or place in old.files),
            old.notes,
        )
    with Repository(door, top) as repository:
        old = _difference(door, top, repository, repository.tree(wanted.since))
        if not wanted.staged:
            changed = frozenset(old.files) | old.gone
            shown = door.showing(Changed(_OLD, old.files, old.gone))
            return States(
                shown, door, wanted.since, WORKING_TREE, _files(changed, door, shown), old.notes
            )
        new = _difference(door, top, repository, repository.index())
    before_door = door.showing(Changed(_OLD, old.files, old.gone))
    after_door = door.showing(Changed(_STAGED, new.files, new.gone))
    places = frozenset(old.files) | old.gone | frozenset(new.files) | new.gone
    changed = frozenset(
        place
        for place in _files(places, before_door, after_door)
        if before_door.read(place, MAX_NOTEBOOK_BYTES).data
        != after_door.read(place, MAX_NOTEBOOK_BYTES).data
    )
    notes = tuple(dict.fromkeys((*old.notes, *new.notes)))
    return States(before_door, after_door, wanted.since, "index", changed, notes)


def _files(places: frozenset[str], *doors: Door) -> frozenset[str]:
    """The places that are a file in one of the states."""
    return frozenset(place for place in places if any(_is_file(door, place) for door in doors))


def _is_file(door: Door, place: str) -> bool:
    return door.look(place).kind == FILE


def _top(door: Door) -> str:
    """The place of the one root of a run."""
    if len(door.reach.roots) != 1:
        raise UsageError("a change is reviewed in one project; the paths lie in several")
    return f"/{door.reach.roots[0].name}"


# A tree of git


def _difference(
    door: Door, top: str, repository: Repository, tree: Mapping[str, Blob]
) -> _Difference:
    """In what the disk differs from a tree."""
    differing: dict[str, Blob] = {}
    notes: list[str] = []
    places: set[str] = set()
    for path in sorted(tree):
        if not set(path.split("/")).isdisjoint(("", ".", "..", _GIT)):
            continue
        blob = tree[path]
        place = f"{top}/{path}"
        places.add(place)
        if blob.is_link:
            if not _is_same_link(door, place, blob) and not _is_ignored(door, place):
                notes.append(f"{printable(path)}: a link that was changed, not compared")
        elif not _is_same(door, place, blob):
            differing[place] = blob
    if sum(blob.size for blob in differing.values()) > MOST_BLOB_BYTES:
        raise UsageError(f"the change is of more than {MOST_BLOB_BYTES} bytes")
    contents = repository.blobs(blob.name for blob in differing.values())
    files: dict[str, bytes] = {}
    for place, blob in differing.items():
        data = contents.get(blob.name)
        if data is None:
            path = printable(place.removeprefix(f"{top}/"))
            notes.append(f"{path}: the repository does not hold what it was (a partial clone?)")
        elif not _is_equal_text(door, place, data):
            files[place] = data
    gone: set[str] = set()
    _add_new(door, top, rules_above(door, top), _Known(top, places), gone)
    return _Difference(files, frozenset(gone), tuple(notes))


def _is_same(door: Door, place: str, blob: Blob) -> bool:
    found = door.look(place)
    if found.kind != FILE or found.place != place or blob.size not in (found.size, NOT_THERE):
        return False
    data = door.read(place, MAX_NOTEBOOK_BYTES).data
    if data is None or len(data) > MAX_NOTEBOOK_BYTES:
        return blob.size > MAX_NOTEBOOK_BYTES  # larger than what anybody looks at
    return _named(data, blob.name) == blob.name


def _is_same_link(door: Door, place: str, blob: Blob) -> bool:
    target = door.target(place)
    return (
        bool(target) and _named(target.encode("utf-8", "surrogateescape"), blob.name) == blob.name
    )


def _is_ignored(door: Door, place: str) -> bool:
    """Whether git would ignore a file if it did not know it."""
    above = posixpath.dirname(place)
    rules = (*folder_rules(door, above), *rules_above(door, above))
    return is_ignored(rules, place, door.is_folder(place))


def _named(data: bytes, like: str) -> str:
    """The name that git gives to contents, by the hash of another name."""
    head = b"blob %d\0" % len(data)
    if len(like) == _SHA1_DIGITS:
        return hashlib.sha1(head + data, usedforsecurity=False).hexdigest()
    return hashlib.sha256(head + data).hexdigest()


def _is_equal_text(door: Door, place: str, data: bytes) -> bool:
    """Whether a file is what git holds but for the ends of its lines, which a checkout may turn."""
    found = door.look(place)
    if found.kind != FILE or found.place != place:
        return False
    mine = door.read(place, MAX_NOTEBOOK_BYTES).data
    return mine is not None and mine.replace(b"\r\n", b"\n") == data.replace(b"\r\n", b"\n")


@final
class _Known:
    """What git knows of a repository: files, and the folders that hold them."""

    __slots__ = ("files", "folders")

    def __init__(self, top: str, files: set[str]) -> None:
        self.files: Final = files
        self.folders: Final[set[str]] = set()
        for place in files:
            folder = posixpath.dirname(place)
            while folder != top and folder not in self.folders:
                self.folders.add(folder)
                folder = posixpath.dirname(folder)


def _add_new(
    door: Door, folder: str, rules: Sequence[Rules], known: _Known, gone: set[str]
) -> bool:
    """Adds what is new in a folder; whether something in it is not."""
    stays = False
    is_empty = True
    held = (*folder_rules(door, folder), *rules)
    for entry in door.entries(folder)[0]:
        place = f"{folder}/{entry.name}"
        if entry.name == _GIT:
            stays = True
            continue
        is_empty = False
        is_folder = entry.kind == FOLDER
        if is_folder:
            if place not in known.folders and is_ignored(held, place, True):
                stays = stays or not entry.name.startswith("__")
            elif door.has(place, _GIT):
                stays = True  # a repository of its own
            elif _add_new(door, place, held, known, gone):
                stays = True
            else:
                gone.add(place)
        elif (
            place in known.files or entry.kind not in (FILE, LINK) or is_ignored(held, place, False)
        ):
            stays = True
        else:
            gone.add(place)
    return stays or is_empty


# A patch


def _before_patch(door: Door, top: str, data: bytes) -> _Difference:
    """The files of the disk as they were before a patch that led to them."""
    try:
        patches = parse(data)
        files: dict[str, bytes] = {}
        gone: set[str] = set()
        base = _base(door, top, patches)
        for patch in patches:
            new = f"{base}/{patch.new}" if patch.new else ""
            old = f"{base}/{patch.old}" if patch.old else ""
            if not _is_within(new or old, top) or not _is_within(old or new, top):
                raise PatchError(f"{patch.new or patch.old}: leads out of the project")
            after = b""
            if new:
                contents = door.read(new, MAX_NOTEBOOK_BYTES)
                if contents.data is None:
                    raise PatchError(
                        f"{patch.new}: the patch changes it, and it {contents.problem}"
                    )
                after = contents.data
            elif _is_file(door, old):
                raise PatchError(f"{patch.old}: the patch deletes it, and it is there")
            was = before(patch, after)
            if old:
                files[posixpath.normpath(old)] = was
            if new and new != old:
                gone.add(posixpath.normpath(new))
    except PatchError as error:
        raise UsageError(f"-: {printable(str(error))}") from error
    gone.difference_update(files)
    return _Difference(files, frozenset(gone), ())


def _is_within(place: str, top: str) -> bool:
    return posixpath.normpath(place).startswith(f"{top}/")


def _base(door: Door, top: str, patches: Sequence[FilePatch]) -> str:
    """The folder that the names of a patch are relative to: the top, or the current folder."""
    here = door.place(door.reach.base)
    first = next((patch.new for patch in patches if patch.new), "")
    is_elsewhere = here and here != top and first and not door.look(f"{top}/{first}").kind
    return here if is_elsewhere and door.look(f"{here}/{first}").kind else top
