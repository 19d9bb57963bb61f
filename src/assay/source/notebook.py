"""Jupyter notebooks: the Python of the code cells as one text.

Reads nbformat 3 and 4. The text is the sources of the code cells one after the other, each ended
by a line end; `cells` says which lines are whose. Cells are numbered from 1 over all cells of the
notebook, as the file lists them, so markdown cells count.

IPython's own syntax is masked, line by line, in `masked`, which is what gets parsed: a magic or
shell line becomes `pass` or an opaque call with the same indentation, a cell magic that holds
another language becomes comments. A masked line that runs something is a lost region, because
what it runs is not analysed.

Invariant: `text` and `masked` have the same number of lines, and lines without IPython's syntax
are the same in both.

    >>> mask_cell("%time f()\\n!ls\\n").masked
    'pass; f()\\npass\\n'
"""

import ast
import io
import json
import re
import tokenize
import warnings
from typing import Final, final

from assay.source.lines import split_lines, without_surrogates

_HARMLESS: Final = frozenset(
    {"matplotlib", "pylab", "config", "load_ext", "reload_ext", "autoreload", "precision", "who",
     "whos", "pwd", "cd", "ls", "lsmagic", "history", "hist", "pinfo", "pdoc", "psource", "doctest",
     "env", "reset", "xmode", "colors", "logstart", "logstop", "gui", "tensorboard", "watermark",
     "store", "time", "timeit"}
)  # fmt: skip
"""Line magics that run no code of the notebook or of other files."""

_PYTHON_CELL_MAGICS: Final = frozenset(
    {"time", "timeit", "capture", "prun", "memit", "mprun", "python", "python3", "pypy", "debug"}
)
"""Cell magics whose body is Python that this notebook runs."""

_LANGUAGE_NAMES: Final = frozenset({"", "python", "python2", "python3", "ipython", "sage"})
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+$")
_CELL_MAGIC: Final = re.compile(r"\s*%%(\w+)")
_LINE_MAGIC: Final = re.compile(r"([ \t]*)(%%?)(\w*)")
_TIMED: Final = re.compile(r"([ \t]*)(%time|%timeit|%prun|%memit)([ \t]+)(?!-)(\S.*)$")
_ASSIGNED: Final = re.compile(
    r"([ \t]*[A-Za-z_][\w.]*(?:[ \t]*,[ \t]*[A-Za-z_]\w*)*[ \t]*=[ \t]*)[!%]"
)
_HELP: Final = re.compile(r"[ \t]*(?:\?{1,2}[\w.*%]+|[\w.*%]+\?{1,2})[ \t]*$")
_MOST_INCOMPLETE: Final = 200
"""Magic-like lines inside of one open bracket or string after which the search gives up."""


@final
class Cell:
    """A code cell: its number in the notebook and its lines in the text."""

    __slots__ = ("first_line", "last_line", "number")

    def __init__(self, number: int, first_line: int, last_line: int) -> None:
        self.number: Final = number
        self.first_line: Final = first_line
        self.last_line: Final = last_line

    def __repr__(self) -> str:
        return f"Cell({self.number}, {self.first_line}, {self.last_line})"


@final
class Hidden:
    """A masked line or run of lines that the analysis does not see, and why."""

    __slots__ = ("first_line", "last_line", "reason")

    def __init__(self, first_line: int, last_line: int, reason: str) -> None:
        self.first_line: Final = first_line
        self.last_line: Final = last_line
        self.reason: Final = reason


@final
class MaskedCell:
    """A cell's source with IPython's syntax masked."""

    __slots__ = ("hidden", "masked")

    def __init__(self, masked: str, hidden: tuple[Hidden, ...]) -> None:
        self.masked: Final = masked
        self.hidden: Final = hidden


@final
class Notebook:
    """The code of a notebook. `problem` is not empty where there is no Python to read."""

    __slots__ = ("cells", "hidden", "masked", "problem", "text")

    def __init__(
        self,
        text: str,
        masked: str,
        cells: tuple[Cell, ...],
        hidden: tuple[Hidden, ...],
        problem: str,
    ) -> None:
        self.text: Final = text
        self.masked: Final = masked
        self.cells: Final = cells
        self.hidden: Final = hidden
        self.problem: Final = problem


def read_notebook(document: str) -> Notebook:
    """The code cells of a notebook's JSON. Never raises."""
    try:
        content: object = json.loads(document)
    except (ValueError, RecursionError) as error:
        detail = str(error) if isinstance(error, ValueError) else "nested too deeply"
        return _none(f"not a notebook: invalid JSON ({detail})")
    if not isinstance(content, dict):
        return _none("not a notebook: the JSON is not an object")
    language = _language(content)
    if language not in _LANGUAGE_NAMES:
        return _none(f"the notebook's language is {language}, not Python")
    sources = _sources(content)
    if sources is None:
        return _none("not a notebook: the JSON has no cells")
    texts: list[str] = []
    masks: list[str] = []
    cells: list[Cell] = []
    hidden: list[Hidden] = []
    line = 1
    for number, source in sources:
        count = len(split_lines(source))
        if count == 0:
            continue
        if not source.endswith("\n"):
            # After "\r" this makes "\r\n": one line end, whatever the next cell starts with.
            source += "\n"
        masked = mask_cell(source)
        texts.append(source)
        masks.append(masked.masked)
        cells.append(Cell(number, line, line + count - 1))
        hidden += [
            Hidden(one.first_line + line - 1, one.last_line + line - 1, one.reason)
            for one in masked.hidden
        ]
        line += count
    return Notebook("".join(texts), "".join(masks), tuple(cells), tuple(hidden), "")


