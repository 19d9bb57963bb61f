"""Digests of a function: the calls that make them, what goes in, and what comes out of them.

Shared by the rules on hashes and on passwords.

    h = hashlib.new("md5")       a digest call, algorithm md5
    h.update(body)               digested: body
    etag = h.hexdigest()         used: variable etag
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, final

from assay.domains.constants import constants_of
from assay.domains.uses import Use, made_of, readers, uses_of
from assay.ir.ops import Attr, Call, Load, Store
from assay.models.purposes import digest_keys, digests, protection
from assay.program.facts import FunctionFacts
from assay.source.words import words_of

_WEAK: Final = ("md2", "md4", "md5", "sha1", "sha-1", "sha", "md5-sha1", "ripemd")
_HINTS: Final = ("digest", "hexdigest")


@final
class DigestCall:
    """A call that makes a digest; `algorithm` is what it uses, `""` when that is not known."""

    __slots__ = ("algorithm", "call", "data", "weak")

    def __init__(self, call: Call, algorithm: str, weak: bool, data: int) -> None:
        self.call: Final = call
        self.algorithm: Final = algorithm
        self.weak: Final = weak
        self.data: Final = data  # the position of what is digested


def digest_calls(function: FunctionFacts) -> Iterator[DigestCall]:
    """The calls of a function that make a digest."""
    known = digests()
    for site in function.calls_of(digest_keys()):
        row = known.get(function.callee(site.op))
        if row is None:
            continue
        if row.algorithm:
            yield DigestCall(site.op, row.algorithm, row.weak, 0)
            continue
        temp = function.argument(site.op, 0, "name")
        names = None if temp is None else constants_of(function).of(temp)
        if not names:
            yield DigestCall(site.op, "", False, 1)
            continue
        weak = [name for name in names if isinstance(name, str) and name.lower() in _WEAK]
        shown = weak[0] if weak else names[0]
        yield DigestCall(site.op, str(shown), bool(weak), 1)


def digest_uses(function: FunctionFacts, site: DigestCall) -> list[Use]:
    """What becomes of a digest."""
    found = uses_of(function, site.call.dest)
    for temp in _digest_temps(function, site.call):
        found += uses_of(function, temp)
    return found


def protocol_of(function: FunctionFacts, inputs: Sequence[str], uses: Sequence[Use]) -> str:
    """The word of a protocol that prescribes the digest; `""` for none."""
    words = set(words_of(function.qualname))
    for name in (*inputs, *(use.name for use in uses)):
        words.update((*words_of(name), name.lower()))
    return min(protection().protocols & words, default="")


def _digest_temps(function: FunctionFacts, call: Call) -> list[int]:
    """The digests that are asked of a hash object which is kept in a variable."""
    return [
        op.dest
        for owner in hash_objects(function, call)
        for attribute in readers(function, owner)
        if isinstance(attribute, Attr) and attribute.name in _HINTS
        for op in readers(function, attribute.dest)
        if isinstance(op, Call) and op.callee == attribute.dest
    ]


def hash_objects(function: FunctionFacts, call: Call) -> list[int]:
    """The temporaries that hold the hash object which a call makes."""
    found = [call.dest]
    for op in readers(function, call.dest):
        if isinstance(op, Store):
            found += [
                load.dest
                for load in function.definitions
                if isinstance(load, Load) and load.name == op.name and load.scope == op.scope
            ]
    return found


def digested(function: FunctionFacts, site: DigestCall) -> list[str]:
    """The names of what a digest is made of: arguments of the call and of `update`."""
    found: list[str] = []
    data = function.argument(site.call, site.data, "data")
    if data is None:
        data = function.argument(site.call, site.data, "string")
    if data is not None:
        found += made_of(function, data)
    for owner in hash_objects(function, site.call):
        for attribute in readers(function, owner):
            if isinstance(attribute, Attr) and attribute.name == "update":
                for op in readers(function, attribute.dest):
                    if isinstance(op, Call) and op.callee == attribute.dest and op.args:
                        found += made_of(function, op.args[0])
    return list(dict.fromkeys(found))
