"""Which releases of a library a project says that it runs with.

    requirements.txt: lxml>=3.4.1      allows_below(..., "lxml", 5) is True
    requirements.txt: lxml>=5.2        False

Invariant: without a statement nothing is claimed.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from assay.source.file import digest_of

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
    if not module.on_disk:
        return False
    folder = os.path.dirname(module.on_disk)
    pattern = re.compile(
        rf"(?im)^[\s\"']*{re.escape(name)}\s*(?:\[[^\]]*\])?\s*(>=|==|~=|\^|>)\s*v?(\d+)"
    )
    for _ in range(_LEVELS):
        for file in _FILES:
            text = _read(program, os.path.join(folder, *file.split("/")))
            match = pattern.search(text)
            if match is not None:
                return int(match[2]) < major
        above = os.path.dirname(folder)
        if above == folder or os.path.isdir(os.path.join(folder, ".git")):
            break
        folder = above
    return False


def _read(program: Program, path: str) -> str:
    try:
        with open(path, "rb") as stream:
            data = stream.read(_LARGEST)
    except OSError:
        return ""
    program.uses.bits |= program.bit_of("file", path, digest_of(data))
    return data.decode("utf-8", "replace")