def _none(problem: str) -> Notebook:
    return Notebook("", "", (), (), problem)


def _entry(content: object, key: str) -> object:
    return content.get(key) if isinstance(content, dict) else None


def _language(content: object) -> str:
    metadata = _entry(content, "metadata")
    for part, key in (("language_info", "name"), ("kernelspec", "language")):
        language = _entry(_entry(metadata, part), key)
        if isinstance(language, str):
            return language.lower()
    return ""


def _sources(content: object) -> list[tuple[int, str]] | None:
    """Number and source of each code cell; None where the document has no list of cells."""
    listed = _entry(content, "cells")
    cells: list[object] = []
    if isinstance(listed, list):
        cells += listed
    else:
        sheets = _entry(content, "worksheets")
        if not isinstance(sheets, list):
            return None
        for sheet in sheets:
            inner = _entry(sheet, "cells")
            if isinstance(inner, list):
                cells += inner
    sources: list[tuple[int, str]] = []
    for number, cell in enumerate(cells, 1):
        if _entry(cell, "cell_type") != "code":
            continue
        language = _entry(cell, "language")
        if isinstance(language, str) and language.lower() not in _LANGUAGE_NAMES:
            continue
        source = _entry(cell, "source")
        if source is None:
            source = _entry(cell, "input")
        if isinstance(source, list):
            source = "".join(part for part in source if isinstance(part, str))
        if isinstance(source, str):
            sources.append((number, without_surrogates(source)))
    return sources


def mask_cell(source: str) -> MaskedCell:
    """Masks IPython's syntax in the source of one cell; lines keep their number."""
    if not any(mark in source for mark in "%!?") or _parses(source):
        return MaskedCell(source, ())
    lines = _LINE.findall(source)
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    hidden: list[Hidden] = []
    magic = _CELL_MAGIC.match(lines[first])
    if magic is not None:
        name = magic.group(1)
        if name not in _PYTHON_CELL_MAGICS:
            masked = "".join(_commented(line) for line in lines)
            reason = f"cell magic %%{name}: its body is not read as Python"
            return MaskedCell(masked, (Hidden(first + 1, len(lines), reason),))
        lines[first] = _commented(lines[first])
    chunk: list[str] = []
    incomplete = 0
    for index, line in enumerate(lines):
        replaced, reason = _masked_line(line)
        if replaced != line and incomplete < _MOST_INCOMPLETE:
            if _complete("".join(chunk)):
                incomplete = 0
                chunk = []
                lines[index] = replaced
                if reason:
                    hidden.append(Hidden(index + 1, index + 1, reason))
                # A shell line may go on after a backslash; its continuation is hidden with it.
                _mask_continuation(lines, index, line, hidden, reason)
            else:
                incomplete += 1
        chunk.append(lines[index])
    return MaskedCell("".join(lines), tuple(hidden))


def _mask_continuation(
    lines: list[str], index: int, line: str, hidden: list[Hidden], reason: str
) -> None:
    while line.rstrip("\r\n").endswith("\\") and index + 1 < len(lines):
        index += 1
        line = lines[index]
        lines[index] = _commented(line)
        if reason:
            hidden.append(Hidden(index + 1, index + 1, reason))


def _commented(line: str) -> str:
    body = line.rstrip("\r\n")
    return "#" + body[1:] + line[len(body) :] if body else line


def _masked_line(line: str) -> tuple[str, str]:
    """The line with IPython's syntax masked, and why it hides something ("" if it does not)."""
    body = line.rstrip("\r\n")
    end = line[len(body) :]
    stripped = body.lstrip(" \t")
    indent = body[: len(body) - len(stripped)]
    if stripped.startswith("!"):
        return f"{indent}pass{end}", "shell command: what it runs is not analysed"
    if stripped.startswith("%"):
        timed = _TIMED.match(body)
        if timed is not None:
            # `pass; ` has the width of `%time `: the columns of the statement stay as they are.
            gap = " " * (len(timed.group(2)) + len(timed.group(3)) - len("pass;"))
            return f"{indent}pass;{gap}{timed.group(4)}{end}", ""
        magic = _LINE_MAGIC.match(body)
        name = magic.group(3) if magic is not None else ""
        reason = (
            ""
            if name in _HARMLESS and name not in ("time", "timeit")
            else (f"magic %{name}: what it runs is not analysed")
        )
        return f"{indent}pass{end}", reason
    if _HELP.match(body) and "?" in body:
        return f"{indent}pass{end}", ""
    assigned = _ASSIGNED.match(body)
    if assigned is not None:
        return (
            f"{assigned.group(1)}get_ipython(){end}",
            "shell command or magic: what it runs is not analysed",
        )
    return line, ""


def _complete(text: str) -> bool:
    """Whether a new statement may start after the text: no bracket or string is open."""
    try:
        for _ in tokenize.generate_tokens(io.StringIO(text).readline):
            pass
    except (tokenize.TokenError, SyntaxError) as error:
        said = str(error)
        return "EOF in" not in said and "triple-quoted" not in said
    except (ValueError, RecursionError):
        return True
    return True


def _parses(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            return False
    return True
