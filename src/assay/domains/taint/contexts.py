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
from typing import Final, final

from assay.domains.taint.characters import LETTERS, OTHERS, PUNCTUATION, covers, mask
from assay.domains.taint.conditions import is_quoted_literal
from assay.domains.taint.taints import Taint
from assay.domains.taint.values import Piece, Value

FIELDS: Final = "fields"  # the token of checked data of a form (see forms.py)
ALL: Final = "all"  # the token of a value that is one of a list of constants

SHELL_META: Final = "\n\r;&|$`<>(){}*?[]~!#\"'\\ "
_WORD_ONLY: Final = PUNCTUATION & ~mask("-")
_SCHEME_HOST: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#\\\0]+[/?#]")
_LOCAL_PATH: Final = re.compile(r"/[^/\\\0]")
_HOLE: Final = "\0"

_LOCAL: Final = frozenset(("code", "template"))


def counts(taint: Taint, context: str, is_auto: bool) -> bool:
    """Whether data of this kind is outside data for a context.

    Unless a threat model says that it is not trusted, who starts a program may name its files,
    hosts and commands, but does not write code for it.
    """
    if FIELDS in taint.tokens:  # the checked data of a form, as a whole
        return False
    kind = taint.origin.kind
    return not is_auto or kind != "cli" or context in _LOCAL


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


def judge(context: str, value: Value) -> list[Judged]:
    """Every taint of a value that a sink gets, judged; none for constants and clean data."""
    if value.inert or value.constants is not None:
        return []
    result: list[Judged] = []
    before = ""
    for part in value.text_parts():
        if isinstance(part, str):
            before += part
            continue
        for taint in part.taints:
            reason = _harmless(context, before, part, taint)
            result.append(Judged(taint, not reason, reason))
        before += _HOLE
    seen = {id(judged.taint) for judged in result}
    if value.parts is None:
        return result
    known = {judged.taint.origin for judged in result}
    for taint in value.taints:
        if id(taint) not in seen and taint.origin not in known:
            reason = _harmless(context, _HOLE, Piece((taint,)), taint)
            result.append(Judged(taint, not reason, reason))
    return result


def _harmless(context: str, before: str, part: Piece, taint: Taint) -> str:
    """Why a piece cannot do harm; "" when it can."""
    if ALL in taint.tokens:
        return "one of a list of known values"
    if context == "subject":
        return ""  # any characters may be those that a pattern is slow on
    if not TOKENS.get(context, frozenset((context,))).isdisjoint(taint.tokens):
        return _escape_reason(context, before)
    absent = taint.absent
    if absent & _WORD_ONLY == _WORD_ONLY and context != "redirect":
        if context not in ("import", "session", "prompt", "path", "command", "attribute"):
            return "only letters and digits are left"
        if context == "path":
            return "only letters and digits are left"
    if context in ("code", "script") and is_quoted_literal(taint.tokens):
        return "it is one quoted literal"
    if context in ("sql", "xpath", "code", "script"):
        return _in_quotes(context, before, absent)
    if context == "ldap":
        return "no parentheses or stars are left" if covers(absent, "()*") else ""
    if context == "ldap-dn":
        return "no separators are left" if covers(absent, ',=+<>;"\\') else ""
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
        return "its key does not say who somebody is or what they may do"
    if context == "upload":
        return _in_upload(before, taint)
    if context == "argument":
        return "it is one argument of a list, and no shell reads it"
    if context == "nosql":
        return "" if "json" in taint.tokens else "it is a text, which brings no operators"
    if context in ("header", "log"):
        return "no line breaks are left" if covers(absent, "\r\n") else ""
    if context == "format":
        return "no braces are left" if covers(absent, "{") or covers(absent, "%") else ""
    if context == "regex":
        return "no operators are left" if covers(absent, "()[]*+{|") else ""
    if context == "csv":
        return "no formula can start" if covers(absent, "=+-@") or before.strip() else ""
    if context == "template":
        return "no braces are left" if covers(absent, "{") else ""
    return ""


def _escape_reason(context: str, before: str) -> str:
    if context == "html" and _in_script(before):
        return ""
    return "it was checked or escaped"


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


def _in_quotes(context: str, before: str, absent: int) -> str:
    opened = _quote(before)
    if opened and covers(absent, opened):
        return f"no {opened} is left, and it stands between quotes"
    return ""


def _in_shell(before: str, absent: int) -> str:
    opened = _quote(before)
    if opened == "'":
        return "no quote is left, and it stands between quotes" if covers(absent, "'") else ""
    if opened == '"':
        return "nothing that ends the quotes is left" if covers(absent, '"$`\\') else ""
    return "no special characters of a shell are left" if covers(absent, SHELL_META) else ""


def _in_script(before: str) -> bool:
    low = before.lower()
    return low.rfind("<script") > low.rfind("</script")


def _in_html(before: str, absent: int) -> str:
    if _in_script(before):
        return ""
    tag = before.rfind("<")
    if tag > before.rfind(">"):
        inside = before[tag:]
        opened = _quote(inside)
        if opened:
            return (
                "no quote is left, and it stands between quotes" if covers(absent, opened) else ""
            )
        return ""
    return "no tag can start" if covers(absent, "<") else ""


def _in_path(before: str, part: Piece, taint: Taint) -> str:
    absent = taint.absent
    if "object" in taint.tokens and not before:
        return "it is an open file, and no path"
    prefixed = bool(before) and not part.rooted
    relative = prefixed or "relative" in taint.tokens or covers(absent, "/")
    dots = "nodots" in taint.tokens or covers(absent, ".")
    if dots and relative:
        return "it cannot leave its folder"
    if covers(absent, "/") and (covers(absent, "\\") or "basename" in taint.tokens):
        return "it is one name without separators"
    if covers(absent, "/") and before:
        return "it is one name without separators"
    return ""


def _in_upload(before: str, taint: Taint) -> str:
    if covers(taint.absent, ".") and not before.endswith("."):
        return "no extension is left"
    return "its extension was checked" if "extension" in taint.tokens else ""


def _in_url(before: str) -> str:
    if _SCHEME_HOST.match(before):
        return "the host is fixed"
    hole = before.find(_HOLE)
    if hole >= 0:  # something that is not outside data stands before it: the address of a service
        return "the host comes from elsewhere"
    if before.startswith("/") or (before and "://" not in before and "/" in before):
        return "the host is fixed"
    return ""


def _in_redirect(before: str, taint: Taint) -> str:
    if _LOCAL_PATH.match(before) or _SCHEME_HOST.match(before):
        return "the host is fixed"
    if before.startswith(("?", "#", _HOLE)) or _HOLE in before:
        return "the host comes from elsewhere"
    if before == "/":
        if "noslash" in taint.tokens or covers(taint.absent, "/"):
            return "no second slash can follow the first"
        return ""
    if before and not before.startswith("/") and ":" not in before:
        return "it is a path below the current one"
    if before:
        return "" if before.endswith("://") or before.startswith("//") else "the host is fixed"
    if "noslash2" in taint.tokens:
        return "it starts with one slash"
    if taint.absent & (LETTERS | OTHERS) == (LETTERS | OTHERS):
        return "only digits are left"
    if covers(taint.absent, ":/"):
        return "no other host can be named"
    return ""
