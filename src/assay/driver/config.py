"""Configuration files: which one counts, and its values.

In a folder `.assay.toml` comes before `assay.toml` and that before a `pyproject.toml` that has a
`[tool.assay]`; the nearest folder wins, going up from what is reviewed. `extend` names a file whose
values are used where the extending one is silent. A file without the section is no configuration.

An unknown key or a value of the wrong type is a UsageError with a suggestion, never silence.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from assay.driver.options import Layer, UsageError, Value, checked

_NAMES: Final = (".assay.toml", "assay.toml", "pyproject.toml")
_PYPROJECT: Final = "pyproject.toml"


def find(paths: Sequence[str]) -> str | None:
    """The configuration file for the paths: the nearest to the folder that holds all of them."""
    folders = [_folder(path) for path in paths if path != "-"] or [os.getcwd()]
    try:
        folder = os.path.commonpath(folders)
    except ValueError:  # on different drives
        folder = folders[0]
    while True:
        for name in _NAMES:
            candidate = os.path.join(folder, name)
            if os.path.isfile(candidate) and (
                name != _PYPROJECT or _section(candidate) is not None
            ):
                return candidate
        parent = os.path.dirname(folder)
        if parent == folder:
            return None
        folder = parent


def load(path: str) -> list[Layer]:
    """The layers of a configuration file, what it extends first."""
    layers: list[Layer] = []
    seen: list[str] = []
    current: str | None = os.path.abspath(path)
    while current is not None:
        shown = _shown(current)
        if current in seen:
            raise UsageError(f"{shown}: extends itself")
        seen.append(current)
        section = _section(current)
        if section is None:
            raise UsageError(f"{shown}: has no [tool.assay]")
        extended = section.pop("extend", None)
        layers.insert(0, Layer(shown, _values(section, shown)))
        if extended is None:
            current = None
        elif isinstance(extended, str):
            current = os.path.abspath(os.path.join(os.path.dirname(current), extended))
        else:
            raise UsageError(f"{shown}: extend must be a string, not {extended!r}")
    return layers


def inline(assignment: str) -> Layer:
    """The layer of `--config KEY=VALUE`; the value is TOML, or a string without quotes."""
    import tomllib

    origin = f"--config {assignment}"
    key, _, text = assignment.partition("=")
    key = key.strip()
    try:
        raw: object = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        raw = text.strip()
    return Layer(origin, {key: checked(key, raw, origin)})


def _folder(path: str) -> str:
    absolute = os.path.abspath(path)
    return absolute if os.path.isdir(absolute) else os.path.dirname(absolute)


def _section(path: str) -> dict[str, object] | None:
    """The keys of a file; None where a pyproject.toml has no section."""
    import tomllib

    shown = _shown(path)
    try:
        with open(path, "rb") as stream:
            document: dict[str, object] = dict(tomllib.load(stream))
    except OSError as error:
        raise UsageError(f"{shown}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{shown}: not valid TOML: {error}") from error
    if os.path.basename(path) != _PYPROJECT:
        return document
    tool = document.get("tool")
    section = tool.get("assay") if isinstance(tool, dict) else None
    return dict(section) if isinstance(section, dict) else None


def _values(section: dict[str, object], origin: str) -> dict[str, Value]:
    return {key: checked(key, section[key], origin) for key in sorted(section)}


def _shown(path: str) -> str:
    """The path as settings and errors print it: relative to the working folder if it is below."""
    relative = os.path.relpath(path) if _same_drive(path) else path
    return (path if relative.startswith("..") else relative).replace(os.sep, "/")


def _same_drive(path: str) -> bool:
    return os.path.splitdrive(os.path.abspath(path))[0] == os.path.splitdrive(os.getcwd())[0]
