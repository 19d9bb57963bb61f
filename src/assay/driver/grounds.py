"""What the review of a file rested on, and whether all of it is still as it was.

Each ground is a file, a folder, a name in a folder, a last day, or a question to an outline or to a
catalogue of templates, with a digest of what it was when it was looked at
(`program.Program.grounds`). A review is still good when every digest is the same.

Invariant: digests are of the contents that were analysed, so that a file which changes during a run
makes the answer old, not wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, TypeAlias, final

from assay.program.modules import listing, listing_digest
from assay.program.outline import Outline, still_says, token_of
from assay.program.program import Program
from assay.source.door import Door
from assay.source.file import contents_at, digest_of, digest_of_contents

if TYPE_CHECKING:
    from assay.program.templates.catalogue import Catalogue

Ground: TypeAlias = tuple[str, str, str]
"""Kind, what, digest; for a question to an outline its answer, or a digest of a long one."""

DAY: Final = "day"
"""The kind of a ground that is the last day of something, as ISO 8601 writes it."""

EXPIRED: Final = "expired"
"""The digest of such a day when it has passed; it is "" before."""

Snapshot: TypeAlias = dict[str, str]
"""The files of a project and their digests."""


@final
class Now:
    """The state of the disk, each thing looked at once."""

    __slots__ = (
        "_catalogues",
        "_changed",
        "_day",
        "_door",
        "_files",
        "_known",
        "_outlines",
        "_program",
        "_snapshots",
    )

    def __init__(self, door: Door) -> None:
        self._door: Final = door
        self._known: dict[Ground, bool] = {}
        self._files: dict[str, str] = {}
        self._outlines: dict[str, Outline] = {}
        self._catalogues: dict[str, Catalogue] = {}
        self._snapshots: dict[str, Snapshot] = {}
        self._changed: dict[str, tuple[Outline, frozenset[str]]] = {}
        self._program: Final = Program(door)
        self._day: Final = self._program.day

    def file(self, path: str) -> str:
        """The digest of a file's bytes, or what stands for it when there are none."""
        known = self._files.get(path)
        if known is None:
            known = digest_of_contents(contents_at(self._door, path))
            self._files[path] = known
        return known

    def snapshot(self, root: str) -> Snapshot:
        """The digest of each file of a project."""
        known = self._snapshots.get(root)
        if known is None:
            known = {path: self.file(path) for path in self._outline(root).files}
            self._snapshots[root] = known
        return known

    def _since(self, root: str, then: Snapshot) -> tuple[Outline, frozenset[str]]:
        """The files of a project that are new or not what they were, and these with the gone."""
        known = self._changed.get(root)
        if known is None:
            now = self.snapshot(root)
            changed = [path for path, digest in now.items() if then.get(path) != digest]
            gone = frozenset(then) - frozenset(now)
            known = (Outline(self._program, root, changed), gone.union(changed))
            self._changed[root] = known
        return known

    def _outline(self, root: str) -> Outline:
        if root not in self._outlines:
            self._outlines[root] = Outline(self._program, root)
        return self._outlines[root]

    def _catalogue(self, root: str) -> Catalogue:
        if root not in self._catalogues:
            from assay.program.templates.catalogue import Catalogue  # few runs need it

            self._catalogues[root] = Catalogue(self._program, root)
        return self._catalogues[root]

    def holds(self, ground: Ground, snapshots: Mapping[str, Snapshot]) -> bool:
        """Whether a ground is as it was; `snapshots` are those of the run that noted it."""
        known = self._known.get(ground)
        if known is None:
            known = self._look(ground, snapshots)
            self._known[ground] = known
        return known

    def _look(self, ground: Ground, snapshots: Mapping[str, Snapshot]) -> bool:
        kind, what, digest = ground
        if kind == DAY:
            return (self._day > what) == bool(digest)
        if kind == "file":
            if what.endswith("/"):
                return self._door.is_folder(what.rstrip("/"))
            return self.file(what) == digest
        if kind == "folder":
            return listing_digest(listing(self._door, what)) == digest
        if kind == "entry":
            folder, _, name = what.rpartition("/")
            return self._door.has(folder, name) == bool(digest)
        name, _, root = what.partition(" ")
        if kind == "template":
            found = self._catalogue(root).holding(name)
            return digest_of("\0".join(found).encode("utf-8", "surrogatepass")) == digest
        then = snapshots.get(root)
        if then is not None:
            if then == self.snapshot(root):
                return True
            outline, changed = self._since(root, then)
            said = still_says(digest, changed, outline.answer(kind, name))
            if said is not None:
                return said
        return token_of(self._outline(root).answer(kind, name)) == digest
