"""A source file as all later layers see it: text, tree, comments, what was lost, and its role.

There are two roads from text to tree. The first is the interpreter's own `ast.parse`. What that
refuses takes the second, `assay.source.recover`, which reads older and newer grammar and cuts only
what is broken. A notebook goes cell by cell, as IPython runs it.

Invariants: reading never raises for anything in a file. `parsed` is WHOLE exactly when `problem`
is empty and `lost` is empty. Every line that did not reach the tree lies in a region of `lost`,
unless nothing was parsed at all.

    >>> parse_text("a.py", "x = 1\\n").parsed
    <Parsed.WHOLE: 'whole'>
"""

import ast
import warnings
from bisect import bisect_right
from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Final, final

from assay.source.comments import (
    Comment,
    CommentBlock,
    comment_blocks,
    comments_of,
    comments_of_parsed,
)
from assay.source.decode import decode
from assay.source.door import Door
from assay.source.entry import MISSING, Contents
from assay.source.lines import line_offsets, split_lines, without_surrogates
from assay.source.nesting import MAX_NESTING, cut_deep_statements
from assay.source.roles import Role, RoleEvidence, role_evidence

if TYPE_CHECKING:
    from assay.source.normal import Statements
    from assay.source.notebook import Cell, Notebook
    from assay.source.recover import LostRegion
    from assay.source.redaction import Redaction

MAX_BYTES: Final = 5_000_000
"""Files above this size are not parsed. The largest hand-written modules have a fifth of it."""

MAX_NOTEBOOK_BYTES: Final = 50_000_000
"""The same for notebooks, most of which are pictures; their code is held to the limit of files."""

REFUSED: Final = "!"
"""What the digest of a file begins with that lies there and is not read."""

_NOTEBOOK: Final = ".ipynb"

DIALECT: Final = "python 3"
"""The dialect of what `ast.parse` reads."""


class Parsed(Enum):
    """How much of a file is in its tree."""

    WHOLE = "whole"
    PARTLY = "partly"
    NOT = "not"


