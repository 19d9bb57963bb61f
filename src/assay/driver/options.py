"""Options of a run: what may be set, where each value came from, and which one wins.

From weak to strong: built-in default, the user's own configuration file, that of the reviewed side
(what each extends first), `--config KEY=VALUE`, environment, command line. The keys of `extend-`
options add up, all others replace.

What is reviewed comes from anybody, and so does a configuration that lies in it: each setting says
what such a file may do to it, and does nothing unless it says so.

Invariant: `Options` is complete and checked; nothing later looks at the environment or at files to
find out what the user wants.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from assay.frozen import frozen, replace
from assay.ledger.rule import Confidence, Severity
from assay.models.loader import ModelError
from assay.models.outside import THREAT_MODELS, UserRow, user_row
from assay.report.formats import FORMATS
from assay.review.audience import Persona
from assay.source.exclusions import Patterns

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
    BY_FILE = "a table of lists of strings"


class Allowed(enum.Enum):
    """What a configuration file of the reviewed side may set."""

    NOTHING = "nothing"
    OFF = "off alone"
    RUN = "any value, for the whole run"
    FOLDER = "any value, for its own folder"


@frozen
class Setting:
    """One key of the configuration. `adds` says that values of several places add up."""

    key: str
    kind: Kind
    default: Value
    choices: tuple[str, ...] = ()
    adds: bool = False
    reviewed: Allowed = Allowed.NOTHING


@frozen
class Layer:
    """Values of one place; `origin` is what `--show-settings` prints.

    `folder` is the place of the folder that patterns are relative to, "" for the current folder.
    `reviewed` says that the values come with what is reviewed; `ignored` are the keys in there that
    are the user's to set.
    """

    origin: str
    values: Mapping[str, Value]
    folder: str = ""
    reviewed: bool = False
    ignored: tuple[str, ...] = ()


@frozen
class Settled:
    """A value and where it came from.

    `sources` are the layers of the items of a list, one for each. `ignored` are the origins whose
    value does not count, since it is the user's to set.
    """

    value: Value
    origin: str
    sources: tuple[Layer, ...] = ()
    ignored: tuple[str, ...] = ()


PERSONAS: Final = tuple(each.value for each in Persona)
_SEVERITIES: Final = tuple(each.value for each in Severity)
_CONFIDENCES: Final = tuple(each.value for each in Confidence)

SETTINGS: Final = (
    Setting("allow-unread", Kind.FLAG, False),
    Setting("cache", Kind.FLAG, True, reviewed=Allowed.OFF),
    Setting("cache-dir", Kind.TEXT, ""),
    Setting("color", Kind.CHOICE, "auto", COLOURS, reviewed=Allowed.RUN),
    Setting("exclude", Kind.NAMES, (), reviewed=Allowed.FOLDER),
    Setting("exit-zero", Kind.FLAG, False, reviewed=Allowed.RUN),
    Setting("extend-exclude", Kind.NAMES, (), adds=True, reviewed=Allowed.FOLDER),
    Setting("extend-select", Kind.NAMES, (), adds=True, reviewed=Allowed.FOLDER),
    Setting("fail-on", Kind.CHOICE, "info", _SEVERITIES, reviewed=Allowed.RUN),
    Setting("file-seconds", Kind.COUNT, DEFAULT_FILE_SECONDS),
    Setting("follow-links", Kind.FLAG, False),
    Setting("force-exclude", Kind.FLAG, False, reviewed=Allowed.RUN),
    Setting("ignore", Kind.NAMES, (), reviewed=Allowed.FOLDER),
    Setting("ignore-suppressions", Kind.FLAG, False),
    Setting("jobs", Kind.COUNT, 0),
    Setting("min-confidence", Kind.CHOICE, "low", _CONFIDENCES, reviewed=Allowed.RUN),
    Setting("min-severity", Kind.CHOICE, "info", _SEVERITIES, reviewed=Allowed.RUN),
    Setting("model", Kind.ROWS, (), adds=True, reviewed=Allowed.RUN),
    Setting("output-format", Kind.CHOICE, "text", FORMATS, reviewed=Allowed.RUN),
    Setting("per-file-ignores", Kind.BY_FILE, (), reviewed=Allowed.FOLDER),
    Setting("persona", Kind.CHOICE, "regular", PERSONAS, reviewed=Allowed.RUN),
    Setting("respect-foreign-suppressions", Kind.FLAG, True, reviewed=Allowed.OFF),
    Setting("respect-gitignore", Kind.FLAG, True, reviewed=Allowed.RUN),
    Setting("sarif-verdicts", Kind.FLAG, False, reviewed=Allowed.RUN),
    Setting("select", Kind.NAMES, (), reviewed=Allowed.FOLDER),
    Setting("start-method", Kind.CHOICE, "spawn", ("spawn", "fork")),
    Setting("statistics", Kind.FLAG, False, reviewed=Allowed.RUN),
    Setting("strict", Kind.FLAG, False, reviewed=Allowed.RUN),
    Setting("threat-model", Kind.CHOICE, "auto", THREAT_MODELS, reviewed=Allowed.RUN),
)
"""Sorted by key. `exclude = ()` means the built-in list, `jobs = 0` one for each processor.

