"""CWE-614: a cookie that lets its bearer in can be read on the way, or by a script.

Without `Secure` the browser sends the cookie over plain HTTP as well, where everybody on the way
reads it; without `HttpOnly` a script that was smuggled into a page reads it.

Weak:

    response.set_cookie("session", token)

Guarded:

    response.set_cookie("session", token, secure=True, httponly=True, samesite="Lax")

What it examines: `set_cookie` and its relatives of Flask, Werkzeug, Django, Starlette, FastAPI,
aiohttp, Bottle, Falcon, Tornado and Pyramid, the flags of `http.cookies`, and the settings of
frameworks on cookies.

What it says: `found` where `secure` is the constant False, and where it is missing for a cookie
whose name or value is that of a session, token or user; `handled` when an option or a condition
decides, or in a test; `clean` with the flag, and for cookies that let nobody in.

How to fix: `secure=True, httponly=True`, and `samesite="Lax"` or `"Strict"`. For development over
plain HTTP let a setting decide, with True as the default.

Known limits: a proxy that adds the flags is not seen. Defaults that a framework's settings give are
judged where they are set.

References: CWE-614 Sensitive Cookie in HTTPS Session Without 'Secure' Attribute; CWE-1004;
CWE-1275; RFC 6265bis.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias, final

from assay.checkers import _says as says
from assay.checkers._names import is_secret
from assay.checkers._options import (
    OptionUse,
    Wording,
    imports_any,
    is_unsafe,
    judge_use,
    setting_uses,
)
from assay.checkers._settings import PARAMETER, constant_of, decided
from assay.checkers.base import FunctionChecker
from assay.domains.uses import made_of, name_of
from assay.ir.ops import Attr, Call, Item, SetItem
from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.configuration import settings
from assay.models.purposes import cookie_words
from assay.program.facts import FunctionFacts
from assay.source.roles import Role
from assay.source.words import words_of

RULE: Final = Rule(
    id="insecure-cookie",
    cwe=614,
    related=(1004, 1275, 311),
    title="Cookie without its flags",
    family=Family.TRANSPORT,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="cookies",
    summary="A cookie that lets its bearer in is sent over plain HTTP or shown to scripts",
    explanation=__doc__ or "",
)
_SECURE: Final = Wording(
    RULE,
    unsafe="the browser sends the cookie over plain HTTP as well",
    safe="sent over HTTPS only",
    needed="no option decides it",
)
_HTTPONLY: Final = Wording(
    RULE,
    unsafe="scripts can read the cookie",
    safe="scripts cannot read it",
    needed="no option decides it",
)
_SETTERS: Final = frozenset({"set_cookie", "set_signed_cookie", "set_secure_cookie"})


@final
class CookieCall:
    """A call that sets a cookie."""

    __slots__ = ("call",)

    def __init__(self, call: Call) -> None:
        self.call: Final = call


@final
class CookieFlag:
    """A flag of a morsel of `http.cookies`, or a setting of a framework."""

    __slots__ = ("use", "wording")

    def __init__(self, use: OptionUse, wording: Wording) -> None:
        self.use: Final = use
        self.wording: Final = wording


CookieSite: TypeAlias = CookieCall | CookieFlag


@final
class InsecureCookie(FunctionChecker[CookieSite]):
    """Cookies and their flags."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterator[CookieSite]:
        for site in function.calls_of(_SETTERS):
            if _sets_cookie(function, site.op):
                yield CookieCall(site.op)
        library = function.file.source.role is Role.LIBRARY  # its users set what they need
        rows = () if library else settings(RULE.id)
        for row, _, use in setting_uses(function, rows):
            yield CookieFlag(use, _SECURE if row.what == "secure" else _HTTPONLY)
        if imports_any(function.file, ("http", "Cookie", "six")):
            yield from _morsels(function)

    def judge(self, site: CookieSite, function: FunctionFacts) -> Observation | None:
        if isinstance(site, CookieFlag):
            return judge_use(site.use, site.wording)
        call = site.call
        if "**" in call.labels:
            return None  # the flags may be among them
        name = _cookie_name(function, call)
        carries = _lets_in(function, call)
        secure = function.argument(call, -1, "secure")
        if secure is None:
            if not carries:
                return says.clean(RULE, function, call.at, f"cookie {name} lets nobody in")
            return says.found(
                RULE,
                function,
                call.at,
                f"cookie {name}, which lets its bearer in, is set without secure and is sent"
                " over plain HTTP as well",
                confidence=Confidence.MEDIUM,
            )
        use = OptionUse(
            function, call.at, f"secure of cookie {name}", secure, (False, 0), True, (), True
        )
        value = decided(function, secure)
        if value.kind == PARAMETER and not carries:
            said = f"secure of cookie {name} is decided by parameter {value.path}"
            return says.handled(RULE, function, call.at, said, value.line)
        word = judge_use(use, _SECURE)
        if word.verdict is Verdict.FOUND or not carries:
            return word
        return _judge_httponly(function, call, name) or word


