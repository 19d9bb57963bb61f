"""What the callers of a function with a sink say: constants, outside data, or not all in view."""

from __future__ import annotations

from pathlib import Path

import pytest
from spec import checker_of

from assay.ledger.ledger import Ledger
from assay.ledger.observation import Verdict
from places import module_in

SINK = "import pickle, flask\n\n\ndef kept(data):\n    return pickle.loads(data)\n\n\n"
MANY = "".join(f"def f{number}():\n    return kept(b'x{number}')\n\n\n" for number in range(20))


def words(folder: Path, callers: str) -> list[tuple[int, Verdict]]:
    """The line and word of each site of unsafe deserialisation."""
    (folder / "pyproject.toml").write_text("")
    (folder / "app.py").write_text(SINK + callers)
    facts = module_in(folder, folder / "app.py").facts
    ledger = Ledger("app.py")
    checker_of("unsafe-deserialisation").review(facts, ledger)
    return [(each.line, each.verdict) for each in ledger.observations]


@pytest.mark.parametrize(
    ("callers", "word"),
    [
        ("def main():\n    kept(b'x')\n", Verdict.CLEAN),
        (MANY, Verdict.CLEAN),  # calls that give constants are not evaluated
        (f"{MANY}def last():\n    return kept(flask.request.data)\n", Verdict.FOUND),
        (f"{MANY}def last(given):\n    return kept(given)\n", Verdict.UNSEEN),
        ("def main(options):\n    kept(**options)\n", Verdict.UNSEEN),
        ("def main():\n    options = settings()\n    kept(**options)\n", Verdict.UNSEEN),
        ("def main():\n    kept(*parts())\n", Verdict.UNSEEN),
    ],
)
def test_callers(tmp_path: Path, callers: str, word: Verdict) -> None:
    assert words(tmp_path, callers) == [(5, word)]


def test_callers_that_are_too_far(tmp_path: Path) -> None:
    """Three calls between the data and the sink are followed; with more of them nothing is said."""
    chain = "".join(
        f"def step{number}(x):\n    return {'kept' if not number else f'step{number - 1}'}(x)\n\n\n"
        for number in range(8)
    )
    for far, word in ((1, Verdict.FOUND), (5, Verdict.UNSEEN)):
        last = f"def last():\n    return step{far}(flask.request.data)\n"
        assert words(tmp_path, chain + last)[0] == (5, word)
