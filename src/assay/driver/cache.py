"""Reviews of files that are still good, kept between runs in the user's own cache folder.

One file for each set of settings holds all reviews of the last runs with these settings, with the
grounds that each rests on (`driver.grounds`). It is written beside itself and moved into place,
so that two runs at once, or one that is killed, leave a whole file: the last one's. Whatever goes
wrong with it, a run goes on without and says so.

Nothing that is reviewed chooses where this is. What is kept for a project lies in a folder of its
own, called by a digest of the roots of the run, below the cache folder of the user or below the one
that the user names. A folder that somebody else owns, or that is a link, is not used; files are
made under names that nobody can know before and never through a link; and nothing is deleted but
files of exactly the names that are given here. The contents are signed with a key of the user's
own, and a file without a good signature is not even looked into.

Invariant: a review that is taken from here is, byte for byte, what reviewing again would give.
"""

from __future__ import annotations

import contextlib
import hmac
import io
import os
import pickle
import re
import secrets
import stat
import sys
import time
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, final

from assay import __version__
from assay.driver.grounds import DAY, Ground, Now, Snapshot
from assay.driver.transport import Reader
from assay.review.review import FileReview
from assay.source.door import Door
from assay.source.own_files import cache_folder, read_own
from assay.source.reach import Reach

_MAGIC: Final = b"assay cache 2\n"
_SIGNATURE: Final = 32
_KEY_BYTES: Final = 32
_MOST_PACKS: Final = 8
_OLD: Final = 3600.0
_PROJECT_FORGOTTEN: Final = 60 * 86400.0
"""Seconds after which a project's folder goes when nobody reviewed the project any more."""

