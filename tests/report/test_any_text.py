"""Whatever a reviewed file holds, every report is well formed and acts on nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import fastjsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.frozen import replace
from assay.ledger.ledger import Ledger, Unseen
from assay.ledger.observation import Evidence, EvidenceRole, Step
from assay.report.formats import FORMATS, Layout, render
from assay.review.review import Review
from assay.source.file import Parsed
from fake_ledgers import file_review, head, observation, review_of

DOCS = Path(__file__).parents[2] / "docs"
JSON = fastjsonschema.compile(json.loads((DOCS / "json-v1.schema.json").read_text("utf-8")))
SARIF = fastjsonschema.compile(
    json.loads(Path(__file__).with_name("sarif-subset.schema.json").read_text("utf-8"))
)
ACTING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]")

ANY = st.text(
    alphabet=st.one_of(
        st.characters(), st.sampled_from("\x1b\u202e\r\n\t`*_[]()<>#|\\:%,\ud800\udc80")
    ),
    min_size=1,
    max_size=40,
)


def hostile(path: str, text: str, parsed: Parsed) -> Review:
    site = replace(
        observation(path=path, message=text, function=text, identity=text),
        evidence=(Evidence(path, 12, 13, EvidenceRole.CONTEXT, text),),
        trace=(Step(path, 12, text),),
    )
    hole = Unseen(path, 3, text, f"syntax: {text}", text, ())
    about = replace(head(path, parsed, text), summary=text, project=text, kind=text)
    return review_of(file_review(path, Ledger(path, [site], [hole]), about), file_review("b.py"))


@settings(max_examples=60, deadline=None)
@given(path=ANY, text=ANY, parsed=st.sampled_from(Parsed), columns=st.integers(1, 200))
def test_any_text(path: str, text: str, parsed: Parsed, columns: int) -> None:
    review = hostile(path, text, parsed)
    layout = Layout("0.1.0", columns, False, True, True, True, True)
    for name in FORMATS:
        report = render(review, name, layout)
        assert report.encode("utf-8", "backslashreplace")
        if name in ("json", "json-v1"):
            document = json.loads(report)
            JSON(document)
            assert text in [each["message"] for each in document["observations"]]
        elif name == "sarif":
            SARIF(json.loads(report))
        else:
            assert not ACTING.search(report)


@settings(max_examples=60, deadline=None)
@given(text=ANY)
def test_no_text_starts_a_line_of_its_own(text: str) -> None:
    """A command of GitHub Actions, a row or a heading can only come from a report itself."""
    layout = Layout("0.1.0", 1000, False, False, False, False, True)
    plain = hostile("a.py", "x", Parsed.PARTLY)
    other = hostile("a.py", text, Parsed.PARTLY)
    for name in ("concise", "github"):
        lines = len(render(plain, name, layout).splitlines())
        assert len(render(other, name, layout).splitlines()) == lines
    headings = re.compile(r"^#.*$", re.MULTILINE)
    assert headings.findall(render(plain, "markdown", layout)) == headings.findall(
        render(other, "markdown", layout)
    )
