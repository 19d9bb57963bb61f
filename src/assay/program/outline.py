"""Which files of a project could matter for a class or a function, told from their bytes.

Who overrides a method, and who calls a function, may stand in any file of the project. Parsing all
of them would make a review of one file cost as much as one of the whole, so the lines that start
with `class` or `def`, and the places where a name stands, are looked for in the bytes first. What
is found there is a hint: whoever follows it reads the file and looks whether it is so.

Invariant: an outline depends on the files of the project alone, and is in the order of their
paths. Files above a size, and projects above a number of files, are left out and said so.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Final, final

from assay.source.changed import FILE
from assay.source.collect import DEFAULT_EXCLUDE
from assay.source.entry import LINK
from assay.source.file import digest_of

if TYPE_CHECKING:
    from assay.program.program import Program

# What `class` or `def` stands for, from the word on; looked for only where the word was found.
_CLASS: Final = re.compile(rb"class[ \t]+(\w+)[ \t]*(?:\(([^:#]*)\)[ \t]*)?:")
_DEF: Final = re.compile(rb"def[ \t]+(\w+)")
_BETWEEN: Final = b"\n\0\n"
_WORD: Final = re.compile(r"\w+")
_TEST_PATH: Final = re.compile(
    r"(?:^|[/\\])(?:tests?|testing|unit_tests)[/\\]|(?:^|[/\\])(?:test_|conftest)[^/\\]*$"
)
_MOST_FILES: Final = 20_000
_MOST_BYTES: Final = 2_000_000
_LONGEST_TOKEN: Final = 2_000
_SEARCHES_BEFORE_INDEX: Final = 40
"""An index of the words costs as much as some eighty searches: reviews of single files make few."""


@final
class Outline:
    """The Python files below one folder."""

    __slots__ = (
        "_asked",
        "_by_base",
        "_by_method",
        "_by_name",
        "_by_word",
        "_ends",
        "_having",
        "_is_scanned",
        "_program",
        "_searches",
        "_split",
        "_text",
        "files",
        "is_whole",
        "root",
    )

    def __init__(self, program: Program, root: str, files: Sequence[str] | None = None) -> None:
        """Of some files when they are given, else of all below the folder."""
        self._program: Final = program
        self.root: Final = root
        self.is_whole = True  # False when the project has more files than are looked at
        self.files: Final = self._below(root) if files is None else tuple(sorted(files))
        self._text: bytes | None = None  # of all files, to be searched at once
        self._ends: list[int] = []  # of each file in it
        self._is_scanned = False
        self._by_base: dict[str, list[tuple[str, str]]] = {}
        self._by_name: dict[str, list[str]] = {}
        self._asked: dict[tuple[str, str], tuple[list[str], int]] = {}
        self._by_method: dict[str, list[tuple[str, str]]] = {}
        self._having: dict[str, frozenset[tuple[str, str]]] = {}
        self._split: dict[tuple[str, str], list[tuple[str, str]]] = {}  # answers as pairs
        self._by_word: dict[bytes, list[str]] | None = None
        self._searches = 0

    def _below(self, root: str) -> tuple[str, ...]:
        found: list[str] = []
        excluded = frozenset(DEFAULT_EXCLUDE)

        def enters(name: str) -> bool:
            return name not in excluded and not name.endswith(".egg-info")

        for folder, entries in self._program.door.walk(root, enters):
            found += [
                f"{folder}/{entry.name}"
                for entry in entries
                if entry.name.endswith(".py") and entry.kind in (FILE, LINK)
            ]
            if len(found) > _MOST_FILES:
                self.is_whole = False
                break
        return tuple(sorted(found)[:_MOST_FILES])

    def methods(self, name: str) -> list[tuple[str, str]]:
        """(file, class name) of the classes that define such a method, in order of the files."""
        return self._pairs("methods", name)

    def defining(self, name: str) -> list[str]:
        """The files with a class of that name that has bases, in their order."""
        return self._used("classes", name)

    def derived(self, name: str) -> list[tuple[str, str]]:
        """(file, class name) of the classes that name such a base, in order of the files."""
        return self._pairs("bases", name)

    def having(self, name: str) -> frozenset[tuple[str, str]]:
        """What `methods` gives, as a set."""
        places = self.methods(name)
        known = self._having.get(name)
        if known is None:
            known = frozenset(places)
            self._having[name] = known
        return known

    def _pairs(self, kind: str, name: str) -> list[tuple[str, str]]:
        joined = self._used(kind, name)
        known = self._split.get((kind, name))
        if known is None:
            known = []
            for each in joined:
                path, _, cls = each.partition("\0")
                known.append((path, cls))
            self._split[kind, name] = known
        return known

    def mentions(self, name: str) -> list[str]:
        """The files whose text holds a name, as a word."""
        return self._used("mentions", name)

    def calls(self, name: str) -> list[str]:
        """The files whose text holds a name with an opening parenthesis behind it."""
        return self._used("calls", name)

    def counts_for(self, path: str, other: str) -> bool:
        """Whether another file counts for one: those of tests count for tests alone."""
        return not is_test_path(other, self.root) or is_test_path(path, self.root)

    def answer(self, kind: str, name: str) -> list[str]:
        """What one of the questions above gives, without a note that it was asked for.

        `kind` is `methods`, `classes`, `bases`, `mentions` or `calls`; pairs are joined by a null.
        """
        if kind in ("mentions", "calls"):
            return self._holding(name, kind == "calls")
        self._scan()
        if kind == "classes":
            return self._by_name.get(name, [])
        pairs = self._by_method if kind == "methods" else self._by_base
        return [f"{path}\0{cls}" for path, cls in pairs.get(name, ())]

    def _used(self, kind: str, name: str) -> list[str]:
        known = self._asked.get((kind, name))
        if known is None:
            found = self.answer(kind, name)
            known = (found, self._program.bit_of(kind, f"{name} {self.root}", token_of(found)))
            self._asked[kind, name] = known
        self._program.uses.bits |= known[1]
        return known[0]

    def _scan(self) -> None:
        if self._is_scanned:
            return
        self._is_scanned = True
        text = self._whole()
        heads = sorted([*_starts(text, b"class"), *_starts(text, b"def")])
        number = -1
        path = ""
        end = 0
        around: list[tuple[int, str]] = []  # indentation and class name, "" for functions
        for place, indent in heads:
            if place >= end:  # the next file with one
                number = bisect_right(self._ends, place)
                path, end = self.files[number], self._ends[number]
                around.clear()
            defined = _DEF.match(text, place, end)
            head = None if defined is not None else _CLASS.match(text, place, end)
            if defined is None and head is None:
                continue
            while around and around[-1][0] >= indent:
                around.pop()
            if defined is not None:
                if around and around[-1][1]:
                    method = defined[1].decode(errors="replace")
                    owners = self._by_method.setdefault(method, [])
                    if (path, around[-1][1]) not in owners[-2:]:
                        owners.append((path, around[-1][1]))
                around.append((indent, ""))
                continue
            assert head is not None
            cls = head[1].decode(errors="replace")
            around.append((indent, cls))
            if head[2] is None:
                continue
            named = self._by_name.setdefault(cls, [])
            if path not in named:
                named.append(path)
            for base in dict.fromkeys(_WORD.findall(head[2].decode(errors="replace"))):
                self._by_base.setdefault(base, []).append((path, cls))

    def _holding(self, name: str, is_call: bool) -> list[str]:
        """The files that hold a name as a word, with a parenthesis behind it for a call."""
        if not name:
            return []
        word = name.encode()
        self._searches += 1
        if self._searches < _SEARCHES_BEFORE_INDEX or len(word.translate(_BLANKS).split()) != 1:
            return self._searched(word, is_call)
        index = self._index()
        if not is_call:
            return list(index.get(word, ()))
        text, called = self._whole(), word + b"("
        found: list[str] = []
        for path in index.get(word, ()):
            number = bisect_left(self.files, path)
            start = self._ends[number - 1] if number else 0
            end = self._ends[number]
            place = text.find(called, start, end)
            while place >= 0 and _is_part(text[place - 1 : place]):
                place = text.find(called, place + len(called), end)
            if place >= 0:
                found.append(path)
        return found

    def _searched(self, word: bytes, is_call: bool) -> list[str]:
        """The same by a search over the whole text."""
        text = self._whole()
        wanted = word + b"(" if is_call else word
        found: list[str] = []
        place = text.find(wanted)
        while place >= 0:
            end = place + len(wanted)
            if not _is_part(text[place - 1 : place]) and (
                is_call or not _is_part(text[end : end + 1])
            ):
                number = bisect_right(self._ends, place)
                found.append(self.files[number])
                end = self._ends[number]
            place = text.find(wanted, end)
        return found

    def _index(self) -> dict[bytes, list[str]]:
        """The files that hold each word, in their order."""
        if self._by_word is None:
            text = self._whole()
            found: dict[bytes, list[str]] = {}
            start = 0
            for path, end in zip(self.files, self._ends, strict=True):
                for word in set(text[start:end].translate(_BLANKS).split()):
                    found.setdefault(word, []).append(path)
                start = end
            self._by_word = found
        return self._by_word

    def _whole(self) -> bytes:
        """The texts of all files, in their order, none for those that cannot be read."""
        if self._text is None:
            parts: list[bytes] = []
            place = 0
            for path in self.files:
                text = (self._program.door.read(path, _MOST_BYTES).data or b"")[:_MOST_BYTES]
                parts += [_BETWEEN, text]
                place += len(_BETWEEN) + len(text)
                self._ends.append(place)
            self._text = b"".join([*parts, _BETWEEN])
        return self._text


def _starts(text: bytes, word: bytes) -> list[tuple[int, int]]:
    """Where a word begins a statement, `async` before it left aside, and how far it is indented."""
    found: list[tuple[int, int]] = []
    place = text.find(word)
    while place >= 0:
        if text[place - 1 : place] in (b"\n", b" ", b"\t"):
            before = text[text.rfind(b"\n", 0, place) + 1 : place]
            if before.strip() in (b"", b"async"):
                found.append((place, len(before) - len(before.lstrip())))
        place = text.find(word, place + len(word))
    return found


def token_of(answer: list[str]) -> str:
    """An answer as one text; a digest behind `#` when it is long."""
    text = "\1".join(answer)
    if len(text) <= _LONGEST_TOKEN:
        return text
    return f"#{digest_of(text.encode('utf-8', 'surrogatepass'))}"


def still_says(token: str, changed: Container[str], of_changed: list[str]) -> bool | None:
    """Whether an answer is the same after some files changed, by what they alone say now.

    None when the token does not hold the answer itself.
    """
    if token.startswith("#"):
        return None
    answer = token.split("\1") if token else []
    return [each for each in answer if each.partition("\0")[0] in changed] == of_changed


_BLANKS: Final = bytes(
    [code if code >= 128 or chr(code).isalnum() or chr(code) == "_" else 32 for code in range(256)]
)
"""Turns all bytes into blanks that are no part of a name."""


def _is_part(character: bytes) -> bool:
    """Whether a byte is part of a name."""
    return character.isalnum() or character == b"_" or character >= b"\x80"


def is_test_path(path: str, root: str) -> bool:
    """Whether a file below a root is one of tests, told from its path alone."""
    return _TEST_PATH.search(path[len(root) :]) is not None
