"""CWE-532: a secret is written to a log.

Logs are kept, copied and read by many: whoever reads one with a password or token in it has it.

Weak:

    logger.debug("login as %s with %s", user, password)

Guarded:

    logger.debug("login as %s", user)

What it examines: what is given to the methods of a log: values with the name of a password, key or
token, and the headers and cookies of a request as a whole.

What it says: `found` where such a value is written as it is, also through formatting, `str` and
`json.dumps`; `handled` where a function takes the secret out first, and in a test; `clean` for
calls that write none. Only calls that are near a secret are counted.

How to fix: leave the value out, or write what identifies it: the user, the last four characters, a
digest. Of headers write those that are known to be harmless.

Known limits: a value is a secret by its name. Filters of the log itself are not seen.

References: CWE-532 Insertion of Sensitive Information into Log File; CWE-312; OWASP Logging Cheat
Sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from assay.checkers import _says as says
from assay.checkers._names import is_secret
from assay.checkers.base import FunctionChecker
from assay.domains.uses import name_of
from assay.ir.ops import (
    LOCAL,
    Attr,
    Await,
    Binary,
    Build,
    Call,
    Copy,
    Format,
    Item,
    Join,
    Load,
    Spread,
)
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.purposes import conversions, log_words
from assay.program.facts import FunctionFacts
from assay.source.credentials import Strength, strength
from assay.source.words import words_of

RULE: Final = Rule(
    id="secret-in-log",
    cwe=532,
    related=(312, 359),
    title="Secret in a log",
    family=Family.CREDENTIALS,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="log calls near a secret",
    summary="A password, key or token is written to a log",
    explanation=__doc__ or "",
)
_AS_IT_IS: Final = frozenset(
    {"str", "repr", "dict", "dumps", "pformat", "format", "list", "decode"}
)
_DEEPEST: Final = 10


@final
class LogSite:
    """A call of a log, with the secret that it writes; `guard` is the line that takes it out."""

    __slots__ = ("call", "guard", "name")

    def __init__(self, call: Call, name: str, guard: int) -> None:
        self.call: Final = call
        self.name: Final = name
        self.guard: Final = guard


@final
class SecretInLog(FunctionChecker[LogSite]):
    """Calls of logs."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterator[LogSite]:
        methods = log_words().methods
        for site in function.calls:
            callee = function.definitions[site.op.callee]
            if isinstance(callee, Attr) and callee.name not in methods:
                continue
            if not site.op.args or not _is_log(function, site.op):
                continue
            for temp in site.op.args:
                found = _secret(function, temp, 0)
                if found is not None:
                    yield LogSite(site.op, *found)
                    break

    def judge(self, site: LogSite, function: FunctionFacts) -> Observation | None:
        called = function.spelled(site.call.callee)
        if site.guard:
            said = f"{called}() writes {site.name} with the secret taken out"
            return says.handled(RULE, function, site.call.at, said, site.guard)
        return says.found(
            RULE,
            function,
            site.call.at,
            f"{called}() writes {site.name} as it is, nothing takes the secret out",
        )


def _is_log(function: FunctionFacts, call: Call) -> bool:
    known = log_words()
    callee = function.definitions[call.callee]
    if isinstance(callee, Attr):
        if callee.name not in known.methods:
            return False
        owner = function.definitions[callee.owner]
        name = owner.name if isinstance(owner, (Load, Attr)) else name_of(function, callee.owner)
        if function.callee(call).startswith("logging."):
            return True
        return bool(known.owners.intersection(words_of(name))) or name.lower().endswith("logger")
    if isinstance(callee, Load):
        words = words_of(callee.name)
        return words[:1] == ("log",) and len(words) <= 2
    return False


def _secret(function: FunctionFacts, temp: int, depth: int) -> tuple[str, int] | None:
    """The secret that a value shows, and the line that takes it out (0 for none)."""
    op = function.definitions[temp]
    if op is None or depth > _DEEPEST:
        return None
    if isinstance(op, (Load, Attr, Item)):
        return _named(function, temp, depth)
    if isinstance(op, Call):
        return _of_call(function, op, depth)
    if isinstance(op, (Format, Await, Spread)):
        return _secret(function, op.value, depth + 1)
    parts: tuple[int, ...] = ()
    if isinstance(op, Join):
        parts = op.parts
    elif isinstance(op, Binary) and op.operator in ("+", "%"):
        parts = (op.left, op.right)
    elif isinstance(op, Build):
        parts = op.args[1::2] if op.kind == "dict" and not op.labels else op.args
    elif isinstance(op, Copy):
        parts = tuple(function.joined(temp))
    for part in parts:
        found = _secret(function, part, depth + 1)
        if found is not None:
            return found
    return None


def _named(function: FunctionFacts, temp: int, depth: int) -> tuple[str, int] | None:
    op = function.definitions[temp]
    name = name_of(function, temp)
    if isinstance(op, Attr) and op.name in log_words().whole:
        owner = name_of(function, op.owner)
        if words_of(owner)[-1:] in (("request",), ("req",)):
            return f"{function.spelled(temp)} as a whole", 0
    if name and _is_shown(name):
        return name, 0
    if isinstance(op, Load) and op.scope == LOCAL and depth < 3:
        stores = function.stores(op.name)
        if len(stores) == 1 and op.name not in function.ir.parameters.names():
            value = function.definitions[stores[0].value]
            if isinstance(value, (Join, Binary, Format)) or _is_plain_copy(function, value):
                return _secret(function, stores[0].value, depth + 1)
    return None


def _is_plain_copy(function: FunctionFacts, value: object) -> bool:
    return isinstance(value, Call) and name_of(function, value.callee) in _AS_IT_IS


def _of_call(function: FunctionFacts, op: Call, depth: int) -> tuple[str, int] | None:
    callee = function.definitions[op.callee]
    name = callee.name if isinstance(callee, (Attr, Load)) else ""
    parts = list(op.args)
    if isinstance(callee, Attr) and (name in conversions().methods or name == "copy"):
        parts.insert(0, callee.owner)
    if name in ("get", "pop") and op.args:
        named = name_of(function, op.dest)
        return (named, 0) if _is_shown(named) else None
    takes_out = bool(log_words().redacting.intersection(words_of(name)))
    if not takes_out and name not in _AS_IT_IS and name not in conversions().methods:
        return None
    if name in ("encode", "split", "digest", "hexdigest", "hex"):
        return None
    for part in parts:
        found = _secret(function, part, depth + 1)
        if found is not None:
            return (found[0], found[1] or (op.at.lineno if takes_out else 0))
    return None


def _is_shown(name: str) -> bool:
    """Whether a name is that of a secret that a log must not hold."""
    words = words_of(name)
    if words in (("secret",), ("cookie",), ("salt",), ("nonce",), ("iv",), ("sid",)):
        return False  # many a thing is called so
    if words and words[-1] in (
        "nonce",
        "salt",
        "iv",
        "id",
        "link",
        "url",
        "state",
        "number",
        "tag",
    ):
        return False
    if strength(name) in (Strength.PASSWORD, Strength.KEY):
        return words[-1:] != ("secret",) or len(words) > 1
    return is_secret(name)


CHECKER: Final = SecretInLog()
