"""Which releases of a library a project says that it runs with.

    requirements.txt: lxml>=3.4.1      allows_below(..., "lxml", 5) is True
    requirements.txt: lxml>=5.2        False

Invariant: without a statement nothing is claimed.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final

from assay.source.file import MAX_BYTES, digest_of_contents

if TYPE_CHECKING:
    from assay.program.modules import Module
    from assay.program.program import Program

_FILES: Final = (
    "requirements.txt",
    "setup.cfg",
    "setup.py",
    "pyproject.toml",
    "requirements/base.txt",
    "requirements/production.txt",
)
_LEVELS: Final = 12
_LARGEST: Final = 1 << 18


def allows_below(program: Program, module: Module, name: str, major: int) -> bool:
    """Whether a lower bound or a pin of the project is below a major version."""
    if not module.place:
        return False
    folder = posixpath.dirname(module.place)
    pattern = re.compile(
        rf"(?im)^[\s\"']*{re.escape(name)}\s*(?:\[[^\]]*\])?\s*(>=|==|~=|\^|>)\s*v?(\d+)"
    )
    for _ in range(_LEVELS):
        for file in _FILES:
            text = _read(program, f"{folder}/{file}")
            match = pattern.search(text)
            if match is not None:
                return int(match[2]) < major
        above = posixpath.dirname(folder)
        if above == "/" or program.door.has(folder, ".git"):
            break
        folder = above
    return False


def _read(program: Program, place: str) -> str:
    contents = program.door.read(place, MAX_BYTES)
    program.uses.bits |= program.bit_of("file", place, digest_of_contents(contents))
    return (contents.data or b"")[:_LARGEST].decode("utf-8", "replace")