@final
class SourceFile:
    """One reviewed file.

    `path` is what reports call it: posix, relative to the current folder of the run. `inner` is
    where it lies in its project; what a path says of a file is read off that, so that no word
    depends on the folder that a run is started in.
    """

    __slots__ = (
        "_cells",
        "_comments",
        "_held",
        "_masked",
        "_offsets",
        "_redaction",
        "_role",
        "_statements",
        "dialect",
        "digest",
        "encoding",
        "inner",
        "is_released",
        "lines",
        "lost",
        "parsed",
        "path",
        "problem",
        "text",
        "tree",
    )

    def __init__(
        self,
        path: str,
        text: str,
        tree: ast.Module,
        lost: tuple["LostRegion", ...],
        dialect: str,
        parsed: Parsed,
        problem: str,
        encoding: str,
        cells: "tuple[Cell, ...] | None" = None,
        masked: str | None = None,
    ) -> None:
        self.path: Final = path
        self.inner = path
        self.text: Final = text
        self.tree: Final = tree
        self.lines: Final = split_lines(text)
        """Without line ends, as `ast` counts them: `lines[n - 1]` is line n."""
        self.lost: Final = lost
        self.dialect: Final = dialect
        self.parsed: Final = parsed
        self.problem: Final = _shown(problem)
        self.encoding: Final = encoding
        self.digest = ""
        """Of the bytes that were read from the disk; "" for text from elsewhere."""
        self.is_released = False
        """The bodies of its functions were given up; the text is whole."""
        self._cells: Final = cells
        self._masked: Final = text if masked is None else masked
        self._offsets: list[int] | None = None
        self._redaction: Redaction | None = None
        self._comments: tuple[Comment, ...] | None = None
        self._held: Final[dict[str, bool]] = {}
        self._role: RoleEvidence | None = None
        self._statements: Statements | None = None

    def __repr__(self) -> str:
        return f"SourceFile({self.path!r}, {self.parsed})"

    @property
    def comments(self) -> tuple[Comment, ...]:
        """All comments, in the order of the text; found when first asked for."""
        if self._comments is None:
            if self.parsed is Parsed.WHOLE and self._cells is None:
                self._comments = comments_of_parsed(self.text, self.lines, self.tree)
            else:
                self._comments = comments_of(self._masked)
        return self._comments

    @property
    def comment_blocks(self) -> tuple[CommentBlock, ...]:
        """The own-line comments, those below each other joined."""
        return comment_blocks(self.comments)

    @property
    def role(self) -> Role:
        """The part that the file plays in its project."""
        return self.role_evidence.role

    @property
    def role_evidence(self) -> RoleEvidence:
        """The role, and the line that decided it; found when first asked for."""
        if self._role is None:
            self._role = role_evidence(self.inner, self.tree, self.text)
        return self._role

    @property
    def cells(self) -> "tuple[Cell, ...]":
        """The code cells of a notebook; none for another file."""
        return () if self._cells is None else self._cells

    def foreign_lines(self) -> list[int]:
        """The lines of a notebook that are no Python: magics, and what a shell runs."""
        if self._cells is None:
            return []
        pairs = zip(self.lines, split_lines(self._masked), strict=False)
        return [number for number, (line, masked) in enumerate(pairs, 1) if line != masked]

    def quote(self, first_line: int, last_line: int) -> str:
        """The slice of the text from one line to another, the last line end left out.

        It is exact but for what `redaction` says is a secret. Lines outside of the file are left
        out; a range without any line is "".
        """
        first = max(first_line, 1)
        last = min(last_line, len(self.lines))
        if first > last:
            return ""
        redaction = self.redaction
        start = self._starts()[first - 1]
        return redaction.cut(start, self._starts()[last - 1] + len(self.lines[last - 1]))

    @property
    def redaction(self) -> "Redaction":
        """What of the text is not shown; found when first asked for."""
        if self._redaction is None:
            from assay.source.redaction import redaction_of

            self._redaction = redaction_of(self._whole(), self._starts())
        return self._redaction

    @property
    def statements(self) -> "Statements":
        """The statements, with the forms that tell them apart; found when first asked for."""
        if self._statements is None:
            from assay.source.normal import Statements

            self._statements = Statements(self, self._whole().tree)
        return self._statements

    def _whole(self) -> "SourceFile":
        """The file with its tree.

        What was found of a file must not depend on what else the memory was needed for.
        """
        return parse_text(f"{self.path}.py", self.text) if self.is_released else self

    def between(self, line: int, column: int, end_line: int, end_column: int) -> str:
        """The slice of the text between two places, columns in bytes; without secrets."""
        return self.redaction.cut(self._offset(line, column), self._offset(end_line, end_column))

    def is_hidden(self, line: int, column: int, end_line: int, end_column: int) -> bool:
        """Whether a secret stands between two places, columns in bytes."""
        first, last = self._offset(line, column), self._offset(end_line, end_column)
        return self.redaction.hides(first, last)

    def _offset(self, line: int, column: int) -> int:
        starts = self._starts()
        if not 1 <= line <= len(starts):
            return 0 if line < 1 else len(self.text)
        return starts[line - 1] + self.column(line, column) - 1

    @property
    def shown(self) -> str:
        """The whole text as it may be shown: exact but for what `redaction` says is a secret."""
        return self.redaction.cut(0, len(self.text))

    def _starts(self) -> list[int]:
        if self._offsets is None:
            self._offsets = line_offsets(self.text)
        return self._offsets

    def column(self, line: int, byte_column: int) -> int:
        """The column in code points, counted from 1, of a byte column of `ast`.

        A column outside of its line is that of the line's nearest end.
        """
        if not 1 <= line <= len(self.lines):
            return 1
        content = self.lines[line - 1]
        if content.isascii():
            return min(max(byte_column, 0), len(content)) + 1
        return len(content.encode()[: max(byte_column, 0)].decode(errors="ignore")) + 1

    def byte_column(self, line: int, column: int) -> int:
        """The byte column of `ast` for a column in code points, counted from 1."""
        if not 1 <= line <= len(self.lines):
            return 0
        return len(self.lines[line - 1][: max(column - 1, 0)].encode())

    def holds(self, word: str) -> bool:
        """Whether a word stands anywhere in the text: most rules can tell by that."""
        known = self._held.get(word)
        if known is None:
            known = word in self.text
            self._held[word] = known
        return known

    def cell_of(self, line: int) -> tuple[int, int] | None:
        """Number of the cell and line within it, both from 1; None outside of notebooks."""
        cells = self.cells
        index = bisect_right([cell.first_line for cell in cells], line) - 1
        if index < 0 or line > cells[index].last_line:
            return None
        return cells[index].number, line - cells[index].first_line + 1


