"""Files of the user: settings and git's list of ignored patterns, which are trusted.

Their paths come from the environment and from the user's home alone, never from what is reviewed.
What is reviewed is read by `source.door`.
"""

from __future__ import annotations

import os
import stat
import sys


def read_own(path: str, most: int) -> bytes | None:
    """The bytes of a regular file of the user's; None when there is none, or it is larger."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as stream:
        try:
            data = stream.read(most + 1)
        except OSError:
            return None
    return data if len(data) <= most else None


def own_size(path: str) -> int | None:
    """The bytes of a regular file of the user; -1 for what is none, None for nothing there."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else -1


def git_ignored(most: int) -> bytes | None:
    """The user's file of patterns that git ignores: `core.excludesFile`, else git's usual place."""
    home = os.path.expanduser("~")
    configured = os.environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config")
    for config in (os.path.join(home, ".gitconfig"), os.path.join(configured, "git", "config")):
        section = ""
        for line in (read_own(config, most) or b"").decode("utf-8-sig", "replace").splitlines():
            stripped = line.strip()
            if stripped.startswith("["):
                section = stripped.lower()
            elif section == "[core]":
                key, equals, value = stripped.partition("=")
                if equals and key.strip().lower() == "excludesfile":
                    return read_own(os.path.expanduser(value.strip().strip('"')), most)
    return read_own(os.path.join(configured, "git", "ignore"), most)


def config_folder() -> str:
    """Where the user's own configuration lies; "" where there is no such place."""
    return _place("XDG_CONFIG_HOME", "APPDATA", ("Library", "Application Support"), (".config",))


def cache_folder() -> str:
    """Where the user's own caches lie; "" where there is no such place."""
    return _place("XDG_CACHE_HOME", "LOCALAPPDATA", ("Library", "Caches"), (".cache",))


def _place(
    variable: str, on_windows: str, on_mac: tuple[str, ...], elsewhere: tuple[str, ...]
) -> str:
    """A folder called `assay` in the place that the system has for such files."""
    named = os.environ.get(variable, "")
    if not os.path.isabs(named):  # as the XDG specification says
        named = os.environ.get(on_windows, "") if sys.platform == "win32" else ""
    if not os.path.isabs(named):
        home = os.path.expanduser("~")
        if not os.path.isabs(home):
            return ""
        named = os.path.join(home, *(on_mac if sys.platform == "darwin" else elsewhere))
    return os.path.join(named, "assay")
