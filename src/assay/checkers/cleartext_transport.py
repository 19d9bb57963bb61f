"""CWE-319: a password or token travels where everybody on the way can read it.

FTP, Telnet, and SMTP, IMAP, POP3 and LDAP without TLS send the password as it is. So does a request
to an address that starts with `http:`.

Weak:

    server = smtplib.SMTP(host)
    server.login(user, password)

Guarded:

    server = smtplib.SMTP(host)
    server.starttls(context=ssl.create_default_context())
    server.login(user, password)

What it examines: logins by ftplib, telnetlib, smtplib, imaplib, poplib and ldap, and requests that
carry credentials to an address in plain HTTP which the code spells out.

What it says: `found` for a login or request whose connection is not encrypted; `handled` where the
same function asks for TLS, also under a condition, and in a test; `clean` for variants with TLS and
for addresses of the machine itself.

How to fix: the variant with TLS: `FTP_TLS`, `SMTP_SSL` or `starttls()`, `IMAP4_SSL`, `POP3_SSL`,
`ldaps:`, SSH in place of Telnet, `https:`.

Known limits: addresses that come from a configuration are not judged. A tunnel round the connection
is not seen.

References: CWE-319 Cleartext Transmission of Sensitive Information; CWE-522; CWE-523; RFC 8314.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from assay.checkers import _says as says
from assay.checkers._names import is_password, is_secret
from assay.checkers._settings import constant_of
from assay.checkers.base import FunctionChecker
from assay.domains.uses import made_of
from assay.ir.ops import Call, Join
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.purposes import Login, login_keys, logins, request_paths
from assay.program.facts import FunctionFacts
from assay.source.words import words_of

RULE: Final = Rule(
    id="cleartext-transport",
    cwe=319,
    related=(522, 523),
    title="Credentials over an open connection",
    family=Family.TRANSPORT,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="logins and requests with credentials",
    summary="A password or token is sent over a connection that is not encrypted",
    explanation=__doc__ or "",
)
_REQUESTS: Final = frozenset(
    {"get", "post", "put", "patch", "delete", "request", "head", "Request"}
)
_OWN: Final = ("localhost", "127.", "[::1]", "0.0.0.0", "example.", "{", "%s", "testserver")


@final
class LoginSite:
    """A call that sends credentials; `row` is None for a request over HTTP."""

    __slots__ = ("call", "row", "target")

    def __init__(self, call: Call, row: Login | None, target: str) -> None:
        self.call: Final = call
        self.row: Final = row
        self.target: Final = target


@final
class CleartextTransport(FunctionChecker[LoginSite]):
    """Logins and requests with credentials."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterator[LoginSite]:
        known = logins()
        for site in function.calls_of(login_keys()):
            row = known.get(function.callee(site.op))
            if row is not None and _sends(function, site.op, row):
                yield LoginSite(site.op, row, row.what)
        if not function.file.source.holds("http:"):
            return
        for site in function.calls_of(_REQUESTS):
            if function.callee(site.op) in request_paths() and _has_credentials(function, site.op):
                target = _address(function, site.op)
                if target:
                    yield LoginSite(site.op, None, target)

    def judge(self, site: LoginSite, function: FunctionFacts) -> Observation | None:
        at = site.call.at
        called = function.spelled(site.call.callee)
        if site.row is None:
            if site.target.startswith("https:"):
                return says.clean(RULE, function, at, f"{called}() goes to an address with TLS")
            rest = site.target.removeprefix("http://")
            if not rest or rest.startswith(_OWN) or "." not in rest.partition("/")[0]:
                return says.clean(RULE, function, at, f"{called}() stays on the machine")
            return says.found(
                RULE,
                function,
                at,
                f"{called}() sends credentials to {site.target}: everybody on the way reads them,"
                " https is not used",
            )
        guard = _asks_for_tls(function, site.row)
        if guard:
            said = f"{called}() by {site.row.what}: line {guard} asks for TLS"
            return says.handled(RULE, function, at, said, guard)
        return says.found(
            RULE,
            function,
            at,
            f"{called}() sends credentials by {site.row.what}: everybody on the way reads them, TLS"
            " is not asked for",
        )


def _sends(function: FunctionFacts, call: Call, row: Login) -> bool:
    """Whether a call sends a password that lets somebody in."""
    if row.always:
        return True
    temp = function.argument(call, row.position, row.keyword)
    if temp is None:
        return False
    constant = constant_of(function, temp)
    if constant is None:
        return True
    value = constant.value
    return isinstance(value, str) and value != "" and "anonymous" not in value and "@" not in value


def _asks_for_tls(function: FunctionFacts, row: Login) -> int:
    for site in function.calls_of(frozenset(row.guards)):
        return site.op.at.lineno
    return 0


def _has_credentials(function: FunctionFacts, call: Call) -> bool:
    """Whether a request carries credentials in `auth`, in its headers or in its body."""
    for temp, label in zip(call.args, call.labels, strict=False):
        if label == "auth":
            constant = constant_of(function, temp)
            return constant is None or constant.value is not None
        if label in ("headers", "data", "json", "params"):
            for name in made_of(function, temp):
                if is_password(name) or name.lower() in ("authorization", "x-api-key"):
                    return True
                if is_secret(name) and "csrf" not in words_of(name):
                    return True
    return False


def _address(function: FunctionFacts, call: Call) -> str:
    """The address that a request goes to, as far as it is spelled out; `""` when it is not."""
    path = function.callee(call)
    position = 1 if path.endswith(".request") else 0
    temp = function.argument(call, position, "url")
    if temp is None:
        return ""
    constant = constant_of(function, temp)
    if constant is not None:
        return constant.value if isinstance(constant.value, str) else ""
    op = function.definitions[temp]
    if isinstance(op, Join) and op.parts:
        first = constant_of(function, op.parts[0])
        if first is not None and isinstance(first.value, str) and len(first.value) > 8:
            return first.value
    return ""


CHECKER: Final = CleartextTransport()