def _shown(problem: str) -> str:
    """A reason without a secret that the parser or the decoder may have quoted."""
    if not problem:
        return ""
    from assay.source.redaction import without_secrets

    return without_secrets(problem)


def read_file(door: Door, place: str, reported_path: str) -> SourceFile:
    """Reads and parses one file. A file that cannot be read is NOT parsed, with the reason."""
    contents = contents_at(door, place)
    if contents.data is None:
        source = _unread(reported_path, contents.problem)
    else:
        source = parse_bytes(reported_path, contents.data)
    source.digest = digest_of_contents(contents)
    source.inner = door.inner(place)
    return source


def contents_at(door: Door, place: str) -> Contents:
    """The bytes of a source file, as far as they are looked at."""
    return door.read(place, _most_bytes(place))


def _most_bytes(path: str) -> int:
    return MAX_NOTEBOOK_BYTES if path.endswith(_NOTEBOOK) else MAX_BYTES


def digest_of_contents(contents: Contents) -> str:
    """The digest of what was read; of a file that is there and was not, REFUSED and the reason.

    "" when there is no such file.
    """
    if contents.data is not None:
        return digest_of(contents.data)
    return "" if contents.problem == MISSING else REFUSED + contents.problem


def digest_of(data: bytes) -> str:
    """What tells contents apart: 32 hexadecimal digits."""
    from hashlib import blake2b  # costs a millisecond

    return blake2b(data, digest_size=16).hexdigest()


def parse_bytes(path: str, data: bytes) -> SourceFile:
    """Decodes and parses the bytes of a file. Never raises."""
    most = _most_bytes(path)
    if len(data) > most:
        return _unread(path, f"larger than {most} bytes")
    decoded = decode(data)
    if decoded.text is None:
        return _unread(path, decoded.problem)
    return parse_text(path, decoded.text, encoding=decoded.encoding, problem=decoded.problem)


def parse_text(path: str, text: str, *, encoding: str = "utf-8", problem: str = "") -> SourceFile:
    """Parses a text. Never raises.

    A path that ends in `.ipynb` makes the text a notebook's JSON. `problem` is what decoding had to
    say; a text that was not decoded cleanly is at best PARTLY parsed.
    """
    most = _most_bytes(path)
    if len(text) > most:
        return _unread(path, f"larger than {most} characters")
    text = without_surrogates(text.removeprefix("\ufeff"))
    if "\x00" in text:
        return _unread(path, "not text: holds null characters")
    if path.endswith(_NOTEBOOK):
        return _parse_notebook(path, text, encoding, problem)
    lost: list[LostRegion] = []
    tree, dialect, refused = _parse(text, 0, lost)
    parsed = _how_much(tree, lost, problem, refused)
    return SourceFile(
        path,
        text,
        tree,
        tuple(lost),
        dialect,
        parsed,
        "" if parsed is Parsed.WHOLE else _joined(problem, _lost_said(lost), refused),
        encoding,
    )


def _unread(path: str, problem: str) -> SourceFile:
    empty = ast.Module(body=[], type_ignores=[])
    return SourceFile(path, "", empty, (), DIALECT, Parsed.NOT, problem, "")


def _joined(decoding: str, lost: str, refused: str) -> str:
    """Why a file is not whole: the decoder's words, then what was lost, else the parser's."""
    return "; ".join(part for part in (decoding, lost or refused) if part)


def _lost_said(lost: Sequence["LostRegion"]) -> str:
    if not lost:
        return ""
    first = lost[0]
    where = (
        f"line {first.first_line}"
        if first.first_line == first.last_line
        else f"lines {first.first_line}-{first.last_line}"
    )
    more = f" and {len(lost) - 1} more" if len(lost) > 1 else ""
    return f"{where}{more} not analysed: {first.reason}"


def _with_the_error(
    lost: "Sequence[LostRegion]", line: int, column: int, said: str
) -> "list[LostRegion]":
    """The regions, of which the one that the parser's error is about has its words and place."""
    from assay.source.recover import LostRegion

    about = 0
    for index, region in enumerate(lost):
        if region.first_line <= line:
            about = index
    told = list(lost)
    region = told[about]
    where = f" (line {line}, column {column})" if column > 0 else f" (line {line})"
    told[about] = LostRegion(region.first_line, region.last_line, f"{said}{where}")
    return told


