"""CWE-798: a password, key or token stands in the source.

Whoever can read the source, a wheel, a container image or the history of the repository has it, it
is the same in every installation, and it cannot be changed without a release.

Weak:

    connection = psycopg2.connect(host=host, user="shop", password="s3cr3t-pa55")

Guarded (fetched at run time, no value to fall back on):

    connection = psycopg2.connect(host=host, user="shop", password=os.environ["SHOP_DB_PASSWORD"])

What it examines: every string and bytes literal except docstrings.

What it says:

- `found` for a literal in a format that only credentials have (private keys, tokens of known
  services, URLs and connection strings with a password), and for one that looks like a
  credential *and* reaches one: an argument, attribute, variable, item or default whose name ends
  in a word for it, a library function that takes it by position, a comparison, also through
  variables and constants of the module. A name alone or a value alone is not enough.
- `handled` where a credential is read from the environment, a prompt, a key ring or a vault,
  without a literal to fall back on; and for a private key that is part of a test.
- `clean` for every other literal: placeholders, labels, messages, keys of lookups, names of
  environment variables, paths, and the data of tests.

How to fix: take the value out of the source *and* change it, for it is known now; read it from the
environment, a file with the right mode, or a vault, and fail when it is not there.

Known limits: a credential that is put together from pieces is not seen, nor a plain word under a
name that does not say what it is. Literals in files that are no Python are not read.

References: CWE-798, CWE-259, CWE-321; OWASP Secrets Management Cheat Sheet.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Final, final

from assay.checkers._literal_flow import (
    ARGUMENT,
    ATTRIBUTE,
    COMPARED,
    DEFAULT,
    ENTRY,
    FALLBACK,
    ITEM,
    POSITION,
    RESULT,
    VARIABLE,
    LiteralFlow,
    Target,
    names_of_parameters,
)
from assay.checkers.base import Checker, over_budget
from assay.ir.function import CLASS
from assay.ir.ops import Attr, Build, Call, Const, Copy, Item, Load, Op
from assay.ledger.ledger import Ledger
from assay.ledger.observation import Evidence, EvidenceRole, Observation, Step, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.credentials import PRIVATE_KEY, TOKEN, Source, arguments, names, sources
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.literals import Literal
from assay.source.credentials import (
    Grade,
    Known,
    Strength,
    grade,
    is_weak_key,
    known_format,
    strength,
)
from assay.source.roles import Role
from assay.source.words import words_of

RULE: Final = Rule(
    id="hardcoded-credential",
    cwe=798,
    related=(259, 321),
    title="Hard-coded credentials",
    family=Family.CREDENTIALS,
    severity=Severity.HIGH,
    precision=Confidence.HIGH,
    site="literals",
    summary="A password, key or token is written into the source",
    explanation=__doc__ or "",
)

_TEST_DATA: Final = (Role.TEST, Role.EXAMPLE)
_SHORTEST: Final = 3
_TABLE: Final = 3
"""Other entries of a dict with values like keys from which it is a table and no credentials."""


@final
class Read:
    """A credential that is fetched at run time: the operation that does it, and its name."""

    __slots__ = ("function", "name", "op", "source")

    def __init__(self, function: FunctionFacts, op: Op, name: str, source: str) -> None:
        self.function: Final = function
        self.op: Final = op
        self.name: Final = name
        self.source: Final = source


@final
class Reached:
    """A target that is a credential, and how much says so."""

    __slots__ = ("name", "strength", "target", "word_counts")

    def __init__(self, target: Target, name: str, how: Strength, word_counts: bool) -> None:
        self.target: Final = target
        self.name: Final = name
        self.strength: Final = how
        self.word_counts: Final = word_counts  # a plain word is enough here


@final
class HardcodedCredential(Checker):
    """Literals that are credentials by their format, or by their look and where they go."""

    rule = RULE

    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        flow = LiteralFlow(facts)
        for literal in facts.literals():
            word = _judge_literal(literal, facts, flow)
            if isinstance(word, Observation):
                ledger.observations.append(word)
            elif ledger.keep_clean:
                ledger.observations.append(_clean(literal, facts, word))
            else:  # most literals of a file end here
                ledger.note_clean(RULE.id, literal.at.lineno)
        for read in _reads(facts, flow):
            ledger.observations.append(_judge_read(read, facts))
        for function in facts.functions:
            if function.ir.over_budget:
                ledger.unseen.append(over_budget(function, function.ir.limit, RULE))


# Literals


def _judge_literal(literal: Literal, facts: FileFacts, flow: LiteralFlow) -> Observation | str:
    """The word on a literal, or why it is clean."""
    value = literal.value
    if len(value) < _SHORTEST:
        return "too short for a credential"
    known = known_format(value)
    if known is not None:
        return _judge_known(literal, known, facts)
    if facts.source.role in _TEST_DATA:
        return f"data of {_a(facts.source.role)}"
    look = grade(value, "")
    if look is Grade.IMPLAUSIBLE and not is_weak_key(value):
        return "does not look like a credential"
    for target in flow.targets(literal.function, literal.temp):
        reached = _credential(target)
        if reached is not None:
            found = _judge_reached(literal, reached, facts)
            if found is not None:
                return found
    return "does not reach a credential"


def _a(role: Role) -> str:
    return "a test" if role is Role.TEST else "an example"


def _clean(literal: Literal, facts: FileFacts, message: str) -> Observation:
    return facts.observation(RULE, Verdict.CLEAN, literal.at, literal.function.qualname, message)


def _judge_known(literal: Literal, known: Known, facts: FileFacts) -> Observation | str:
    what = known.format.name
    kind = known.format.kind
    line, last = literal.at.lineno, literal.at.end_lineno or literal.at.lineno
    in_test = facts.source.role in _TEST_DATA
    if in_test and kind == PRIVATE_KEY:
        role = facts.source.role_evidence
        guard = role.line or line
        return facts.observation(
            RULE,
            Verdict.HANDLED,
            literal.at,
            literal.function.qualname,
            f"{what} as data of {_a(facts.source.role)}",
            evidence=(
                facts.evidence(EvidenceRole.SITE, line, last),
                facts.evidence(EvidenceRole.GUARD, guard, guard),
            ),
        )
    if in_test and kind != TOKEN:
        return f"{what} as data of {_a(facts.source.role)}"
    article = "an" if what[0] in "AEIO" else "a"
    return facts.observation(
        RULE,
        Verdict.FOUND,
        literal.at,
        literal.function.qualname,
        f"literal is {article} {what}",
        severity=Severity.LOW if in_test else None,
        confidence=Confidence.MEDIUM if in_test or kind not in (TOKEN, PRIVATE_KEY) else None,
    )


def _judge_reached(literal: Literal, reached: Reached, facts: FileFacts) -> Observation | None:
    """Found when the value looks as much like a credential as the target asks for."""
    look = grade(literal.value, reached.name)
    if look is Grade.IMPLAUSIBLE and is_weak_key(literal.value) and _signs(reached.target):
        look = Grade.WORD
    if look is Grade.IMPLAUSIBLE:
        return None
    if reached.strength is Strength.TOKEN and look is not Grade.RANDOM:
        return None
    if look is Grade.WORD and not reached.word_counts:
        return None
    if (
        reached.strength is Strength.KEY
        and look is Grade.COMPLEX
        and not reached.word_counts
        and (len(literal.value) < 8 or not any(char.isdigit() for char in literal.value))
    ):
        return None
    target = reached.target
    steps: tuple[Step, ...] = ()
    context: tuple[Evidence, ...] = ()
    if target.variable and target.at.lineno != literal.at.lineno:
        steps = (
            facts.step(literal.at, f"literal assigned to {target.variable}"),
            facts.step(target.at, f"{target.variable} reaches {target.kind} {reached.name}"),
        )
        context = (facts.evidence(EvidenceRole.CONTEXT, target.at.lineno, target.at.lineno),)
    through = f", through {target.variable}" if steps else ""
    sure = look is not Grade.WORD and reached.strength is not Strength.TOKEN
    return facts.observation(
        RULE,
        Verdict.FOUND,
        literal.at,
        literal.function.qualname,
        f"literal {_verb(target.kind)} {reached.name}{through}",
        evidence=context,
        trace=steps,
        confidence=None if sure else Confidence.MEDIUM,
        severity=Severity.MEDIUM if target.kind in (FALLBACK, DEFAULT) else None,
    )


def _verb(kind: str) -> str:
    return {
        COMPARED: "is compared with",
        FALLBACK: "is the fallback of",
        DEFAULT: "is the default of parameter",
        RESULT: "is returned by",
        ITEM: "is assigned to item",
        ENTRY: "is the value of key",
        VARIABLE: "is assigned to",
        ATTRIBUTE: "is assigned to attribute",
    }.get(kind, "is passed as")


def _signs(target: Target) -> bool:
    """Whether a target is the key that an application signs its sessions with."""
    words = words_of(target.name)
    if "secret" not in words or "key" not in words:
        return False
    if target.kind == VARIABLE:
        role = target.function.file.source.role
        return role in (Role.CONFIG, Role.WEB_HANDLER) and target.name.isupper()
    return target.kind in (ATTRIBUTE, ITEM)


# Targets


def _credential(target: Target) -> Reached | None:
    """Whether a target is a credential."""
    if target.kind == POSITION:
        return _positional(target)
    if target.kind == ARGUMENT:
        return _argument(target)
    if target.kind == RESULT:
        how = strength(target.name)
        return Reached(target, target.name, how, False) if how >= Strength.KEY else None
    how = strength(target.name)
    if target.kind == ATTRIBUTE and target.position == 1:
        return Reached(target, target.name, Strength.PASSWORD, True)
    if how is Strength.NOTHING or (target.kind == ENTRY and _is_table(target)):
        return None
    return Reached(target, target.name, how, _expects_word(target, how))


def _expects_word(target: Target, how: Strength) -> bool:
    """Whether a plain word counts at a target, because nothing but a credential is put there."""
    if how < Strength.KEY:
        return False
    if target.kind == COMPARED:
        return how is Strength.PASSWORD
    if target.kind == DEFAULT:
        return how is Strength.PASSWORD
    if target.kind == ENTRY:
        return how is Strength.PASSWORD and _has_companion(target)
    if target.kind in (ATTRIBUTE, ITEM):
        return words_of(target.name)[-2:] == ("secret", "key") or how is Strength.PASSWORD
    if target.kind == VARIABLE and target.function.ir.kind != CLASS:
        return how is Strength.PASSWORD or target.name == "SECRET_KEY"
    return False


def _is_table(target: Target) -> bool:
    """Whether a dict maps many other names to values of the same look: digests, ids, samples."""
    op, function = target.op, target.function
    if not isinstance(op, Build):
        return False
    alike = 0
    for key_temp, value_temp in zip(op.args[::2], op.args[1::2], strict=True):
        key, value = function.definitions[key_temp], function.definitions[value_temp]
        if isinstance(key, Const) and isinstance(value, Const):
            name, text = key.value, value.value
            if isinstance(name, str) and isinstance(text, str) and not strength(name):
                alike += grade(text, name) is Grade.RANDOM
    return alike >= _TABLE


def _has_companion(target: Target) -> bool:
    """Whether a dict has a key beside the password that says who it is for."""
    op = target.op
    if not isinstance(op, Build):
        return False
    for temp in op.args[::2]:
        key = target.function.definitions[temp]
        if isinstance(key, Const) and isinstance(key.value, str):
            words = words_of(key.value)
            if words and words[-1] in names().companions:
                return True
    return False


def _argument(target: Target) -> Reached | None:
    """A keyword argument; `default=` counts for what the call's first argument names."""
    op = target.op
    if target.name.endswith("auth") and target.position == 1:
        return Reached(target, target.name, Strength.PASSWORD, True)
    if target.name in ("default", "fallback") and isinstance(op, Call):
        name = _first_text(target.function, op)
        how = strength(name.lstrip("-"))
        if how is Strength.NOTHING:
            return None
        fallback = Target(FALLBACK, name, op, target.function, target.variable)
        return Reached(fallback, name, how, how >= Strength.KEY)
    how = strength(target.name)
    if how is Strength.NOTHING:
        return None
    return Reached(target, target.name, how, how is Strength.PASSWORD)


