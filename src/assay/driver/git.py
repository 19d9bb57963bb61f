"""The objects of a git repository: what files were at a commit, or are in the index.

`git` is run, but never in the reviewed repository. It is given an empty one of its own, made for
the run, whose objects are those of the reviewed: so neither `.git/config` nor hooks, attributes,
filters, file monitors, helpers or remotes of what is reviewed have a say, and nothing can be
fetched. The names of commits are looked up here, through the door; of the reviewed repository `git`
opens its objects alone, after it was made sure that they lie in it.

    with Repository(door, "/shop") as repository:
        tree = repository.tree("main")
        repository.blobs([tree["shop/a.py"].name])

Raises `UsageError` for whatever is not there, or not to be used.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, final

from assay.driver.options import UsageError
from assay.frozen import frozen
from assay.source.changed import FILE, FOLDER
from assay.source.door import Door
from assay.source.entry import LINK

_MOST_REF_BYTES: Final = 50_000_000
_MOST_INDEX_BYTES: Final = 500_000_000
MOST_BLOB_BYTES: Final = 500_000_000
"""Bytes of all files that differ between two states of a program."""

_SECONDS: Final = 300
HEAD: Final = "HEAD"
_LINKS: Final = 5  # of references, as git follows
_WANTED: Final = re.compile(r"(?P<name>[^~^:@\s\\?*\[]+|@)(?P<way>(?:[~^][0-9]*)*)")
_NAME: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SHORT_NAME: Final = re.compile(r"[0-9a-f]{4,64}")
_SPELLINGS: Final = (
    "{}",
    "refs/{}",
    "refs/tags/{}",
    "refs/heads/{}",
    "refs/remotes/{}",
    "refs/remotes/{}/HEAD",
)
_SHA256_DIGITS: Final = 64
_LINK_MODE: Final = "120000"
_MODES: Final = ("100644", "100755", "100664", _LINK_MODE)


NOT_THERE: Final = -1


@frozen
class Blob:
    """A file of a tree: the name of its contents, whether it is a link.

    `size` is in bytes, NOT_THERE when the repository does not hold the contents.
    """

    name: str
    size: int
    is_link: bool


@final
class Repository:
    """The repository that lies in a folder, which is given by its place."""

    def __init__(self, door: Door, top: str) -> None:
        self._top: Final = top
        self._own, self._common, self._common_place, folder = _git_folders(door, top)
        self._objects: Final = os.path.join(folder, "objects")
        _check_objects(self._common, f"{self._common_place}/objects")
        self._program: Final = _git_program()
        self._folder = ""

    def __enter__(self) -> Repository:
        self._folder = tempfile.mkdtemp(prefix="assay-git-")
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def tree(self, wanted: str) -> dict[str, Blob]:
        """The files of a commit, by their way from the top."""
        match = _WANTED.fullmatch(wanted)
        if match is None:
            raise UsageError(f"'{wanted}' is not how a commit is named here: main, v1.0, HEAD~2")
        name = self._resolved(HEAD if match["name"] == "@" else match["name"])
        if not name:
            raise UsageError(f"no commit '{wanted}'")
        self._make(name)
        said = self._run(
            ["rev-parse", "--verify", "--quiet", f"{name}{match['way']}^{{tree}}"], b"", wanted
        )
        tree = said.decode("ascii", "replace").strip()
        if not _NAME.fullmatch(tree):
            raise UsageError(f"no commit '{wanted}'")
        listed = self._run(["ls-tree", "-r", "-l", "-z", "--full-tree", tree], b"", wanted)
        found: dict[str, Blob] = {}
        for line in listed.split(b"\0"):
            facts, tab, path = line.partition(b"\t")
            parts = facts.decode("ascii", "replace").split()
            if tab and len(parts) == 4 and parts[0] in _MODES:
                size = int(parts[3]) if parts[3].isdigit() else NOT_THERE
                _add(found, path, parts[0], Blob(parts[2], size, parts[0] == _LINK_MODE))
        return found

    def index(self) -> dict[str, Blob]:
        """The files of the index, by their way from the top."""
        name = self._resolved(HEAD)
        self._make(name)
        place = f"{self._own_place()}/index"
        data = self._own.read(place, _MOST_INDEX_BYTES).data
        if data is None or len(data) > _MOST_INDEX_BYTES:
            raise UsageError("--staged: the repository has no index")
        with open(os.path.join(self._folder, "index"), "wb") as stream:
            stream.write(data)
        listed = self._run(["ls-files", "--stage", "-z"], b"", "the index")
        rows: list[tuple[str, str, bytes]] = []
        for line in listed.split(b"\0"):
            facts, tab, path = line.partition(b"\t")
            parts = facts.decode("ascii", "replace").split()
            if not tab or len(parts) != 3:
                continue
            if parts[2] != "0":
                raise UsageError("--staged: the index holds a merge that is not resolved")
            rows.append((parts[0], parts[1], path))
        sizes = self._sizes([name for _, name, _ in rows])
        found: dict[str, Blob] = {}
        for mode, name, path in rows:
            if name in sizes:
                _add(found, path, mode, Blob(name, sizes[name], mode == _LINK_MODE))
        return found

    def blobs(self, names: Iterable[str]) -> dict[str, bytes]:
        """The contents of files by name, of those that the repository holds."""
        asked = sorted(set(names))
        if not asked:
            return {}
        said = self._run(["cat-file", "--batch"], _lines(asked), "the files of a commit")
        found: dict[str, bytes] = {}
        at = 0
        while at < len(said):
            end = said.index(b"\n", at)
            parts = said[at:end].decode("ascii", "replace").split()
            if len(parts) != 3 or not parts[2].isdigit():  # in a partial clone
                at = end + 1
                continue
            size = int(parts[2])
            found[parts[0]] = said[end + 1 : end + 1 + size]
            at = end + size + 2
        return found

    def _sizes(self, names: Sequence[str]) -> dict[str, int]:
        asked = sorted(set(names))
        said = (
            self._run(["cat-file", "--batch-check"], _lines(asked), "the index") if asked else b""
        )
        rows = [line.split() for line in said.decode("ascii", "replace").splitlines()]
        return {
            row[0]: int(row[2]) if len(row) == 3 and row[1] == "blob" else NOT_THERE for row in rows
        }

    def _own_place(self) -> str:
        return self._common_place if self._own is self._common else _only_root(self._own)

    # Names of commits

    def has(self, wanted: str) -> bool:
        """Whether a reference is called so."""
        match = _WANTED.fullmatch(wanted)
        return match is not None and bool(self._by_reference(match["name"]))

    def _resolved(self, name: str) -> str:
        """The full name of an object, by a reference or by its first digits; "" for none."""
        found = self._by_reference(name)
        return found or (name if _SHORT_NAME.fullmatch(name) else "")

    def _by_reference(self, name: str) -> str:
        for spelling in _SPELLINGS:
            found = self._reference(spelling.format(name), _LINKS)
            if found:
                return found
        return ""

    def _reference(self, name: str, left: int) -> str:
        if ".." in name or name.startswith("/") or name.endswith("/"):
            return ""
        if not name.startswith("refs/") and not re.fullmatch(r"[A-Z_]+", name):
            return ""  # beside the references lie other files
        for door, place in ((self._own, self._own_place()), (self._common, self._common_place)):
            data = door.read(f"{place}/{name}", _MOST_REF_BYTES).data
            if data is not None:
                text = data.decode("utf-8", "surrogateescape").strip()
                if text.startswith("ref:"):
                    return self._reference(text[4:].strip(), left - 1) if left else ""
                return text if _NAME.fullmatch(text) else ""
        return self._packed().get(name, "")

    def _packed(self) -> Mapping[str, str]:
        data = self._common.read(f"{self._common_place}/packed-refs", _MOST_REF_BYTES).data or b""
        found: dict[str, str] = {}
        for line in data.decode("utf-8", "surrogateescape").splitlines():
            name, _, reference = line.partition(" ")
            if _NAME.fullmatch(name):
                found[reference] = name
        return found

    # The program

    def _make(self, name: str) -> None:
        """Makes the empty repository, once it is known how its objects are named."""
        if os.path.exists(os.path.join(self._folder, "HEAD")):
            return
        for folder in ("objects", "refs"):
            os.makedirs(os.path.join(self._folder, folder))
        config = "[core]\n\trepositoryformatversion = 1\n\tbare = false\n"
        config += "\tcommitGraph = false\n\tmultiPackIndex = false\n\tfsmonitor = false\n"
        if len(name) == _SHA256_DIGITS:
            config += "[extensions]\n\tobjectformat = sha256\n"
        for file, text in (("HEAD", "ref: refs/heads/none\n"), ("config", config)):
            with open(os.path.join(self._folder, file), "w", encoding="ascii") as stream:
                stream.write(text)

    def _run(self, arguments: Sequence[str], given: bytes, wanted: str) -> bytes:
        try:
            done = subprocess.run(
                [self._program, "--no-pager", *arguments],
                input=given,
                capture_output=True,
                cwd=self._folder,
                env=self._environment(),
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise UsageError(f"git: no answer after {_SECONDS} s for {wanted}") from error
        except OSError as error:
            raise UsageError(f"git cannot be run: {error.strerror or error}") from error
        if done.returncode:
            if arguments[0] == "rev-parse":
                raise UsageError(f"no commit '{wanted}'")
            said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
            raise UsageError(f"git cannot read {wanted}: {said}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        """All that git gets; none of it comes from the reviewed side."""
        kept = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH")
        given = {name: os.environ[name] for name in kept if name in os.environ}
        return {
            **given,
            "LC_ALL": "C",
            "HOME": self._folder,
            "XDG_CONFIG_HOME": self._folder,
            "GIT_DIR": self._folder,
            "GIT_OBJECT_DIRECTORY": self._objects,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ALLOW_PROTOCOL": "none",
        }


def _lines(names: Sequence[str]) -> bytes:
    return "".join(f"{name}\n" for name in names).encode()


def _add(found: dict[str, Blob], path: bytes, mode: str, blob: Blob) -> None:
    if mode in _MODES:
        found[os.fsdecode(path)] = blob


def _git_program() -> str:
    """The path of `git`, from the absolute folders of PATH alone."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        if os.path.isabs(folder):
            found = shutil.which("git", path=folder)
            if found:
                return found
    raise UsageError("a change is reviewed with the help of git, which is not installed")