def _how_much(tree: ast.Module, lost: Sequence["LostRegion"], problem: str, refused: str) -> Parsed:
    if not lost and not problem and not refused:
        return Parsed.WHOLE
    if refused:
        return Parsed.NOT
    if not lost:
        return Parsed.PARTLY
    for statement in tree.body:
        # A `pass` in a lost region only stands where a statement was cut.
        if not isinstance(statement, ast.Pass) or not any(
            region.first_line <= statement.lineno <= region.last_line for region in lost
        ):
            return Parsed.PARTLY
    return Parsed.NOT


def _parse(text: str, shift: int, lost: list["LostRegion"]) -> tuple[ast.Module, str, str]:
    """Tree, dialect, and what `ast.parse` said if nothing could be read.

    Adds what was cut to `lost`, with `shift` lines added to its line numbers; the numbers of the
    tree are not shifted.
    """
    tree: ast.Module | None = None
    dialect = DIALECT
    refused = ""
    line = 0
    column = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = _parsed(text)
        except SyntaxError as error:
            refused = error.msg
            line = error.lineno or 0
            column = error.offset or 0
        except (ValueError, RecursionError, MemoryError, OverflowError) as error:
            refused = str(error) or "nested too deeply for the parser"
    if tree is None:
        from assay.source.recover import LostRegion, recover

        recovered = recover(text)
        tree = recovered.tree
        dialect = recovered.dialect or DIALECT
        regions = [
            LostRegion(region.first_line + shift, region.last_line + shift, region.reason)
            for region in recovered.lost
        ]
        if regions and line and dialect == DIALECT:
            # Of older and newer grammar the parser has another opinion than the reader.
            regions = _with_the_error(regions, line + shift, column, refused)
        lost += regions
        if recovered.lost or tree.body:
            refused = ""
    if len(text) > MAX_NESTING // 2:
        cut = cut_deep_statements(tree, split_lines(text))
        if cut:
            from assay.source.recover import LostRegion

            for first, last in cut:
                reason = f"nested deeper than {MAX_NESTING} nodes"
                lost.append(LostRegion(first + shift, last + shift, reason))
    return tree, dialect, refused


def _parsed(text: str) -> ast.Module:
    """The tree of a text. Raises what `ast.parse` raises."""
    try:
        return ast.parse(text)
    except SystemError:
        # Python 3.11 counts its depth wrongly when the collector ends a generator meanwhile.
        return ast.parse(text)


def _parse_notebook(path: str, document: str, encoding: str, problem: str) -> SourceFile:
    from assay.source.notebook import read_notebook

    notebook = read_notebook(document)
    if notebook.problem:
        return _unread(path, _joined(problem, notebook.problem, ""))
    if len(notebook.text) > MAX_BYTES:
        return _unread(path, f"larger than {MAX_BYTES} characters of code")
    lost: list[LostRegion] = []
    tree, dialect = _parse_cells(notebook, lost)
    lost.sort(key=_first_line)
    parsed = _how_much(tree, lost, problem, "")
    return SourceFile(
        path,
        notebook.text,
        tree,
        tuple(lost),
        dialect,
        parsed,
        "" if parsed is Parsed.WHOLE else _joined(problem, _lost_said(lost), ""),
        encoding,
        notebook.cells,
        notebook.masked,
    )


def _parse_cells(notebook: "Notebook", lost: list["LostRegion"]) -> tuple[ast.Module, str]:
    """The cells' statements in one module: a broken cell does not reach into the next."""
    lines = split_lines(notebook.masked)
    module = ast.Module(body=[], type_ignores=[])
    dialect = DIALECT
    for cell in notebook.cells:
        text = "\n".join(lines[cell.first_line - 1 : cell.last_line]) + "\n"
        shift = cell.first_line - 1
        tree, cell_dialect, refused = _parse(text, shift, lost)
        if cell_dialect != DIALECT:
            dialect = cell_dialect
        if refused:
            from assay.source.recover import LostRegion

            lost.append(LostRegion(cell.first_line, cell.last_line, refused))
        if shift:
            ast.increment_lineno(tree, shift)
        module.body += tree.body
    if notebook.hidden:
        from assay.source.recover import LostRegion

        lost += [LostRegion(one.first_line, one.last_line, one.reason) for one in notebook.hidden]
    return module, dialect


def _first_line(region: "LostRegion") -> tuple[int, int]:
    return region.first_line, region.last_line
