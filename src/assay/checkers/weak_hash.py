"""CWE-328: a broken hash function keeps something from being changed or known.

Two texts with the same MD5 are made within seconds, two with the same SHA-1 have been made. A
signature, token or stored secret that rests on one of them can be forged or guessed. Where a digest
only tells things apart, as a checksum, a key of a cache or a name of a file, nobody is kept out and
there is nothing wrong.

Weak:

    signature = hashlib.md5(body + secret).hexdigest()

Guarded:

    signature = hmac.new(secret, body, hashlib.sha256).hexdigest()

What it examines: calls that make a digest, what it is made of, and the names that it is given:
variables, attributes, keys, arguments, the file that it is written to, the function that returns
it.

What it says: `found` for MD2, MD4, MD5 and SHA-1 where a name of what goes in or comes out is that
of a secret, signature, token or session; `handled` with `usedforsecurity=False`, or in a test;
`clean` for other functions, and for digests that are given the names of checksums, keys and
identifiers; `unseen` when nothing in the function says what the digest is for.

How to fix: SHA-256 or BLAKE2; `hmac` where a key is involved; `hashlib.scrypt` or argon2 for
passwords. Where the digest protects nothing, `usedforsecurity=False` says so.

Known limits: the purpose is told by names. Digests of passwords belong to `weak-password-hash`.
HMAC with MD5 or SHA-1 is not broken and is no site.

References: CWE-328 Use of Weak Hash; CWE-327; RFC 6151; NIST SP 800-131A.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, final

from assay.checkers import _says as says
from assay.checkers._digests import (
    DigestCall,
    digest_calls,
    digest_uses,
    digested,
    protocol_of,
)
from assay.checkers._names import is_password
from assay.checkers.base import FunctionChecker
from assay.domains.uses import COMPARED, RESULT, SENT, Use
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.purposes import protection
from assay.program.facts import FunctionFacts
from assay.source.roles import Role
from assay.source.words import words_of

RULE: Final = Rule(
    id="weak-hash",
    cwe=328,
    related=(327,),
    title="Broken hash function",
    family=Family.CRYPTOGRAPHY,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="digests",
    summary="MD5 or SHA-1 protects a secret, a signature or a token",
    explanation=__doc__ or "",
)


@final
class WeakHash(FunctionChecker[DigestCall]):
    """Digests and what they are for."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterator[DigestCall]:
        yield from digest_calls(function)

    def judge(self, site: DigestCall, function: FunctionFacts) -> Observation | None:
        call = site.call
        if not site.weak:
            if not site.algorithm:
                return None  # the algorithm is chosen elsewhere, mostly by who calls
            return says.clean(RULE, function, call.at, f"{site.algorithm} is not broken")
        said = f"{site.algorithm} from {function.spelled(call.callee)}()"
        declared = function.argument(call, -1, "usedforsecurity")
        if declared is not None:
            constant = function.constant(declared)
            if constant is None or constant.value is not True:
                line = call.at.end_lineno or call.at.lineno
                return says.handled(
                    RULE, function, call.at, f"{said} is declared not to be for security", line
                )
        inputs = digested(function, site)
        if any(is_password(name) for name in inputs):
            return None  # judged by weak-password-hash
        return _judge_purpose(site, function, said, inputs)


def _judge_purpose(
    site: DigestCall, function: FunctionFacts, said: str, inputs: Sequence[str]
) -> Observation:
    known = protection()
    at = site.call.at
    uses = digest_uses(function, site)
    words = {word for name in inputs for word in (*words_of(name), name.lower())}
    around = words | {word for use in uses for word in (*words_of(use.name), use.name.lower())}
    around.update(word for word in words_of(function.qualname))
    protocol = protocol_of(function, inputs, uses)
    if protocol:
        return says.clean(RULE, function, at, f"{said}: the protocol of {protocol} prescribes it")
    if any(use.kind == SENT for use in uses) and function.file.source.role is not Role.WEB_HANDLER:
        return says.clean(RULE, function, at, f"{said}: the service that it is sent to asks for it")
    kept = next((name for name in inputs if known.inputs.intersection(words_of(name))), "")
    use = next((use for use in uses if _protects(use)), None)
    if use is not None or kept:
        told = f"{use.kind} {use.name}" if use is not None else f"{kept} goes in"
        line = use.op.at.lineno if use is not None and use.op.at.lineno != at.lineno else 0
        return says.found(
            RULE,
            function,
            at,
            f"{said} where {told} has to resist forgery, SHA-256 is not used",
            context=line,
            severity=Severity.HIGH if use is not None and kept else None,
        )
    named = next((use for use in uses if known.harmless.intersection(words_of(use.name))), None)
    if named is not None:
        return says.clean(RULE, function, at, f"{said} makes {named.kind} {named.name}")
    harmless = sorted(known.harmless & around)
    if harmless:
        return says.clean(RULE, function, at, f"{said} is for {harmless[0]}")
    return says.unseen(
        RULE,
        function,
        at,
        f"{said}: nothing here says what the digest is for",
        function.ir.name or "the use of the digest",
        "say usedforsecurity=False where the digest protects nothing",
    )


def _protects(use: Use) -> bool:
    known = protection()
    if use.kind in (RESULT, COMPARED) and len(words_of(use.name)) > 3:
        return False
    return bool(known.words.intersection(words_of(use.name)))


CHECKER: Final = WeakHash()
