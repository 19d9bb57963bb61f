"""CWE-326: a key is so short that it can be computed from what is public.

RSA and DSA keys below 2048 bits, and curves below 224 bits, are within reach of those who have
the means, and recorded traffic can be read later.

Weak:

    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)

Guarded:

    key = rsa.generate_private_key(public_exponent=65537, key_size=3072)

What it examines: the sizes and curves that are given where keys are generated, in cryptography,
PyCryptodome, PyCrypto, pyOpenSSL, paramiko and rsa.

What it says: `found` for a constant below the bound, also as a default of a parameter; `handled`
when an option decides, or in a test; `clean` for a size that will do.

How to fix: 3072 bits for RSA, or Ed25519 and P-256, which are shorter and faster.

Known limits: keys that are read from files have a length that is not in the code.

References: CWE-326 Inadequate Encryption Strength; NIST SP 800-57.
"""

from __future__ import annotations

from typing import Final, final

from assay.checkers._option_rule import OptionRule
from assay.checkers._options import Wording
from assay.ledger.rule import Confidence, Family, Rule, Severity

RULE: Final = Rule(
    id="short-key",
    cwe=326,
    related=(310,),
    title="Short key",
    family=Family.CRYPTOGRAPHY,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="sizes of keys",
    summary="A key is generated that is too short to keep its secret",
    explanation=__doc__ or "",
)


@final
class ShortKey(OptionRule):
    """Sizes and curves of new keys."""

    rule = RULE
    wording = Wording(
        RULE,
        unsafe="the key can be computed from what is public",
        safe="long enough",
        needed="2048 bits or a curve of 256 are not asked for",
    )


CHECKER: Final = ShortKey()
