"""What words change when a limit is lowered: over the spec cases of the rules that it bounds.

    changes(limits()["returned.deepest"], 1, cases) -> ["resource-leak/a.py:12 found -> clean"]

A limit that is reached may only make a word `unseen`: what was not looked at is not known. A word
that the function's budget took away (`Ledger.unseen`) is one of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from spec import Case, in_view, read_case, review

from assay.ledger.ledger import Ledger
from assay.ledger.observation import Verdict
from assay.program.silence import Account, Limit

NOTHING: Final = "nothing"


def cases_of(limit: Limit, folder: Path) -> list[Case]:
    """The spec cases of the rules that a limit bounds."""
    return [
        case
        for rule in sorted(limit.rules)
        for file in sorted((folder / rule).glob("*.py"))
        for case in (read_case(file),)
    ]


def changes(limit: Limit, most: int, cases: Iterable[Case]) -> list[str]:
    """Every word that a lower limit turns into anything but `unseen`."""
    found: list[str] = []
    for case in cases:
        whole = _reviewed(case)
        with lowered(limit, most):
            cut = _reviewed(case)
        given_up = [hole.line for hole in cut.unseen]
        before, after = _words(whole), _words(cut)
        for place in sorted(before.keys() | after.keys()):
            old, new = before.get(place, NOTHING), after.get(place, NOTHING)
            known = new in (old, Verdict.UNSEEN.value)
            if not known and not (new == NOTHING and any(line <= place[0] for line in given_up)):
                found.append(f"{case.name}:{place[0]} {place[2]} {old} -> {new}")
    return found


@contextmanager
def lowered(limit: Limit, most: int) -> Iterator[None]:
    """A limit with another number while this lasts."""
    usual = limit.most
    limit.most = most
    try:
        yield
    finally:
        limit.most = usual


def _reviewed(case: Case) -> Ledger:
    account = Account()
    with in_view(case.path, case.text, case.others, case.outside, account) as facts:
        return review(facts, case.rules)


def _words(ledger: Ledger) -> dict[tuple[int, int, str], str]:
    return {
        (each.line, each.column, each.rule.id): each.verdict.value for each in ledger.observations
    }
