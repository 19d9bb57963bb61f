"""CWE-338: a secret is made by a generator whose values can be guessed.

`random` and the generators of numpy are made for simulations: whoever has seen some of their values
can compute the next ones, and the ones before. A token, password, session identifier, salt or nonce
that comes from them, from the time or from an identifier made of the time (`uuid1`) is no secret.

Weak:

    reset_token = "".join(random.choice(string.ascii_letters) for _ in range(20))

Guarded:

    reset_token = secrets.token_urlsafe(20)

What it examines: calls of generators of random values, and the names that their results are given:
variables, attributes, keys, arguments and the functions that return them.

What it says: `found` for a weak generator whose value is given the name of a secret; `handled`
in a test; `clean` for the generator of the operating system (`secrets`, `os.urandom`,
`random.SystemRandom`) and for values that are given no such name.

How to fix: `secrets.token_urlsafe()`, `secrets.token_hex()`, `secrets.choice()`; where an interface
of `random` is needed, `random.SystemRandom()`.

Known limits: what a value is for is told by its names inside of the function that makes it. A
token that is called `value` on all its way is not known for one.

References: CWE-338 Use of Cryptographically Weak Pseudo-Random Number Generator; CWE-330; the
warning in the documentation of `random`; PEP 506.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from assay.checkers import _says as says
from assay.checkers._names import is_secret, makes_secret
from assay.checkers.base import FunctionChecker
from assay.domains.uses import CALLEE, COMPARED, RESULT, SENT, WRITTEN, Use, made_of, uses_of
from assay.ir.ops import NO_TEMP, Attr, Call, Const, Load, SetAttr, SetItem, Store
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.purposes import Generator, conversions, generator_keys, generators
from assay.program.facts import FileFacts, FunctionFacts
from assay.source.words import words_of

RULE: Final = Rule(
    id="weak-randomness",
    cwe=338,
    related=(330, 337, 340),
    title="Secret from a weak generator",
    family=Family.CRYPTOGRAPHY,
    severity=Severity.HIGH,
    precision=Confidence.HIGH,
    site="random values",
    summary="A token, password or key is made by a generator whose values can be guessed",
    explanation=__doc__ or "",
)
_ALPHABETS: Final = "string."


@final
class RandomValue:
    """A call of a generator."""

    __slots__ = ("call", "generator")

    def __init__(self, call: Call, generator: Generator) -> None:
        self.call: Final = call
        self.generator: Final = generator


@final
class WeakRandomness(FunctionChecker[RandomValue]):
    """Random values, and what they are used for."""

    rule = RULE

    def concerns(self, facts: FileFacts) -> bool:
        return facts.may_call(generator_keys())

    def sites(self, function: FunctionFacts) -> Iterator[RandomValue]:
        known = generators()
        for site in function.calls_of(generator_keys()):
            generator = known.get(function.callee(site.op))
            if generator is not None:
                yield RandomValue(site.op, generator)

    def judge(self, site: RandomValue, function: FunctionFacts) -> Observation | None:
        generator, call = site.generator, site.call
        called = function.spelled(call.callee)
        if not generator.weak:
            return says.clean(RULE, function, call.at, f"{called}() asks the operating system")
        use = _secret_use(function, site)
        if use is None:
            if generator.guessed:
                return None  # a time is a site only where it is to be a secret
            return says.clean(RULE, function, call.at, f"{called}() makes no secret by its names")
        where = f"{use.kind} {use.name}"
        trace = (
            function.file.step(call.at, f"{called}() gives {generator.what}"),
            function.file.step(use.op.at, f"it becomes {where}"),
        )
        return says.found(
            RULE,
            function,
            call.at,
            f"{where} is made by {called}(), {generator.what}; secrets is not used",
            context=use.op.at.lineno if use.op.at.lineno != call.at.lineno else 0,
            trace=trace,
            confidence=Confidence.MEDIUM if generator.guessed else None,
        )


def _secret_use(function: FunctionFacts, site: RandomValue) -> Use | None:
    """The first use of a value as a secret, as far as names tell."""
    start = site.call.dest
    if function.callee(site.call).endswith(".shuffle"):
        start = site.call.args[0] if site.call.args else NO_TEMP
    if site.generator.picks and not _from_alphabet(function, site.call):
        return None  # one of a few things that have names of their own
    uses = uses_of(function, start) if start != NO_TEMP else []
    if any(use.kind == SENT for use in uses):
        return None  # of the kind that another service asks for
    for use in uses:
        if use.kind in (COMPARED, WRITTEN, CALLEE):
            continue
        if site.generator.guessed and not _is_all(function, use, site.call):
            continue
        if makes_secret(use.name) if use.kind == RESULT else is_secret(use.name):
            return use
    return None


def _is_all(function: FunctionFacts, use: Use, call: Call) -> bool:
    """Whether a secret is made of a guessable value and nothing else.

    A nonce that grows with the time is asked for by many interfaces.
    """
    if "nonce" in words_of(use.name):
        return False
    value = use.op.value if isinstance(use.op, (Store, SetAttr, SetItem)) else use.op.dest
    owner = use.function
    parameters = owner.ir.parameters.names()
    known = {"hashlib", *function.callee(call).split(".")}
    known.update(conversions().methods, conversions().functions)
    known.update(name for name in owner.ir.locals if name not in parameters)
    return all(name in known for name in made_of(owner, value))


def _from_alphabet(function: FunctionFacts, call: Call) -> bool:
    """Whether what is picked from is an alphabet: a text, or one of those in `string`."""
    temp = function.argument(call, 0, "population")
    if temp is None:
        temp = function.argument(call, 0, "seq")
    if temp is None:
        return False
    seen: set[int] = set()
    work = [temp]
    for each in work:  # grows while it is walked
        if each in seen:
            continue
        seen.add(each)
        op = function.definitions[each]
        if isinstance(op, Const) and isinstance(op.value, (str, bytes)):
            return len(op.value) >= 8
        if isinstance(op, (Load, Attr)) and function.qualified(each).startswith(_ALPHABETS):
            return True
        if isinstance(op, Load):
            owner = function if function.stores(op.name) else function.file.functions[0]
            if owner is function:
                work += [store.value for store in function.stores(op.name)]
            else:
                return any(
                    isinstance(made := owner.definitions[store.value], Const)
                    and isinstance(made.value, str)
                    for store in owner.stores(op.name)
                )
        elif op is not None:
            work += op.uses()
    return False


CHECKER: Final = WeakRandomness()
