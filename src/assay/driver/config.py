"""Configuration files: whose they are, which one counts, and their values.

The user's own file, and one that is named on the command line, are trusted. Those of the reviewed
side come from whoever wrote the code: they are read through the door alone, none above the root
counts, what they extend lies in the root too, and of their keys only those have an effect that
`options.SETTINGS` allows them; the others are `Layer.ignored`.

In a folder `.assay.toml` comes before `assay.toml` and that before a `pyproject.toml` that has a
`[tool.assay]`; the nearest folder wins, going up from what is reviewed. `extend` names a file whose
values are used where the extending one is silent. A file without the section is no configuration.

Invariants: an unknown key or a value of the wrong type is a UsageError with a suggestion, never
silence; no error holds a value of a file.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Sequence
from typing import Final

from assay.driver.options import (
    Allowed,
    Layer,
    UsageError,
    Value,
    checked,
    setting,
    type_said,
)
from assay.source.changed import FOLDER
from assay.source.door import Door
from assay.source.entry import MISSING
from assay.source.own_files import config_folder, own_size, read_own
from assay.source.reach import CONFIG_NAMES

MOST_BYTES: Final = 1_000_000
"""A larger configuration file is an error."""

MOST_EXTENDED: Final = 16
"""So many files may extend each other."""

_PYPROJECT: Final = "pyproject.toml"
_OWN: Final = "assay.toml"
_TOO_LARGE: Final = f"larger than {MOST_BYTES} bytes"
_WHERE: Final = re.compile(r"\(at [^()]*\)$")


def find(door: Door, paths: Sequence[str]) -> str:
    """The place of the configuration for the paths; "" when there is none.

    It is the nearest one to the folder that holds all of them, in their root.
    """
    folders: list[str] = []
    for path in paths:
        place = door.place(path)
        if place:
            folders.append(place if door.is_folder(place) else posixpath.dirname(place))
    if not folders:
        return ""
    folder = posixpath.commonpath(folders)
    while folder != "/":
        found = of_folder(door, folder)
        if found:
            return found
        folder = posixpath.dirname(folder)
    return ""


def of_folder(door: Door, folder: str) -> str:
    """The place of the configuration that lies in a folder; "" when there is none.

    What lies beside a lone package or file is not part of a review.
    """
    if door.is_open(folder):
        return ""
    for name in CONFIG_NAMES:
        place = f"{folder}/{name}"
        if not door.has(folder, name) or door.look(place).kind == FOLDER:
            continue
        if name != _PYPROJECT or _reviewed_section(door, place) is not None:
            return place
    return ""


def load(door: Door, place: str) -> list[Layer]:
    """The layers of a configuration of the reviewed side, what it extends first."""
    layers: list[Layer] = []
    seen: list[str] = []
    while place:
        shown = door.reported(place)
        _check_extended(seen, place, shown)
        section = _reviewed_section(door, place)
        if section is None:
            raise UsageError(f"{shown}: has no [tool.assay]")
        extended = _extended(section, shown)
        folder = posixpath.dirname(place)
        layers.insert(0, _reviewed_layer(section, shown, folder))
        place = ""
        if extended:
            place = _inside(door, folder, extended)
            if not place:
                raise UsageError(f"{shown}: extend leads out of the root of the project")
    return layers


def own() -> list[Layer]:
    """The layers of the user's own configuration; none without such a file."""
    folder = config_folder()
    path = os.path.join(folder, _OWN) if folder else ""
    return _trusted(path, None) if path and own_size(path) is not None else []


def named(path: str, door: Door | None) -> list[Layer]:
    """The layers of a file that the user names, what it extends first.

    Its patterns are relative to its own folder where the door leads to it, else to the current one.
    """
    return _trusted(path, door)


def inline(assignment: str) -> Layer:
    """The layer of `--config KEY=VALUE`; the value is TOML, or a string without quotes."""
    import tomllib

    origin = f"--config {assignment}"
    key, _, text = assignment.partition("=")
    key = key.strip()
    try:
        raw: object = tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        raw = text.strip()
    return Layer(origin, {key: checked(key, raw, origin, True)})