_MOST_BYTES: Final = 4_000_000_000
_PACK: Final = re.compile(r"reviews-[0-9a-f]{24}")
_TEMPORARY: Final = re.compile(
    r"(?:reviews-[0-9a-f]{24}|CACHEDIR\.TAG|\.gitignore|key)\.[0-9a-f]{24}\.new"
)
_PROJECT: Final = re.compile(r"[0-9a-f]{24}")
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

    __slots__ = (
        "_changed",
        "_door",
        "_file",
        "_folder",
        "_key",
        "_numbers",
        "_pack",
        "now",
        "problems",
    )

    def __init__(self, folder: str, settings: str, door: Door) -> None:
        self._folder: Final = folder
        self._door: Final = door
        name = blake2b(settings.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
        self._file: Final = os.path.join(folder, f"reviews-{name}")
        self.problems: Final[list[str]] = []
        self.now: Final = Now(door)
        self._changed = False
        self._key: bytes | None = None
        self._pack = _Pack([], {}, {})
        self._numbers: _Numbers | None = None
        if not folder:
            self.problems.append("no folder of the user's own for a cache, working without")
            return
        strange = _strange(folder)
        if strange:
            self.problems.append(f"{folder}: {strange}, working without a cache")
            return
        self._key = _own_key()
        if self._key is None:
            self.problems.append("no folder of the user's own for the cache's key, working without")
        else:
            self._pack = self._load(self._key)

    def get(self, place: str, reader: Reader, now: Now | None = None) -> FileReview | None:
        """The kept review of a place, when everything that it rests on is the same.

        `now` is another state that it is asked for.
        """
        entry = self._pack.entries.get(place)
        if entry is None:
            return None
        table = self._pack.table
        snapshots = self._pack.snapshots
        state = self.now if now is None else now
        if not all(state.holds(table[number], snapshots) for number in entry.grounds):
            return None
        try:
            return reader.unpack(entry.data)
        except (pickle.UnpicklingError, KeyError, TypeError, ValueError, EOFError):
            return None  # written by another build under the same name

    def grounds(self, place: str) -> list[Ground]:
        """What the kept review of a place rests on."""
        entry = self._pack.entries[place]
        return [self._pack.table[number] for number in entry.grounds]

    def put(self, place: str, data: bytes, grounds: Sequence[Ground]) -> None:
        """Keeps the packed review of a place."""
        if self._numbers is None:
            self._numbers = _Numbers(self._pack.table)
        self._changed = True
        self._pack.entries[place] = _Entry(data, self._numbers.of(grounds))

    def save(self) -> None:
        """Writes the file, when anything changed. A failure is a problem, never an error."""
        if not self._changed or self._key is None:
            return
        self._prune()
        roots = {
            what.partition(" ")[2]
            for kind, what, _ in self._pack.table
            if kind not in ("file", "folder", "entry", DAY)
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
            _make_folders(self._folder)
            _write_once(os.path.join(self._folder, ".gitignore"), b"*\n")
            _write_once(os.path.join(self._folder, "CACHEDIR.TAG"), _TAG.encode())
            _replace(self._file, _MAGIC + _sign(self._key, body) + body)
            _drop_old_packs(self._folder)
            _drop_forgotten(os.path.dirname(self._folder), os.path.basename(self._folder))
        except OSError as error:
            self.problems.append(
                f"{self._folder}: the cache cannot be written: {error.strerror or error}"
            )

    def _load(self, key: bytes) -> _Pack:
        try:
            data = _read(self._file)
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
        kept = {place: each for place, each in pack.entries.items() if self._door.look(place).kind}
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


def folder_of(named: str, reach: Reach) -> str:
    """The folder for the reviews of a run: below a cache folder that the user named, or the usual.

    "" where the user has no folder for such things.
    """
    base = os.path.abspath(named) if named else cache_folder()
    if not base:
        return ""
    roots = "\n".join(root.path for root in reach.roots)
    name = blake2b(roots.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return os.path.join(base, name)


def _own_key() -> bytes | None:
    """The user's key, made at the first run; None when there is no place for it."""
    folder = cache_folder()
    if not folder or _strange(folder):
        return None
    path = os.path.join(folder, "key")
    key = read_own(path, _KEY_BYTES)
    if key is not None and len(key) == _KEY_BYTES:
        return key
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        _make_folders(folder)
        _replace(path, key)
    except OSError:
        return None
    key = read_own(path, _KEY_BYTES)  # of two runs that make it at once one wins
    return key if key is not None and len(key) == _KEY_BYTES else None


def _strange(folder: str) -> str:
    """Why a folder must not be used: it is a link, no folder, or somebody else's; "" if it may."""
    try:
        status = os.lstat(folder)
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        return f"cannot be read: {said or error}"
    if not stat.S_ISDIR(status.st_mode):
        return "a link or a file, not a folder"
    if os.name == "posix" and status.st_uid != os.geteuid():
        return "a folder of another user"
    if os.name == "posix" and status.st_mode & stat.S_IWOTH:
        return "a folder that everybody may write to"
    return ""


def _make_folders(folder: str) -> None:
    """Makes a folder of the user's own. Raises OSError where it cannot or must not be used."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    strange = _strange(folder)
    if strange:
        raise OSError(strange)


def _read(path: str) -> bytes:
    """A whole regular file; never through a link. Raises OSError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("not a regular file")
        return stream.read(_MOST_BYTES)


def _write_once(path: str, data: bytes) -> None:
    if not os.path.lexists(path):
        _replace(path, data)


def _replace(path: str, data: bytes) -> None:
    """Puts a whole file into place, readable by its owner alone.

    It is written under a name that nobody knows before, as a file that was not there.
    """
    temporary = f"{path}.{secrets.token_hex(12)}.new"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(temporary, flags | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _drop_old_packs(folder: str) -> None:
    """Deletes packs beyond the newest few, and what runs left that were killed."""
    packs: list[tuple[float, str]] = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        with contextlib.suppress(OSError):
            age = time.time() - os.lstat(path).st_mtime
            if _TEMPORARY.fullmatch(name) and age > _OLD:
                os.unlink(path)
            elif _PACK.fullmatch(name):
                packs.append((age, path))
    for _, path in sorted(packs)[_MOST_PACKS:]:
        with contextlib.suppress(OSError):
            os.unlink(path)


def _drop_forgotten(base: str, own: str) -> None:
    """Deletes what was kept for projects that nobody reviews any more."""
    for name in sorted(os.listdir(base)):
        folder = os.path.join(base, name)
        if name == own or not _PROJECT.fullmatch(name) or _strange(folder):
            continue
        with contextlib.suppress(OSError):
            inside = sorted(os.listdir(folder))
            packs = [os.path.join(folder, each) for each in inside if _PACK.fullmatch(each)]
            newest = max((os.lstat(path).st_mtime for path in packs), default=0.0)
            if not packs or time.time() - newest < _PROJECT_FORGOTTEN:
                continue
            for path in packs:
                os.unlink(path)


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
