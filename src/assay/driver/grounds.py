"""What the review of a file rested on, and whether all of it is still as it was.

Each ground is a file, a folder or a question to an outline, with a digest of what it was when it
was looked at (`program.Program.grounds`). A review is still good when every digest is the same.

Invariant: digests are of the contents that were analysed, so that a file which changes during a run
makes the answer old, not wrong.
"""

from __future__ import annotations

import os
from typing import Final, TypeAlias, final

from assay.program.modules import listing, listing_digest
from assay.program.outline import Outline
from assay.program.program import Program
from assay.source.file import MAX_BYTES, digest_of

Ground: TypeAlias = tuple[str, str, str]
"""Kind, what, digest."""


@final
class Now:
    """The state of the disk, each thing looked at once."""

    __slots__ = ("_files", "_known", "_outlines", "_program", "_snapshots")

    def __init__(self) -> None:
        self._known: dict[Ground, bool] = {}
        self._files: dict[str, str] = {}
        self._outlines: dict[str, Outline] = {}
        self._snapshots: dict[str, str] = {}
        self._program: Final = Program("")

    def file(self, path: str) -> str:
        """The digest of a file's bytes, "" when it cannot be read."""
        known = self._files.get(path)
        if known is None:
            try:
                with open(path, "rb") as stream:
                    known = digest_of(stream.read(MAX_BYTES + 1))
            except (OSError, ValueError):
                known = ""
            self._files[path] = known
        return known

    def snapshot(self, root: str) -> str:
        """One digest of all files of a project, their paths and contents."""
        known = self._snapshots.get(root)
        if known is None:
            lines = [f"{path}\0{self.file(path)}" for path in self._outline(root).files]
            known = digest_of("\0".join(lines).encode("utf-8", "surrogatepass"))
            self._snapshots[root] = known
        return known

    def _outline(self, root: str) -> Outline:
        if root not in self._outlines:
            self._outlines[root] = Outline(self._program, root)
        return self._outlines[root]

    def holds(self, ground: Ground, snapshots: dict[str, str]) -> bool:
        """Whether a ground is as it was; `snapshots` are those of the run that noted it."""
        known = self._known.get(ground)
        if known is None:
            known = self._look(ground, snapshots)
            self._known[ground] = known
        return known

    def _look(self, ground: Ground, snapshots: dict[str, str]) -> bool:
        kind, what, digest = ground
        if kind == "file":
            if what.endswith(os.sep):
                return os.path.isdir(what)
            return self.file(what) == digest
        if kind == "folder":
            return listing_digest(listing(what)) == digest
        name, _, root = what.partition(" ")
        if root in snapshots and snapshots[root] == self.snapshot(root):
            return True
        found = self._outline(root).answer(kind, name)
        return digest_of("\0".join(found).encode("utf-8", "surrogatepass")) == digest
