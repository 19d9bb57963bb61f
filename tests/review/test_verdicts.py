"""Folding sites to functions, files and the whole."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assay.ledger.ledger import Ledger, Unseen
from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Confidence, Rule, Severity
from assay.review.review import FileReview, Review
from assay.review.verdicts import (
    merge_unseen,
    review_of_all,
    review_of_file,
    review_of_functions,
)
from fake_ledgers import LEAK, RULES, SECRET, SWALLOWED, file_review, head, ledger, observation


def file_with(observations: Sequence[Observation], *holes: Unseen) -> FileReview:
    made = Ledger("store.py", list(observations), list(holes))
    return review_of_file(head(), made, RULES, {}, {}, keep_clean=False)


def verdict(file: FileReview | Review, rule: Rule) -> Verdict:
    return next(each.verdict for each in file.classes if each.rule is rule)


def whole(*files: FileReview) -> Review:
    return review_of_all(files, (), RULES, Severity.INFO, Confidence.LOW)


def hole(reason: str, *rules: str, path: str = "store.py", name: str = "lines 12-14") -> Unseen:
    return Unseen(path, 12, name, reason, "", rules)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], Verdict.ABSENT),
        ([Verdict.CLEAN, Verdict.CLEAN], Verdict.CLEAN),
        ([Verdict.CLEAN, Verdict.HANDLED], Verdict.HANDLED),
        ([Verdict.HANDLED, Verdict.UNSEEN], Verdict.UNSEEN),
        ([Verdict.UNSEEN, Verdict.FOUND, Verdict.CLEAN], Verdict.FOUND),
    ],
)
def test_the_strongest_word_wins(words: list[Verdict], expected: Verdict) -> None:
    sites = [observation(LEAK, word, line=n) for n, word in enumerate(words, 1)]
    assert verdict(file_with(sites), LEAK) is expected
    assert verdict(whole(file_with([]), file_with(sites)), LEAK) is expected


def test_lost_lines_leave_no_class_clean_or_absent() -> None:
    file = file_with([observation(SECRET, Verdict.CLEAN), observation(LEAK)], hole("syntax"))
    assert verdict(file, SECRET) is Verdict.UNSEEN
    assert verdict(file, SWALLOWED) is Verdict.UNSEEN
    assert verdict(file, LEAK) is Verdict.FOUND


def test_a_hole_of_one_rule_concerns_no_other() -> None:
    file = file_with([], hole("callee not in view", SWALLOWED.id))
    assert verdict(file, SWALLOWED) is Verdict.UNSEEN
    assert verdict(file, LEAK) is Verdict.ABSENT


def test_a_path_that_gave_no_file_makes_the_whole_unseen() -> None:
    unreadable = Unseen("secret", 0, "the whole path", "unreadable: denied", "", ())
    review = review_of_all(
        [file_with([observation()])], [unreadable], RULES, Severity.INFO, Confidence.LOW
    )
    assert verdict(review, LEAK) is Verdict.FOUND
    assert verdict(review, SECRET) is Verdict.UNSEEN


def test_sites_are_counted_and_clean_ones_left_out() -> None:
    file = file_review()
    counts = {each.rule.id: each.sites for each in file.classes}
    assert counts[SECRET.id].clean == 2
    assert (counts[LEAK.id].found, counts[LEAK.id].handled, counts[LEAK.id].total) == (1, 1, 2)
    assert [each.observation.line for each in file.observations] == [12, 20, 30]


def test_clean_sites_are_kept_when_asked_for() -> None:
    kept = review_of_file(head(), ledger(), RULES, {}, {}, keep_clean=True)
    assert [each.observation.line for each in kept.observations] == [3, 4, 12, 20, 30]
    without = {each.observation.line: each.fingerprint for each in file_review().observations}
    assert without == {
        each.observation.line: each.fingerprint
        for each in kept.observations
        if each.observation.line in without
    }


def test_files_and_observations_are_in_order_whatever_the_input() -> None:
    files = [file_review("b.py"), file_review("a.py"), file_review("c.py")]
    review = whole(*files)
    assert [file.head.path for file in review.files] == ["a.py", "b.py", "c.py"]
    assert review == whole(*reversed(files))
    places = [(each.observation.path, each.observation.line) for each in review.observations]
    assert places == sorted(places)


def test_severity_and_confidence_hide_found_ones_alone() -> None:
    review = review_of_all([file_review()], (), RULES, Severity.HIGH, Confidence.LOW)
    assert review.found == ()
    assert review.hidden == 1
    assert verdict(review, LEAK) is Verdict.FOUND
    assert len(review.observations) == 2


def test_names_are_merged_over_files_and_lost_lines_are_not() -> None:
    rows = merge_unseen(
        [
            hole("callee not in view", "b", path="b.py", name="fetch"),
            hole("callee not in view", "a", path="a.py", name="fetch"),
            hole("callee not in view", "a", path="a.py", name="fetch"),
            hole("syntax", path="a.py"),
            hole("syntax", path="b.py"),
        ]
    )
    assert [(row.name, row.reason, row.path, row.sites) for row in rows] == [
        ("fetch", "callee not in view", "", 2),
        ("lines 12-14", "syntax", "a.py", 1),
        ("lines 12-14", "syntax", "b.py", 1),
    ]
    assert rows[0].rules == ("a", "b")
    assert rows[0].places == (("a.py", 12), ("b.py", 12))


def test_what_an_unseen_site_misses_takes_the_reason_of_the_ledger() -> None:
    review = whole(file_review())
    assert [(row.name, row.reason, row.sites) for row in review.unseen] == [
        ("fetch", "callee not in view", 2)
    ]


def test_functions() -> None:
    rows = review_of_functions(ledger().observations, RULES)
    assert [(row.function, row.rule.id, row.verdict) for row in rows] == [
        ("", SECRET.id, Verdict.CLEAN),
        ("Store.load", SWALLOWED.id, Verdict.UNSEEN),
        ("Store.load", LEAK.id, Verdict.FOUND),
        ("Store.save", LEAK.id, Verdict.HANDLED),
    ]
