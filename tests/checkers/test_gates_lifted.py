"""With every gate lifted no rule fails: what stands behind a gate can go on without it.

A gate guards a judgement. One that guards what the code behind it needs (there is no value, no
call) is no gate, and lifting it would end in an internal error here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from spec import SPECS, checker_of, in_view, read_case, review

from assay.ledger.ledger import Ledger
from assay.ledger.observation import Verdict
from assay.ledger.reason import INTERNAL_ERROR
from assay.program.silence import ALL, Account, Lifted

_FOLDERS = sorted({case.parent for case in SPECS.glob("*/*.py")})


def _reviewed(case: Path, account: Account) -> Ledger:
    given = read_case(case)
    with in_view(given.path, given.text, given.others, given.outside, account) as facts:
        return review(facts, given.rules)


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
def test_no_rule_fails_with_every_gate_lifted(folder: Path) -> None:
    for case in sorted(folder.glob("*.py")):
        ledger = _reviewed(case, Account((Lifted(ALL),)))
        failed = [each for each in ledger.unseen if each.reason.startswith(INTERNAL_ERROR)]
        assert not failed, (case.name, [each.reason for each in failed], *ledger.tracebacks)


def test_lifting_finds_more() -> None:
    rule = checker_of("resource-leak").rule.id
    cases = sorted((SPECS / rule).glob("*.py"))
    lifted = sum(_found(_reviewed(case, Account((Lifted(ALL),)))) for case in cases)
    assert lifted > sum(_found(_reviewed(case, Account())) for case in cases) + 20


def _found(ledger: Ledger) -> int:
    return sum(each.verdict is Verdict.FOUND for each in ledger.observations)
