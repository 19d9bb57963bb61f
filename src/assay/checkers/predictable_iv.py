"""CWE-329: the same text under the same key is encrypted to the same bytes.

An initialisation vector or nonce has to be new for every message. With a constant one, equal
beginnings show in CBC mode, and in the modes that make a stream (CTR, GCM, ChaCha20) two messages
give away both.

Weak:

    box = AES.new(key, AES.MODE_CBC, b"\\0" * 16)

Guarded:

    iv = os.urandom(16)
    box = AES.new(key, AES.MODE_CBC, iv)

What it examines: the vectors and nonces that are given to ciphers and modes of cryptography and
PyCryptodome.

What it says: `found` for a constant, and for the key itself; `handled` in a test; `clean` for a
value that is computed.

How to fix: `os.urandom(16)`, or leave the vector out where the library then makes one, and send it
along with the message.

Known limits: a nonce that is counted is fine for some modes and is not told apart from one that is
read. Decryption with a constant is reported like encryption, since the other side uses the same
one.

References: CWE-329 Generation of Predictable IV with CBC Mode; CWE-1204; NIST SP 800-38A.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from assay.checkers import _says as says
from assay.checkers._settings import constant_of
from assay.checkers.base import FunctionChecker
from assay.domains.constants import constants_of
from assay.ir.ops import Call, Item, Load
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.purposes import Vector, vector_keys, vectors
from assay.program.facts import FileFacts, FunctionFacts

RULE: Final = Rule(
    id="predictable-iv",
    cwe=329,
    related=(1204, 330),
    title="Constant initialisation vector",
    family=Family.CRYPTOGRAPHY,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="initialisation vectors",
    summary="A cipher is started with a constant vector or nonce",
    explanation=__doc__ or "",
)


@final
class VectorUse:
    """A vector that is given to a cipher."""

    __slots__ = ("call", "row", "temp")

    def __init__(self, call: Call, row: Vector, temp: int) -> None:
        self.call: Final = call
        self.row: Final = row
        self.temp: Final = temp


@final
class PredictableIv(FunctionChecker[VectorUse]):
    """Vectors and nonces."""

    rule = RULE

    def concerns(self, facts: FileFacts) -> bool:
        return facts.may_call(vector_keys())

    def sites(self, function: FunctionFacts) -> Iterator[VectorUse]:
        known = vectors()
        for site in function.calls_of(vector_keys()):
            row = known.get(function.callee(site.op))
            if row is None:
                continue
            for keyword in row.keywords:
                temp = function.argument(site.op, row.position, keyword)
                if temp is not None:
                    yield VectorUse(site.op, row, temp)
                    break

    def judge(self, site: VectorUse, function: FunctionFacts) -> Observation | None:
        at = site.call.at
        called = function.spelled(site.call.callee)
        said = f"{called}() is given"
        if _is_constant(function, site.temp):
            return says.found(
                RULE, function, at, f"{said} a constant {site.row.what}, which is not new each time"
            )
        if _is_key(function, site):
            return says.found(
                RULE, function, at, f"{said} the key as {site.row.what}, which is not new each time"
            )
        return says.clean(RULE, function, at, f"{said} a {site.row.what} that is computed")


def _is_constant(function: FunctionFacts, temp: int) -> bool:
    constant = constant_of(function, temp)
    if constant is not None:
        return isinstance(constant.value, (bytes, str)) and len(constant.value) >= 8
    values = constants_of(function).of(temp)
    if values is not None:
        return all(isinstance(value, (bytes, str)) and len(value) >= 8 for value in values)
    op = function.definitions[temp]
    if isinstance(op, Load):
        stores = function.stores(op.name)
        if len(stores) == 1:
            op = function.definitions[stores[0].value]
    if isinstance(op, Call) and function.callee(op) in ("bytes", "bytearray") and len(op.args) == 1:
        size = constant_of(function, op.args[0])
        return size is not None and isinstance(size.value, int)
    return False


def _is_key(function: FunctionFacts, site: VectorUse) -> bool:
    """Whether the vector is the key, or a part of it."""
    if site.row.key < 0 or not site.call.args:
        return False
    key = function.argument(site.call, site.row.key, "key")
    if key is None:
        return False
    op = function.definitions[site.temp]
    inner = op.owner if isinstance(op, Item) else site.temp
    spelled = function.spelled(key)
    return spelled == function.spelled(inner) and "?" not in spelled and "(" not in spelled


CHECKER: Final = PredictableIv()
