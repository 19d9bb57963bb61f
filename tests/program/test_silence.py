"""Gates and limits: what an account writes down, and what lifting changes."""

from __future__ import annotations

import pytest

from assay.checkers.registry import all_checkers
from assay.driver.pipeline import Detail, review_module
from assay.program.program import Program
from assay.program.silence import ALL, EXCUSED, Account, Lifted, excused, gates, limit, limits
from assay.source.file import parse_text

DECORATED = """\
def logged(call):
    return call


@logged
def opened(path):
    stream = open(path)
    return stream


def size(path):
    stream = opened(path)
    return len(stream.read())
"""


def words(account: Account | None, text: str = DECORATED) -> list[tuple[int, str]]:
    """The words of resource-leak by line."""
    module = Program(account=account).add(parse_text("a.py", text), "")
    detail = Detail(keep_clean=True, line_hashes=False, seconds=0, debug=False)
    checkers = [each for each in all_checkers() if each.rule.id == "resource-leak"]
    review = review_module(module, checkers, detail)
    return [(each.observation.line, each.observation.verdict.value) for each in review.observations]


def test_an_account_changes_nothing_and_names_the_gate() -> None:
    account = Account()
    assert words(account) == words(None) == [(7, "clean")]
    assert [(each.line, each.ident) for each in account.silences("a.py")] == [
        (5, "returned.decorated"),
        (7, "owned.returned"),
        (12, "returned.decorated"),
    ]


@pytest.mark.parametrize("ident", ["returned.decorated", ALL])
def test_a_lifted_gate_stops_nothing(ident: str) -> None:
    account = Account((Lifted(ident),))
    assert (12, "found") in words(account)
    assert any(each.lifted for each in account.silences())


def test_a_gate_is_lifted_in_some_lines_only() -> None:
    assert (12, "found") in words(Account((Lifted("returned.decorated", "a.py", 5, 8),)))
    assert (12, "found") not in words(Account((Lifted("returned.decorated", "a.py", 9, 12),)))
    assert (12, "found") not in words(Account((Lifted("returned.decorated", "b.py"),)))


def test_a_name_is_defined_once() -> None:
    known = next(iter(gates()))
    with pytest.raises(ValueError, match="defined twice"):
        excused(known, "it is here", "resource-leak")
    with pytest.raises(ValueError, match="defined twice"):
        limit(known, 3, "at most 3", "resource-leak")


def test_gates_and_limits_are_told_apart() -> None:
    assert gates()["owned.process-ends"].kind == EXCUSED
    assert limits()["returned.deepest"].most == 6
    assert not gates().keys() & limits().keys()
