"""House style that a linter does not know: messages, module sizes, rules and their documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

import assay
from assay.checkers.base import Checker
from assay.checkers.registry import all_checkers

PACKAGE = Path(assay.__file__).parent

# The kinds of statement that a page of documentation must have (style.md, "A checker as a file").
SECTIONS = ("## What it is", "## Why it matters", "## How to fix", "## Known limits", "## References")


@pytest.mark.parametrize("checker", all_checkers(), ids=lambda checker: checker.rule.id)
def test_a_checker_is_its_own_documentation(checker: Checker) -> None:
    rule = checker.rule
    first = rule.explanation.splitlines()[0]
    assert first.startswith(f"CWE-{rule.cwe}: ") or f"CWE-{rule.cwe}" in first
    missing = [section for section in SECTIONS if section not in rule.explanation]
    assert missing == []
    assert rule.id == rule.id.lower().replace("_", "-")
    assert not rule.title.endswith(".")
    assert not rule.summary.endswith(".")


def test_rule_ids_are_unique() -> None:
    ids = [checker.rule.id for checker in all_checkers()]
    assert len(ids) == len(set(ids))


def test_modules_stay_readable() -> None:
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path in sorted(PACKAGE.rglob("*.py"))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 650
    }
    assert long == {}


def test_no_path_of_a_machine_and_no_network() -> None:
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for word in ("/work/", "/root/", "import requests", "import urllib.request", "import socket\n"):
            if word in text and "checkers" not in path.parts:
                wrong.append(f"{path.name}: {word!r}")
    assert wrong == []
