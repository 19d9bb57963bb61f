"""Which settings hold where: those of the run, and of each folder with a configuration of its own.

The nearest configuration on the way up governs a folder, as a whole, with the settings that are
about files and rules (`options.Allowed.FOLDER`). What concerns the whole run (formats, levels, exit
codes, models) is said by one alone: the nearest one to the folder that holds all named paths.

    governing = Governing(door, Given(paths, ...))
    governing.run.options         of the run
    governing.of("/shop/gen")     of a folder

Invariant: a nested configuration that cannot be used costs nothing but itself: the one above it
governs, and `notes` says so.
"""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Final, final

from assay.driver import config
from assay.driver.options import (
    SETTINGS,
    Allowed,
    Layer,
    Options,
    Settled,
    UsageError,
    options_of,
    settle,
)
from assay.frozen import frozen, replace
from assay.source.collect import DEFAULT_PATTERNS
from assay.source.door import Door
from assay.source.exclusions import Patterns

MOST_CONFIGS: Final = 1_000
"""Configuration files of the reviewed side that are read in one run; the others do not count."""

_OF_FOLDERS: Final = frozenset(each.key for each in SETTINGS if each.reviewed is Allowed.FOLDER)


@frozen
class Given:
    """What the user gives, layers from weak to strong.

    `weaker` come before what the reviewed side says, `stronger` after it; `reads` is False when it
    is not asked. `paths` are those of the run.
    """

    paths: tuple[str, ...]
    weaker: tuple[Layer, ...]
    stronger: tuple[Layer, ...]
    reads: bool


@final
class Settings:
    """The settings that hold in some folders.

    `place` is the configuration of the reviewed side that governs them, "" for none, and `origin`
    what messages call it. `unweakened` are the options without that side.
    """

    __slots__ = ("layers", "options", "origin", "patterns", "place", "settled", "unweakened")

    def __init__(
        self, place: str, settled: dict[str, Settled], without: Options, layers: tuple[Layer, ...]
    ) -> None:
        self.place: Final = place
        self.layers: Final = layers
        self.origin: Final = layers[-1].origin if layers else ""
        self.settled: Final = settled
        self.options: Final = options_of(settled)
        self.unweakened: Final = without
        first = self.options.exclude or (DEFAULT_PATTERNS,)
        self.patterns: Final[tuple[Patterns, ...]] = (*first, *self.options.extend_exclude)


@final
class Governing:
    """The settings of a run and of its folders."""

    __slots__ = ("_by_folder", "_by_place", "_door", "_given", "_run_layers", "notes", "run")

    def __init__(self, door: Door, given: Given) -> None:
        self._door: Final = door
        self._given: Final = given
        self.notes: Final[list[str]] = []
        self._by_folder: Final[dict[str, Settings]] = {}
        self._by_place: Final[dict[str, Settings | None]] = {}
        place = config.find(door, given.paths) if given.reads else ""
        layers = tuple(config.load(door, place)) if place else ()
        self._run_layers: Final = tuple(_only(layer, of_folders=False) for layer in layers)
        self.run: Final = self._settings(place, layers, layers)
        self._by_place[place] = self.run
        self._note_ignored(layers)

    def of(self, folder: str) -> Settings:
        """The settings that hold in a folder, given by its place."""
        known = self._by_folder.get(folder)
        if known is None:
            known = self._found(folder)
            self._by_folder[folder] = known
        return known

    def patterns(self, folder: str) -> tuple[Patterns, ...]:
        """The patterns that hold in a folder; equal ones are one object."""
        return self.of(folder).patterns

    def used(self) -> list[Settings]:
        """Those of the run and of all folders that were asked for, in the order of their places."""
        others = {each.place: each for each in self._by_folder.values()}
        others.pop(self.run.place, None)
        return [self.run, *(others[place] for place in sorted(others))]

    def _found(self, folder: str) -> Settings:
        if not self._given.reads or folder in ("", "/"):
            return self.run
        own = self._own(folder)
        if own is not None:
            return own
        return self.of(posixpath.dirname(folder))

    def _own(self, folder: str) -> Settings | None:
        """The settings of the configuration that lies in a folder; None when none does."""
        try:
            place = config.of_folder(self._door, folder)
            if not place:
                return None
            if place in self._by_place:
                return self._by_place[place]
            if len(self._by_place) >= MOST_CONFIGS:
                reported = self._door.reported(place)
                self.notes.append(f"{reported}: ignored, after {MOST_CONFIGS} configuration files")
                self._by_place[place] = None
                return None
            nested = tuple(_only(each, of_folders=True) for each in config.load(self._door, place))
        except UsageError as error:
            self.notes.append(f"{error}, ignored")
            return None
        self._note_ignored(nested)
        settings = self._settings(place, nested, (*self._run_layers, *nested))
        self._by_place[place] = settings
        return settings

    def _settings(
        self, place: str, own: tuple[Layer, ...], reviewed: tuple[Layer, ...]
    ) -> Settings:
        given = self._given
        settled = settle([*given.weaker, *reviewed, *given.stronger])
        without = options_of(settle([*given.weaker, *given.stronger]))
        return Settings(place, settled, without, own)

    def _note_ignored(self, layers: Sequence[Layer]) -> None:
        self.notes.extend(
            f"{layer.origin}: '{key}' is the user's to set, ignored"
            for layer in layers
            for key in layer.ignored
        )


def _only(layer: Layer, of_folders: bool) -> Layer:
    """The part of a layer that is about folders, or about the whole run."""
    values = {key: layer.values[key] for key in layer.values if (key in _OF_FOLDERS) == of_folders}
    return replace(layer, values=values, ignored=layer.ignored if of_folders else ())
