"""CWE-295: a connection is encrypted, and nobody checks who is at the other end.

With certificate checks off, whoever is on the way can answer in place of the server, read what is
sent and change what comes back. Passwords and tokens go to the stranger first.

Weak:

    requests.post(url, json=order, verify=False)

Guarded (the user of the program decides, and the default is safe):

    requests.post(url, json=order, verify=not args.insecure)

What it examines: arguments and attributes that switch certificate or host name checks on or off, in
the libraries of `models/configuration.toml`, and calls such as `ssl._create_unverified_context`.

What it says: `found` for a constant that switches the check off, also as a default of a parameter;
`handled` when an option or a condition decides, or in a test; `clean` for a check that is on;
`unseen` when a constant of another module decides.

How to fix: leave the check on. For a private authority give its certificate
(`verify="/etc/ssl/private-ca.pem"`, `ssl.create_default_context(cafile=...)`).

Known limits: options that travel in dictionaries (`**kwargs`) are not followed. A context of a
server that asks no client for a certificate is normal and is not reported when it is recognised
as a server's.

References: CWE-295 Improper Certificate Validation; RFC 9525.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias, final

from assay.checkers._options import (
    OptionUse,
    SwitchedOff,
    Wording,
    judge_use,
    option_uses,
    setting_uses,
    switched_off,
    unsafe,
)
from assay.checkers._settings import ATTRIBUTE, Setting
from assay.checkers.base import FunctionChecker
from assay.ir.ops import Call, Load
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.configuration import options, settings, switch_offs
from assay.program.facts import FunctionFacts

RULE: Final = Rule(
    id="tls-verification-disabled",
    cwe=295,
    related=(297, 599),
    title="Certificate check switched off",
    family=Family.CONFIGURATION,
    severity=Severity.HIGH,
    precision=Confidence.HIGH,
    site="certificate options",
    summary="A connection is made without checking the certificate or name of its other end",
    explanation=__doc__ or "",
)
_WORDING: Final = Wording(
    RULE,
    unsafe="the other end is not checked",
    safe="the check is on",
    needed="no option or condition decides it",
)
_SERVER: Final = ("ssl.PROTOCOL_TLS_SERVER", "ssl.Purpose.CLIENT_AUTH")

_OF_CONTEXT: Final = ("verify_mode", "check_hostname")

TlsSite: TypeAlias = OptionUse | SwitchedOff


@final
class TlsVerificationDisabled(FunctionChecker[TlsSite]):
    """Options and attributes that switch the check of certificates off."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterator[TlsSite]:
        for _, use in option_uses(function, options(RULE.id)):
            yield use
        for row, setting, use in setting_uses(function, settings(RULE.id)):
            if row.names[0] == "verify" and not _is_session(setting):
                continue
            owner = function.spelled(setting.owner)
            if setting.place == ATTRIBUTE and owner == "self":
                continue  # a field of a class that is a context or session itself
            if setting.name in _OF_CONTEXT and _is_server(setting):
                continue
            if setting.name == "check_hostname" and _mode_is_off(function, owner):
                continue  # one answer for one context: that of its verify_mode
            yield use
        yield from switched_off(function, switch_offs(RULE.id))

    def judge(self, site: TlsSite, function: FunctionFacts) -> Observation | None:
        if isinstance(site, OptionUse):
            return judge_use(site, _WORDING)
        use = OptionUse(function, site.at, site.row.what, -1, (), False, (), True)
        if site.row.minor:
            return unsafe(use, _WORDING, site.row.what, Severity.INFO, Confidence.LOW)
        return unsafe(use, _WORDING, site.row.what)


def _is_session(setting: Setting) -> bool:
    """Whether `x.verify = ...` is set on a session of an HTTP library."""
    path = setting.function.qualified(setting.owner)
    if path.startswith(("requests.", "httpx.")):
        return True
    spelled = setting.function.spelled(setting.owner).lower()
    return "session" in spelled or spelled.rpartition(".")[2] in ("client", "http", "s")


def _is_server(setting: Setting) -> bool:
    """Whether a context was made for the server's side."""
    function = setting.function
    op = function.definitions[setting.owner]
    if isinstance(op, Load):
        stores = function.stores(op.name)
        op = function.definitions[stores[0].value] if len(stores) == 1 else None
    if not isinstance(op, Call):
        return False
    return any(function.qualified(argument) in _SERVER for argument in op.args)


def _mode_is_off(function: FunctionFacts, owner: str) -> bool:
    return any(
        setting.name == "verify_mode"
        and function.spelled(setting.owner) == owner
        and function.qualified(setting.value).endswith("CERT_NONE")
        for _, setting, _ in setting_uses(function, settings(RULE.id))
    )


CHECKER: Final = TlsVerificationDisabled()
