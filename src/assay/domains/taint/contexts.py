"""Whether data is dangerous where a sink puts it: its place in the text decides what breaks out.

Every sink names a context: `sql`, `shell`, `html`, `path`, ... A piece of outside data is looked
at with the constant text before it: inside quotes only the quote can break out, behind a fixed host
nothing can change the host.

    sql    "... name = '" + x + "'"   dangerous unless `'` cannot be in x
    url    "https://api.test/" + x    the host is fixed: not dangerous

Invariant: a context that is not listed lets nothing pass but the tokens that name it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, final

from assay.domains.taint import gates
from assay.domains.taint.characters import LETTERS, OTHERS, PUNCTUATION, covers, mask
from assay.domains.taint.conditions import is_quoted_literal
from assay.domains.taint.taints import Taint, is_cut
from assay.domains.taint.values import Piece, Value

if TYPE_CHECKING:
    from assay.program.facts import FileFacts
    from assay.program.silence import Gate

FIELDS: Final = "fields"  # the token of checked data of a form (see forms.py)
ALL: Final = "all"  # the token of a value that is one of a list of constants

SHELL_META: Final = "\n\r;&|$`<>(){}*?[]~!#\"'\\ "
_WORD_ONLY: Final = PUNCTUATION & ~mask("-")
_SCHEME_HOST: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#\\\0]+[/?#]")
_LOCAL_PATH: Final = re.compile(r"/[^/\\\0]")
_HOLE: Final = "\0"

_LOCAL: Final = frozenset(("code", "template"))
# Where letters and digits are enough to name something else.
_WORDS_HARM: Final = frozenset(("redirect", "import", "session", "prompt", "command", "attribute"))


@final
class Place:
    """Where a sink stands, and which rule asks: what gates are told."""

    __slots__ = ("file", "line", "rule")

    def __init__(self, file: FileFacts, line: int, rule: str) -> None:
        self.file: Final = file
        self.line: Final = line
        self.rule: Final = rule

    def stops(self, gate: Gate) -> bool:
        """Whether a gate whose condition holds stands here."""
        return gate.stops(self.file, self.line, self.rule)


def counts(taint: Taint, context: str, is_auto: bool, place: Place) -> bool:
    """Whether data of this kind is outside data for a context.

    Unless a threat model says that it is not trusted, who starts a program may name its files,
    hosts and commands, but does not write code for it.
    """
    if FIELDS in taint.tokens and place.stops(gates.WHOLE_FORM):
        return False
    trusted = is_auto and taint.origin.kind == "cli" and context not in _LOCAL
    return not trusted or not place.stops(gates.STARTED)


TOKENS: Final[dict[str, frozenset[str]]] = {
    "sql": frozenset(("sql",)),
    "xpath": frozenset(("xpath",)),
    "ldap": frozenset(("ldap",)),
    "ldap-dn": frozenset(("ldap-dn",)),
    "shell": frozenset(("shell",)),
    "code": frozenset(("code", "literal")),
    "script": frozenset(("code", "literal")),
    "html": frozenset(("html",)),
    "path": frozenset(("path",)),
    "url": frozenset(("url", "host")),
    "redirect": frozenset(("redirect", "url", "host")),
    "header": frozenset(("header",)),
    "log": frozenset(("log", "header")),
    "regex": frozenset(("regex",)),
    "csv": frozenset(("csv",)),
    "template": frozenset(("template",)),
    "deserialise": frozenset(("signed",)),
    "xml": frozenset(("xml",)),
}


@final
class Judged:
    """One taint at a sink: dangerous, or not and why."""

    __slots__ = ("dangerous", "reason", "taint")

    def __init__(self, taint: Taint, dangerous: bool, reason: str) -> None:
        self.taint: Final = taint
        self.dangerous: Final = dangerous
        self.reason: Final = reason


def judge(context: str, value: Value, place: Place) -> list[Judged]:
    """Every taint of a value that a sink gets, judged; none for constants and clean data."""
    if value.inert or value.constants is not None:
        return []
    result: list[Judged] = []
    before = ""
    for part in value.text_parts():
        if isinstance(part, str):
            before += part
            continue
        result += [
            _judged(taint, _harmless(context, before, part, taint), place) for taint in part.taints
        ]
        before += _HOLE
    seen = {id(judged.taint) for judged in result}
    if value.parts is None:
        return result
    known = {judged.taint.origin for judged in result}
    for taint in value.taints:
        if id(taint) not in seen and taint.origin not in known:
            gate = _harmless(context, _HOLE, Piece((taint,)), taint)
            result.append(_judged(taint, gate, place))
    return result


def _judged(taint: Taint, gate: Gate | None, place: Place) -> Judged:
    if gate is None or not place.stops(gate):
        return Judged(taint, True, "")
    return Judged(taint, False, gate.sentence)


def _harmless(context: str, before: str, part: Piece, taint: Taint) -> Gate | None:
    """Why a piece cannot do harm; None when it can."""
    if ALL in taint.tokens:
        return gates.ONE_OF_KNOWN
    if context == "subject":
        return None  # any characters may be those that a pattern is slow on
    if not TOKENS.get(context, frozenset((context,))).isdisjoint(taint.tokens):
        return None if context == "html" and _in_script(before) else gates.CHECKED
    absent = taint.absent
    if absent & _WORD_ONLY == _WORD_ONLY and context not in _WORDS_HARM:
        return gates.LETTERS_LEFT
    if context in ("code", "script") and is_quoted_literal(taint.tokens):
        return gates.QUOTED_LITERAL
    if context in ("sql", "xpath", "code", "script"):
        return _in_quotes(before, absent)
    if context == "shell":
        return _in_shell(before, absent)
    if context == "html":
        return _in_html(before, absent)
    if context == "path":
        return _in_path(before, part, taint)
    if context == "url":
        return _in_url(before)
    if context == "redirect":
        return _in_redirect(before, taint)
    if context == "session-other":
        return gates.OTHER_KEY
    if context == "upload":
        return _in_upload(before, taint)
    if context == "argument":
        return gates.ONE_ARGUMENT
    if context == "nosql":
        may_be_object = "json" in taint.tokens or is_cut(taint)
        return None if may_be_object else gates.NO_QUERY_OPERATORS
    return _of_characters(context, before, absent)


_BREAKING: Final = {
    "ldap": ("()*", gates.NO_STARS),
    "ldap-dn": (',=+<>;"\\', gates.NO_SEPARATORS),
    "header": ("\r\n", gates.NO_LINE_BREAKS),
    "log": ("\r\n", gates.NO_LINE_BREAKS),
    "regex": ("()[]*+{|", gates.NO_OPERATORS),
    "csv": ("=+-@", gates.NO_FORMULA),
    "template": ("{", gates.NO_BRACES),
    "format": ("{", gates.NO_BRACES),
}
"""Characters by which data breaks out wherever it stands, and what holds without them."""


def _of_characters(context: str, before: str, absent: int) -> Gate | None:
    """Whether the characters are left by which data breaks out, where its place says nothing."""
    breaking, gate = _BREAKING.get(context, ("", None))
    safe = covers(absent, breaking)
    if context == "csv":
        safe = safe or bool(before.strip())
    elif context == "format":
        safe = safe or covers(absent, "%")
    return gate if safe else None


def _quote(before: str) -> str:
    """The quote that is open at the end of a text; "" for none."""
    opened = ""
    escaped = False
    for character in before:
        if escaped:
            escaped = False
        elif character == "\\" and opened:
            escaped = True
        elif opened:
            if character == opened:
                opened = ""
        elif character in "'\"":
            opened = character
    return opened


def _in_quotes(before: str, absent: int) -> Gate | None:
    opened = _quote(before)
    gate = gates.IN_SINGLE_QUOTES if opened == "'" else gates.IN_DOUBLE_QUOTES
    return gate if opened and covers(absent, opened) else None


def _in_shell(before: str, absent: int) -> Gate | None:
    opened = _quote(before)
    if opened == "'":
        return gates.BETWEEN_QUOTES if covers(absent, "'") else None
    if opened == '"':
        return gates.QUOTES_HOLD if covers(absent, '"$`\\') else None
    return gates.NO_SHELL if covers(absent, SHELL_META) else None


def _in_script(before: str) -> bool:
    low = before.lower()
    return low.rfind("<script") > low.rfind("</script")


def _in_html(before: str, absent: int) -> Gate | None:
    gate, breaking = gates.NO_TAG, "<"
    tag = before.rfind("<")
    if tag > before.rfind(">"):
        gate, breaking = gates.BETWEEN_QUOTES, _quote(before[tag:])
    safe = bool(breaking) and covers(absent, breaking) and not _in_script(before)
    return gate if safe else None


def _in_path(before: str, part: Piece, taint: Taint) -> Gate | None:
    absent = taint.absent
    if "object" in taint.tokens and not before:
        return gates.OPEN_FILE
    prefixed = bool(before) and not part.rooted
    relative = prefixed or "relative" in taint.tokens or covers(absent, "/")
    dots = "nodots" in taint.tokens or covers(absent, ".")
    if dots and relative:
        return gates.IN_ITS_FOLDER
    one = bool(before) or covers(absent, "\\") or "basename" in taint.tokens
    return gates.ONE_NAME if one and covers(absent, "/") else None


def _in_upload(before: str, taint: Taint) -> Gate | None:
    if covers(taint.absent, ".") and not before.endswith("."):
        return gates.NO_EXTENSION
    return gates.EXTENSION_CHECKED if "extension" in taint.tokens else None


def _in_url(before: str) -> Gate | None:
    if _SCHEME_HOST.match(before):
        return gates.HOST_FIXED
    if _HOLE in before:  # something that is not outside data: the address of a service
        return gates.HOST_ELSEWHERE
    fixed = before.startswith("/") or ("://" not in before and "/" in before)
    return gates.HOST_FIXED if fixed else None


def _in_redirect(before: str, taint: Taint) -> Gate | None:
    if _LOCAL_PATH.match(before) or _SCHEME_HOST.match(before):
        return gates.HOST_FIXED
    if before.startswith(("?", "#", _HOLE)) or _HOLE in before:
        return gates.HOST_ELSEWHERE
    if before == "/":
        one = "noslash" in taint.tokens or covers(taint.absent, "/")
        return gates.NO_SECOND_SLASH if one else None
    if before and not before.startswith("/") and ":" not in before:
        return gates.BELOW_CURRENT
    if before:
        return None if before.endswith("://") or before.startswith("//") else gates.HOST_FIXED
    if "noslash2" in taint.tokens:
        return gates.ONE_SLASH
    if taint.absent & (LETTERS | OTHERS) == (LETTERS | OTHERS):
        return gates.DIGITS_LEFT
    return gates.NO_OTHER_HOST if covers(taint.absent, ":/") else None
