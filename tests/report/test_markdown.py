"""The report as a page."""

from __future__ import annotations

import re

import pytest

from assay.frozen import replace
from assay.ledger.ledger import Ledger, Unseen
from assay.report.markdown import code, fenced, prose, render_markdown
from assay.source.file import Parsed
from fake_ledgers import (
    WEAK_LINES,
    accepted_review,
    file_review,
    head,
    ledger,
    observation,
    review_of,
    weak_review,
)


def test_a_page() -> None:
    page = render_markdown(review_of(file_review()), verbose=False)
    headings = re.findall(r"^#+ .*$", page, re.MULTILINE)
    assert headings == [
        "# Review of `store.py`",
        "## What it is",
        "## Hard-coded credentials",
        "### Hard-coded credentials (CWE-798, CWE-259, CWE-321): clean",
        "## Error handling",
        "### Error handling (CWE-703, CWE-390, CWE-391): unseen",
        "## Resource clean-up",
        "### Resource leak (CWE-772, CWE-404): found",
        "## What was not in view",
        "## Conclusion",
        "## What to look at next",
    ]
    assert "A library module that reads and writes records. 40 lines, 12 calls" in page
    assert "2 string literals examined: 2 clean." in page
    assert (
        "- **Found** at line 12, in `Store.load`: file is still open when json.load raises. "
        "Severity medium, confidence high." in page
    )
    assert "  Beside it, lines 13-14:\n\n  ```python\n      data = json.load(f)\n" in page
    assert "  2. line 13: json.load raises \\[ValueError\\]" in page
    assert "- `fetch` (line 30 and line 31). To see it: review the module remote" in page
    assert "- Resource leak (CWE-772) is found at 1 site: line 12." in page
    assert "Clean: Hard-coded credentials (CWE-798)." in page
    assert "1. `store.py:12`: Resource leak, severity medium" in page


def test_several_files_name_their_paths() -> None:
    lost = Unseen("b.py", 3, "line 3", "syntax: invalid syntax", "", ())
    about = head("b.py", Parsed.PARTLY, "line 3 not analysed: invalid syntax")
    page = render_markdown(
        review_of(file_review(), file_review("b.py", Ledger("b.py", [], [lost]), about)), False
    )
    assert "- **Found** at `store.py`, line 12" in page
    assert "1 of 2 files read whole. Not read whole:\n\n- `b.py`, read partly" in page
    assert "**Syntax**: 1 name\n\n- `b.py: line 3` (`b.py:3`)" in page
    assert page.count("invalid syntax") == 1


def test_evidence_is_in_the_page_line_by_line() -> None:
    page = render_markdown(review_of(file_review()), verbose=False)
    for observation_ in ledger().observations[:3]:
        for evidence in observation_.evidence:
            for line in evidence.text.split("\n"):
                assert line.replace("\x1b", "\\x1b") in page


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words, a.b and x_y", "plain words, a.b and x_y"),
        ("_wait_for_x_ *a* `b` [c](d) <e> a|b", r"\_wait_for_x\_ \*a\* \`b\` \[c\](d) \<e\> a\|b"),
        ("a\nb\x1b", r"a\\nb\\x1b"),
    ],
)
def test_prose_is_no_markup(text: str, expected: str) -> None:
    assert prose(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("a``b`c", "```a``b`c```")],
)
def test_code_spans_hold_anything(text: str, expected: str) -> None:
    assert code(text) == expected


def test_a_fence_cannot_be_closed_from_inside() -> None:
    block = fenced("s = '''\n```\n````python\n'''", "  ").split("\n")
    assert block[0] == "  `````python"
    assert block[-1] == "  `````"


def test_reviewed_text_stays_text() -> None:
    hostile = replace(
        observation(message="see <script>alert(1)</script> [x](http://y) \u202e"),
        function="f` <b>",
    )
    page = render_markdown(review_of(file_review(made=Ledger("store.py", [hostile]))), False)
    assert "<script>" not in page.replace("\\<script\\>", "")
    assert "\\[x\\](http://y)" in page
    assert "`` f` <b> ``" in page or "``f` <b>``" in page
    assert "\u202e" not in page


def test_nothing_found_is_said_of_what_was_in_view() -> None:
    page = render_markdown(review_of(file_review(made=Ledger("store.py"))), False)
    assert "Nothing is found in what was in view." in page
    assert "Hard-coded credentials (CWE-798, CWE-259, CWE-321): no string literals" in page
    assert render_markdown(review_of(), False).endswith("Nothing in particular.\n")


def test_what_weakens_comes_before_everything_else() -> None:
    page = render_markdown(weak_review(), verbose=False)
    said = "\n".join(f"- **{prose(line.replace('weakened', 'Weakened'))}**" for line in WEAK_LINES)
    assert page.startswith(f"# Review of `store.py`\n\n{said}\n\n## What it is")
    assert "- `away.py`, not read: a link that leads out of the root, not followed" in page


def test_what_a_comment_accepts_is_listed_and_its_reason_is_no_markup() -> None:
    page = render_markdown(accepted_review("see [this](x)\u202e **now**"), verbose=False)
    assert "1 found site accepted by comments:" in page
    assert "- `store.py`, line 12 resource-leak: file is still open" in page
    assert "see \\[this\\](x)" in page
    assert "\u202e" not in page
    assert "2 sites: 1 found, 1 suppressed." in page
