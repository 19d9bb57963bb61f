"""The JSON report against its published schema."""

from __future__ import annotations

import json
from pathlib import Path

import fastjsonschema
import pytest

from assay.frozen import replace
from assay.ledger.ledger import Ledger, Unseen
from assay.report.json_v1 import render_json
from assay.review.review import Cell, Review
from assay.review.verdicts import review_of_file
from assay.source.file import Parsed
from fake_ledgers import (
    RULES,
    accepted_review,
    file_review,
    head,
    known_review,
    ledger,
    observation,
    review_of,
    weak_review,
)

SCHEMA = Path(__file__).parents[2] / "docs" / "json-v1.schema.json"


def broken() -> Review:
    lost = Unseen("b.py", 12, "lines 12-14", "syntax: invalid syntax", "", ())
    about = head("b.py", Parsed.PARTLY, "lines 12-14 not analysed")
    return review_of(file_review(), file_review("b.py", Ledger("b.py", [], [lost]), about))


def notebook() -> Review:
    return review_of(review_of_file(head(), ledger(), RULES, {}, {12: Cell(3, 2)}, keep_clean=True))


@pytest.mark.parametrize(
    "review",
    [
        review_of(),
        review_of(file_review()),
        broken(),
        notebook(),
        weak_review(),
        accepted_review(),
        known_review(),
    ],
)
def test_matches_the_published_schema(review: Review) -> None:
    validate = fastjsonschema.compile(json.loads(SCHEMA.read_text("utf-8")))
    validate(json.loads(render_json(review, "0.1.0")))


def test_roles_of_the_schema_are_those_of_the_source() -> None:
    from assay.source.roles import Role

    schema = json.loads(SCHEMA.read_text("utf-8"))
    roles = schema["properties"]["files"]["items"]["properties"]["role"]["enum"]
    assert roles == [role.value for role in Role]


def test_keys_are_those_of_the_contract_in_their_order() -> None:
    document = json.loads(render_json(review_of(file_review()), "0.1.0"))
    assert list(document) == [
        "schema", "tool", "files", "classes", "observations", "suppressed", "baselined",
        "unseen", "unread", "weakened_by", "baselines", "persona",
    ]  # fmt: skip
    assert document["tool"] == {"name": "assay", "version": "0.1.0", "identity": "assay/v2"}
    assert document["classes"][2] == {
        "cwe": 772,
        "rule": "resource-leak",
        "title": "Resource leak",
        "verdict": "found",
        "sites": {"found": 1, "handled": 1, "clean": 0, "unseen": 0},
    }
    assert [each["verdict"] for each in document["observations"]] == ["found", "handled", "unseen"]
    assert document["unseen"] == [
        {
            "name": "fetch",
            "reason": "callee not in view",
            "sites": 2,
            "remedy": "review the module remote together with this file",
        }
    ]


def test_evidence_is_exact_and_lone_surrogates_survive() -> None:
    strange = replace(observation(), message="\udc80 and é \u202e", identity="x")
    text = render_json(review_of(file_review(made=Ledger("store.py", [strange]))), "0.1.0")
    (entry,) = json.loads(text)["observations"]
    assert entry["message"] == "\udc80 and é \u202e"
    assert entry["evidence"][0]["text"] == "    f = open(path)  # \x1b[31m"
    assert text.encode("utf-8")


def test_what_weakens_and_what_was_not_read() -> None:
    document = json.loads(render_json(weak_review(), "0.1.0"))
    assert document["weakened_by"][2] == {"where": ".gitignore", "what": "2 Python files left out"}
    assert len(document["weakened_by"]) == 3
    (unread,) = document["unread"]
    assert (unread["path"], unread["parsed"]) == ("away.py", "not")
