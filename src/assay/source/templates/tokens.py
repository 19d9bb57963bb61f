"""Templates as tokens: text, outputs and tags, with their lines.

Comments and the contents of raw blocks (`raw`, `verbatim`, `comment`) are dealt with here, so that
nothing in them is taken for a tag.

Invariant: tokens are in the order of the text; what opens and never closes is text.

    >>> [(token.kind, token.text) for token in tokenize("a{{ b }}{# c #}", Dialect.JINJA)]
    [(0, 'a'), (1, 'b')]
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final, final

TEXT: Final = 0
OUTPUT: Final = 1
TAG: Final = 2

_FARTHEST: Final = 20_000
"""Characters in which the end of an output or a tag is looked for."""

_OPENING: Final = re.compile(r"\{[{%#]")
_OPENING_OR_LINE: Final = re.compile(r"\{\{|^[ \t]*%(?=[^%\n])", re.M)
_INSIDE: Final = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[%}]\}|[{}]')
_DJANGO: Final = re.compile(
    r"\{%\s*(?:load|csrf_token|url|static|endblocktrans|endblocktranslate|translate|endwith"
    r"|comment|ifequal|ifnotequal|empty|endspaceless|lorem|now|regroup|firstof|cycle|ifchanged)\b"
    r"|\{\{[^}]{0,200}\|\s*\w+:|\bforloop\.|block\.super\b|\{%\s*include\b[^%]{0,200}\swith\s+\w+="
    r"|\{%\s*autoescape\s+(?:on|off)\b"
)
_JINJA: Final = re.compile(
    r"\{%-?\s*(?:macro|set|import|from|call|do|raw)\b|\{%-|-%\}|\{\{-|\{\{[^}]{0,200}\w\(|\bloop\."
    r"|\{%\s*autoescape\s+(?:true|false)\b|\|\s*\w+\("
)
_TORNADO: Final = re.compile(
    r"\{%\s*(?:end|module\b[^%]{0,200}|raw\s+[^%\s-][^%]{0,200}|apply\b[^%]{0,200}|autoescape\s+(?:None|\w*escape))"
    r"\s*%\}"
)
_BOTTLE: Final = re.compile(
    r"^[ \t]*%[ \t]*(?:end|if|for|include|rebase|include\(|rebase\()\b|\{\{!", re.M
)


class Dialect(Enum):
    """A language of templates."""

    JINJA = "jinja"
    DJANGO = "django"
    TORNADO = "tornado"
    BOTTLE = "bottle"


@final
class Token:
    """A piece of a template; of an output or tag, the text inside of the braces."""

    __slots__ = ("kind", "line", "text")

    def __init__(self, kind: int, text: str, line: int) -> None:
        self.kind: Final = kind
        self.text: Final = text
        self.line: Final = line

    def __repr__(self) -> str:
        return f"Token({self.kind}, {self.text!r}, {self.line})"


def dialect_of(path: str, text: str) -> Dialect:
    """The language of a template, told by what only one of them has; Jinja when nothing tells."""
    if _TORNADO.search(text) is not None:
        return Dialect.TORNADO
    if path.endswith((".tpl", ".stpl")) and _BOTTLE.search(text) is not None:
        return Dialect.BOTTLE
    if path.endswith((".j2", ".jinja", ".jinja2")) or _JINJA.search(text) is not None:
        return Dialect.JINJA
    return Dialect.DJANGO if _DJANGO.search(text) is not None else Dialect.JINJA


def tokenize(text: str, dialect: Dialect) -> list[Token]:
    """The tokens of a template."""
    return _Reader(text, dialect).read()


@final
class _Reader:
    __slots__ = (
        "_counted",
        "_dialect",
        "_known_end",
        "_last",
        "_line",
        "_start",
        "_text",
        "_tokens",
    )

    def __init__(self, text: str, dialect: Dialect) -> None:
        self._text: Final = text
        self._dialect: Final = dialect
        self._tokens: Final[list[Token]] = []
        # Behind the last end of a kind nothing of that kind needs to be looked for.
        self._last: Final = {closing: text.rfind(closing) for closing in ("#}", "%}", "}}")}
        self._known_end = -1
        self._start = 0  # of the text that no token holds yet
        self._line = 1
        self._counted = 0  # characters whose line ends are in `_line`

    def read(self) -> list[Token]:
        opening = _OPENING_OR_LINE if self._dialect is Dialect.BOTTLE else _OPENING
        position = 0
        while True:
            match = opening.search(self._text, position)
            if match is None:
                break
            found = match.group()
            if found == "{#":
                position = self._comment(match.start())
            elif found == "{%":
                position = self._braced(match.start(), TAG)
            elif found == "{{":
                position = self._braced(match.start(), OUTPUT)
            else:
                position = self._code_line(match.start(), match.end())
        self._flush(len(self._text))
        return self._tokens

    def _line_end(self, position: int) -> int:
        """Where the line of a position ends; asked for in the order of the text."""
        if position > self._known_end:
            end = self._text.find("\n", position)
            self._known_end = len(self._text) if end < 0 else end
        return self._known_end

    def _line_at(self, position: int) -> int:
        self._line += self._text.count("\n", self._counted, position)
        self._counted = position
        return self._line

    def _flush(self, end: int) -> None:
        if end > self._start:
            piece = self._text[self._start : end]
            self._tokens.append(Token(TEXT, piece, self._line_at(self._start)))
        self._start = end

    def _comment(self, start: int) -> int:
        limit = self._line_end(start) if self._dialect is Dialect.DJANGO else len(self._text)
        end = self._text.find("#}", start + 2, limit) if start < self._last["#}"] else -1
        if end < 0:
            return start + 2
        self._flush(start)
        self._start = end + 2
        return end + 2

    def _braced(self, start: int, kind: int) -> int:
        end = self._end_of(start + 2, "%}" if kind == TAG else "}}")
        if end < 0:
            return start + 2
        self._flush(start)
        inside = self._text[start + 2 : end]
        self._start = end + 2
        inner = inside.strip("+-" if self._dialect is Dialect.JINJA else "").strip()
        line = self._line_at(start)
        if kind == TAG:
            word, _, rest = inner.partition(" ")
            if self._is_raw(word, rest):
                return self._raw_block(word, line)
        self._tokens.append(Token(kind, inner, line))
        return end + 2

    def _end_of(self, start: int, closing: str) -> int:
        text = self._text
        if start > self._last[closing]:
            return -1
        limit = min(start + _FARTHEST, len(text))
        if self._dialect is Dialect.DJANGO:
            return text.find(closing, start, min(limit, self._line_end(start)))
        if text.find(closing, start, limit) < 0:
            return -1
        position, depth = start, 0
        while True:
            match = _INSIDE.search(text, position, limit)
            if match is None:
                break
            found = match.group()
            if found == closing and (depth == 0 or closing == "%}"):
                return match.start()
            if found == "{":
                depth += 1
            elif found[0] == "}" and depth:
                depth -= 1
                position = match.start() + 1
                continue
            position = match.end() if found[0] in "\"'" else match.start() + 1
        return text.find(closing, start, limit)  # a quote or a brace too many

    def _is_raw(self, word: str, rest: str) -> bool:
        if word == "raw":
            return self._dialect is Dialect.JINJA and not rest
        if word == "comment":
            return self._dialect is Dialect.DJANGO
        return word == "verbatim" and self._dialect is not Dialect.TORNADO

    def _raw_block(self, word: str, line: int) -> int:
        closing = re.compile(r"\{%[-+]?\s*end" + word + r"\b[^%\n]*%\}")
        match = closing.search(self._text, self._start)
        end = match.start() if match is not None else len(self._text)
        if word != "comment" and end > self._start:
            self._tokens.append(
                Token(TEXT, self._text[self._start : end], self._line_at(self._start))
            )
        self._start = match.end() if match is not None else end
        return self._start

    def _code_line(self, start: int, inside: int) -> int:
        """A line of Bottle's that starts with `%`."""
        end = self._line_end(inside)
        self._flush(start)
        code = self._text[inside:end].strip().removesuffix(":")
        self._tokens.append(Token(TAG, code, self._line_at(start)))
        self._start = end
        return end
