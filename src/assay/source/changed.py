"""Another state of the program than that of the disk: what is different in it, held in memory.

The state before a change is the disk with some files as they were, without those that are new. A
door with a `Changed` in its reach shows that state: everything else is read from the disk, so that
nothing has to be checked out, and what is no part of the change is the same in both.

    Changed("old", {"/shop/a.py": b"x = 1"}, {"/shop/new.py"}).kind("/shop/new.py")     GONE

Invariant: places are those without links; a folder is gone when everything in it is.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from typing import Final, final

FILE: Final = "file"
FOLDER: Final = "folder"
GONE: Final = "gone"


@final
class Changed:
    """The files that are other than on the disk, by place, and the places that are not there.

    `label` tells the states of one run apart, for whoever keeps something of them.
    """

    __slots__ = ("_entries", "files", "gone", "label")

    def __init__(self, label: str, files: Mapping[str, bytes], gone: Iterable[str]) -> None:
        self.label: Final = label
        self.files: Final = dict(files)
        self.gone: Final = frozenset(gone)
        self._entries: Final[dict[str, dict[str, str]]] = {}  # of folders with such files
        for place in self.files:
            kind = FILE
            while True:
                folder, name = posixpath.split(place)
                inside = self._entries.setdefault(folder, {})
                if name in inside or folder == "/":
                    break
                inside[name] = kind
                place, kind = folder, FOLDER

    def __repr__(self) -> str:
        return f"Changed({self.label!r})"

    def kind(self, place: str) -> str:
        """FILE, FOLDER or GONE, "" for what is as on the disk."""
        if place in self.files:
            return FILE
        if place in self._entries:
            return FOLDER
        return GONE if place in self.gone else ""

    def added(self, folder: str) -> Mapping[str, str]:
        """The names that stand in a folder whatever the disk says, each with FILE or FOLDER."""
        return self._entries.get(folder, {})