def _only_root(door: Door) -> str:
    return f"/{door.reach.roots[0].name}"


def _git_folders(door: Door, top: str) -> tuple[Door, Door, str, str]:
    """Doors to the repository's own folder and to the common one, its place and its path.

    They are two where the reviewed folder is a work tree beside its repository. Its `.git` is a
    file then, which may say anything; it is believed if the folder that it names says the same.
    """
    root = next(each for each in door.reach.roots if f"/{each.name}" == top)
    found = door.look(f"{top}/.git")
    if found.kind == FOLDER and found.place == f"{top}/.git":
        return door, door, found.place, os.path.join(root.path, ".git")
    if found.kind != FILE or found.place != f"{top}/.git":
        raise UsageError("a change is reviewed in a git repository, and this is none")
    text = (door.read(found.place, 10_000).data or b"").decode("utf-8", "surrogateescape")
    named = text.partition("gitdir:")[2].strip()
    folder = os.path.normpath(os.path.join(root.path, named)) if named else ""
    above, kind = os.path.split(os.path.dirname(folder))
    if folder and kind == "worktrees" and not os.path.islink(folder):
        own = Door.of_folder(folder)
        back = own.read(f"{_only_root(own)}/gitdir", 10_000).data or b""
        said = os.fsdecode(back).strip()
        if said and os.path.realpath(said) == os.path.join(root.real, ".git"):
            common = Door.of_folder(above)
            return own, common, _only_root(common), above
    raise UsageError(f".git is a file that leads elsewhere ({named}), not followed")


def _check_objects(door: Door, place: str) -> None:
    """Refuses objects that do not lie in the repository: git follows what the door does not."""
    outside = "the repository keeps objects elsewhere"
    if door.has(f"{place}/info", "alternates"):
        raise UsageError(f"{outside} (objects/info/alternates), which are not read")
    found = door.look(place)
    if found.kind != FOLDER or found.place != place:
        raise UsageError(f"{outside}, through a link, which is not followed")
    for folder, entries in door.walk(place, lambda _: True):
        for entry in entries:
            if entry.kind == LINK:
                said = door.reported(f"{folder}/{entry.name}")
                raise UsageError(f"{outside}, through the link {said}, which is not followed")
