"""A limit that is reached makes words unseen, and nothing else: none clean, handled or found.

Each limit is set to 1 in turn, and the spec cases of its rules are reviewed with it. Where that
still makes another word, the limit is listed in `FAULTS` with how many; the list may only get
shorter. `bench/limits.py` prints every word that changes.
"""

from __future__ import annotations

from typing import Final

import pytest
from smaller_limits import cases_of, changes, lowered
from spec import SPECS

from assay.checkers.registry import all_checkers
from assay.program.silence import limits

_SOME: Final = 5
"""Cases of a limit that bounds more rules than that: `bench/limits.py` takes them all."""

FAULTS: Final[dict[str, int]] = {
    "taint.parts": 1,  # the constant beginning of a text is lost, and a guard by it
    "taint.questions": 56,  # names of modules are not looked up; no program comes near it
    "taint.text": 1,  # as with its parts
    "taint.through": 7,  # a guard of a value that data has passed through is lost
    "wait.deepest": 2,  # an order of waits that is not followed
}
"""By limit, how many words of its spec cases it still turns into anything but `unseen`."""

all_checkers()
_LIMITS: Final = limits()


@pytest.mark.parametrize("ident", _LIMITS)
def test_what_is_cut_is_not_known(ident: str) -> None:
    limit = _LIMITS[ident]
    cases = cases_of(limit, SPECS)
    step = max(1, len(cases) // _SOME) if len(limit.rules) > _SOME else 1
    changed = changes(limit, 1, cases[::step])
    assert len(changed) <= FAULTS.get(ident, 0), "\n".join(changed)
    assert len(changed) == FAULTS.get(ident, 0), f"{ident} is better: lower its number"


def test_faults_are_of_limits_that_exist() -> None:
    assert FAULTS.keys() <= _LIMITS.keys()


def test_a_limit_is_put_back() -> None:
    limit = _LIMITS["returned.deepest"]
    usual = limit.most
    with lowered(limit, 1):
        assert limit.most == 1
    assert limit.most == usual
