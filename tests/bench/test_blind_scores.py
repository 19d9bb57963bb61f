"""Scores on statements of readers: what counts as said, and what contradicts them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import blind
from assay.ledger.ledger import Ledger
from assay.ledger.observation import Evidence, EvidenceRole, Observation, Verdict
from assay.review.review import Review
from assay.review.verdicts import review_of_all, review_of_file
from blind import KINDS, SETS, Statement, counted, judged, load, says_both, sharing, told_of
from fake_ledgers import LEAK, RULES, SWALLOWED, head, observation


def review(*observations: Observation) -> Review:
    own = Ledger("store.py", list(observations), [], keep_clean=True)
    severity, confidence = LEAK.severity, LEAK.precision
    severity, confidence = type(severity)("info"), type(confidence)("low")
    file = review_of_file(head(), own, RULES, {}, {}, True)
    return review_of_all([file], [], RULES, severity, confidence)


def statement(
    kind: str,
    start: int = 10,
    end: int = 14,
    cwes: Sequence[int] = (772,),
    names: Sequence[str] = (),
) -> Statement:
    return Statement(
        "F1", "a/b", "0", "store.py", "S1", start, end, kind, tuple(cwes), frozenset(names), ""
    )


def leak(verdict: Verdict, line: int = 12) -> Observation:
    missing = ("fetch",) if verdict is Verdict.UNSEEN else ()
    return observation(LEAK, verdict, line=line, identity=str(line), missing=missing)


F, H, C, U = Verdict.FOUND, Verdict.HANDLED, Verdict.CLEAN, Verdict.UNSEEN


@pytest.mark.parametrize(
    ("kind", "verdicts", "expected"),
    [
        ("found", [F], "said"),
        ("found", [F, H], "said"),
        ("found", [U], "partly"),
        ("found", [H], "contradicted"),
        ("found", [C], "contradicted"),
        ("found", [], "missed"),
        ("open", [U], "said"),
        ("open", [C], "contradicted"),
        ("handled", [H], "said"),
        ("handled", [F], "contradicted"),
        ("handled", [U], "partly"),
        ("handled", [C], "partly"),
        ("handled", [], "missed"),
        ("nothing", [F], "contradicted"),
        ("nothing", [H], "said"),
        ("nothing", [], "partly"),
    ],
)
def test_a_statement_is_judged_by_the_words_on_its_lines(
    kind: str, verdicts: list[Verdict], expected: str
) -> None:
    made = review(*(leak(verdict) for verdict in verdicts))
    assert judged(statement(kind), made, []) == expected


def test_words_elsewhere_do_not_count() -> None:
    made = review(leak(F, 16))
    assert judged(statement("found"), made, []) == "missed"
    assert judged(statement("nothing", 0, 0), made, []) == "contradicted"
    assert judged(statement("nothing", 0, 0), review(), []) == "said"


def test_one_line_of_slack_unless_the_place_is_anothers() -> None:
    made = review(leak(F, 15))
    own, other = statement("found"), statement("found", 15, 18)
    assert judged(own, made, []) == "said"
    assert judged(own, made, sharing(own, [own, other])) == "missed"
    stranger = statement("found", 15, 18, cwes=[798])
    assert judged(own, made, sharing(own, [own, stranger])) == "said"


def test_a_guard_is_a_place_too_and_a_context_is_none() -> None:
    for role, expected in ((EvidenceRole.GUARD, "said"), (EvidenceRole.CONTEXT, "missed")):
        evidence = (Evidence("store.py", 12, 12, role, ""),)
        guarded = observation(LEAK, H, line=30, evidence=evidence)
        assert judged(statement("handled"), review(guarded), []) == expected


def test_a_guard_of_another_family_is_part_of_it() -> None:
    made = review(observation(SWALLOWED, H, line=12))
    assert judged(statement("handled"), made, []) == "partly"


def test_names_that_are_not_in_view() -> None:
    made = review(leak(U))
    assert judged(statement("not_in_view", names=["fetch", "a"]), made, []) == "said"
    assert judged(statement("not_in_view", names=["fetch", "a", "b"]), made, []) == "partly"
    assert judged(statement("not_in_view", names=["a"]), made, []) == "missed"
    assert judged(statement("not_in_view", names=["a"]), review(), []) == "contradicted"


def test_a_class_that_cannot_be_absent() -> None:
    waits = statement("handled", cwes=[362])
    assert judged(waits, review(), []) == "contradicted"
    assert judged(statement("handled"), review(), []) == "missed"


def test_both_words_and_noise() -> None:
    made = review(leak(F, 12), leak(H, 13), leak(H, 30))
    assert says_both(statement("found"), made)
    assert not says_both(statement("found", 30, 31), made)
    told = told_of([statement("found"), statement("nothing", 30, 30)], made)
    assert told.words == ("said", "said")
    assert (told.noise["found"], told.noise["handled"], told.noise["both"]) == (1, 2, 1)
    counts = counted([([statement("found"), statement("nothing", 30, 30)], told)])
    assert (counts["all"]["said"], counts["but nothing"]["said"]) == (2, 1)


def test_the_sets_are_whole_and_share_no_repository() -> None:
    working = load(SETS / "working.tsv")
    untouched = load(SETS / "untouched.tsv")
    assert not {each.repo for each in working} & {each.repo for each in untouched}
    assert len({each.file for each in (*working, *untouched)}) >= 60
    assert sum(each.startswith("OS") for each in {each.file for each in untouched}) >= 6
    for statements in (working, untouched):
        assert {each.kind for each in statements} == set(KINDS)
        keys = [(each.file, each.id) for each in statements]
        assert len(set(keys)) == len(keys)


def test_single_rows_of_the_untouched_third_are_not_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["blind.py", "--mirrors", ".", "--untouched", "--only", "x"])
    with pytest.raises(SystemExit):
        blind.main()
    assert "nobody reads" in capsys.readouterr().err
