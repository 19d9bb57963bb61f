"""The cases with probes for raised errors, each alone or with the files round it."""

from pathlib import Path

import pytest
from probes import PROBE, expected, revealed
from spec import in_view, split_files

_CASES = sorted((Path(__file__).parent.parent / "cases" / "raises").glob("*.py"))


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.stem)
def test_probes_of_case(case: Path) -> None:
    text, others = split_files(case.read_text(encoding="utf-8"))
    with in_view("app/main.py", text + PROBE, others) as facts:
        found = revealed(facts)
    wanted = expected(text)
    assert wanted
    assert found == wanted
