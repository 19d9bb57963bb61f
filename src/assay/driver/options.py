"""Options of a run: what may be set, where each value came from, and which one wins.

From weak to strong: built-in default, configuration file (what it extends first), `--config
KEY=VALUE`, environment, command line. The keys of `extend-` options add up, all others replace.

Invariant: `Options` is complete and checked; nothing later looks at the environment or at files to
find out what the user wants.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from assay.frozen import frozen
from assay.ledger.rule import Confidence, Severity
from assay.models.loader import ModelError
from assay.models.outside import THREAT_MODELS, UserRow, user_row
from assay.report.formats import FORMATS

Value: TypeAlias = bool | int | str | tuple[str, ...]

DEFAULT_FILE_SECONDS: Final = 600
COLOURS: Final = ("auto", "always", "never")


class UsageError(Exception):
    """A wrong option or configuration; the message says what to write instead."""


class Kind(enum.Enum):
    """What a setting holds."""

    FLAG = "true or false"
    COUNT = "a whole number"
    TEXT = "a string"
    CHOICE = "one of"
    NAMES = "a list of strings"
    ROWS = "a list of tables"


@frozen
class Setting:
    """One key of the configuration. `adds` says that values of several places add up."""

    key: str
    kind: Kind
    default: Value
    choices: tuple[str, ...]
    adds: bool


@frozen
class Settled:
    """A value and where it came from."""

    value: Value
    origin: str


@frozen
class Layer:
    """Values of one place; `origin` is what `--show-settings` prints."""

    origin: str
    values: Mapping[str, Value]


_SEVERITIES: Final = tuple(each.value for each in Severity)
_CONFIDENCES: Final = tuple(each.value for each in Confidence)

SETTINGS: Final = (
    Setting("cache", Kind.FLAG, True, (), False),
    Setting("cache-dir", Kind.TEXT, ".assay_cache", (), False),
    Setting("color", Kind.CHOICE, "auto", COLOURS, False),
    Setting("exclude", Kind.NAMES, (), (), False),
    Setting("exit-zero", Kind.FLAG, False, (), False),
    Setting("extend-exclude", Kind.NAMES, (), (), True),
    Setting("extend-select", Kind.NAMES, (), (), True),
    Setting("fail-on", Kind.CHOICE, "info", _SEVERITIES, False),
    Setting("file-seconds", Kind.COUNT, DEFAULT_FILE_SECONDS, (), False),
    Setting("force-exclude", Kind.FLAG, False, (), False),
    Setting("ignore", Kind.NAMES, (), (), False),
    Setting("jobs", Kind.COUNT, 0, (), False),
    Setting("min-confidence", Kind.CHOICE, "low", _CONFIDENCES, False),
    Setting("min-severity", Kind.CHOICE, "info", _SEVERITIES, False),
    Setting("model", Kind.ROWS, (), (), True),
    Setting("output-format", Kind.CHOICE, "text", FORMATS, False),
    Setting("respect-gitignore", Kind.FLAG, True, (), False),
    Setting("sarif-verdicts", Kind.FLAG, False, (), False),
    Setting("select", Kind.NAMES, (), (), False),
    Setting("start-method", Kind.CHOICE, "spawn", ("spawn", "fork"), False),
    Setting("statistics", Kind.FLAG, False, (), False),
    Setting("strict", Kind.FLAG, False, (), False),
    Setting("threat-model", Kind.CHOICE, "auto", THREAT_MODELS, False),
)
"""Sorted by key. `exclude = ()` means the built-in list, `jobs = 0` one for each processor.

