"""The review of `examples/` is as it was, and shows every verdict."""

from __future__ import annotations

import difflib

from derived import GOLDEN, GOLDEN_COMMAND, run


def test_review_is_as_recorded() -> None:
    wanted = GOLDEN.read_text(encoding="utf-8").splitlines()
    got = run(GOLDEN_COMMAND).splitlines()
    changes = "\n".join(difflib.unified_diff(wanted, got, "recorded", "now", lineterm=""))
    assert not changes, f"renew it with `python tests/derived.py`:\n{changes}"


def test_every_verdict_occurs() -> None:
    sites = run("assay review --exit-zero --output-format concise --verbose examples")
    words = {line.split()[3] for line in sites.splitlines()}
    assert words >= {"found", "handled", "clean", "unseen"}


def test_neither_processes_nor_hash_seeds_change_it() -> None:
    assert run(f"{GOLDEN_COMMAND} --jobs 2") == run(f"{GOLDEN_COMMAND} --jobs 1")
