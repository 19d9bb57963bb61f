"""What the rules on options share: an argument or a setting with a value that is unsafe.

A rule gives its rows (`models/configuration.toml`) and its words; here the sites are found, the
values looked up, and the places where an unsafe value belongs told from those where it does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from assay.checkers._settings import (
    ATTRIBUTE,
    CONSTANT,
    OTHER,
    PARAMETER,
    PATH,
    VARIABLE,
    Decided,
    Setting,
    condition_at,
    condition_words,
    decided,
    display_of,
    excuse,
    settings_of,
)
from assay.domains.constants import constants_of
from assay.frozen import frozen
from assay.ir.function import CLASS, MODULE
from assay.ir.ops import Attr, Call, ConstantValue, Load, Located
from assay.ledger.observation import Evidence, EvidenceRole, Observation, Verdict
from assay.ledger.rule import Confidence, Rule, Severity
from assay.models.configuration import (
    Option,
    Plain,
    SettingRow,
    SwitchOff,
    option_keys,
    setting_names,
    switch_off_keys,
    words,
)
from assay.program.facts import FileFacts, FunctionFacts
from assay.source.roles import Role

_CONFIGURED: Final = (Role.CONFIG, Role.WEB_HANDLER)
ABSENT: Final = -1
"""In place of the temporary of an option that a call does not give."""


@frozen
class OptionUse:
    """An option or setting that is given: where, and the temporary of its value, or ABSENT."""

    function: FunctionFacts
    at: Located
    name: str  # as the source spells what it belongs to: `requests.get(verify)`
    value: int
    unsafe: tuple[Plain, ...]
    unsafe_none: bool
    unsafe_paths: tuple[str, ...]
    sure: bool  # the library is known, not guessed from the name of a method
    below: int = 0  # a number below is unsafe


@frozen
class SwitchedOff:
    """A call that is the weakness by itself."""

    function: FunctionFacts
    at: Located
    row: SwitchOff


def option_uses(
    function: FunctionFacts, rows: Sequence[Option]
) -> Iterator[tuple[Option, OptionUse]]:
    """The options of these rows, which belong to one rule, that the calls of a function give."""
    if not rows:
        return
    places: set[tuple[int, int]] = set()
    for site in function.calls_of(option_keys(rows[0].rule)):
        op = site.op
        place = (op.at.lineno, op.at.end_col_offset or 0)
        if place not in places:  # the copies of a `finally` body are one call
            places.add(place)
            yield from _options_of_call(function, op, rows)


def _options_of_call(
    function: FunctionFacts, op: Call, rows: Sequence[Option]
) -> Iterator[tuple[Option, OptionUse]]:
    path = function.callee(op)
    method = _method(function, op)
    seen: set[str] = set()
    for row in rows:
        if row.keyword in seen:
            continue
        if not (row.position >= 0 or row.absent or row.keyword in op.labels):
            continue
        known = matches(path, row.callees)
        if not known and not (method in row.methods and _unknown(path)):
            continue
        if not known and not imports_any(function.file, row.imports):
            continue
        temp = function.argument(op, row.position, row.keyword)
        if temp is None:
            if not row.absent or op.spreads:
                continue
            temp = ABSENT
        seen.add(row.keyword)
        name = f"{function.spelled(op.callee)}({row.what})"
        use = OptionUse(
            function,
            op.at,
            name,
            temp,
            row.unsafe,
            row.unsafe_none,
            row.unsafe_paths,
            known,
            row.below,
        )
        yield row, use


def setting_uses(
    function: FunctionFacts, rows: Sequence[SettingRow]
) -> Iterator[tuple[SettingRow, Setting, OptionUse]]:
    """The settings of these rows that a function, class body or module makes."""
    if not rows:
        return
    names = setting_names(rows[0].rule)
    if function.file.mentioned.isdisjoint(names):
        return
    for setting in settings_of(function, names.__contains__):
        for row in rows:
            if setting.name in row.names and _in_place(setting, row):
                yield row, setting, _as_use(setting, row)
                break


def _as_use(setting: Setting, row: SettingRow) -> OptionUse:
    owner = setting.function.spelled(setting.owner) if setting.place == ATTRIBUTE else ""
    name = f"{owner}.{setting.name}" if owner and owner != "?" else setting.name
    return OptionUse(
        setting.function,
        setting.at,
        name,
        setting.value,
        row.unsafe,
        False,
        row.unsafe_paths,
        True,
    )


def _in_place(setting: Setting, row: SettingRow) -> bool:
    file = setting.function.file
    if row.imports and not imports_any(file, row.imports):
        return False
    if setting.place == ATTRIBUTE:
        return row.place != "setting" or setting.name.isupper()
    if row.place == "attribute":
        return False
    if setting.place != VARIABLE:
        return True
    kind = setting.function.ir.kind
    if kind == CLASS:
        return setting.function.ir.name.endswith(("Config", "Settings", "Configuration"))
    return kind == MODULE and (file.source.role in _CONFIGURED or file.source.role is Role.TEST)


def switched_off(function: FunctionFacts, rows: Sequence[SwitchOff]) -> Iterator[SwitchedOff]:
    """The calls of a function that these rows, which belong to one rule, name."""
    if not rows:
        return
    for site in function.calls_of(switch_off_keys(rows[0].rule)):
        path = function.callee(site.op)
        if path:
            for row in rows:
                if matches(path, row.callees):
                    yield SwitchedOff(function, site.op.at, row)


def matches(path: str, patterns: Sequence[str]) -> bool:
    """Whether a dotted path is one of these; `requests.*` stands for everything below."""
    if not path:
        return False
    return any(
        path == pattern or (pattern[-1] == "*" and path.startswith(pattern[:-1]))
        for pattern in patterns
    )


def _unknown(path: str) -> bool:
    """Whether nothing, or only a name of this file or a relative import, is known of a callee."""
    return not path or path[0] in ":." or "()" in path


def _method(function: FunctionFacts, op: Call) -> str:
    callee = function.definitions[op.callee]
    return callee.name if isinstance(callee, Attr) else ""


def imports_any(file: FileFacts, roots: Sequence[str]) -> bool:
    """Whether a file's top level imports one of these packages."""
    return not file.names.roots.isdisjoint(roots)


