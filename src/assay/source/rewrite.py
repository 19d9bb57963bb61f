"""The one way in which a file of the reviewed side is written: as a whole, in place of what was.

Only `assay suppress` does that, to the one file that the user names, and `--write-baseline`, to the
baseline. The new contents are written beside it under a name that nobody can know before, and moved
into its place, so that a run that is killed leaves the old file or the new one.

Invariants: no link is followed and nothing outside of the roots of the door is touched; a file that
has changed since it was read is left alone; its mode stays.
"""

import contextlib
import os
import secrets
import stat
from typing import Final

from assay.source.door import Door

_NEW: Final = (
    os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
)

_NO_FILE: Final = "a link, or no regular file"
_FRESH: Final = 0o666
"""The mode of a file that is new, before the mask of the process."""


def rewrite(door: Door, place: str, before: bytes, after: bytes) -> str:
    """Puts new bytes in place of those that were read; "" when that is done, else why it is not."""
    found = door.beside(place)
    if found is None:
        return _NO_FILE
    if door.read(place, len(before)).data != before:
        return "changed while it was read"
    return _put(*found, after)


def create(door: Door, place: str, data: bytes) -> str:
    """Makes a file that is not there; "" when that is done, else why it is not."""
    found = door.folder_of(place)
    if found is None:
        return "its folder cannot be opened"
    if door.has(*place.rsplit("/", 1)):
        return _NO_FILE
    return _put(*found, data)


def _put(folder: int | str, name: str, after: bytes) -> str:
    temporary = f".assay.{secrets.token_hex(12)}.new"
    descriptor = folder if isinstance(folder, int) else None
    old = name if isinstance(folder, int) else os.path.join(folder, name)
    new = temporary if isinstance(folder, int) else os.path.join(folder, temporary)
    try:
        mode = _mode(old, descriptor)
        written = os.open(new, _NEW, _FRESH if mode is None else mode, dir_fd=descriptor)
    except OSError as error:
        return f"cannot be written: {error.strerror or error}"
    try:
        with os.fdopen(written, "wb") as stream:
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(stream.fileno(), mode)  # whatever the mask of the process says
            stream.write(after)
        os.replace(new, old, src_dir_fd=descriptor, dst_dir_fd=descriptor)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(new, dir_fd=descriptor)
        return f"cannot be written: {error.strerror or error}"
    return ""


def _mode(name: str, descriptor: int | None) -> int | None:
    """The mode that a file has; None for one that is not there."""
    try:
        return stat.S_IMODE(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return None
