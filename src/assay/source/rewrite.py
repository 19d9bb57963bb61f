"""The one way in which a reviewed file is written: as a whole, in place of what was read.

Only `assay suppress` does that, to the one file that the user names. The new contents are written
beside it under a name that nobody can know before, and moved into its place, so that a run that is
killed leaves the old file or the new one.

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


def rewrite(door: Door, place: str, before: bytes, after: bytes) -> str:
    """Puts new bytes in place of those that were read; "" when that is done, else why it is not."""
    found = door.beside(place)
    if found is None:
        return "a link, or no regular file"
    folder, name = found
    if door.read(place, len(before)).data != before:
        return "changed while it was read"
    temporary = f".assay.{secrets.token_hex(12)}.new"
    descriptor = folder if isinstance(folder, int) else None
    old = name if isinstance(folder, int) else os.path.join(folder, name)
    new = temporary if isinstance(folder, int) else os.path.join(folder, temporary)
    try:
        mode = stat.S_IMODE(os.stat(old, dir_fd=descriptor, follow_symlinks=False).st_mode)
        written = os.open(new, _NEW, mode, dir_fd=descriptor)
    except OSError as error:
        return f"cannot be written: {error.strerror or error}"
    try:
        with os.fdopen(written, "wb") as stream:
            if hasattr(os, "fchmod"):
                os.fchmod(stream.fileno(), mode)  # whatever the mask of the process says
            stream.write(after)
        os.replace(new, old, src_dir_fd=descriptor, dst_dir_fd=descriptor)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.unlink(new, dir_fd=descriptor)
        return f"cannot be written: {error.strerror or error}"
    return ""
