"""A sample of spec cases, written otherwise, keeps what is said of them at least as well as before.

The whole is a bench: `python bench/neighbours.py`, which writes `survival.tsv` and `coverage.tsv`
with `--renew`. Worse than the file fails; better fails as well, and asks for a new file.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from spec import SPECS

from assay.ledger.rule import Family
from metamorphic.catalogue import OPERATORS, Operator
from metamorphic.sample import counted, read_coverage, read_survival
from metamorphic.survival import Fate, Trouble, fate_of, outcomes

_RENEW = "python bench/neighbours.py --renew"
_KEPT = read_survival()
_SMALLEST_SHARE = 0.3
_GOOD = (Fate.FOUND.value, Fate.GUARDED.value)
_BAD = (Fate.REASSURED.value, Fate.ALARM.value, Fate.STRAY.value)


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_no_word_is_worse_than_it_was(operator: Operator) -> None:
    cases = [case for name, case in _KEPT if name == operator.name]
    assert cases, f"no sample: {_RENEW}"
    gone = [case for case in cases if not (SPECS / case).exists()]
    assert not gone, f"{gone} are gone: {_RENEW}"
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    told: list[str] = []
    for case in cases:
        results = outcomes(SPECS / case, [operator])
        broken = [each for each in results if isinstance(each, Trouble)]
        assert not broken, (case, broken)
        was = _KEPT[operator.name, case]
        now = counted(results).get((operator.name, case), Counter())
        before += was
        after += now
        told += [f"{case}: {fate} {was[fate]} -> {now[fate]}" for fate in _changed(was, now)]
    worse = [fate for fate in _GOOD if after[fate] < before[fate]]
    worse += [fate for fate in _BAD if after[fate] > before[fate]]
    assert not worse, f"worse: {worse}\n" + "\n".join(told)
    assert after == before, f"other than the file says, renew it: {_RENEW}\n" + "\n".join(told)


@pytest.mark.parametrize(
    ("is_found", "was", "now", "fate"),
    [
        (True, ["found"], ["found", "clean"], Fate.FOUND),
        (True, ["found"], ["clean"], Fate.REASSURED),
        (True, ["found"], ["handled", "unseen"], Fate.UNSEEN),
        (True, ["found", "clean"], ["clean"], Fate.LOST),
        (True, ["found"], [], Fate.LOST),
        (False, ["handled"], ["clean"], Fate.GUARDED),
        (False, ["handled"], ["handled", "found"], Fate.ALARM),
        (False, ["handled", "found"], ["handled", "found"], Fate.GUARDED),
        (False, ["handled"], ["unseen"], Fate.GUARD_UNSEEN),
        (False, ["handled"], [], Fate.SILENT),
    ],
)
def test_fate(is_found: bool, was: list[str], now: list[str], fate: Fate) -> None:
    assert fate_of(is_found, Counter(was), Counter(now)) is fate


def test_the_sample_has_words_of_each_kind() -> None:
    whole = sum(_KEPT.values(), Counter[str]())
    assert whole.total() > 600
    assert min(whole[fate.value] for fate in (*Fate,)) >= 1


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_an_operator_changes_the_families_that_it_fits(operator: Operator) -> None:
    coverage = read_coverage()
    shares = {
        family: changed / sites
        for family in Family
        if (sites := coverage.get((operator.name, family), (0, 0))[0])
        and (changed := coverage[operator.name, family][1]) >= 0
    }
    fitting = {family for family, share in shares.items() if share >= _SMALLEST_SHARE}
    assert operator.fits == fitting, shares


def test_every_case_can_be_written_again() -> None:
    """The form of the text by itself costs no word: what is lost later, an operator lost."""
    lost: list[str] = []
    for file in sorted(Path(SPECS).glob("*/*.py"))[::8]:
        lost += [each.what for each in outcomes(file, []) if isinstance(each, Trouble)]
    assert lost == []


def _changed(was: Counter[str], now: Counter[str]) -> list[str]:
    return [fate.value for fate in Fate if was[fate.value] != now[fate.value]]
