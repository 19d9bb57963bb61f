"""Identities over real files of the standard library, changed as people change files.

`bench/identity.py` does the same with many files, and counts.
"""

from __future__ import annotations

import ast
import random
import sysconfig
from pathlib import Path

import pytest

from identity import CHANGES, Count, count, reviewed

LIBRARY = Path(sysconfig.get_paths()["stdlib"])
FILES = ("netrc.py", "py_compile.py", "fileinput.py", "zipapp.py")
CUT = 260
"""Lines of a file that are taken: a part of it is as good."""


def part_of(name: str) -> str:
    """The first statements of a file; "" for one that this Python has no more."""
    path = LIBRARY / name
    if not path.is_file():
        return ""
    text = path.read_text(encoding="utf-8")
    last = max(
        [node.end_lineno or 0 for node in ast.parse(text).body if (node.end_lineno or 0) < CUT],
        default=0,
    )
    return "\n".join(text.split("\n")[:last]) + "\n"


@pytest.mark.parametrize("label", list(CHANGES))
def test_sites_are_themselves_after_a_change(label: str) -> None:
    total = Count()
    for name in FILES:
        text = part_of(name)
        before = reviewed(name, text)
        one = count(name, text, before, CHANGES[label], random.Random(3))
        assert one.matched == one.sites, name
        total.sites += one.sites
        total.keys += one.keys
    if "equal" not in label and "two" not in label:
        assert total.sites > 0
        assert total.keys == total.sites


def test_no_two_sites_have_one_pair_of_keys() -> None:
    seen: set[tuple[str, str]] = set()
    for name in FILES:
        for path in (name, f"copy/{name}"):
            for each in reviewed(path, part_of(name)):
                pair = (each.fingerprint, each.identity.path_fingerprint)
                assert pair not in seen
                seen.add(pair)
    keys = {fingerprint for fingerprint, _ in seen}
    assert len(seen) == 2 * len(keys)  # the copies share the first key, and that alone