def _positional(target: Target) -> Reached | None:
    """A positional argument: by the library's row, by the parameter of a function of the file, or
    as the fallback of a look-up."""
    op, function = target.op, target.function
    if not isinstance(op, Call):
        return None
    path = function.callee(op)
    row = arguments().get(path)
    if row is not None and row.position == target.position:
        what = Strength.PASSWORD if row.what == "password" else Strength.KEY
        return Reached(target, f"{row.what} of {path}", what, True)
    if target.position == 1 and target.name in names().readers:
        name = _first_text(function, op) or _second_of_getattr(function, op)
        how = strength(name)
        if how is Strength.NOTHING:
            return None
        fallback = Target(FALLBACK, name, op, function, target.variable)
        return Reached(fallback, name, how, how >= Strength.KEY)
    if target.position == 2 and target.name in ("getattr", "setattr", "pop", "get"):
        name = _second_of_getattr(function, op)
        how = strength(name)
        return None if how is Strength.NOTHING else Reached(target, name, how, False)
    parameter = _own_parameter(function, op, path, target.position)
    how = strength(parameter)
    if how is Strength.NOTHING:
        return None
    return Reached(target, parameter, how, how is Strength.PASSWORD)


def _first_text(function: FunctionFacts, op: Call) -> str:
    return _text_at(function, op, 0)


