"""House style that a linter does not know: rules and their documentation, module sizes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import assay
from assay.checkers.base import Checker
from assay.checkers.registry import all_checkers

PACKAGE = Path(assay.__file__).parent

# What a page of documentation must have (style.md, "A checker as a file").
SECTIONS = ("Weak:", "Guarded:", "How to fix:", "Known limits:", "References:")


@pytest.mark.parametrize("checker", all_checkers(), ids=lambda checker: checker.rule.id)
def test_a_checker_is_its_own_documentation(checker: Checker) -> None:
    rule = checker.rule
    first = rule.explanation.splitlines()[0]
    assert first.startswith(f"CWE-{rule.cwe}: ") or f"CWE-{rule.cwe}" in first
    missing = [
        word for word in SECTIONS if not re.search(rf"^{word[:-1]}\b", rule.explanation, re.M)
    ]
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


def test_the_package_opens_no_connection() -> None:
    modules = ("import requests", "import urllib.request", "import socket", "import http.client")
    wrong = [
        f"{path.name}: {module}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for module in modules
        if "checkers" not in path.parts and module in path.read_text(encoding="utf-8")
    ]
    assert wrong == []
