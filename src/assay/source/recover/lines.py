"""Logical lines by a lexical scan, which holds up where a grammar gives up.

The scan knows comments, strings (f-strings with what is nested in them too), brackets and
indentation, and nothing else. A logical line is *broken* when a bracket or quote of it stays open,
closes what was not opened, or is nested too deeply. An open bracket is given up at a keyword that
cannot stand inside of brackets; the scan then resumes at the first line that is not indented
deeper than the line with the open bracket.

Invariant: the logical lines do not overlap, are in the order of the text, and cover every token.
The scan is linear but for resumptions, which a budget of steps bounds.

Example: of `f(1,\ng(2\ndef h(): pass` all three lines are logical lines, the first two broken.
"""

import re
from typing import Final, final

# Levels of the resulting tree. Each costs two Python frames here and up to four in `ast.unparse`,
# so the limit keeps both below the interpreter's default recursion limit of 1,000.
MAX_DEPTH: Final = 200

_BLANK: Final = re.compile(rb"[ \t\f]*(?:#[^\n]*)?(?:\n|\Z)")
_INDENT: Final = re.compile(rb"[ \t\f]*")
# These leave one way to read a text, so that giving up takes no longer than reading it. Possessive
# repeats would say so themselves, but CPython misreads them up to 3.11.4 (gh-106052).
_TOKEN: Final = re.compile(
    rb"(?P<skip>(?:[^\n#'\"`()\[\]{}\\]+|\\\n)+)|(?P<quote>'{3}|\"{3}|'|\"|`)"
    rb"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comment>#[^\n]*)|(?P<newline>\n)|(?P<other>(?s:.))"
)
_ENDS: Final = {
    b"'": re.compile(rb"[^'\\\n]*(?:\\(?s:.)[^'\\\n]*)*'"),
    b'"': re.compile(rb'[^"\\\n]*(?:\\(?s:.)[^"\\\n]*)*"'),
    b"`": re.compile(rb"[^`\n]*`"),
    b"'''": re.compile(rb"[^'\\]*(?:(?:\\(?s:.)|'(?!''))[^'\\]*)*'''"),
    b'"""': re.compile(rb'[^"\\]*(?:(?:\\(?s:.)|"(?!""))[^"\\]*)*"""'),
}
_PREFIX: Final = re.compile(
    rb"(?<!\w)(?:[fFtT][rR]?|[rR][fFtT]?|[bB][rR]?|[rR][bB]|[uU][rR]?)(?=['\"`])"
)
# Where code most probably goes on after a triple quote that is never closed.
_DECLARATION: Final = re.compile(
    rb"^[ \t]*(?:(?:async[ \t]+)?def[ \t]+\w+[ \t]*\(|class[ \t]+\w+[ \t]*[:(]|@\w"
    rb"|import[ \t]+\w|from[ \t]+[.\w]+[ \t]+import\b)",
    re.MULTILINE,
)
_DEFAULT_TOKEN: Final = re.compile(
    rb"[^\n#'\"()\[\]{},=]+|(?P<quote>'{3}|\"{3}|'|\")|#[^\n]*|(?s:.)"
)
# A word behind a string, other than an operator or the next string's prefix: the quotes were those
# that open a documentation string, not those that close the one before it.
_PROSE: Final = re.compile(
    rb"(?!(?:in|if|is|and|or|not|for|else|as|async|from)\b|[a-zA-Z]{1,2}['\"])[a-zA-Z]"
)
_PAIRS: Final = {b")": b"(", b"]": b"[", b"}": b"{"}
# Keywords that start a statement and never a continuation line within brackets.
_HARD: Final = re.compile(
    rb"[ \t\f]*(?:(?:def|class)[ \t]+\w+[ \t]*[(:\[]|(?:return|raise|assert|del|global|nonlocal"
    rb"|while|with|import|elif)\b|(?:try|finally)[ \t]*:|except\b"
    rb"|(?:pass|break|continue)[ \t]*(?:[#;\n]|\Z)"
    rb"|from[ \t]+[.\w]+[ \t]+import\b"
    rb"|(?P<soft>(?:if|for|else|async)\b[^\n#]*:[ \t]*)(?:#[^\n]*)?(?:\n|\Z))"
)
_CLOSER: Final = re.compile(rb"[ \t\f]*[)\]}]")
_NESTED_STRINGS: Final = 20


