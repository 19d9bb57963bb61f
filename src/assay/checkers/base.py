"""What a checker is: a rule, the sites that it examines, and its word on each.

A checker is a class with `rule`, `sites` and `judge`; its module ends with `CHECKER: Final =
TheClass()`, which is how the registry finds it. It states every site that it looks at, so that
"clean" is a count.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from assay.dataflow.analysis import NoFixpointError
from assay.ledger.ledger import Ledger, Unseen
from assay.ledger.observation import Observation
from assay.ledger.reason import BUDGET, INTERNAL_ERROR
from assay.ledger.rule import Rule
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.silence import Gate

SiteT = TypeVar("SiteT")


class Checker(ABC):
    """Judges one weakness class."""

    rule: ClassVar[Rule]
    closes: ClassVar[bool] = False
    """Whether it judges what the other rules have said, and has to come after them."""

    @abstractmethod
    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        """Examine a file and write an observation for each site into the ledger."""


class FileChecker(Checker, Generic[SiteT]):
    """A checker whose sites belong to the file: comments, literals, whole functions."""

    @abstractmethod
    def sites(self, facts: FileFacts) -> Iterable[SiteT]:
        """Every place where the weakness could arise."""

    @abstractmethod
    def judge(self, site: SiteT, facts: FileFacts) -> Observation | Gate | None:
        """The word on one site, or the gate that says why a closer look shows it to be none.

        None stands for a gate that has no name yet.
        """

    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        for site in self.sites(facts):
            observation = self.judge(site, facts)
            if isinstance(observation, Observation):
                ledger.observations.append(observation)


class FunctionChecker(Checker, Generic[SiteT]):
    """A checker whose sites are operations of one function."""

    @abstractmethod
    def sites(self, function: FunctionFacts) -> Iterable[SiteT]:
        """Every place of the function where the weakness could arise."""

    @abstractmethod
    def judge(self, site: SiteT, function: FunctionFacts) -> Observation | Gate | None:
        """The word on one site, or the gate that says why a closer look shows it to be none.

        None stands for a gate that has no name yet.
        """

    def concerns(self, facts: FileFacts) -> bool:
        """Whether the file may have a site at all, as far as its names tell."""
        return True

    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        concerns = self.concerns(facts)
        for function in facts.functions:
            if function.ir.over_budget:
                ledger.unseen.append(over_budget(function, function.ir.limit, self.rule))
                continue
            if not concerns:
                continue
            try:
                ledger.observations.extend(self._words(function))
            except NoFixpointError as error:
                ledger.unseen.append(over_budget(function, str(error), self.rule))
            except Exception as error:  # one function must not end the review of the others
                import traceback

                ledger.tracebacks.append(traceback.format_exc())
                reason = f"{INTERNAL_ERROR}: {type(error).__name__}: {error}"
                replay = f"assay review --debug {facts.source.path}"
                ledger.unseen.append(_hole(function, reason, replay, self.rule))

    def _words(self, function: FunctionFacts) -> list[Observation]:
        """One word for each place of the text.

        A `finally` body stands in the graph several times, and one call may acquire two things;
        of several words on one place the worst is kept.
        """
        found: dict[tuple[int, int, int, int], Observation] = {}
        for site in self.sites(function):
            word = self.judge(site, function)
            if not isinstance(word, Observation):
                continue
            place = (word.line, word.column, word.end_line, word.end_column)
            known = found.get(place)
            if known is None or word.verdict.rank < known.verdict.rank:
                found[place] = word
        return list(found.values())


def over_budget(function: FunctionFacts, limit: str, rule: Rule) -> Unseen:
    """What a rule cannot say of a function, since a limit was reached: "more than 500 locks"."""
    part = "function" if function.qualname else "file"
    return _hole(function, f"{BUDGET}: {limit}", f"split the {part}", rule)


def _hole(function: FunctionFacts, reason: str, remedy: str, rule: Rule) -> Unseen:
    return Unseen(
        function.file.source.path,
        function.ir.first_line,
        function.qualname or "the module's own code",
        reason,
        remedy,
        (rule.id,),
    )