The rows of `model` are kept as texts: where a row stands and what is in it, as JSON. So are the
entries of `per-file-ignores`, as `PATTERN:RULE`.
"""


@frozen
class FileIgnores:
    """Rules that are off for the files that a pattern names."""

    patterns: Patterns
    rules: tuple[str, ...]


@frozen
class Options:
    """Everything that a review depends on besides the files."""

    allow_unread: bool
    cache: bool
    cache_dir: str
    color: str
    exclude: tuple[Patterns, ...]
    exit_zero: bool
    extend_exclude: tuple[Patterns, ...]
    extend_select: tuple[str, ...]
    fail_on: Severity
    file_seconds: int
    follow_links: bool
    force_exclude: bool
    ignore: tuple[str, ...]
    ignore_suppressions: bool
    jobs: int
    min_confidence: Confidence
    min_severity: Severity
    model: tuple[UserRow, ...]
    output_format: str
    per_file_ignores: tuple[FileIgnores, ...]
    persona: str
    respect_foreign_suppressions: bool
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


def checked(key: str, raw: object, origin: str, quoted: bool = False) -> Value:
    """A raw value, as TOML or the command line gives it, as a value of the setting.

    Without `quoted` an error does not repeat the value: what a file holds may be a secret.
    """
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
        near = suggestion(raw, wanted.choices)  # who misspells a word does not give a secret
        instead = f", not '{raw}'{near}" if quoted or near else ""
        raise UsageError(f"{origin}: {key} must be one of {told}{instead}")
    if kind is Kind.NAMES and isinstance(raw, (list, tuple)):
        names = [each for each in raw if isinstance(each, str)]
        if len(names) == len(raw):
            return tuple(names)
    if kind is Kind.ROWS and isinstance(raw, (list, tuple)):
        rows = [each for each in raw if isinstance(each, dict)]
        if len(rows) == len(raw):
            where = f"{origin}: [[{key}]]"
            return tuple(_row_text(f"{where} {n}", row) for n, row in enumerate(rows, 1))
    if kind is Kind.BY_FILE:
        pairs = _pairs(raw)
        if pairs is not None:
            return pairs
    what = f"one of {', '.join(wanted.choices)}" if kind is Kind.CHOICE else kind.value
    instead = repr(raw) if quoted else type_said(raw)
    raise UsageError(f"{origin}: {key} must be {what}, not {instead}")


def _pairs(raw: object) -> tuple[str, ...] | None:
    """The entries of `per-file-ignores`: of a table, or of a list of `PATTERN:RULE`."""
    pairs: list[str] = []
    if isinstance(raw, dict):
        for pattern, names in raw.items():
            if not isinstance(names, list):
                return None
            texts = [name for name in names if isinstance(name, str)]
            if len(texts) != len(names) or not isinstance(pattern, str):
                return None
            pairs += [f"{pattern}:{name}" for name in texts]
        return tuple(pairs)
    if isinstance(raw, (list, tuple)):
        pairs += [each for each in raw if isinstance(each, str) and ":" in each[1:]]
        return tuple(pairs) if len(pairs) == len(raw) else None
    return None


def type_said(raw: object) -> str:
    """What kind of value TOML has there."""
    if isinstance(raw, (bool, int, float)):
        return repr(raw)
    if isinstance(raw, str):
        return "a string"
    if isinstance(raw, list):
        return "a list"
    return "a table" if isinstance(raw, dict) else "a date"


def settle(layers: Sequence[Layer]) -> dict[str, Settled]:
    """Every setting with its value and origin; `layers` are from weak to strong."""
    settled = {each.key: Settled(each.default, "default") for each in SETTINGS}
    for layer in layers:
        for key in sorted(layer.values):
            value = layer.values[key]
            before = settled[key]
            adds = setting(key, layer.origin).adds
            sources = (layer,) * len(value) if isinstance(value, tuple) else ()
            origin = layer.origin
            if adds and isinstance(value, tuple) and isinstance(before.value, tuple):
                if before.value:
                    origin = f"{before.origin}, {layer.origin}"
                value = (*before.value, *value)
                sources = (*before.sources, *sources)
            settled[key] = Settled(value, origin, sources, before.ignored)
        for key in layer.ignored:
            settled[key] = replace(settled[key], ignored=(*settled[key].ignored, layer.origin))
    return settled


def options_of(settled: Mapping[str, Settled]) -> Options:
    """The options; every value has the type of its setting."""
    return Options(
        allow_unread=_flag(settled, "allow-unread"),
        cache=_flag(settled, "cache"),
        cache_dir=_text(settled, "cache-dir"),
        color=_text(settled, "color"),
        exclude=_patterns(settled, "exclude"),
        exit_zero=_flag(settled, "exit-zero"),
        extend_exclude=_patterns(settled, "extend-exclude"),
        extend_select=_names(settled, "extend-select"),
        fail_on=Severity(_text(settled, "fail-on")),
        file_seconds=_count(settled, "file-seconds"),
        follow_links=_flag(settled, "follow-links"),
        force_exclude=_flag(settled, "force-exclude"),
        ignore=_names(settled, "ignore"),
        ignore_suppressions=_flag(settled, "ignore-suppressions"),
        jobs=_count(settled, "jobs"),
        min_confidence=Confidence(_text(settled, "min-confidence")),
        min_severity=Severity(_text(settled, "min-severity")),
        model=tuple(_user_row(text) for text in _names(settled, "model")),
        output_format=_text(settled, "output-format"),
        per_file_ignores=_file_ignores(settled, "per-file-ignores"),
        persona=_text(settled, "persona"),
        respect_foreign_suppressions=_flag(settled, "respect-foreign-suppressions"),
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


def _file_ignores(settled: Mapping[str, Settled], key: str) -> tuple[FileIgnores, ...]:
    """The entries by pattern, each relative to the place that it comes from, in their order."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for text, layer in zip(_names(settled, key), settled[key].sources, strict=True):
        pattern, _, rule = text.rpartition(":")
        origin = layer.origin if layer.reviewed else ""
        found.setdefault((layer.folder, origin, pattern), []).append(rule)
    return tuple(
        FileIgnores(Patterns(folder, (pattern,), origin), tuple(rules))
        for (folder, origin, pattern), rules in found.items()
    )


def _patterns(settled: Mapping[str, Settled], key: str) -> tuple[Patterns, ...]:
    """The patterns of a setting by the place that they come from, in their order."""
    found: list[Patterns] = []
    each = settled[key]
    for pattern, layer in zip(_names(settled, key), each.sources, strict=True):
        origin = layer.origin if layer.reviewed else ""
        if found and (found[-1].folder, found[-1].origin) == (layer.folder, origin):
            found[-1] = Patterns(layer.folder, (*found[-1].lines, pattern), origin)
        else:
            found.append(Patterns(layer.folder, (pattern,), origin))
    return tuple(found)
