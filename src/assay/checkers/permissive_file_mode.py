"""CWE-732: everybody on the machine may change a file.

A file or folder that all users may write to is one that each of them can replace: a script that
runs as somebody else, a configuration, a key.

Weak:

    os.chmod(path, 0o777)

Guarded:

    os.chmod(path, 0o750)

What it examines: modes that are given to `chmod`, `fchmod`, `lchmod`, `os.umask` and `Path.chmod`,
as numbers and as names of `stat`.

What it says: `found` where others may write, and where others may read what is named after a
secret; `handled` in a test, where the sticky bit keeps owners apart (as in /tmp), and where a mask
of 0 is taken back; `clean` for other modes; modes that are no constants are no sites.

How to fix: give the bits to the owner, and to a group where that is needed: 0o640, 0o750. What is
secret gets 0o600, and gets it when it is created (`os.open(path, flags, 0o600)`).

Known limits: the mode of a container's own file system matters less, and is reported all the same.
Modes that are computed from the mode of another file are not followed.

References: CWE-732 Incorrect Permission Assignment for Critical Resource; CWE-276.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from assay.checkers import _says as says
from assay.checkers._names import is_secret
from assay.checkers._settings import constant_of
from assay.checkers.base import FunctionChecker
from assay.domains.constants import constants_of
from assay.domains.uses import made_of
from assay.ir.ops import Attr, Binary, Call, Copy
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FileFacts, FunctionFacts
from assay.source.words import words_of

RULE: Final = Rule(
    id="permissive-file-mode",
    cwe=732,
    related=(276, 277),
    title="File that everybody may change",
    family=Family.ACCESS,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="modes of files",
    summary="A file may be written, or a secret read, by every user of the machine",
    explanation=__doc__ or "",
)
_CALLS: Final = frozenset({"chmod", "fchmod", "lchmod", "umask"})
_KNOWN: Final = ("os.chmod", "os.fchmod", "os.lchmod")
_REMOVERS: Final = frozenset({"remove", "unlink", "rmdir", "rmtree"})
_OTHERS_WRITE: Final = 0o002
_OTHERS_READ: Final = 0o004
_STICKY: Final = 0o1000
_SECRETS: Final = frozenset(
    {"pem", "credentials", "password", "passwd", "secret", "secrets", "private"}
)


@final
class ModeUse:
    """A mode that is given to a file; `known` holds the bits that are certain."""

    __slots__ = ("call", "known", "path")

    def __init__(self, call: Call, known: int, path: int) -> None:
        self.call: Final = call
        self.known: Final = known
        self.path: Final = path


@final
class PermissiveFileMode(FunctionChecker[ModeUse]):
    """Modes of files."""

    rule = RULE

    def concerns(self, facts: FileFacts) -> bool:
        return facts.may_call(_CALLS)

    def sites(self, function: FunctionFacts) -> Iterator[ModeUse]:
        for site in function.calls_of(_CALLS):
            op = site.op
            path = function.callee(op)
            if path == "os.umask":
                if op.args:
                    mask = constant_of(function, op.args[0])
                    if mask is not None and isinstance(mask.value, int):
                        yield ModeUse(op, ~mask.value & 0o777, -1)
                continue
            callee = function.definitions[op.callee]
            of_path = path not in _KNOWN and isinstance(callee, Attr)
            if not of_path and path not in _KNOWN:
                continue
            mode = function.argument(op, 0 if of_path else 1, "mode")
            if mode is None:
                continue
            bits = _bits(function, mode, 0)
            if bits is not None and isinstance(callee, Attr):
                yield ModeUse(op, bits, callee.owner if of_path else op.args[0])

    def judge(self, site: ModeUse, function: FunctionFacts) -> Observation | None:
        at = site.call.at
        called = function.spelled(site.call.callee)
        if site.path < 0:
            return _judge_mask(site, function)
        shown = f"{called}() gives mode {site.known:#o}"
        if site.known & _OTHERS_WRITE:
            if site.known & _STICKY:
                line = at.lineno
                return says.handled(RULE, function, at, f"{shown} with the sticky bit", line)
            if _removed_next(function, at.lineno):
                return says.clean(RULE, function, at, f"{shown} to what is removed next")
            return says.found(
                RULE,
                function,
                at,
                f"{shown}: every user may change the file, the bits for others are not left out",
            )
        if site.known & _OTHERS_READ:
            name = next((each for each in made_of(function, site.path) if _names_secret(each)), "")
            if name:
                return says.found(
                    RULE,
                    function,
                    at,
                    f"{shown} to what is named {name}: every user may read it, 0o600 is not used",
                    confidence=Confidence.MEDIUM,
                )
        return says.clean(RULE, function, at, f"{shown}: others may not write")


def _removed_next(function: FunctionFacts, line: int) -> bool:
    """Whether a function removes files, or takes over from one that failed to (`onerror`)."""
    if any(site.op.at.lineno >= line for site in function.calls_of(_REMOVERS)):
        return True
    names = function.ir.parameters.names()
    return len(names) == 3 and any(name.startswith(("exc", "err")) for name in names)


def _judge_mask(site: ModeUse, function: FunctionFacts) -> Observation | None:
    at = site.call.at
    if not site.known & _OTHERS_WRITE:
        return says.clean(RULE, function, at, "the mask keeps others from writing")
    later = [
        other.op.at.lineno
        for other in function.calls_of(frozenset({"umask"}))
        if other.op is not site.call and other.op.at.lineno > at.lineno
    ]
    if later:
        said = "a mask without bits for others is taken back"
        return says.handled(RULE, function, at, said, later[0])
    return says.found(
        RULE,
        function,
        at,
        "a mask of 0: files that are created from here on may be changed by every user where the"
        " caller gives no mode, 0o022 is not used",
        severity=Severity.LOW,
        confidence=Confidence.MEDIUM,
    )


def _bits(function: FunctionFacts, temp: int, depth: int) -> int | None:
    """The bits that a mode has for certain; None when none are known."""
    values = constants_of(function).of(temp)
    if values is not None:
        numbers = [value for value in values if isinstance(value, int)]
        if not numbers:
            return None
        return max(numbers, key=lambda value: value & _OTHERS_WRITE)
    op = function.definitions[temp]
    if depth < 4 and isinstance(op, Binary) and op.operator == "|":
        parts = [_bits(function, part, depth + 1) for part in (op.left, op.right)]
        known = [part for part in parts if part is not None]
        return sum({bit for part in known for bit in _single(part)}) if known else None
    if depth < 4 and isinstance(op, Copy):
        parts = [_bits(function, part, depth + 1) for part in function.joined(temp)]
        known = [part for part in parts if part is not None]
        return max(known, key=lambda value: value & _OTHERS_WRITE) if known else None
    return None


def _single(bits: int) -> list[int]:
    return [1 << place for place in range(12) if bits >> place & 1]


def _names_secret(name: str) -> bool:
    words = set(words_of(name))
    if {"public", "pub"} & words:
        return False
    return is_secret(name) or bool(_SECRETS & words) or {"private", "key"} <= words


CHECKER: Final = PermissiveFileMode()
