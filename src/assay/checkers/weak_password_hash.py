"""CWE-916: stored passwords can be guessed quickly once the table is stolen.

MD5, SHA-1 and the SHA-2 family are made to be fast: a graphics card tries billions of passwords a
second against them. A function for passwords is slow and takes a salt that is new for each of them.

Weak:

    user.password = hashlib.sha256(password.encode()).hexdigest()

Guarded:

    user.password = argon2.PasswordHasher().hash(password)

What it examines: digests that are made of a value with the name of a password, the numbers of
rounds and the salts that are given to PBKDF2, bcrypt and scrypt, and old hashes of passlib.

What it says: `found` for a fast function over a password, for rounds below the bound (10,000 for
PBKDF2, 10 for bcrypt, 2**14 for scrypt) and for a salt that is a constant; `handled` in a test, and
when an option decides the rounds; `clean` for functions that are made for passwords.

How to fix: argon2, scrypt or bcrypt with a salt from the library. PBKDF2 wants 600,000 rounds with
SHA-256 now.

Known limits: a value is a password by its name. Protocols that prescribe the digest of a password
are left out when their words are near. A loop of one's own round a digest is not counted.

References: CWE-916 Use of Password Hash With Insufficient Computational Effort; CWE-759; CWE-760;
OWASP Password Storage Cheat Sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias, final

from assay.checkers import _says as says
from assay.checkers._digests import DigestCall, digest_calls, digest_uses, digested, protocol_of
from assay.checkers._names import is_password
from assay.checkers._options import OptionUse, SwitchedOff, Wording, judge_use, option_uses, unsafe
from assay.checkers._options import switched_off as switched_off_calls
from assay.checkers._settings import constant_of
from assay.checkers.base import FunctionChecker
from assay.domains.constants import constants_of
from assay.domains.uses import SENT
from assay.ir.ops import Call
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.configuration import options, switch_offs
from assay.models.purposes import Salted, salted, salted_keys
from assay.program.facts import FunctionFacts
from assay.source.roles import Role
from assay.source.words import words_of

RULE: Final = Rule(
    id="weak-password-hash",
    cwe=916,
    related=(256, 328, 759, 760),
    title="Password hash that is quick to guess",
    family=Family.CRYPTOGRAPHY,
    severity=Severity.HIGH,
    precision=Confidence.MEDIUM,
    site="hashes of passwords",
    summary="Passwords are stored under a hash that is quick to guess",
    explanation=__doc__ or "",
)
_ROUNDS: Final = Wording(
    RULE,
    unsafe="guesses cost too little",
    safe="guesses cost enough",
    needed="no option decides it",
)


@final
class SaltUse:
    """A salt that is given to a function for passwords."""

    __slots__ = ("call", "row", "temp")

    def __init__(self, call: Call, row: Salted, temp: int) -> None:
        self.call: Final = call
        self.row: Final = row
        self.temp: Final = temp


PasswordSite: TypeAlias = DigestCall | OptionUse | SwitchedOff | SaltUse


@final
class WeakPasswordHash(FunctionChecker[PasswordSite]):
    """Hashes of passwords."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterator[PasswordSite]:
        yield from digest_calls(function)
        for _, use in option_uses(function, options(RULE.id)):
            yield use
        yield from switched_off_calls(function, switch_offs(RULE.id))
        known = salted()
        for site in function.calls_of(salted_keys()):
            row = known.get(function.callee(site.op))
            temp = None if row is None else function.argument(site.op, row.position, row.keyword)
            if row is not None and temp is not None:
                yield SaltUse(site.op, row, temp)

    def judge(self, site: PasswordSite, function: FunctionFacts) -> Observation | None:
        if isinstance(site, OptionUse):
            return judge_use(site, _ROUNDS)
        if isinstance(site, SwitchedOff):
            use = OptionUse(function, site.at, site.row.what, -1, (), False, (), True)
            return unsafe(use, _ROUNDS, site.row.what)
        if isinstance(site, SaltUse):
            return _judge_salt(site, function)
        return _judge_digest(site, function)


def _judge_salt(site: SaltUse, function: FunctionFacts) -> Observation:
    at = site.call.at
    called = function.spelled(site.call.callee)
    constant = constant_of(function, site.temp)
    values = (constant.value,) if constant is not None else constants_of(function).of(site.temp)
    if values and all(isinstance(value, (str, bytes)) for value in values):
        return says.found(
            RULE,
            function,
            at,
            f"{called}() is given a constant salt: equal passwords have equal hashes, and one table"
            " of guesses serves for all",
            severity=Severity.MEDIUM,
        )
    return says.clean(RULE, function, at, f"{called}() is given a salt that is no constant")


def _judge_digest(site: DigestCall, function: FunctionFacts) -> Observation | None:
    inputs = digested(function, site)
    password = next((name for name in inputs if is_password(name)), "")
    if not password or not site.algorithm:
        return None
    at = site.call.at
    said = f"{site.algorithm} from {function.spelled(site.call.callee)}()"
    uses = digest_uses(function, site)
    protocol = protocol_of(function, inputs, uses)
    if protocol:
        return says.clean(RULE, function, at, f"{said}: the protocol of {protocol} prescribes it")
    if any(use.kind == SENT for use in uses) and function.file.source.role is not Role.WEB_HANDLER:
        return says.clean(RULE, function, at, f"{said}: the service that it is sent to asks for it")
    kept = {word for use in uses for word in words_of(use.name)}
    if kept & {"cache", "etag", "fingerprint", "key", "prefix", "encrypt", "decrypt", "cipher"}:
        return says.clean(RULE, function, at, f"{said} is no hash that is stored for a password")
    return says.found(
        RULE,
        function,
        at,
        f"{said} over {password}: billions of guesses a second can be tried, no function for"
        " passwords is used",
        severity=None if site.weak else Severity.MEDIUM,
    )


CHECKER: Final = WeakPasswordHash()