# Judging


@frozen
class Wording:
    """How a rule speaks: what is wrong when it is unsafe, and what is right when it is safe."""

    rule: Rule
    unsafe: str  # "certificates are not verified"
    safe: str  # "certificates are verified"
    needed: str  # what would have to be set instead


def is_unsafe(use: OptionUse, value: Decided) -> bool:
    """Whether a value is one of those that switch the protection off."""
    if value.kind in (CONSTANT, PARAMETER):
        return _unsafe_value(use, value.value)
    return value.kind == PATH and value.path in use.unsafe_paths


def _unsafe_value(use: OptionUse, value: ConstantValue) -> bool:
    if value is None:
        return use.unsafe_none
    if use.below and isinstance(value, int) and not isinstance(value, bool):
        return value < use.below
    return any(type(each) is type(value) and each == value for each in use.unsafe)


def judge_use(use: OptionUse, wording: Wording, severity: Severity | None = None) -> Observation:
    """The word on one option or setting."""
    function, facts = use.function, use.function.file
    rule = wording.rule
    if use.value == ABSENT:
        return unsafe(use, wording, f"{use.name} is not given", severity)
    value = decided(function, use.value)
    if value.kind == OTHER:  # on every way one of a few constants?
        folded = [Decided(CONSTANT, each) for each in _folded(function, use.value)]
        if folded and len({is_unsafe(use, each) for each in folded}) == 1:
            value = folded[0]
    if is_unsafe(use, value) and value.kind != PARAMETER:
        return unsafe(use, wording, f"{use.name} is {_shown(value)}", severity)
    if value.kind == PARAMETER and is_unsafe(use, value):
        return unsafe(
            use,
            wording,
            f"{use.name} is parameter {value.path}, {_shown(value)} by default",
            severity,
            Confidence.MEDIUM,
            value.line,
        )
    if value.kind == CONSTANT or display_of(function, use.value) is not None:
        return facts.observation(
            rule, Verdict.CLEAN, use.at, function.qualname, f"{use.name}: {wording.safe}"
        )
    if value.kind == PATH and _is_sibling(use, value.path):
        return facts.observation(
            rule,
            Verdict.CLEAN,
            use.at,
            function.qualname,
            f"{use.name} is {value.path}: {wording.safe}",
        )
    if value.kind == PATH and _module_constant(facts, value.path):
        excused = excuse(facts, use.at) if facts.source.role is Role.TEST else None
        if excused is not None:
            return facts.observation(
                rule,
                Verdict.HANDLED,
                use.at,
                function.qualname,
                f"{use.name} is {value.path}, {excused.text}",
                evidence=(_site(use), excused.guard(facts)),
            )
        return facts.observation(
            rule,
            Verdict.UNSEEN,
            use.at,
            function.qualname,
            f"{use.name} is {value.path}, which is not in view",
            missing=(value.path,),
            remedy=f"review the module that defines {value.path.rpartition('.')[2]} as well",
        )
    first = _unsafe_at_first(use)
    if first is not None:
        said = f"{use.name} is {_shown(first)} unless a condition that is not about it holds"
        return unsafe(use, wording, said, severity, Confidence.MEDIUM, first.line)
    line = value.line or use.at.lineno
    decider = f"parameter {value.path}" if value.kind == PARAMETER else "an option, not a constant"
    return facts.observation(
        rule,
        Verdict.HANDLED,
        use.at,
        function.qualname,
        f"{use.name} is decided by {decider}",
        evidence=(
            _site(use),
            facts.evidence(EvidenceRole.GUARD, line, line),
        ),
    )


