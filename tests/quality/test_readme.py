"""README and the pages of docs: commands, links, sessions, and tables that follow from the code."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import Final

import pytest

from derived import ROOT, Session, agrees, documents, replayed, sessions, with_tables

_LINK: Final = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_FENCE: Final = re.compile(r"^```.*?^```", re.M | re.S)
_INDENTED: Final = re.compile(r"^(?: {4}|\t).*$", re.M)
_REVIEW: Final = (
    "python3 -m venv .venv && .venv/bin/pip install ."
    " && .venv/bin/assay review --exit-zero examples"
)
_TEST: Final = (
    "python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && .venv/bin/python -m pytest -n 2"
)
_NOT_FOR_READERS: Final = re.compile(r"(?<![\w.])/(?:home|root|tmp|work|Users)/|\bthis machine\b")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _pages() -> list[Path]:
    return [*documents(), ROOT / "examples" / "README.md"]


@pytest.mark.parametrize(("name", "command"), [("review", _REVIEW), ("test", _TEST)])
def test_readme_has_the_command(name: str, command: str) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.count(f"<!-- command: {name} -->\n```sh\n{command}\n```\n") == 1


def test_ci_runs_the_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert "<!-- command: test -->" in text
    assert "README.md" in text
    assert "pytest -n" not in text.replace("pytest -n 2 -k", ""), "the command is README's alone"
    if os.name == "posix":
        assert os.access(script, os.X_OK)


@pytest.mark.parametrize("page", _pages(), ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    text = _INDENTED.sub("", _FENCE.sub("", page.read_text(encoding="utf-8")))
    broken: list[str] = []
    for target in _LINK.findall(text):
        if target.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        if not other.exists() or (anchor and anchor not in _anchors(other)):
            broken.append(target)
    assert broken == []


def _anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    found: set[str] = set()
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            kept = re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower())
            found.add(kept.replace(" ", "-"))
    return found


@pytest.mark.parametrize("page", _pages(), ids=_name)
def test_pages_are_for_every_reader(page: Path) -> None:
    assert _NOT_FOR_READERS.findall(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", documents(), ids=_name)
def test_tables_follow_the_code(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == with_tables(text), "renew it with `python tests/derived.py`"


_SESSIONS: Final = [
    pytest.param(session, id=f"{_name(page)}-{number}")
    for page in documents()
    for number, session in enumerate(sessions(page.read_text(encoding="utf-8")), 1)
]


@pytest.mark.parametrize("session", _SESSIONS)
def test_session_is_what_happens(session: Session) -> None:
    today = replayed(session)
    changes = "\n".join(
        difflib.unified_diff(session.text.splitlines(), today.splitlines(), lineterm="")
    )
    assert agrees(session, today), f"renew it with `python tests/derived.py`:\n{changes}"