The rows of `model` are kept as texts: where a row stands and what is in it, as JSON.
"""


@frozen
class Options:
    """Everything that a review depends on besides the files."""

    cache: bool
    cache_dir: str
    color: str
    exclude: tuple[str, ...]
    exit_zero: bool
    extend_exclude: tuple[str, ...]
    extend_select: tuple[str, ...]
    fail_on: Severity
    file_seconds: int
    force_exclude: bool
    ignore: tuple[str, ...]
    jobs: int
    min_confidence: Confidence
    min_severity: Severity
    model: tuple[UserRow, ...]
    output_format: str
    respect_gitignore: bool
    sarif_verdicts: bool
    select: tuple[str, ...]
    start_method: str
    statistics: bool
    strict: bool
    threat_model: str


def suggestion(word: str, known: Iterable[str]) -> str:
    """`, did you mean 'x'?`, or nothing."""
    import difflib

    close = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f", did you mean '{close[0]}'?" if close else ""


def setting(key: str, origin: str) -> Setting:
    """The setting of that key; raises UsageError with a suggestion."""
    for each in SETTINGS:
        if each.key == key:
            return each
    known = [each.key for each in SETTINGS]
    raise UsageError(f"{origin}: unknown key '{key}'{suggestion(key, [*known, 'extend'])}")


def checked(key: str, raw: object, origin: str) -> Value:
    """A raw value, as TOML or the command line gives it, as a value of the setting."""
    wanted = setting(key, origin)
    kind = wanted.kind
    if kind is Kind.FLAG and isinstance(raw, bool):
        return raw
    if kind is Kind.COUNT and isinstance(raw, int) and not isinstance(raw, bool) and raw >= 0:
        return raw
    if kind is Kind.TEXT and isinstance(raw, str):
        return raw
    if kind is Kind.CHOICE and isinstance(raw, str):
        if raw in wanted.choices:
            return raw
        told = ", ".join(wanted.choices)
        raise UsageError(
            f"{origin}: {key} must be one of {told}, not '{raw}'{suggestion(raw, wanted.choices)}"
        )
    if kind is Kind.NAMES and isinstance(raw, (list, tuple)):
        names = [each for each in raw if isinstance(each, str)]
        if len(names) == len(raw):
            return tuple(names)
    if kind is Kind.ROWS and isinstance(raw, (list, tuple)):
        rows = [each for each in raw if isinstance(each, dict)]
        if len(rows) == len(raw):
            where = f"{origin}: [[{key}]]"
            return tuple(_row_text(f"{where} {n}", row) for n, row in enumerate(rows, 1))
    what = f"one of {', '.join(wanted.choices)}" if kind is Kind.CHOICE else kind.value
    raise UsageError(f"{origin}: {key} must be {what}, not {raw!r}")


def settle(layers: Sequence[Layer]) -> dict[str, Settled]:
    """Every setting with its value and origin; `layers` are from weak to strong."""
    settled = {each.key: Settled(each.default, "default") for each in SETTINGS}
    for layer in layers:
        for key in sorted(layer.values):
            value = layer.values[key]
            before = settled[key]
            adds = setting(key, layer.origin).adds
            if adds and isinstance(value, tuple) and isinstance(before.value, tuple):
                origin = layer.origin
                if before.value:
                    origin = f"{before.origin}, {layer.origin}"
                settled[key] = Settled((*before.value, *value), origin)
            else:
                settled[key] = Settled(value, layer.origin)
    return settled


def options_of(settled: Mapping[str, Settled]) -> Options:
    """The options; every value has the type of its setting."""
    return Options(
        cache=_flag(settled, "cache"),
        cache_dir=_text(settled, "cache-dir"),
        color=_text(settled, "color"),
        exclude=_names(settled, "exclude"),
        exit_zero=_flag(settled, "exit-zero"),
        extend_exclude=_names(settled, "extend-exclude"),
        extend_select=_names(settled, "extend-select"),
        fail_on=Severity(_text(settled, "fail-on")),
        file_seconds=_count(settled, "file-seconds"),
        force_exclude=_flag(settled, "force-exclude"),
        ignore=_names(settled, "ignore"),
        jobs=_count(settled, "jobs"),
        min_confidence=Confidence(_text(settled, "min-confidence")),
        min_severity=Severity(_text(settled, "min-severity")),
        model=tuple(_user_row(text) for text in _names(settled, "model")),
        output_format=_text(settled, "output-format"),
        respect_gitignore=_flag(settled, "respect-gitignore"),
        sarif_verdicts=_flag(settled, "sarif-verdicts"),
        select=_names(settled, "select"),
        start_method=_text(settled, "start-method"),
        statistics=_flag(settled, "statistics"),
        strict=_flag(settled, "strict"),
        threat_model=_text(settled, "threat-model"),
    )


def _row_text(where: str, row: Mapping[str, object]) -> str:
    """A row as a setting keeps it, after it was checked."""
    import json

    try:
        user_row(where, row)
        return json.dumps([where, row], ensure_ascii=False)
    except ModelError as error:
        raise UsageError(str(error)) from error
    except TypeError as error:  # a date of TOML
        raise UsageError(f"{where}: a value is neither text, truth value nor list") from error


def _user_row(text: str) -> UserRow:
    import json

    where, row = json.loads(text)
    return user_row(where, row)


def _flag(settled: Mapping[str, Settled], key: str) -> bool:
    value = settled[key].value
    assert isinstance(value, bool), key
    return value


def _count(settled: Mapping[str, Settled], key: str) -> int:
    value = settled[key].value
    assert isinstance(value, int), key
    return value


def _text(settled: Mapping[str, Settled], key: str) -> str:
    value = settled[key].value
    assert isinstance(value, str), key
    return value


def _names(settled: Mapping[str, Settled], key: str) -> tuple[str, ...]:
    value = settled[key].value
    assert isinstance(value, tuple), key
    return value