def _unsafe_at_first(use: OptionUse) -> Decided | None:
    """The unsafe value that a variable has unless a condition of another meaning replaces it.

    mode = ssl.CERT_NONE
    if ca_file and key_file:
        mode = ssl.CERT_REQUIRED
    """
    function = use.function
    op = function.definitions[use.value]
    if not isinstance(op, Load) or op.name in function.ir.parameters.names():
        return None
    stores = sorted(function.stores(op.name), key=lambda store: store.at.lineno)
    if len(stores) < 2:
        return None
    first = decided(function, stores[0].value)
    if not is_unsafe(use, first) or condition_at(function.file, stores[0].at.lineno) is not None:
        return None
    for store in stores[1:]:
        condition = condition_at(function.file, store.at.lineno)
        if condition is None or is_unsafe(use, decided(function, store.value)):
            return None
        if condition_words(condition) & words().choices:
            return None
    return Decided(first.kind, first.value, first.path, stores[0].at.lineno)


def _folded(function: FunctionFacts, temp: int) -> list[ConstantValue]:
    """The constants that a value may be, when it can be nothing else."""
    values = constants_of(function).of(temp) or ()
    plain = [value for value in values if not isinstance(value, tuple)]
    return list(plain) if len(plain) == len(values) else []


def unsafe(
    use: OptionUse,
    wording: Wording,
    said: str,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    context_line: int = 0,
) -> Observation:
    """Found, or handled where an unsafe value belongs; unseen where only a name says so."""
    facts = use.function.file
    excused = excuse(facts, use.at)
    if excused is not None and excused.missing:
        return facts.observation(
            wording.rule,
            Verdict.UNSEEN,
            use.at,
            use.function.qualname,
            f"{said}, {excused.text}",
            evidence=(_site(use),),
            missing=(excused.missing,),
            remedy="let an option or the environment decide",
        )
    if excused is not None:
        return facts.observation(
            wording.rule,
            Verdict.HANDLED,
            use.at,
            use.function.qualname,
            f"{said}, {excused.text}",
            evidence=(_site(use), excused.guard(facts)),
        )
    context = (
        (facts.evidence(EvidenceRole.CONTEXT, context_line, context_line),) if context_line else ()
    )
    example = facts.source.role is Role.EXAMPLE
    return facts.observation(
        wording.rule,
        Verdict.FOUND,
        use.at,
        use.function.qualname,
        f"{said}: {wording.unsafe}, {wording.needed}",
        evidence=(_site(use), *context),
        severity=Severity.LOW if example else severity,
        confidence=confidence or (None if use.sure else Confidence.MEDIUM),
    )


def _site(use: OptionUse) -> Evidence:
    last = use.at.end_lineno or use.at.lineno
    return use.function.file.evidence(EvidenceRole.SITE, use.at.lineno, last)


def _shown(value: Decided) -> str:
    if value.kind == PATH:
        return value.path
    return repr(value.value)


def _is_sibling(use: OptionUse, path: str) -> bool:
    """Whether a value is another of those that a library has for it: `ssl.CERT_REQUIRED`."""
    parent = path.partition("(")[0].rpartition(".")[0]
    return any(
        parent == unsafe.partition("(")[0].rpartition(".")[0]
        for unsafe in use.unsafe_paths
        if parent
    )


def _module_constant(facts: FileFacts, path: str) -> bool:
    """Whether a path is a constant of another module: imported, its last part in capitals."""
    last = path.rpartition(".")[2]
    return "." in path and path[0] != ":" and last.isupper() and "()" not in path
