"""What of a file is not shown: the one place where secrets are taken out of text that leaves.

Every report, trace, cache, log and dump quotes a file by `SourceFile.quote`, which leaves out what
this module finds, and what rules say about the values of a file goes through `Redaction.said`.
Found is what `secret_literals` reaches by names, what `secret_text` finds by shape or by name in
strings, comments and lines that did not reach the tree, and every repetition of a value so found.

Invariants: a secret is replaced by `MASK`, whatever its length; no line end is, so that lines keep
their numbers; what is left out depends on the file's text alone, and not on the rules that run.

    parse_text("a.py", 'password = "hunter2"').quote(1, 1)     'password = "***"'
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, final

from assay.models.credentials import values as known_values
from assay.source.credentials import Grade, conceals, grade
from assay.source.quoted import Quoted, at, literal_runs, quoted, within
from assay.source.secret_literals import SecretLiteral, secret_literals
from assay.source.secret_text import (
    Span,
    hits_in,
    may_be_split,
    may_reach,
    merged,
    name_before,
    named_in,
    secrets_in,
    shapes_in,
)
from assay.source.words import words_of

if TYPE_CHECKING:
    from assay.source.file import SourceFile

MASK: Final = "***"
_REPEATED: Final = 6
"""Characters from which a value is a secret wherever it is repeated, not only in its place."""

_LONGEST_REPEATED: Final = 500
_MOST_SOUGHT: Final = 500
"""Values that are looked for in the whole text; of more only whole literals are compared."""
_ANNOTATION: Final = re.compile(r"""[\w.\[\], |]*=[ \t]*(?=[rbuft]{0,2}["'])""", re.I)
_PREFIX: Final = re.compile(r"[rbuft]{0,2}(?=[\"'])", re.I)
_JOINT: Final = re.compile(r"(?:[\s+\\()]|#[^\r\n]*)*")
_FEW: Final = 32
_BEGINNING: Final = 4
"""Characters of a form by which it is looked up where there are more than a few."""

_FURTHEST: Final = 400
"""Characters between literals that are joined."""
_LINE: Final = re.compile(r"[^\r\n]+")


@final
class Redaction:
    """The places of a text that are not shown, and the values that stand there."""

    __slots__ = ("_firsts", "_forms", "_text", "spans", "values")

    def __init__(self, text: str, spans: Sequence[Span], values: Sequence[str]) -> None:
        self._text: Final = text
        self.spans: Final = tuple(spans)
        """First offset and the one after the last, in order, apart, each in one line."""
        self.values: Final = tuple(values)
        """What is a secret, the longest first."""
        self._firsts: Final = [span[0] for span in spans]
        self._forms: _Forms | None = None

    def cut(self, start: int, end: int) -> str:
        """The text from one offset to another, every secret replaced by the mask."""
        if not self.spans:
            return self._text[start:end]
        index = max(bisect_right(self._firsts, start) - 1, 0)
        parts: list[str] = []
        position = start
        while index < len(self.spans) and self.spans[index][0] < end:
            first, last = self.spans[index]
            index += 1
            if last > start:
                parts += (self._text[position : max(first, position)], MASK)
                position = min(last, end)
        parts.append(self._text[position:end])
        return "".join(parts)

    def hides(self, start: int, end: int) -> bool:
        """Whether any of the text from one offset to another is not shown."""
        index = bisect_right(self._firsts, start) - 1
        if index >= 0 and self.spans[index][1] > start:
            return True
        return index + 1 < len(self.spans) and self.spans[index + 1][0] < end

    def said(self, text: str, alone: bool = False) -> str:
        """A text about the file, without the values that are secrets in it.

        A text that stands `alone`, as a literal does, may be a value of few letters.
        """
        if alone and text.strip() in self.values:
            return MASK
        if self.values and text:
            if self._forms is None:
                self._forms = _Forms(self.values)
            text = self._forms.masked(text)
        return without_secrets(text)


def without_secrets(text: str) -> str:
    """A text of unknown origin, without what is a secret by its look: an error, a template."""
    spans = secrets_in(text)
    if not spans:
        return text
    return Redaction(text, spans, ()).cut(0, len(text))


def without_values(source: SourceFile) -> None:
    """Takes the secrets out of a file's tree, for dumps of it: constants keep their places.

    A constant goes where it is one of the values or holds one, and where all of it is not shown.
    """
    redaction = source.redaction
    if not redaction.spans:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            value = node.value
            text = value.decode("latin-1") if isinstance(value, bytes) else value
            shown = "\n".join([redaction.said(line, True) for line in text.split("\n")])
            if shown != text:
                node.value = shown.encode() if isinstance(value, bytes) else shown


@final
class _Forms:
    """Values as messages spell them: as they are, and escaped as a literal.

    What a text holds of very many is told by a look at each of its places, not at each of them.
    """

    __slots__ = ("_forms", "_lengths", "_numbers", "_patterns")

    def __init__(self, values: Sequence[str]) -> None:
        self._forms: Final[list[tuple[str, str]]] = []  # with the value, the longest first
        for value in values:
            for form in dict.fromkeys((value, repr(value)[1:-1], ascii(value)[1:-1])):
                self._forms.append((form, value))
        self._patterns: Final[dict[int, re.Pattern[str]]] = {}
        self._numbers: Final[dict[str, list[int]]] = {}
        self._lengths: Final[dict[str, list[int]]] = {}  # by how forms begin, those that there are
        if len(self._forms) > _FEW:
            for number, (form, _) in enumerate(self._forms):
                self._numbers.setdefault(form, []).append(number)
                lengths = self._lengths.setdefault(form[:_BEGINNING], [])
                if len(form) not in lengths:
                    lengths.append(len(form))

    def masked(self, text: str) -> str:
        """The text with the mask for each of the values."""
        for number in self._held(text):
            form = self._forms[number][0]
            if form in text:
                text = self._pattern(number).sub(MASK, text)
        return text

    def _held(self, text: str) -> Sequence[int]:
        """The numbers of the forms that a text may hold, in their order."""
        if not self._numbers:
            return range(len(self._forms))
        found: set[int] = set()
        for start in range(len(text)):
            for beginning in range(1, _BEGINNING + 1):
                for length in self._lengths.get(text[start : start + beginning], ()):
                    found.update(self._numbers.get(text[start : start + length], ()))
        return sorted(found)

    def _pattern(self, number: int) -> re.Pattern[str]:
        """What may be a word of a sentence counts by itself, what is short or common in quotes."""
        known = self._patterns.get(number)
        if known is None:
            form, value = self._forms[number]
            certain = len(value) >= _REPEATED and not _is_word(value)
            pattern = re.escape(form)
            if not certain and len(value) >= _REPEATED and not _is_common(value):
                pattern = rf"(?<!\w){pattern}(?!\w)"
            elif not certain:
                pattern = rf"(?<=['\"]){pattern}(?=['\"])"
            known = re.compile(pattern)
            self._patterns[number] = known
        return known


def redaction_of(source: SourceFile, offsets: Sequence[int]) -> Redaction:
    """What of a file is not shown; `offsets` are those of its lines."""
    if not source.text:
        return Redaction("", (), ())
    return _Search(source, offsets).redaction()


@final
class _Search:
    """The search through one file; strings and comments are listed when they are needed."""

    def __init__(self, source: SourceFile, offsets: Sequence[int]) -> None:
        self._source: Final = source
        self._text: Final = source.text
        self._offsets: Final = offsets
        self._tokens: list[Quoted] | None = None
        self._spans: Final[list[Span]] = []
        self._values: Final[dict[str, None]] = {}

    def redaction(self) -> Redaction:
        """Everything that is found, and its repetitions."""
        for first, last in shapes_in(self._text):
            self._add(first, last)
        if may_be_split(self._text):
            for first, last in self._across_pieces():
                self._add(first, last)
        if may_reach(self._text):
            for literal in secret_literals(self._source.tree):
                self._add_literal(literal)
        for first, last in self._named():
            self._add(first, last)
        values = sorted(self._values, key=_longest_first)
        for value in values[:_MOST_SOUGHT]:
            self._spans.extend(self._repetitions(value))
        if len(values) > _MOST_SOUGHT:
            self._spans.extend(self._repeated_literals())
        return Redaction(self._text, merged(self._spans), values)

    def _quoted(self) -> list[Quoted]:
        if self._tokens is None:
            self._tokens = quoted(self._text)
        return self._tokens

    def _add(self, first: int, last: int) -> None:
        """A secret, line by line."""
        for line in _LINE.finditer(self._text, first, last):
            said = line.group()
            value = said.strip()
            if value:
                start = line.start() + len(said) - len(said.lstrip())
                self._spans.append((start, start + len(value)))
                self._values[value] = None

    def _offset(self, line: int, column: int) -> int:
        return self._offsets[line - 1] + self._source.column(line, column) - 1

    def _add_literal(self, literal: SecretLiteral) -> None:
        node = literal.node
        if not 1 <= node.lineno <= len(self._offsets) or node.end_lineno is None:
            return
        start = self._offset(node.lineno, node.col_offset)
        last_line = min(node.end_lineno, len(self._offsets))
        end = self._offset(last_line, node.end_col_offset or 0)
        value = node.value
        whole = value if isinstance(value, str) else ""
        if isinstance(value, bytes):
            whole = value.decode("latin-1")
        for line in whole.splitlines():
            if line.strip():
                self._values[line.strip()] = None
        runs: list[Span] = []
        pieces = 0
        for token in within(self._quoted(), start, end):
            if token.is_comment:
                continue
            pieces += 1
            for first, last in literal_runs(self._text, token):
                first, last = max(first, start), min(last, end)
                if first < last:
                    runs.append((first, last))
        if not pieces:
            runs = [(start, end)]
        # Up to Python 3.11 every piece of an f-string has the place of the whole.
        own = [(first, last) for first, last in runs if self._text[first:last] in whole]
        for first, last in own or runs:
            self._add(first, last)

    def _named(self) -> list[Span]:
        """What is a secret by a name before it, in strings and comments and where none parse."""
        found: list[Span] = []
        looked: set[int] = set()
        for first, last in hits_in(self._text):
            token = at(self._quoted(), last - 1)
            if token is None:
                if self._is_lost(first):
                    found += self._in_code(first, last)
                continue
            if last == token.last and not token.is_comment:
                found += self._in_next(token, name_before(self._text, first, last))
            if token.start not in looked:
                looked.add(token.start)
                found += named_in(self._text, token.first, token.last)
        for number in self._source.foreign_lines():
            start = self._offsets[number - 1]
            found += named_in(self._text, start, start + len(self._source.lines[number - 1]))
        return found

    def _across_pieces(self) -> list[Span]:
        """What has the shape of a secret only when literals behind each other are joined."""
        found: list[Span] = []
        group: list[Quoted] = []
        for token in [*self._quoted(), None]:
            if token is not None and token.is_comment:
                continue
            if group and token is not None and self._follows(group[-1], token):
                group.append(token)
                continue
            if len(group) > 1:
                found += self._in_group(group)
            group = [] if token is None else [token]
        return found

    def _in_group(self, group: Sequence[Quoted]) -> list[Span]:
        joined = "".join([self._text[one.first : one.last] for one in group])
        found: list[Span] = []
        for first, last in shapes_in(joined):
            at_piece = 0
            for one in group:
                length = one.last - one.first
                start = max(first - at_piece, 0)
                end = min(last - at_piece, length)
                if start < end:
                    found.append((one.first + start, one.first + end))
                at_piece += length
        return found

    def _follows(self, one: Quoted, other: Quoted) -> bool:
        """Whether two strings are joined: nothing stands between them, or a plus."""
        between = self._text[one.end : other.start]
        return len(between) < _FURTHEST and _JOINT.fullmatch(between) is not None

    def _in_next(self, token: Quoted, name: str) -> list[Span]:
        """The literal that is joined to one that ends in a name and a sign."""
        tokens = self._quoted()
        index = bisect_right(tokens, token.start, key=_start)
        if index >= len(tokens) or not self._follows(token, tokens[index]):
            return []
        runs = literal_runs(self._text, tokens[index])
        return [run for run in runs if conceals(self._text[run[0] : run[1]], name)]

    def _in_code(self, first: int, last: int) -> list[Span]:
        """The literal behind a name and a sign, as in lines that did not reach the tree."""
        text = self._text
        name = name_before(text, first, last)
        annotation = _ANNOTATION.match(text, last)
        if annotation is not None:
            last = annotation.end()
        prefix = _PREFIX.match(text, last)
        if prefix is None:
            return []
        token = at(self._quoted(), prefix.end() + 1)
        if token is None or token.start > prefix.end() or token.is_comment:
            return []
        runs = literal_runs(text, token)
        return [run for run in runs if conceals(text[run[0] : run[1]], name)]

    def _repetitions(self, value: str) -> list[Span]:
        """Where else a value stands in strings, comments and lines that did not reach the tree."""
        if not _REPEATED <= len(value) <= _LONGEST_REPEATED or _is_common(value):
            return []
        word = _is_word(value)
        found: list[Span] = []
        start = self._text.find(value)
        while start >= 0:
            end = start + len(value)
            token = at(self._quoted(), start)
            if token is not None or self._is_lost(start):
                is_whole = token is not None and (start, end) == (token.first, token.last)
                is_prose = token is None or token.is_comment
                if not word or is_whole or (is_prose and self._stands_alone(start, end)):
                    found.append((start, end))
            start = self._text.find(value, end)
        return found

    def _repeated_literals(self) -> list[Span]:
        """The literals that are a value, where there are too many to look for each of them."""
        found: list[Span] = []
        for token in self._quoted():
            value = self._text[token.first : token.last]
            if len(value) >= _REPEATED and value in self._values and not _is_common(value):
                found.append((token.first, token.last))
        return found

    def _stands_alone(self, start: int, end: int) -> bool:
        around = self._text[max(start - 1, 0) : start] + self._text[end : end + 1]
        return not any(char.isalnum() or char == "_" for char in around)

    def _is_lost(self, offset: int) -> bool:
        if not self._source.tree.body and self._source.problem:
            return True
        line = bisect_right(self._offsets, offset)
        return any(one.first_line <= line <= one.last_line for one in self._source.lost)


def _start(token: Quoted) -> int:
    return token.start


def _longest_first(value: str) -> tuple[int, str]:
    return -len(value), value


def _is_word(value: str) -> bool:
    """Whether a value may be a word of the language, so that it means nothing elsewhere."""
    return grade(value, "") in (Grade.WORD, Grade.IMPLAUSIBLE) and value.isascii()


def _is_common(value: str) -> bool:
    """Whether a value is one of the words of names, labels and messages."""
    known = known_values()
    words = words_of(value)
    lowered = value.lower()
    return (
        lowered in known.placeholders
        or lowered in known.weak_keys
        or lowered in known.algorithms
        or (bool(words) and known.vocabulary.issuperset(words))
    )
