"""CWE-1051: a host that the program connects to is written into the code.

Where a program connects to belongs into its configuration: an address in the code sends test
traffic to production and production traffic to a machine that has moved, and whoever gets that
name or address later gets the traffic.

Weak:

    connection = smtplib.SMTP("10.3.4.17")

Guarded:

    connection = smtplib.SMTP(settings.mail_host)

The site is every literal that is the name or the address of a host: an IP address, a dotted
name under a known domain, a machine's role with a number (`node2`).

- `found`: it reaches the host of a call that connects (rows of `models/hosts.toml`), in code
that is no
  test, script or example.
- `clean`: it is data of a test, belongs to the machine itself or to nobody (loopback, documentation
  ranges, example.com), or reaches no such call.

How to fix: read it from the configuration, with no default that points to a real machine.

Known limits: a literal is followed through local variables with one assignment, no further.
URLs are not taken apart.

References: https://cwe.mitre.org/data/definitions/1051.html, CWE-547; RFC 2606, RFC 5737
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final, final

from assay.checkers.base import FileChecker
from assay.ir.ops import Call, Const
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.hosts import connecting_calls, host_words
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.literals import Literal
from assay.source.roles import Role

if TYPE_CHECKING:
    import ipaddress

RULE: Final = Rule(
    id="hardcoded-host",
    cwe=1051,
    related=(547,),
    title="Hard-coded hosts",
    family=Family.CONFIGURATION,
    severity=Severity.LOW,
    precision=Confidence.MEDIUM,
    site="names and addresses of hosts",
    summary="A host that the program connects to is written into the code",
    explanation=__doc__ or "",
)

_LONGEST: Final = 80
_NUMBERED: Final = re.compile(r"([a-z]+)[-_]?\d+")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")
_DATA: Final = (Role.TEST, Role.EXAMPLE)
_ONE_PERSON: Final = (Role.SCRIPT, Role.NOTEBOOK)


@final
class HostLiteral:
    """A literal that names a host, and the call that connects to it, if any."""

    __slots__ = ("call", "literal", "reserved")

    def __init__(self, literal: Literal, reserved: bool, call: Call | None) -> None:
        self.literal: Final = literal
        self.reserved: Final = reserved
        self.call: Final = call


@final
class HardcodedHost(FileChecker[HostLiteral]):
    """Looks at every literal that names a host."""

    rule = RULE

    def sites(self, facts: FileFacts) -> Iterator[HostLiteral]:
        hosts = [literal for literal in facts.literals() if _is_host(literal.value)]
        reached = _connected(facts) if hosts else {}
        for literal in hosts:
            place = (literal.at.lineno, literal.at.col_offset)
            yield HostLiteral(literal, _is_reserved(literal.value), reached.get(place))

    def judge(self, site: HostLiteral, facts: FileFacts) -> Observation | None:
        literal = site.literal
        role = facts.source.role
        function = literal.function
        if role in _DATA or role in _ONE_PERSON:
            text = "data of a test" if role is Role.TEST else f"in a file of the role {role.value}"
        elif site.reserved:
            text = "belongs to the machine itself or to nobody"
        elif site.call is None:
            text = "reaches no call that connects"
        else:
            line = site.call.at.lineno
            called = function.spelled(site.call.callee)
            return facts.observation(
                RULE,
                Verdict.FOUND,
                literal.at,
                function.qualname,
                f"{literal.value!r} reaches {called}() at line {line}; no configuration decides it",
                evidence=(facts.evidence(EvidenceRole.CONTEXT, line, line),),
                trace=(
                    facts.step(literal.at, "the host is written here"),
                    facts.step(line, f"{called}() connects to it"),
                ),
            )
        return facts.observation(RULE, Verdict.CLEAN, literal.at, function.qualname, text)


def _connected(facts: FileFacts) -> dict[tuple[int, int], Call]:
    """The places of the literals that a call connects to, with the call."""
    found: dict[tuple[int, int], Call] = {}
    for function in facts.functions:
        for site in function.calls:
            literal = _host_of(function, site.op)
            if literal is not None:
                found[literal.at.lineno, literal.at.col_offset] = site.op
    return found


def _host_of(function: FunctionFacts, call: Call) -> Const | None:
    path = function.callee(call)
    for row in connecting_calls():
        if path not in row.functions:
            continue
        for keyword in ("", *row.keywords):
            position = -1 if keyword else row.position
            temp = function.argument(call, position, keyword)
            if temp is None:
                continue
            pair = function.definitions[temp]
            inside = pair.uses() if pair is not None else ()
            literal = function.constant(temp)
            if literal is None and inside and not isinstance(pair, Call):
                literal = function.constant(inside[0])  # `(host, port)`
            return literal
    return None


@lru_cache(maxsize=8192)  # literals repeat
def _is_host(value: str) -> bool:
    if not 3 <= len(value) <= _LONGEST:
        return False
    if _address(value) is not None or value == "localhost":
        return True
    words = host_words()
    numbered = _NUMBERED.fullmatch(value)
    if numbered is not None:
        return numbered.group(1) in words.roles
    return _NAME.fullmatch(value) is not None and value.rpartition(".")[2] in words.domains


def _address(value: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if value.count(".") != 3 and value.count(":") < 2:
        return None
    import ipaddress  # costs milliseconds; most files hold no address

    try:
        return ipaddress.ip_address(value)
    except ValueError:
        return None


def _is_reserved(value: str) -> bool:
    address = _address(value)
    if address is not None:
        documentation = (
            address.is_private
            and not address.is_global
            and value.startswith(("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:"))
        )
        return address.is_loopback or address.is_unspecified or documentation
    words = host_words()
    return any(value == name or value.endswith(f".{name}") for name in words.reserved)


CHECKER: Final = HardcodedHost()
