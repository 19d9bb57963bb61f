"""Rows about options and settings that switch a protection off: `configuration.toml` as values.

An option is an argument of a call, a setting a variable, attribute, item or dict entry, and a
`SwitchOff` a call that is the weakness by itself. `rule` is the id of the rule that they belong to.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

from assay.models.loader import Document, Row, read

Plain: TypeAlias = str | int | bool
_FILE: Final = "configuration.toml"
_TABLES: Final = ("option", "setting", "switch_off", "words")
PLACES: Final = ("any", "attribute", "setting")


@dataclass(frozen=True, slots=True)
class Option:
    """An argument of a call, and the values with which it is unsafe.

    `callees` are dotted paths, `requests.*` for everything below; `methods` last names of calls on
    objects that are not known, which count in a file that imports one of `imports`.
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
    what: str


@dataclass(frozen=True, slots=True)
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


@dataclass(frozen=True, slots=True)
class SwitchOff:
    """A function whose use is the weakness."""

    rule: str
    callees: tuple[str, ...]
    minor: bool
    what: str


@dataclass(frozen=True, slots=True)
class Words:
    """Words of names: what selects an implementation, what a stand-in is called, and so on."""

    selectors: frozenset[str]
    stand_ins: frozenset[str]
    development: frozenset[str]
    chosen: frozenset[str]


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
        frozenset(row.texts("chosen")),
    )


def _document() -> Document:
    return read(_FILE, _TABLES)


@cache
def options(rule: str) -> tuple[Option, ...]:
    """The options of one rule."""
    return tuple(row for row in _document().rows("option", _option) if row.rule == rule)


@cache
def settings(rule: str) -> tuple[SettingRow, ...]:
    """The settings of one rule."""
    return tuple(row for row in _document().rows("setting", _setting) if row.rule == rule)


@cache
def switch_offs(rule: str) -> tuple[SwitchOff, ...]:
    """The calls that are a weakness of one rule by themselves."""
    return tuple(row for row in _document().rows("switch_off", _switch_off) if row.rule == rule)


@cache
def option_names(rule: str) -> tuple[frozenset[str], frozenset[str]]:
    """The keywords of a rule's options, and the last names of what takes them by position."""
    keywords = frozenset(row.keyword for row in options(rule) if row.keyword)
    by_position = frozenset(
        name
        for row in options(rule)
        if row.position >= 0
        for name in (*row.methods, *(callee.rpartition(".")[2] for callee in row.callees))
    )
    return keywords, by_position


@cache
def setting_names(rule: str) -> frozenset[str]:
    """The names of a rule's settings."""
    return frozenset(name for row in settings(rule) for name in row.names)


@cache
def switch_off_names(rule: str) -> frozenset[str]:
    """The last names of the functions of a rule whose use is the weakness."""
    return frozenset(
        callee.removesuffix(".*").removesuffix("()").rpartition(".")[2]
        for row in switch_offs(rule)
        for callee in row.callees
    )


@cache
def words() -> Words:
    """The words of names."""
    return _document().table("words", _words)
