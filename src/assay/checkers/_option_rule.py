"""A rule that is rows alone: options, settings and calls that switch a protection off.

A module with a rule and its wording is a checker; what is unsafe stands in the rows that carry the
rule's id (`assay.models.configuration`).

    @final
    class ShortKey(OptionRule):
        rule = RULE
        wording = _WORDING
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, TypeAlias

from assay.checkers._options import (
    OptionUse,
    SwitchedOff,
    Wording,
    judge_use,
    option_uses,
    setting_uses,
    switched_off,
    unsafe,
)
from assay.checkers.base import FunctionChecker
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Severity
from assay.models.configuration import (
    option_keys,
    options,
    setting_names,
    settings,
    switch_off_keys,
    switch_offs,
)
from assay.program.facts import FileFacts, FunctionFacts

OptionSite: TypeAlias = OptionUse | SwitchedOff


class OptionRule(FunctionChecker[OptionSite]):
    """Judges the options, settings and calls of its rows."""

    wording: ClassVar[Wording]

    def concerns(self, facts: FileFacts) -> bool:
        rule = self.rule.id
        return (
            facts.may_call(option_keys(rule))
            or facts.may_call(switch_off_keys(rule))
            or not facts.mentioned.isdisjoint(setting_names(rule))
        )

    def sites(self, function: FunctionFacts) -> Iterator[OptionSite]:
        for _, use in option_uses(function, options(self.rule.id)):
            yield use
        for _, _, use in setting_uses(function, settings(self.rule.id)):
            yield use
        yield from switched_off(function, switch_offs(self.rule.id))

    def judge(self, site: OptionSite, function: FunctionFacts) -> Observation | None:
        if isinstance(site, OptionUse):
            return judge_use(site, self.wording)
        use = OptionUse(function, site.at, site.row.what, -1, (), False, (), True)
        if site.row.minor:
            return unsafe(use, self.wording, site.row.what, Severity.LOW, Confidence.MEDIUM)
        return unsafe(use, self.wording, site.row.what)
