"""One line a finding, annotations, colours, and text made safe."""

from __future__ import annotations

import unicodedata

import pytest

from assay.ledger.ledger import Ledger
from assay.ledger.rule import Severity
from assay.report.ansi import colour_wanted
from assay.report.concise import render_concise
from assay.report.formats import FORMATS, Layout, render
from assay.report.github import render_github
from assay.report.visible import visible, visible_code, width
from assay.report.words import joined, plural
from assay.source.file import Parsed
from fake_ledgers import WEAK_LINES, file_review, head, observation, review_of, weak_review


def test_concise() -> None:
    review = review_of(file_review())
    assert render_concise(review, verbose=False) == (
        "store.py:12:5: CWE-772 resource-leak found file is still open when json.load raises\n"
    )
    assert render_concise(review, verbose=True).count("\n") == 3
    assert render_concise(review_of(), verbose=True) == ""


def test_github_annotations_are_escaped_and_worst_first() -> None:
    sites = [
        observation(line=1, severity=Severity.LOW, message="100% a, b: c"),
        observation(line=2, severity=Severity.HIGH, path="a,b:c.py", message="x\n::error::y"),
    ]
    broken = file_review(made=Ledger("s", sites), about=head("b.py", Parsed.PARTLY, "line 3"))
    lines = render_github(review_of(broken)).splitlines()
    assert lines == [
        "::error file=a%2Cb%3Ac.py,line=2,endLine=2,col=5,endColumn=19,"
        "title=CWE-772 Resource leak::x\\n::error::y",
        "::notice file=store.py,line=1,endLine=1,col=5,endColumn=19,"
        "title=CWE-772 Resource leak::100%25 a, b: c",
        "::warning file=b.py,title=not read whole::read partly: line 3",
    ]


@pytest.mark.parametrize(
    ("choice", "environment", "is_terminal", "expected"),
    [
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"CLICOLOR_FORCE": "1"}, False, True),
        ("auto", {"CLICOLOR_FORCE": "0"}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
    ],
)
def test_when_to_colour(
    choice: str, environment: dict[str, str], is_terminal: bool, expected: bool
) -> None:
    assert colour_wanted(choice, environment, is_terminal) is expected


def test_every_hidden_character_is_shown() -> None:
    everything = "".join(map(chr, range(0x11000)))
    shown = visible(everything)
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    kept = [char for char in everything if visible(char) == char]
    assert "é" in kept
    assert "漢" in kept


def test_code_keeps_tabs_and_lines() -> None:
    assert visible_code("\tx\r\ny\x1b\rz") == ["\tx", "y\\x1b", "z"]


def test_width() -> None:
    assert (width("abc"), width("漢字"), width("e\u0301")) == (3, 4, 1)


def test_words() -> None:
    assert [plural(n, "file") for n in (0, 1, 2, 1234)] == [
        "0 files",
        "1 file",
        "2 files",
        "1,234 files",
    ]
    assert plural(2, "class") == "2 classes"
    assert plural(2, "remedy") == "2 remedies"
    assert [joined(each) for each in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_renders_every_review(name: str) -> None:
    layout = Layout("0.1.0", 80, False, True, True, True, True)
    for review in (
        review_of(),
        review_of(file_review()),
        review_of(file_review(), file_review("b.py")),
    ):
        assert render(review, name, layout) == render(review, name, layout)


def test_an_unknown_format_is_an_error() -> None:
    with pytest.raises(ValueError, match="no such format: yaml"):
        render(review_of(), "yaml", Layout("0.1.0", 80, False, True, True, True, True))


def test_what_weakens_is_first_and_what_was_not_read_is_last() -> None:
    lines = render_concise(weak_review(), verbose=False).splitlines()
    assert tuple(lines[:2]) == WEAK_LINES
    away = "not read: a link that leads out of the root, not followed"
    assert lines[3:] == [f"away.py: {away}"]
    lines = render_github(weak_review()).splitlines()
    assert lines[0] == f"::warning title=review weakened::{'; '.join(WEAK_LINES)}"
    assert lines[-1] == f"::warning file=away.py,title=not read whole::{away}"