def _trusted(path: str, door: Door | None) -> list[Layer]:
    """The layers of a file of the user's, what it extends first."""
    layers: list[Layer] = []
    seen: list[str] = []
    current = os.path.abspath(path)
    while current:
        shown = _shown(current)
        _check_extended(seen, current, shown)
        data = read_own(current, MOST_BYTES)
        if data is None:
            raise UsageError(f"{shown}: {_why_not_read(current)}")
        section = _section(data, os.path.basename(current), shown)
        if section is None:
            raise UsageError(f"{shown}: has no [tool.assay]")
        extended = _extended(section, shown)
        folder = door.place(os.path.dirname(current)) if door is not None else ""
        values = {key: checked(key, section[key], shown) for key in sorted(section)}
        layers.insert(0, Layer(shown, values, folder))
        current = (
            os.path.abspath(os.path.join(os.path.dirname(current), extended)) if extended else ""
        )
    return layers


def _why_not_read(path: str) -> str:
    size = own_size(path)
    if size is None:
        return "does not exist"
    if size < 0:
        return "not a regular file"
    return _TOO_LARGE if size > MOST_BYTES else "cannot be read"


def _check_extended(seen: list[str], file: str, shown: str) -> None:
    """Notes a file of a chain; raises UsageError when the chain has no end."""
    if file in seen:
        raise UsageError(f"{shown}: extends itself")
    seen.append(file)
    if len(seen) > MOST_EXTENDED:
        raise UsageError(f"{shown}: more than {MOST_EXTENDED} files that extend each other")


def _extended(section: dict[str, object], shown: str) -> str:
    """Takes `extend` out of a section."""
    extended = section.pop("extend", "")
    if not isinstance(extended, str):
        raise UsageError(f"{shown}: extend must be a string, not {type_said(extended)}")
    return extended


def _inside(door: Door, folder: str, extended: str) -> str:
    """The place that a relative path leads to; "" when it leads out of the root.

    Backslashes separate, too: what is no way out on one system must be none on another.
    """
    way = extended.replace("\\", "/")
    if way.startswith("/") or ":" in way or "\0" in way:
        return ""
    parts = [part for part in folder.removeprefix(door.root_of(folder)).split("/") if part]
    for part in way.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join((door.root_of(folder), *parts))


def _reviewed_layer(section: dict[str, object], shown: str, folder: str) -> Layer:
    """What a configuration of the reviewed side has to say, and what it is not asked."""
    values: dict[str, Value] = {}
    ignored: list[str] = []
    for key in sorted(section):
        allowed = setting(key, shown).reviewed
        if allowed is Allowed.NOTHING:
            ignored.append(key)
            continue
        value = checked(key, section[key], shown)
        if allowed is Allowed.OFF and value is not False:
            ignored.append(key)
        else:
            values[key] = value
    return Layer(shown, values, folder, True, tuple(ignored))


def _reviewed_section(door: Door, place: str) -> dict[str, object] | None:
    """As `_section`, of a file of the reviewed side."""
    shown = door.reported(place)
    contents = door.read(place, MOST_BYTES)
    if contents.data is None:
        problem = contents.problem
        raise UsageError(f"{shown}: {'no such file' if problem == MISSING else problem}")
    if len(contents.data) > MOST_BYTES:
        raise UsageError(f"{shown}: {_TOO_LARGE}")
    return _section(contents.data, posixpath.basename(place), shown)


def _section(data: bytes, name: str, shown: str) -> dict[str, object] | None:
    """The keys of a file; None where a pyproject.toml has no section."""
    import tomllib

    try:
        document: dict[str, object] = dict(tomllib.loads(data.decode("utf-8")))
    except UnicodeDecodeError:
        raise UsageError(f"{shown}: not valid TOML: not UTF-8") from None
    except RecursionError:
        raise UsageError(f"{shown}: not valid TOML: nested too deeply") from None
    except ValueError as error:  # TOMLDecodeError is one; its text may repeat what is in the file
        where = _WHERE.search(str(error))
        raise UsageError(
            f"{shown}: not valid TOML{' ' + where.group() if where is not None else ''}"
        ) from None
    if name != _PYPROJECT:
        return document
    tool = document.get("tool")
    section = tool.get("assay") if isinstance(tool, dict) else None
    return dict(section) if isinstance(section, dict) else None


def _shown(path: str) -> str:
    """The path as settings and errors print it: relative to the working folder if it is below."""
    relative = os.path.relpath(path) if _same_drive(path) else path
    return (path if relative.startswith("..") else relative).replace(os.sep, "/")


def _same_drive(path: str) -> bool:
    return os.path.splitdrive(os.path.abspath(path))[0] == os.path.splitdrive(os.getcwd())[0]
