"""CWE-347: what a signed token says is believed without checking who signed it.

A JSON web token without a verified signature is a text that anybody can write: whoever sends it
chooses the user, the role and the end of its validity.

Weak:

    claims = jwt.decode(token, options={"verify_signature": False})

Guarded:

    claims = jwt.decode(token, key, algorithms=["RS256"])

What it examines: the options of `decode` and `encode` in PyJWT and python-jose that switch the
check off, the algorithm `none`, and claims that are read unverified.

What it says: `found` where the check is off; `handled` where the same function verifies the token
as well, when an option decides, or in a test; `clean` where the check is on.

How to fix: give the key and the list of algorithms. To choose a key, read the header
(`get_unverified_header`), which is no claim.

Known limits: a token that was verified by a proxy, or is verified by another function, is
reported: say so with a suppression.

References: CWE-347 Improper Verification of Cryptographic Signature; RFC 8725.
"""

from __future__ import annotations

from typing import Final, final

from assay.checkers import _says as says
from assay.checkers._option_rule import OptionRule, OptionSite
from assay.checkers._options import OptionUse, Wording
from assay.ir.ops import Call
from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FunctionFacts

RULE: Final = Rule(
    id="jwt-not-verified",
    cwe=347,
    related=(345, 290),
    title="Token without a verified signature",
    family=Family.CRYPTOGRAPHY,
    severity=Severity.HIGH,
    precision=Confidence.MEDIUM,
    site="options of tokens",
    summary="The claims of a token are used without verifying its signature",
    explanation=__doc__ or "",
)
_DECODERS: Final = frozenset({"decode", "verify", "verify_token", "verify_jwt", "loads"})
_OPTIONS: Final = ("options", "verify", "verify_signature")


@final
class JwtNotVerified(OptionRule):
    """Options of tokens."""

    rule = RULE
    wording = Wording(
        RULE,
        unsafe="anybody can write such a token",
        safe="the signature counts",
        needed="no other call verifies it",
    )

    def judge(self, site: OptionSite, function: FunctionFacts) -> Observation | None:
        word = super().judge(site, function)
        if word is None or word.verdict is not Verdict.FOUND:
            return word
        name = site.name if isinstance(site, OptionUse) else site.row.what
        guard = _verified_as_well(function, site.at.lineno)
        if guard:
            said = f"{name}: line {guard} verifies the token as well"
            return says.handled(RULE, function, site.at, said, guard)
        return word


def _verified_as_well(function: FunctionFacts, line: int) -> int:
    """The line of a call that verifies a token in the same function; 0 for none."""
    for each in function.calls_of(_DECODERS):
        op = each.op
        last = op.at.end_lineno or op.at.lineno
        if op.at.lineno <= line <= last or not _may_verify(function, op):
            continue
        return op.at.lineno
    return 0


def _may_verify(function: FunctionFacts, op: Call) -> bool:
    path = function.callee(op)
    if not path.startswith(("jwt.", "jose.", "authlib.", "python_jwt.")):
        return False
    verify = function.argument(op, 2, "verify")
    if verify is not None and function.constant(verify) is not None:
        return False
    decodes = not path.endswith(("get_unverified_claims", "encode"))
    return decodes and len(op.args) > 1 and not any(label in _OPTIONS for label in op.labels)


CHECKER: Final = JwtNotVerified()