@final
class _Budget:
    """Bytes that may still be looked at more than once."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left


@final
class LogicalLine:
    """One logical line: `begin` is its first token, `end` is behind its last; byte offsets.

    `indent` is its indentation in columns, tabs to multiples of eight. `joints` are the offsets of
    the newlines within its brackets, `comments` the stretches of the comments there. `opens` says
    that it ends with a colon.
    """

    __slots__ = ("begin", "broken", "comments", "deep", "end", "indent", "joints", "opens")

    def __init__(self, begin: int, indent: int) -> None:
        self.begin: Final = begin
        self.indent: Final = indent
        self.end = begin
        self.broken = False
        self.deep = False
        self.opens = False
        self.joints: Final[list[int]] = []
        self.comments: Final[list[tuple[int, int]]] = []


def columns(indent: bytes) -> int:
    """The width of leading white space: tabs to multiples of eight, form feeds back to zero."""
    width = 0
    for byte in indent:
        if byte == 0x20:
            width += 1
        elif byte == 0x09:
            width = (width // 8 + 1) * 8
        elif byte == 0x0C:
            width = 0
    return width


def logical_lines(text: bytes) -> list[LogicalLine]:
    """All logical lines of a text; blank and comment lines belong to none."""
    lines: list[LogicalLine] = []
    position = 0
    budget = _Budget(8 * len(text) + 1000)
    while position < len(text):
        blank = _BLANK.match(text, position)
        if blank is not None and blank.end() > position:
            position = blank.end()
            continue
        indent = _INDENT.match(text, position)
        begin = indent.end() if indent is not None else position
        line = LogicalLine(begin, columns(text[position:begin]))
        following = _scan(text, line, budget)
        lines.append(line)
        position = max(following, begin + 1)
    return lines


def _scan(text: bytes, line: LogicalLine, budget: _Budget) -> int:
    """Find the end of a logical line, and return where the next one starts.

    With the budget spent, an open bracket ends with its physical line.
    """
    stack: list[bytes] = []
    position = line.begin
    resume = -1
    last = b""
    patient = budget.left > 0
    unclosed = False
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            break
        kind = match.lastgroup
        position = match.end()
        if kind == "skip":
            stretch = match[0].rstrip()
            if stretch and stretch != b"\\":
                line.end = match.start() + len(stretch)
                last = stretch[-1:]
        elif kind == "newline":
            if not stack:
                line.opens = last == b":"
                return position
            line.joints.append(match.start())
            if resume < 0 and _resumes(text, position, line):
                resume = position
            if not patient or _is_statement(text, position):
                break
        elif kind == "comment":
            line.comments.append((match.start(), match.end()))
        elif kind == "quote":
            opening = _prefix_before(text, match.start(), line.begin) + match[0]
            end = _string_end(text, match.start(), match[0], opening, budget, 0)
            last = b"'"
            if len(match[0]) == 3 and end >= 0 and patient and _PROSE.match(text, end):
                # Its end is the start of another: it stands for a lost quote further up.
                unclosed = True
                budget.left -= end - position
                newline = text.find(b"\n", position)
                resume = len(text) if newline < 0 else newline + 1
                break
            if end < 0:
                line.broken = True
                newline = text.find(b"\n", position)
                if len(match[0]) == 3:
                    unclosed = True
                    budget.left -= len(text) - position
                    code = _DECLARATION.search(text, position) if budget.left > 0 else None
                    resume = len(text) if code is None else code.start()
                    break
                position = len(text) if newline < 0 else newline
                line.end = position
                if stack:
                    break
                continue
            position = line.end = end
        else:
            line.end = position
            last = match[0]
            if kind == "open":
                stack.append(last)
                line.deep = line.deep or len(stack) > MAX_DEPTH
            elif kind == "close":
                if stack and stack[-1] == _PAIRS[last]:
                    stack.pop()
                else:
                    line.broken = True
                    stack.clear()
    if not stack and not unclosed:
        line.opens = last == b":"
        return position
    line.broken = True
    budget.left -= position - line.begin
    if resume < 0 or not patient:
        newline = text.find(b"\n", line.begin)
        resume = position if patient or newline < 0 else newline + 1
    line.end = len(text[line.begin : resume].rstrip()) + line.begin
    return resume


def _is_statement(text: bytes, position: int) -> bool:
    """Whether a keyword here says that a statement starts, whatever bracket is open."""
    match = _HARD.match(text, position)
    if match is None:
        return False
    # `for x in y):` ends a comprehension and a header at once, `for x in y:` only a header.
    soft = match["soft"]
    if soft is None:
        return True
    return all(soft.count(left) == soft.count(right) for right, left in _PAIRS.items())


def _resumes(text: bytes, position: int, line: LogicalLine) -> bool:
    """Whether the physical line here looks like the next statement after an open bracket."""
    if _BLANK.match(text, position) is not None or _CLOSER.match(text, position) is not None:
        return False
    indent = _INDENT.match(text, position)
    return indent is not None and columns(indent[0]) <= line.indent


def _prefix_before(text: bytes, position: int, begin: int) -> bytes:
    """The letters before a quote that belong to its string."""
    for start in (position - 2, position - 1):
        if start >= begin:
            match = _PREFIX.match(text, start)
            if match is not None and match.end() == position:
                return match[0]
    return b""


def _string_end(
    text: bytes, position: int, quote: bytes, opening: bytes, budget: _Budget, depth: int
) -> int:
    """The offset behind a string literal whose quotes start here, or -1 when it stays open."""
    inside = position + len(quote)
    if opening[0] in b"fFtT" or opening[1:2] in (b"f", b"F", b"t", b"T"):
        end = _formatted_end(text, inside, quote, budget, depth)
        if end >= 0 or depth:
            return end
    if len(quote) == 3 and budget.left <= 0:
        return -1
    match = _ENDS[quote].match(text, inside)
    return -1 if match is None else match.end()


def _formatted_end(text: bytes, position: int, quote: bytes, budget: _Budget, depth: int) -> int:
    """As `_string_end`, for the inside of an f-string, where quotes may be nested in braces."""
    single = len(quote) == 1
    begin = position
    if depth > _NESTED_STRINGS or budget.left <= 0:
        return -1
    braces = 0
    while position < len(text):
        byte = text[position : position + 1]
        if braces == 0:
            if text.startswith(quote, position):
                return position + len(quote)
            if byte == b"\\":
                position += 1
            elif byte == b"{":
                if text.startswith(b"{{", position):
                    position += 1
                else:
                    braces = 1
            elif byte == b"\n" and single:
                break
        elif byte in (b"{", b"(", b"["):
            braces += 1
        elif byte in (b"}", b")", b"]"):
            braces -= 1
        elif byte in (b"'", b'"'):
            triple = text[position : position + 3]
            inner = triple if triple in (b"'''", b'"""') else byte
            prefix = text[max(0, position - 2) : position].strip() or b" "
            end = _string_end(text, position, inner, prefix, budget, depth + 1)
            if end < 0:
                break
            position = end - 1
        position += 1
    budget.left -= position - begin
    return -1


def parameter_defaults(text: bytes, line: LogicalLine) -> list[tuple[int, int, int]]:
    """The defaults in the first bracket of a line, which holds type parameters.

    Each is (end of the parameter, begin of the default, its end), in byte offsets.
    """
    found: list[tuple[int, int, int]] = []
    position = text.find(b"[", line.begin, line.end) + 1
    depth = 1
    equals = -1
    budget = _Budget(len(text))
    while position < line.end and depth:
        match = _DEFAULT_TOKEN.match(text, position)
        if match is None:
            break
        position = match.end()
        token = match[0]
        if match.lastgroup == "quote":
            position = _string_end(text, match.start(), match["quote"], b" ", budget, 1)
            if position < 0:
                break
            continue
        if token in b"([{":
            depth += 1
        elif token in b")]}":
            depth -= 1
        if equals >= 0 and (depth == 0 or (depth == 1 and token == b",")):
            end = line.begin + len(text[line.begin : equals].rstrip())
            inner = text[equals + 1 : match.start()]
            begin = equals + 1 + len(inner) - len(inner.lstrip())
            found.append((end, begin, begin + len(inner.strip())))
            equals = -1
        elif depth == 1 and token == b"=":
            equals = match.start()
    return found
