"""What counts as outside data, and rows of the user's that cannot be used."""

from __future__ import annotations

import pytest

from assay.models.loader import ModelError
from assay.models.outside import KINDS, REMOTE, THREAT_MODELS, OutsideData, user_row


def test_each_model_trusts_less_than_the_one_before() -> None:
    counted = [
        {kind for kind in KINDS if OutsideData(model).counts(kind)} for model in THREAT_MODELS[1:]
    ]
    assert counted[0] == REMOTE
    assert counted[0] < counted[1] < counted[2] == set(KINDS)


def test_calls_are_told_from_attributes() -> None:
    row = user_row("x", {"source": ["shop.Store().read()", "shop.NAME"], "kind": "db"})
    assert row.paths == ("shop.Store.read", "shop.NAME")
    assert row.calls == (True, False)


def test_a_rule_is_an_id_or_a_number() -> None:
    assert user_row("x", {"sink": "a.b", "rule": "CWE-89"}).rules == ("sql-injection",)
    assert user_row("x", {"sink": "a.b", "rule": ["78", "sql-injection"]}).rules == (
        "command-injection",
        "sql-injection",
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({}, "a row has one of source, sink, sanitizer, validator, and this has no key"),
        ({"sink": "a", "source": "b"}, "and this has both source and sink"),
        ({"sink": "a.b"}, "`rule` is missing"),
        ({"sink": "a.b", "rule": "sql-injektion"}, "did you mean `sql-injection`?"),
        ({"sink": "a.b", "rule": "CWE-1"}, "no rule about outside data is called `CWE-1`"),
        ({"sink": "a.b", "rule": "sql-injection", "kind": "web"}, "unknown key `kind` of a sink"),
        ({"source": "a.b", "kind": "wbe"}, "unknown kind `wbe`, one of web, mcp"),
        ({"source": "a.b"}, "`kind` has to be a string"),
        ({"source": "a b", "kind": "web"}, "`a b` is no dotted name"),
        ({"source": [], "kind": "web"}, "`source` has to be a dotted name or a list of them"),
        ({"validator": "a.b", "rule": "CWE-89", "raises": 1}, "`raises` has to be true or false"),
    ],
)
def test_what_is_wrong_is_said(row: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError) as caught:
        user_row("pyproject.toml: [[model]] 2", row)
    assert str(caught.value).startswith("pyproject.toml: [[model]] 2: ")
    assert message in str(caught.value)
