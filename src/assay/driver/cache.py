"""Reviews of files that are still good, kept in `.assay_cache` between runs.

One file for each set of settings holds all reviews of the last runs with these settings, with the
grounds that each rests on (`driver.grounds`). It is written beside itself and moved into place,
so that two runs at once, or one that is killed, leave a whole file: the last one's. Whatever goes
wrong with it, a run goes on without and says so.

A folder that comes with the reviewed code must not be able to forge a review or run anything. So
the contents are signed with a key of the user's own, which never lies in the project, and a file
without a good signature is not even looked into.

Invariant: a review that is taken from here is, byte for byte, what reviewing again would give.
"""

from __future__ import annotations

import contextlib
import hmac
import io
import os
import pickle
import secrets
import sys
import time
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, final

from assay import __version__
from assay.driver.grounds import Ground, Now, Snapshot
from assay.driver.transport import Reader
from assay.review.review import FileReview

FOLDER: Final = ".assay_cache"
_MAGIC: Final = b"assay cache 1\n"
_SIGNATURE: Final = 32
_KEY_BYTES: Final = 32
_MOST_PACKS: Final = 8
_OLD: Final = 3600.0
_TAG: Final = """Signature: 8a477f597d28d172789f06886806bc55
# This file is a cache directory tag created by assay.
# For information about cache directory tags see https://bford.info/cachedir/
"""


@final
class _Entry:
    """The packed review of one file, and the numbers of its grounds in the table of the pack."""

    __slots__ = ("data", "grounds")

    def __init__(self, data: bytes, grounds: tuple[int, ...]) -> None:
        self.data: Final = data
        self.grounds: Final = grounds


@final
class _Pack:
    """The contents of a cache file."""

    __slots__ = ("entries", "snapshots", "table")

    def __init__(
        self, table: list[Ground], entries: dict[str, _Entry], snapshots: dict[str, Snapshot]
    ) -> None:
        self.table: Final = table
        self.entries: Final = entries
        self.snapshots = snapshots


