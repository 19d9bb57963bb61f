"""What a review comes to."""

from __future__ import annotations

from assay.ledger.ledger import Ledger, Unseen
from assay.ledger.rule import Confidence
from assay.review.conclusion import conclude
from assay.source.file import Parsed
from fake_ledgers import LEAK, SECRET, file_review, head, observation, review_of


def test_what_is_wrong_is_ranked_by_severity_then_confidence_then_place() -> None:
    sites = [
        observation(LEAK, line=1, confidence=Confidence.LOW),
        observation(LEAK, line=2, confidence=Confidence.HIGH),
        observation(SECRET, line=3, confidence=Confidence.LOW),
    ]
    review = review_of(file_review(made=Ledger("store.py", sites)))
    assert [each.observation.line for each in conclude(review).wrong] == [3, 2, 1]


def test_remedies_are_ranked_by_how_much_they_show() -> None:
    holes = [
        Unseen("store.py", line, name, "callee not in view", remedy, ("resource-leak",))
        for line, name, remedy in [(1, "a", "one"), (2, "b", "two"), (3, "c", "two")]
    ]
    conclusion = conclude(review_of(file_review(made=Ledger("store.py", [], holes))))
    assert [(each.remedy, len(each.names)) for each in conclusion.remedies] == [
        ("two", 2),
        ("one", 1),
    ]
    assert conclusion.not_analysed == ()


def test_what_was_not_analysed_is_told_from_what_is_not_in_view() -> None:
    lost = Unseen("b.py", 4, "line 4", "syntax: invalid", "", ())
    broken = file_review("b.py", Ledger("b.py", [], [lost]), head("b.py", Parsed.PARTLY, "line 4"))
    conclusion = conclude(review_of(file_review(), broken))
    assert [name.name for name in conclusion.not_analysed] == ["line 4"]
    assert [name.name for name in conclusion.not_in_view] == ["fetch"]
    assert [file.head.path for file in conclusion.not_whole] == ["b.py"]