def _judge_httponly(function: FunctionFacts, call: Call, name: str) -> Observation | None:
    httponly = function.argument(call, -1, "httponly")
    if httponly is None:
        return None  # some are meant for scripts
    use = OptionUse(
        function, call.at, f"httponly of cookie {name}", httponly, (False, 0), True, (), True
    )
    if not is_unsafe(use, decided(function, httponly)) or _for_scripts(name):
        return None
    return judge_use(use, _HTTPONLY, Severity.LOW)


def _sets_cookie(function: FunctionFacts, call: Call) -> bool:
    """Whether a call sets a cookie of a response, not one of a client's jar."""
    given = [label for label in call.labels if label not in ("", "*", "**")]
    if len(call.args) < 2 and "key" not in given and "name" not in given:
        return False
    callee = function.definitions[call.callee]
    if not isinstance(callee, Attr):
        return False
    owner = function.spelled(callee.owner).lower()
    if any(word in owner for word in cookie_words().clients):
        return False
    return bool(cookie_words().flags.intersection(given)) or imports_any(
        function.file, tuple(sorted(cookie_words().frameworks))
    )


def _cookie_name(function: FunctionFacts, call: Call) -> str:
    temp = function.argument(call, 0, "key")
    if temp is None:
        temp = function.argument(call, 0, "name")
    if temp is None:
        return "?"
    constant = constant_of(function, temp)
    if constant is not None:
        return repr(constant.value)
    return name_of(function, temp) or "?"


def _lets_in(function: FunctionFacts, call: Call) -> bool:
    """Whether the name or the value of a cookie is that of a session, a token or a user."""
    known = cookie_words()
    name = _cookie_name(function, call).strip("'\"")
    words = set(words_of(name))
    temp = function.argument(call, 1, "value")
    literal = temp is not None and constant_of(function, temp) is not None
    if known.plain & words or (literal and _name_is_made(function, call)):
        return False
    if is_secret(name) or known.bearers & words:
        return True
    if temp is None:
        return False
    last = name_of(function, temp)
    made = made_of(function, temp)
    return is_secret(last) or any(known.signers.intersection(words_of(each)) for each in made[:12])


def _name_is_made(function: FunctionFacts, call: Call) -> bool:
    """Whether the name of a cookie is no literal: the cookie is a mark then, found by its name."""
    temp = function.argument(call, 0, "key")
    return temp is not None and constant_of(function, temp) is None


def _for_scripts(name: str) -> bool:
    return bool({"csrf", "xsrf", "csrftoken"}.intersection(words_of(name)))


def _morsels(function: FunctionFacts) -> Iterator[CookieFlag]:
    """`cookie["session"]["secure"] = False`."""
    if function.file.mentioned.isdisjoint(("secure", "httponly")):
        return
    for op in (site.op for site in function.sites()):
        if not isinstance(op, SetItem):
            continue
        flag = constant_of(function, op.index)
        owner = function.definitions[op.owner]
        if flag is None or flag.value not in ("secure", "httponly") or not isinstance(owner, Item):
            continue
        wording = _SECURE if flag.value == "secure" else _HTTPONLY
        name = f"{function.spelled(owner.owner)}[{flag.value}]"
        yield CookieFlag(
            OptionUse(function, op.at, name, op.value, (False, 0, ""), True, (), True), wording
        )


CHECKER: Final = InsecureCookie()
