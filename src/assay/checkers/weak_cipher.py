"""CWE-327: data is encrypted with a cipher, mode or padding that is known to give it away.

DES and its relatives have keys or blocks that are too short, RC4 leaks the beginning of the text,
ECB shows which blocks are equal, and PKCS #1 v1.5 padding answers whoever may try often enough.

Weak:

    box = AES.new(key, AES.MODE_ECB)

Guarded:

    box = AESGCM(key).encrypt(nonce, text, None)

What it examines: calls of ciphers, modes and paddings in cryptography, PyCryptodome, PyCrypto and
pyDes, by the rows of `models/cryptography.toml`.

What it says: `found` for those that are broken; `handled` in a test, and where a parameter or an
option decides; `clean` for another mode or padding.

How to fix: AES in GCM mode or ChaCha20-Poly1305, which notice changes as well; OAEP in place of
PKCS #1 v1.5; `cryptography.fernet` where no parameter has to be chosen.

Known limits: a format or protocol may prescribe the cipher: say so with a suppression. CBC without
a code for authenticity is not reported.

References: CWE-327 Use of a Broken or Risky Cryptographic Algorithm; CWE-780; NIST SP 800-131A; RFC
7465.
"""

from __future__ import annotations

from typing import Final, final

from assay.checkers._option_rule import OptionRule
from assay.checkers._options import Wording
from assay.ledger.rule import Confidence, Family, Rule, Severity

RULE: Final = Rule(
    id="weak-cipher",
    cwe=327,
    related=(326, 780),
    title="Broken cipher, mode or padding",
    family=Family.CRYPTOGRAPHY,
    severity=Severity.HIGH,
    precision=Confidence.MEDIUM,
    site="ciphers, modes and paddings",
    summary="Data is encrypted with a cipher, mode or padding that gives it away",
    explanation=__doc__ or "",
)


@final
class WeakCipher(OptionRule):
    """Ciphers, modes and paddings."""

    rule = RULE
    wording = Wording(
        RULE,
        unsafe="whoever sees the result learns of the text",
        safe="not known to be broken",
        needed="AES-GCM or ChaCha20-Poly1305 is not used",
    )


CHECKER: Final = WeakCipher()
