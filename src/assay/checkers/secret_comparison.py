"""CWE-208: how long a comparison takes tells how much of a secret was right.

`==` stops at the first difference. Whoever may try as often as he likes measures that and finds the
secret piece by piece.

Weak:

    if request.headers["X-Signature"] == expected_signature: ...

Guarded:

    if hmac.compare_digest(request.headers["X-Signature"], expected_signature): ...

What it examines: comparisons by `==` and `!=` with what has the name of a password, key, token or
signature, where somebody is let in or not; with what `hmac` computes, whatever it is called; and
calls that compare in constant time.

What it says: `found` where a secret is compared with what somebody else has sent; `handled` where
`hmac.compare_digest` or one of its relatives compares, and in a test; `clean` for secrets that are
compared with each other, such as a new password and its repetition.

How to fix: `hmac.compare_digest(a, b)`. Passwords are compared by the function that hashed them.

Known limits: what somebody else has sent is told by names (`request`, `headers`) and by the name of
the function. A token in a parser is no secret.

References: CWE-208 Observable Timing Discrepancy; documentation of hmac.compare_digest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias, final

from assay.checkers import _says as says
from assay.checkers._names import is_password, is_secret
from assay.checkers._settings import constant_of
from assay.checkers.base import FunctionChecker
from assay.domains.uses import made_of, name_of
from assay.ir.ops import Attr, Binary, Call, Compare, Format, Item, Join, Load
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.purposes import access_words, conversions
from assay.program.facts import FunctionFacts
from assay.source.words import words_of

RULE: Final = Rule(
    id="secret-comparison",
    cwe=208,
    related=(203, 385),
    title="Secret compared in measurable time",
    family=Family.CRYPTOGRAPHY,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="comparisons of secrets",
    summary="A secret is compared in a time that tells how much of it was right",
    explanation=__doc__ or "",
)
_CONSTANT_TIME: Final = frozenset(
    {"compare_digest", "constant_time_compare", "safe_str_cmp", "bytes_eq", "check_password_hash",
     "checkpw", "strings_differ", "secure_compare"}
)  # fmt: skip
_SIGNATURES: Final = frozenset({"signature", "hmac", "sig", "mac"})

_CODE: Final = "hmac"
_DEEPEST: Final = 8
_ONCE: Final = ("nonce", "salt", "cookie", "captcha", "iv")
"""Of use for one request, or no secret by themselves."""

ComparisonSite: TypeAlias = Compare | Call


@final
class SecretComparison(FunctionChecker[ComparisonSite]):
    """Comparisons of secrets."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterator[ComparisonSite]:
        for site in function.calls_of(_CONSTANT_TIME):
            yield site.op
        for op in function.definitions:
            if isinstance(op, Compare) and op.operator in ("==", "!="):
                yield op

    def judge(self, site: ComparisonSite, function: FunctionFacts) -> Observation | None:
        at = site.at
        if isinstance(site, Call):
            called = function.spelled(site.callee)
            said = f"{called}() takes the same time for every answer"
            return says.handled(RULE, function, at, said, at.lineno)
        if function.ir.name.startswith("__") and function.ir.name.endswith("__"):
            return None  # `__eq__` and its like compare whole objects
        left, right = name_of(function, site.left), name_of(function, site.right)
        codes = [_is_code(function, temp, 0) for temp in (site.left, site.right)]
        if all(codes):
            return says.clean(RULE, function, at, "both sides are computed here under a key")
        if codes[0]:
            left = _CODE
        elif codes[1]:
            right = _CODE
        if not (_is_kept(left) or _is_kept(right)):
            return None
        if _is_member(function, site.left, left) or _is_member(function, site.right, right):
            return None
        if any(constant_of(function, temp) is not None for temp in (site.left, site.right)):
            return None  # compared with nothing, or with a word
        secret, other = (left, right) if _is_kept(left) else (right, left)
        if _repeats(left, right, function, site):
            said = f"{secret} is compared with {other or 'a value'} of the same origin"
            return says.clean(RULE, function, at, said)
        if not any(codes) and not _lets_in(function, site):
            return None
        return says.found(
            RULE,
            function,
            at,
            f"{secret} is compared by {site.operator}, and the time tells how much was right;"
            " compare_digest is not used",
        )


def _is_member(function: FunctionFacts, temp: int, name: str) -> bool:
    """Whether a side is a constant by its name: a member of an enumeration, a mask, a code."""
    return name.isupper() and ("." in function.spelled(temp) or not _is_kept(name))


def _is_kept(name: str) -> bool:
    """Whether a name is that of what a comparison must not give away."""
    words = words_of(name)
    if not words or words[-1] in _ONCE or "session" in words:
        return False
    return is_secret(name) or words[-1] in _SIGNATURES


def _is_code(function: FunctionFacts, temp: int, depth: int) -> bool:
    """Whether a value is the code of a message under a key, in whatever form."""
    op = function.definitions[temp]
    if op is None or depth > _DEEPEST:
        return False
    inner: list[int] = []
    if isinstance(op, Call):
        if function.callee(op) in access_words().keyed:
            return True
        callee = function.definitions[op.callee]
        name = callee.name if isinstance(callee, (Attr, Load)) else ""
        if isinstance(callee, Attr) and (name in conversions().methods or name == "finalize"):
            inner = [callee.owner]
        elif name in conversions().functions:
            inner = list(op.args)
    elif isinstance(op, Load):
        inner = [store.value for store in function.stores(op.name)]
    elif isinstance(op, (Binary, Join, Format, Item)):
        inner = [op.owner] if isinstance(op, Item) else list(op.uses())
    return any(_is_code(function, each, depth + 1) for each in inner if each >= 0)


def _repeats(left: str, right: str, function: FunctionFacts, site: Compare) -> bool:
    """Whether both sides come from one place: a new password and its repetition."""
    words = {*words_of(left), *words_of(right)}
    if access_words().repeated & words:
        return True
    if left.rstrip("0123456789_") == right.rstrip("0123456789_") and left != right:
        return True
    return (
        is_password(left)
        and is_password(right)
        and _owner(function, site.left) == _owner(function, site.right) != ""
    )


def _owner(function: FunctionFacts, temp: int) -> str:
    op = function.definitions[temp]
    if isinstance(op, (Attr, Item)):
        return function.spelled(op.owner)
    if isinstance(op, Call):
        callee = function.definitions[op.callee]
        return function.spelled(callee.owner) if isinstance(callee, Attr) else ""
    return ""


def _lets_in(function: FunctionFacts, site: Compare) -> bool:
    """Whether the answer decides about somebody else: by the function's name, or what is sent."""
    known = access_words()
    if known.deciding.intersection(words_of(function.ir.name)):
        return True
    sent = {
        word
        for temp in (site.left, site.right)
        for name in made_of(function, temp)
        for word in words_of(name)
    }
    return bool(known.sent & sent)


CHECKER: Final = SecretComparison()