@final
class Cache:
    """The kept reviews of runs with the same settings.

    `problems` says what went wrong with the cache itself, a sentence each.
    """

    __slots__ = ("_changed", "_file", "_folder", "_key", "_numbers", "_pack", "now", "problems")

    def __init__(self, folder: str, settings: str) -> None:
        self._folder: Final = folder
        name = blake2b(settings.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        self._file: Final = os.path.join(folder, f"reviews-{name}")
        self.problems: Final[list[str]] = []
        self.now: Final = Now()
        self._changed = False
        self._key: Final = _own_key()
        self._pack = _Pack([], {}, {})
        self._numbers: _Numbers | None = None
        if self._key is None:
            self.problems.append("no folder of the user's own for the cache's key, working without")
        else:
            self._pack = self._load(self._key)

    def get(self, path: str, reader: Reader) -> FileReview | None:
        """The kept review of an absolute path, when everything that it rests on is the same."""
        entry = self._pack.entries.get(path)
        if entry is None:
            return None
        table = self._pack.table
        snapshots = self._pack.snapshots
        if not all(self.now.holds(table[number], snapshots) for number in entry.grounds):
            return None
        try:
            return reader.unpack(entry.data)
        except (pickle.UnpicklingError, KeyError, TypeError, ValueError, EOFError):
            return None  # written by another build under the same name

    def put(self, path: str, data: bytes, grounds: Sequence[Ground]) -> None:
        """Keeps the packed review of an absolute path."""
        if self._numbers is None:
            self._numbers = _Numbers(self._pack.table)
        self._changed = True
        self._pack.entries[path] = _Entry(data, self._numbers.of(grounds))

    def save(self) -> None:
        """Writes the file, when anything changed. A failure is a problem, never an error."""
        if not self._changed or self._key is None:
            return
        self._prune()
        roots = {
            what.partition(" ")[2]
            for kind, what, _ in self._pack.table
            if kind not in ("file", "folder")
        }
        self._pack.snapshots = {root: self.now.snapshot(root) for root in sorted(roots)}
        body = pickle.dumps(
            (
                self._pack.table,
                {path: (each.data, each.grounds) for path, each in self._pack.entries.items()},
                self._pack.snapshots,
            ),
            protocol=pickle.HIGHEST_PROTOCOL,
        )
        try:
            os.makedirs(self._folder, exist_ok=True)
            _write_once(os.path.join(self._folder, ".gitignore"), b"*\n")
            _write_once(os.path.join(self._folder, "CACHEDIR.TAG"), _TAG.encode())
            _replace(self._file, _MAGIC + _sign(self._key, body) + body)
            self._drop_old_packs()
        except OSError as error:
            self.problems.append(
                f"{self._folder}: the cache cannot be written: {error.strerror or error}"
            )

    def _load(self, key: bytes) -> _Pack:
        try:
            with open(self._file, "rb") as stream:
                data = stream.read()
        except FileNotFoundError:
            return _Pack([], {}, {})
        except OSError as error:
            said = f"{self._file}: the cache cannot be read: {error.strerror or error}"
            self.problems.append(f"{said}, working without")
            return _Pack([], {}, {})
        start = len(_MAGIC) + _SIGNATURE
        body = data[start:]
        if not data.startswith(_MAGIC) or not hmac.compare_digest(
            data[len(_MAGIC) : start], _sign(key, body)
        ):
            self.problems.append(
                f"{self._file}: the cache is damaged or not this user's, working without"
            )
            return _Pack([], {}, {})
        loaded: object = _Plain(io.BytesIO(body)).load()
        assert isinstance(loaded, tuple), "the signature vouches for the shape"
        table, entries, snapshots = loaded
        return _Pack(
            table, {path: _Entry(data, own) for path, (data, own) in entries.items()}, snapshots
        )

    def _prune(self) -> None:
        """Forgets files that are gone, and grounds that nothing rests on."""
        pack = self._pack
        kept = {path: each for path, each in pack.entries.items() if os.path.exists(path)}
        numbers: dict[int, int] = {}
        table: list[Ground] = []
        for path in sorted(kept):
            entry = kept[path]
            for number in entry.grounds:
                if number not in numbers:
                    numbers[number] = len(table)
                    table.append(pack.table[number])
            kept[path] = _Entry(entry.data, tuple(numbers[each] for each in entry.grounds))
        self._pack = _Pack(table, kept, pack.snapshots)

    def _drop_old_packs(self) -> None:
        found: list[tuple[float, str]] = []
        packs: list[tuple[float, str]] = []
        for name in sorted(os.listdir(self._folder)):
            path = os.path.join(self._folder, name)
            with contextlib.suppress(OSError):
                age = time.time() - os.stat(path).st_mtime
                if name.endswith(".new"):  # left by a run that was killed
                    found += [(_OLD, path)] if age > _OLD else []
                elif name.startswith("reviews-"):
                    packs.append((age, path))
        for _, path in [*found, *sorted(packs)[_MOST_PACKS:]]:
            with contextlib.suppress(OSError):
                os.unlink(path)


@final
class _Numbers:
    """Grounds by number, for a pack that is being filled."""

    __slots__ = ("_known", "_table")

    def __init__(self, table: list[Ground]) -> None:
        self._table: Final = table
        self._known: Final = {ground: number for number, ground in enumerate(table)}

    def of(self, grounds: Sequence[Ground]) -> tuple[int, ...]:
        """The numbers of grounds, new ones added to the table."""
        found: list[int] = []
        for ground in grounds:
            number = self._known.get(ground)
            if number is None:
                number = len(self._table)
                self._known[ground] = number
                self._table.append(ground)
            found.append(number)
        return tuple(found)


@final
class _Plain(pickle.Unpickler):
    """Reads what holds built-in containers, text and bytes alone."""

    def find_class(self, module: str, name: str) -> object:
        raise pickle.UnpicklingError(f"{module}.{name} in a cache")


def _sign(key: bytes, body: bytes) -> bytes:
    return blake2b(body, key=key, digest_size=_SIGNATURE).digest()


def _own_key() -> bytes | None:
    """The user's key, made at the first run; None when there is no place for it."""
    base = os.environ.get("XDG_CACHE_HOME", "") or os.path.join(os.path.expanduser("~"), ".cache")
    path = os.path.join(base, "assay", "key")
    try:
        with open(path, "rb") as stream:
            key = stream.read()
        if len(key) == _KEY_BYTES:
            return key
    except OSError:
        pass
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        _replace(path, key)
        with open(path, "rb") as stream:  # of two runs that make it at once one wins
            key = stream.read()
    except OSError:
        return None
    return key if len(key) == _KEY_BYTES else None


def _write_once(path: str, data: bytes) -> None:
    if not os.path.exists(path):
        _replace(path, data)


def _replace(path: str, data: bytes) -> None:
    """Puts a whole file into place, readable by its owner alone."""
    temporary = f"{path}.{os.getpid()}.new"
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def build_digest() -> str:
    """What tells this build of Assay apart: its version, its files, and the Python that runs it."""
    here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parts = [__version__, sys.version, here]
    for folder, folders, names in os.walk(here):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            status = os.stat(os.path.join(folder, name))
            parts.append(f"{folder}/{name} {status.st_size} {status.st_mtime_ns}")
    return blake2b("\n".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
