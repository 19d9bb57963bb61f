"""The files of a project that can be templates, by their names.

Frameworks look for a template in a list of folders that configuration, packages and installed
applications make. Here it is asked the other way round: which files end in the name, and which
of them lies nearest to who asks. Where that gives no single answer, there is none.

Invariant: answers depend on the project's files alone, and each is noted as something that the
running computation rests on.

    blog/views.py asks for "post/list.html"   ->   blog/templates/post/list.html
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, final

from assay.source.changed import FILE
from assay.source.collect import DEFAULT_EXCLUDE
from assay.source.entry import LINK
from assay.source.file import digest_of
from assay.source.templates.markup import is_markup
from assay.source.templates.tokens import TEXT, tokenize
from assay.source.templates.tree import Tree

if TYPE_CHECKING:
    from assay.program.program import Program

_MOST_FOLDERS: Final = 10_000
_MOST_FILES: Final = 60_000
_LONGEST_NAME: Final = 300
_FOLDER: Final = re.compile(r"(?:^|/)(?:templates?|jinja2|views|tpl|themes)(?:/|$)")
_NO_TEMPLATE: Final = (
    ".py .pyc .pyi .so .png .jpg .jpeg .gif .ico .woff .woff2 .ttf .eot .otf .pdf .zip .gz .po .mo"
    " .map .mp3 .mp4 .webp .avif .ipynb .lock"
)
_NO_SUFFIXES: Final = tuple(_NO_TEMPLATE.split())
_WRAPPERS: Final = frozenset(
    (".j2", ".jinja", ".jinja2", ".tpl", ".tmpl", ".template", ".stpl", ".dtl", ".in", ".dist")
)
_SOME_MARKUP: Final = re.compile(
    r"<[A-Za-z!/{]|\{%[-+]?\s*(?:extends|include|rebase)\b|^[ \t]*%", re.M
)
_PAGES: Final = frozenset((".html", ".htm", ".xhtml", ".svg", ".html-fragment", ".dhtml", ".phtml"))
_NO_PAGE: Final = (
    ".txt .md .rst .css .js .mjs .ts .json .yml .yaml .toml .ini .cfg .conf .sh .bash .ps1 .sql"
    " .tex .xml .rss .atom .csv .py .pyi .service .env .eml .ics .vcf .kml .graphql .tf"
)
_NO_PAGES: Final = frozenset(_NO_PAGE.split())


def is_page(tree: Tree) -> bool:
    """Whether a template makes HTML: by its suffix, and by its text where that tells nothing.

    Words without a tag, and without another template round or in them, are the text of a message,
    whatever the file is called.
    """
    text = tree.text
    stem, suffix = posixpath.splitext(tree.path.lower())
    while suffix in _WRAPPERS:
        stem, suffix = posixpath.splitext(stem)
    if suffix in _PAGES:
        return _SOME_MARKUP.search(text) is not None or not _has_words(tree)
    return suffix not in _NO_PAGES and is_markup(text)


def _has_words(tree: Tree) -> bool:
    tokens = tokenize(tree.text, tree.dialect)
    return any(token.kind == TEXT and token.text.strip() for token in tokens)


@final
class Catalogue:
    """The files below one folder that are no code and no pictures."""

    __slots__ = ("_by_base", "_program", "root")

    def __init__(self, program: Program, root: str) -> None:
        self._program: Final = program
        self.root: Final = root
        self._by_base: dict[str, list[str]] | None = None

    def _files(self) -> dict[str, list[str]]:
        if self._by_base is None:
            self._by_base = {}
            excluded = frozenset(DEFAULT_EXCLUDE)
            count = 0
            walk = self._program.door.walk(self.root, lambda name: name not in excluded)
            for number, (folder, entries) in enumerate(walk):
                inner = posixpath.relpath(folder, self.root)
                prefix = "" if inner == "." else f"{inner}/"
                for entry in entries:
                    name = entry.name
                    if entry.kind in (FILE, LINK) and not name.lower().endswith(_NO_SUFFIXES):
                        self._by_base.setdefault(name, []).append(prefix + name)
                        count += 1
                if number > _MOST_FOLDERS or count > _MOST_FILES:
                    break
        return self._by_base

    def ending(self, name: str) -> list[str]:
        """The files whose paths end in a name, in the order of their paths, noted as asked for."""
        found = self.holding(name)
        digest = digest_of("\0".join(found).encode("utf-8", "surrogatepass"))
        what = f"{name.replace(' ', '%20')} {self.root}"
        self._program.uses.bits |= self._program.bit_of("template", what, digest)
        return found

    def holding(self, name: str) -> list[str]:
        """As `ending`, without a note that it was asked for."""
        wanted = name.replace("%20", " ")
        paths = self._files().get(wanted.rpartition("/")[2], ())
        return sorted(path for path in paths if path == wanted or path.endswith(f"/{wanted}"))

    def find(self, name: str, asking: str) -> str:
        """The file that a name means for who asks (a path below the root); "" for none, or many."""
        wanted = _normal(name, asking)
        if not wanted:
            return ""
        found = [path for path in self.ending(wanted) if path != asking]
        inner = [path for path in found if _FOLDER.search(path[: -len(wanted)]) is not None]
        found = inner or found
        if len(found) <= 1:
            return found[0] if found else ""
        here = asking.rpartition("/")[0]
        above = [path for path in found if _is_above(_owner(path, wanted), here)]
        if above:
            nearest = max(len(_owner(path, wanted)) for path in above)
            found = [path for path in above if len(_owner(path, wanted)) == nearest]
        else:
            common = max(_common(path, asking) for path in found)
            found = [path for path in found if _common(path, asking) == common]
        return found[0] if len(found) == 1 else ""


def _normal(name: str, asking: str) -> str:
    """A name without what is relative in it; "" when it can be no name of a file."""
    if not name or len(name) > _LONGEST_NAME or "\n" in name or "\0" in name or "{" in name:
        return ""
    if name.startswith(("./", "../")):
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(asking), name))
        return "" if joined.startswith("..") else joined
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return "" if ".." in parts or not parts else "/".join(parts)


def _owner(path: str, name: str) -> str:
    """The folder that holds the folder of templates in which a file lies."""
    folder = path[: -len(name)].rstrip("/")
    return folder.rpartition("/")[0]


def _is_above(folder: str, other: str) -> bool:
    return not folder or other == folder or other.startswith(f"{folder}/")


def _common(path: str, other: str) -> int:
    count = 0
    for first, second in zip(path.split("/"), other.split("/"), strict=False):
        if first != second:
            break
        count += 1
    return count
