"""The ablation: which gate holds a case back, what no rule asks, and what lifting costs."""

from __future__ import annotations

from pathlib import Path

from ablate import NO_RULE, examined, pairs_of_cases, priced

DECORATED = """\
# right: found CWE-772 at 13
def logged(call):
    return call


@logged
def opened(path):
    return open(path)


def size(path):
    # what comes of it is closed nowhere
    stream = opened(path)
    return len(stream.read())
"""
FOUND = "# right: found CWE-772 at 3\ndef size(path):\n    return len(open(path).read())\n"
SILENT = "# right: found CWE-772 at 3\ndef size(shop):\n    return shop.till().count()\n"


def test_a_miss_names_the_gate_that_gains_it(tmp_path: Path) -> None:
    (tmp_path / "decorated.py").write_text(DECORATED, "utf-8")
    (tmp_path / "found.py").write_text(FOUND, "utf-8")
    (tmp_path / "silent.py").write_text(SILENT, "utf-8")
    decorated, found, silent = [examined(pair) for pair in pairs_of_cases([tmp_path])]
    assert found is None
    assert decorated is not None
    assert decorated.alone == ("returned.decorated",)
    assert decorated.all_lifted
    assert silent is not None
    assert not silent.asked
    assert silent.met == ("returned.name",)  # lifting it asks, and finds nothing to ask of
    assert silent.reason == NO_RULE


def test_the_price_is_what_is_found_more(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text(DECORATED, "utf-8")
    (price,), lines = priced(tmp_path, ["returned.decorated"], 1)
    assert (price.files, price.added, price.gone, lines) == (1, 1, 0, 14)
    assert price.examples == ["shop.py:13 resource-leak"]
