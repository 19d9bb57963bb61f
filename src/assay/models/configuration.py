"""Rows about options and settings that switch a protection off, as values.

They stand in `configuration.toml`, and by subject in the files beside it (`_FILES`).

An option is an argument of a call, a setting a variable, attribute, item or dict entry, and a
`SwitchOff` a call that is the weakness by itself. `rule` is the id of the rule that they belong to.
"""

from __future__ import annotations

from functools import cache
from typing import Final, TypeAlias

from assay.frozen import frozen
from assay.models.loader import Row, read

Plain: TypeAlias = str | int | bool
_FILE: Final = "configuration.toml"
_FILES: Final = (_FILE, "cryptography.toml", "transport.toml", "access.toml")
_TABLES: Final = ("option", "setting", "switch_off", "words")
PLACES: Final = ("any", "attribute", "setting")


@frozen
class Option:
    """An argument of a call, and the values with which it is unsafe.

    `callees` are dotted paths, `requests.*` for everything below; `methods` last names of calls on
    objects that are not known, which count in a file that imports one of `imports`. A number is
    unsafe `below` a bound (0 for none). `absent` when the call without the option is unsafe.
    `unsafe_paths` are names, `ssl.PROTOCOL_TLSv1`, or the callee of what is given, `ECB()`.
    """

    rule: str
    callees: tuple[str, ...]
    methods: tuple[str, ...]
    imports: tuple[str, ...]
    keyword: str
    position: int
    unsafe: tuple[Plain, ...]
    unsafe_none: bool
    unsafe_paths: tuple[str, ...]
    below: int
    absent: bool
    what: str


@frozen
class SettingRow:
    """A setting, and the values with which it is unsafe.

    `place` is `attribute` for `x.name = value`, `setting` for an item, a dict entry or a variable
    of a configuration, `any` for both. `imports`: only in a file that imports one of these.
    """

    rule: str
    names: tuple[str, ...]
    place: str
    imports: tuple[str, ...]
    unsafe: tuple[Plain, ...]
    unsafe_paths: tuple[str, ...]
    what: str


@frozen
class SwitchOff:
    """A function whose use is the weakness."""

    rule: str
    callees: tuple[str, ...]
    minor: bool
    what: str


@frozen
class Words:
    """Words of names: what selects an implementation, what a stand-in is called, and so on."""

    selectors: frozenset[str]
    stand_ins: frozenset[str]
    development: frozenset[str]
    stages: frozenset[str]
    chosen: frozenset[str]
    choices: frozenset[str]


def _option(row: Row) -> Option:
    return Option(
        row.text("rule"),
        row.texts("callees"),
        row.texts("methods"),
        row.texts("imports"),
        row.text("keyword"),
        row.integer("position", -1),
        row.values("unsafe"),
        row.flag("unsafe_none", False),
        row.texts("unsafe_paths"),
        row.integer("below", 0),
        row.flag("absent", False),
        row.text("what"),
    )


def _setting(row: Row) -> SettingRow:
    return SettingRow(
        row.text("rule"),
        row.texts("names"),
        row.one_of("place", PLACES),
        row.texts("imports"),
        row.values("unsafe"),
        row.texts("unsafe_paths"),
        row.text("what"),
    )


def _switch_off(row: Row) -> SwitchOff:
    return SwitchOff(
        row.text("rule"), row.texts("callees"), row.flag("minor", False), row.text("what")
    )


def _words(row: Row) -> Words:
    return Words(
        frozenset(row.texts("selectors")),
        frozenset(row.texts("stand_ins")),
        frozenset(row.texts("development")),
        frozenset(row.texts("stages")),
        frozenset(row.texts("chosen")),
        frozenset(row.texts("choices")),
    )


@cache
def options(rule: str) -> tuple[Option, ...]:
    """The options of one rule."""
    return tuple(row for row in _all_options() if row.rule == rule)


@cache
def option_keys(rule: str) -> frozenset[str]:
    """The names and keywords by which the calls of a rule's options are looked up.

    A row that names its callees is looked up by their last names, one for everything below a path
    by its keyword (`FunctionFacts.calls_of`).
    """
    found: set[str] = set()
    for row in options(rule):
        found.update(row.methods)
        for callee in row.callees:
            last = callee.rpartition(".")[2]
            found.add(f"{row.keyword}=" if last == "*" else last.removesuffix("()"))
    return frozenset(found)


@cache
def settings(rule: str) -> tuple[SettingRow, ...]:
    """The settings of one rule."""
    return tuple(row for row in _all_settings() if row.rule == rule)


@cache
def switch_offs(rule: str) -> tuple[SwitchOff, ...]:
    """The calls that are a weakness of one rule by themselves."""
    return tuple(row for row in _all_switch_offs() if row.rule == rule)


@cache
def switch_off_keys(rule: str) -> frozenset[str]:
    """The last names of those calls."""
    return frozenset(
        callee.rpartition(".")[2] for row in switch_offs(rule) for callee in row.callees
    )


@cache
def setting_names(rule: str) -> frozenset[str]:
    """The names of a rule's settings."""
    return frozenset(name for row in settings(rule) for name in row.names)


@cache
def words() -> Words:
    """The words of names."""
    return read(_FILE, _TABLES).table("words", _words)


@cache
def _all_options() -> tuple[Option, ...]:
    return tuple(row for name in _FILES for row in read(name, _TABLES).rows("option", _option))


@cache
def _all_settings() -> tuple[SettingRow, ...]:
    return tuple(row for name in _FILES for row in read(name, _TABLES).rows("setting", _setting))


@cache
def _all_switch_offs() -> tuple[SwitchOff, ...]:
    rows = [read(name, _TABLES).rows("switch_off", _switch_off) for name in _FILES]
    return tuple(row for part in rows for row in part)
