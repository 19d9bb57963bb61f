"""Every spec case gets the answer that it states, and every rule has cases of each kind."""

from collections import Counter
from pathlib import Path

import pytest
from spec import SPECS, checker_of, in_view, problems, read_case, review

_FEWEST = 6
_CASES = sorted(SPECS.glob("*/*.py"))
_FOLDERS = sorted({case.parent for case in _CASES})


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("case", _CASES, ids=_name)
def test_case(case: Path) -> None:
    found = problems(read_case(case))
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
def test_rule_has_cases_of_each_kind(folder: Path) -> None:
    words = Counter(
        expectation.word
        for case in sorted(folder.glob("*.py"))
        for expectation in read_case(case).expectations
    )
    assert words["found"] >= _FEWEST
    assert words["clean"] + words["handled"] >= _FEWEST
    if words["handled"]:  # some rules have no guard to look for
        assert words["handled"] >= _FEWEST


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
def test_rule_describes_itself(folder: Path) -> None:
    rule = checker_of(folder.name).rule
    assert rule.explanation.strip()
    assert rule.cwe not in rule.related
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
def test_two_reviews_are_equal(folder: Path) -> None:
    for file in sorted(folder.glob("*.py")):
        case = read_case(file)
        with in_view(case.path, case.text, case.others) as facts:
            first = review(facts, case.rules)
        with in_view(case.path, case.text, case.others) as facts:
            second = review(facts, case.rules)
        assert first.observations == second.observations
        assert first.unseen == second.unseen