def _second_of_getattr(function: FunctionFacts, op: Call) -> str:
    return _text_at(function, op, 1)


def _text_at(function: FunctionFacts, op: Call, position: int) -> str:
    temp = function.argument(op, position, "")
    definition = function.definitions[temp] if temp is not None else None
    if isinstance(definition, Const) and isinstance(definition.value, str):
        return definition.value
    return ""


def _own_parameter(function: FunctionFacts, op: Call, path: str, position: int) -> str:
    """The parameter of a function, class or method of this file that an argument is bound to."""
    node: ast.stmt | None = None
    if path.startswith(":") and "." not in path:
        node = function.file.names.bound.get(path[1:])
        if isinstance(node, ast.ClassDef):
            node = _method(node, "__init__")
    else:
        callee = function.definitions[op.callee]
        if isinstance(callee, Attr):
            owner = function.definitions[callee.owner]
            if isinstance(owner, Load) and owner.name in ("self", "cls"):
                scope = function.parent
                if scope is not None and isinstance(scope.ir.node, ast.ClassDef):
                    node = _method(scope.ir.node, callee.name)
    parameters = names_of_parameters(node)
    return parameters[position] if 0 <= position < len(parameters) else ""


def _method(node: ast.ClassDef, name: str) -> ast.stmt | None:
    return next(
        (
            each
            for each in node.body
            if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) and each.name == name
        ),
        None,
    )


