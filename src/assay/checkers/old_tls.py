"""CWE-327: a connection may be made with a version of TLS that is broken.

SSL 2 and 3 and TLS 1.0 and 1.1 are withdrawn: they rest on MD5 and SHA-1, and attacks on them are
published.

Weak:

    context = ssl.SSLContext(ssl.PROTOCOL_TLSv1)

Guarded:

    context = ssl.create_default_context()

What it examines: versions that are given to `ssl`, pyOpenSSL and urllib3, as arguments and as the
attributes `minimum_version`, `maximum_version` and `ssl_version`.

What it says: `found` for a constant of an old version; `handled` when an option or condition
decides, or in a test; `clean` for a new one.

How to fix: `ssl.create_default_context()`; `minimum_version = ssl.TLSVersion.TLSv1_2` where a bound
has to be given.

Known limits: what the configuration of the machine's OpenSSL allows is not in the code.

References: CWE-327 Use of a Broken or Risky Cryptographic Algorithm; CWE-757; RFC 8996; RFC 7568.
"""

from __future__ import annotations

from typing import Final, final

from assay.checkers._option_rule import OptionRule
from assay.checkers._options import Wording
from assay.ledger.rule import Confidence, Family, Rule, Severity

RULE: Final = Rule(
    id="old-tls",
    cwe=327,
    related=(326, 757),
    title="Withdrawn version of TLS",
    family=Family.TRANSPORT,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="versions of TLS",
    summary="A connection may be made with a version of SSL or TLS that is withdrawn",
    explanation=__doc__ or "",
)


@final
class OldTls(OptionRule):
    """Versions of SSL and TLS."""

    rule = RULE
    wording = Wording(
        RULE,
        unsafe="the version is withdrawn and attacks on it are known",
        safe="the version is in use",
        needed="TLS 1.2 or later is not asked for",
    )


CHECKER: Final = OldTls()
