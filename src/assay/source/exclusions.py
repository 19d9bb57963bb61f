"""What a walk leaves out by pattern, and the count of it.

Patterns are those of `.gitignore`, relative to the folder that they were written for; a backslash
before what no pattern has to escape separates folders, as on Windows. The last pattern that matches
decides, over all of them in their order.

Nobody is told that code is fine because somebody left it out: `Tally` counts what is left out by
whatever came with the reviewed folder, and by names that are left out everywhere. A folder counts
as one and is not looked into.

    >>> slashed("gen\\\\x.py"), slashed("./build"), slashed("\\\\#x")
    ('gen/x.py', '/build', '\\\\#x')
"""

import re
from collections.abc import Sequence
from typing import Final, final

from assay.source.door import Door
from assay.source.ignore import Rules

BUILT_IN: Final = "built-in list"
"""The origin of the names that are left out unless somebody says otherwise."""

_SEPARATOR: Final = re.compile(r"\\(?=[\w.*-]|$)")


@final
class Patterns:
    """Patterns of one place. `folder` is a place, "" for the base of the reported paths.

    `origin` names what came with the reviewed folder, or is BUILT_IN; "" for the user's own.
    """

    __slots__ = ("folder", "lines", "origin")

    def __init__(self, folder: str, lines: tuple[str, ...], origin: str = "") -> None:
        self.folder: Final = folder
        self.lines: Final = lines
        self.origin: Final = origin

    def __repr__(self) -> str:
        return f"Patterns({self.folder!r}, {self.lines!r}, {self.origin!r})"


@final
class LeftOut:
    """How much was left out by one origin; `names` are those of the folders, sorted."""

    __slots__ = ("files", "folders", "names", "origin")

    def __init__(self, origin: str, files: int, folders: int, names: tuple[str, ...]) -> None:
        self.origin: Final = origin
        self.files: Final = files
        self.folders: Final = folders
        self.names: Final = names

    def __repr__(self) -> str:
        return f"LeftOut({self.origin!r}, {self.files}, {self.folders}, {self.names!r})"


@final
class Tally:
    """Counts what is left out, by origin."""

    __slots__ = ("_files", "_folders")

    def __init__(self) -> None:
        self._files: Final[dict[str, int]] = {}
        self._folders: Final[dict[str, list[str]]] = {}

    def file(self, origin: str) -> None:
        """A Python file was left out."""
        self._files[origin] = self._files.get(origin, 0) + 1

    def folder(self, origin: str, name: str) -> None:
        """A folder was left out."""
        self._folders.setdefault(origin, []).append(name)

    def counts(self) -> tuple[LeftOut, ...]:
        """All counts, by origin."""
        found: list[LeftOut] = []
        for origin in sorted({*self._files, *self._folders}):
            names = self._folders.get(origin, [])
            files = self._files.get(origin, 0)
            found.append(LeftOut(origin, files, len(names), tuple(sorted(set(names)))))
        return tuple(found)


@final
class Exclusions:
    """The patterns of a walk, or of a part of it that has patterns of its own."""

    __slots__ = ("_parts", "_reads_reported")

    def __init__(self, patterns: Sequence[Patterns]) -> None:
        self._parts: Final = [_Part(each) for each in reversed(patterns)]
        self._reads_reported: Final = any(
            part.rules is not None and not part.folder for part in self._parts
        )

    def origin(self, door: Door, place: str, name: str, is_folder: bool) -> str | None:
        """What leaves a place out, None when nothing does."""
        # How reports call a place is worked out only for patterns that need it.
        reported = door.reported(place) if self._reads_reported else ""
        return self.decided(place, reported, name, is_folder)

    def decided(self, place: str, reported: str, name: str, is_folder: bool) -> str | None:
        """As `origin`. Of several origins the user's own is told, then the built-in list."""
        left_out: list[str] = []
        decided: bool | None = None
        for part in self._parts:
            said = part.decides(place, reported, name, is_folder)
            if decided is None:
                decided = said
            if said:
                left_out.append(part.origin)
        if not decided:
            return None
        for origin in ("", BUILT_IN):
            if origin in left_out:
                return origin
        return left_out[0]


@final
class _Part:
    """The patterns of one place, ready to be asked."""

    __slots__ = ("folder", "names", "origin", "prefix", "rules")

    def __init__(self, patterns: Patterns) -> None:
        lines = [slashed(line) for line in patterns.lines]
        self.folder: Final = patterns.folder
        self.prefix: Final = f"{patterns.folder}/" if patterns.folder else ""
        self.origin: Final = patterns.origin
        # Most patterns are plain names, and a set answers for those at once.
        self.names: Final = frozenset([line for line in lines if _is_plain(line)])
        others = [line for line in lines if not _is_plain(line)]
        self.rules: Final = Rules(patterns.folder or "/", others) if others else None

    def decides(self, place: str, reported: str, name: str, is_folder: bool) -> bool | None:
        if self.prefix and not place.startswith(self.prefix):
            return None
        if name in self.names:
            return True
        if self.rules is None:
            return None
        if self.folder:
            return self.rules.decides(place, is_folder)
        if reported.startswith("../"):
            return None
        return self.rules.decides(f"/{reported}", is_folder)


def slashed(pattern: str) -> str:
    """A pattern with forward slashes, and without a `./` at its start."""
    text = _SEPARATOR.sub("/", pattern) if "\\" in pattern else pattern
    return text[1:] if text.startswith("./") else text


def _is_plain(pattern: str) -> bool:
    return not any(character in pattern for character in "*?[]!/\\# \t")