# Reads


def _reads(facts: FileFacts, flow: LiteralFlow) -> Iterator[Read]:
    """Places that fetch a credential at run time and have no literal to fall back on."""
    seen: set[tuple[int, int]] = set()
    environment = "os.environ[" in facts.source.text or "environ" in facts.names.imports
    if not environment and facts.mentioned.isdisjoint(_source_names()):
        return
    for function in facts.functions:
        for op in _fetching(function, environment):
            read = _read(function, op, flow)
            place = (op.at.lineno, op.at.col_offset)
            if read is not None and place not in seen:
                seen.add(place)
                yield read


@cache
def _source_names() -> frozenset[str]:
    """The last names of what fetches credentials."""
    return frozenset(path.rpartition(".")[2] for path in sources())


def _fetching(function: FunctionFacts, environment: bool) -> Iterator[Op]:
    """The operations of a function that may fetch a value: calls, and items of `os.environ`."""
    for site in function.calls:
        yield site.op
    if environment:
        for block in function.ir.blocks:
            for op in block.ops:
                if type(op) is Item:
                    yield op


def _read(function: FunctionFacts, op: Op, flow: LiteralFlow) -> Read | None:
    if isinstance(op, Item):
        if function.qualified(op.owner) != "os.environ":
            return None
        key = function.constant(op.index)
        name = key.value if key is not None and isinstance(key.value, str) else ""
        if strength(name) is Strength.NOTHING and not _feeds(function, op.dest, flow):
            return None
        return Read(function, op, name or "a credential", "the environment")
    if not isinstance(op, Call):
        return None
    source = sources().get(function.callee(op))
    if source is None or _falls_back(function, op, source) or _alternative(function, op, flow):
        return None
    name = _first_text(function, op) if source.named else ""
    fed = _feeds(function, op.dest, flow)
    if source.named and strength(name) is not Strength.NOTHING:
        return Read(function, op, name, source.what)
    return Read(function, op, name or fed, source.what) if fed else None


def _falls_back(function: FunctionFacts, op: Call, source: Source) -> bool:
    """Whether a read has a literal default that is more than nothing."""
    if source.fallback < 0:
        return False
    temp = function.argument(op, source.fallback, "default")
    if temp is None:
        return False
    constant = function.constant(temp)
    return (
        constant is not None and isinstance(constant.value, (str, bytes)) and bool(constant.value)
    )


def _alternative(function: FunctionFacts, op: Call, flow: LiteralFlow) -> bool:
    """Whether a literal stands in for a read that gives nothing: `getenv("X") or "literal"`."""
    merged = {use.dest for use in flow.uses(function, op.dest) if isinstance(use, Copy)}
    if not merged:
        return False
    for block in function.ir.blocks:
        for other in block.ops:
            if isinstance(other, Copy) and other.dest in merged:
                constant = function.definitions[other.value]
                if isinstance(constant, Const) and isinstance(constant.value, (str, bytes)):
                    return bool(constant.value)
    return False


def _feeds(function: FunctionFacts, temp: int, flow: LiteralFlow) -> str:
    """The name of the credential that a value reaches; `""` when it reaches none."""
    for target in flow.targets(function, temp):
        reached = _credential(target)
        if reached is not None and reached.strength >= Strength.KEY and target.kind != COMPARED:
            return reached.name
    return ""


def _judge_read(site: Read, facts: FileFacts) -> Observation:
    line, last = site.op.at.lineno, site.op.at.end_lineno or site.op.at.lineno
    return facts.observation(
        RULE,
        Verdict.HANDLED,
        site.op.at,
        site.function.qualname,
        f"credential {site.name} comes from {site.source}, with no literal to fall back on",
        evidence=(
            facts.evidence(EvidenceRole.SITE, line, last),
            facts.evidence(EvidenceRole.GUARD, line, last),
        ),
    )


CHECKER: Final = HardcodedCredential()
