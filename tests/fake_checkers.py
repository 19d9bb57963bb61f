"""A registry of checkers for tests of the driver; workers import it by name.

`Opens` finds every line that calls `open(` outside of a `with`, and does what some texts ask for:
raise, sleep without end, hang so that no signal helps, or end the process.
"""

from __future__ import annotations

import contextlib
import os
import time
from typing import ClassVar, final

from assay.checkers.base import Checker
from assay.ledger.ledger import Ledger
from assay.ledger.observation import Evidence, EvidenceRole, Observation, Verdict
from assay.ledger.rule import Rule
from assay.program.facts import FileFacts
from fake_ledgers import LEAK, SECRET


@final
class Opens(Checker):
    rule: ClassVar[Rule] = LEAK

    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        source = facts.source
        if "RAISE" in source.text:
            raise (
                KeyError("asked for", object())
                if "OBJECT" in source.text
                else KeyError("asked for")
            )
        if "DIE" in source.text:
            os._exit(11)
        while "SPIN" in source.text:
            pass  # the limit is one of processor time
        while "HANG" in source.text:
            with contextlib.suppress(BaseException):
                time.sleep(0.01)
        for number, line in enumerate(source.lines, 1):
            if "open(" not in line:
                continue
            guarded = line.lstrip().startswith("with ")
            ledger.observations.append(
                Observation(
                    rule=LEAK,
                    verdict=Verdict.HANDLED if guarded else Verdict.FOUND,
                    path=source.path,
                    line=number,
                    column=1,
                    end_line=number,
                    end_column=len(line) + 1,
                    function="",
                    message="the file is closed" if guarded else "the file stays open",
                    severity=LEAK.severity,
                    confidence=LEAK.precision,
                    evidence=(Evidence(source.path, number, number, EvidenceRole.SITE, line),),
                    trace=(),
                    missing=(),
                    remedy="",
                    identity="".join(line.split()),
                )
            )


@final
class Nothing(Checker):
    """Has no site anywhere."""

    rule: ClassVar[Rule] = SECRET

    def review(self, facts: FileFacts, ledger: Ledger) -> None:
        pass


def all_checkers() -> tuple[Checker, ...]:
    return (Opens(), Nothing())
