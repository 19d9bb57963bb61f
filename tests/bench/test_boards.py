"""Reviews in this process, labels, draws, cases and the page that holds all figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import board
import cases
import fixes
import labels
import packages
from assay.cli.main import main
from draw import drawn, row_of
from figures import kendall, share, wilson
from labels import COLUMNS, Label, rank, scored
from lone import review_alone
from packages import Finding
from peers import Measured

LEAKS = """\
import json


def load(path):
    f = open(path)
    return json.load(f)


def save(path, data):
    with open(path, "w") as f:
        json.dump(data, f)
"""


def test_a_review_in_this_process_is_that_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "store.py").write_text(LEAKS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    command = ["review", "shop/store.py", "--isolated", "--no-cache", "--quiet", "--exit-zero"]
    main([*command, "--verbose", "--output-format", "json", "--output-file", "out.json"])
    told = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["observations"]
    review = review_alone(str(tmp_path), "shop/store.py")
    assert [
        (each.observation.path, each.observation.line, each.fingerprint)
        for each in review.observations
    ] == [(each["path"], each["line"], each["fingerprint"]) for each in told]
    assert {each["verdict"] for each in told} >= {"found", "handled"}


def test_intervals() -> None:
    low, high = wilson(8, 10)
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert wilson(0, 20)[0] == 0
    assert share(11, 97) == "11.3 % (6.5-19.2)"
    assert share(0, 0) == "-"


def test_correlation_of_ranks() -> None:
    assert kendall([(1, 0), (2, 1), (3, 2)]) == 1
    assert kendall([(1, 2), (2, 1), (3, 0)]) == -1
    assert kendall([(1, 0), (1, 2)]) == 0
    assert round(kendall([(1, 0), (2, 0), (2, 1), (3, 1)]), 3) == 0.671


def finding(number: int, severity: str = "medium", confidence: str = "medium") -> Finding:
    return Finding("a@1", "rule", str(number), "a.py", number, severity, confidence, "a\tb")


def label(number: int, word: str) -> Label:
    return Label("rule", str(number), "a.py", "a@1", 1, word, "reader 1", "0")


def test_a_rank_grows_with_severity_and_confidence() -> None:
    assert rank(finding(1, "info", "low")) == 1
    assert rank(finding(1, "critical", "high")) == 15
    assert rank(finding(1, "low", "high")) == rank(finding(1, "medium", "medium")) == 6


def test_findings_are_held_against_labels() -> None:
    own = [finding(1, "high", "high"), finding(2), finding(3, "low", "low"), finding(9)]
    readings = [label(1, "wanted"), label(2, "trifling"), label(3, "wrong"), label(4, "wrong")]
    score = scored(readings, [*own, Finding("b@1", "rule", "1", "a.py", 1, "low", "low", "")])
    assert dict(score.labelled) == {"wanted": 1, "trifling": 1, "wrong": 2}
    assert dict(score.found) == {"wanted": 1, "trifling": 1, "wrong": 1}
    assert (score.unlabelled, score.tau) == (1, 1.0)
    twice = scored([*readings, label(1, "wrong")], own)
    assert dict(twice.found) == {"trifling": 1, "wrong": 2}
    assert "66.7 %" in "\n".join(labels.lines_of(score))


def test_a_draw_depends_on_seed_and_findings_alone() -> None:
    own = [finding(number) for number in range(30)]
    first = drawn(own, (), 7, 5)
    assert drawn(own[::-1], (), 7, 5) == first
    assert drawn(own, (), 8, 5) != first
    known = {each.identity for each in first}
    assert not known & {each.identity for each in drawn(own, known, 7, 25)}
    assert len(drawn(own, known, 7, 99)) == 25


def test_a_drawn_row_is_a_label_that_lacks_its_word() -> None:
    row = dict(zip(COLUMNS, row_of(finding(4), "abc").split("\t"), strict=True))
    assert (row["fingerprint"], row["message"], row["label"], row["commit"]) == (
        "4",
        "a b",
        "",
        "abc",
    )


def test_the_labels_that_are_kept_are_whole() -> None:
    kept = labels.load()
    assert len(kept) >= 60
    spelled = {each.spelled for each in packages.load()}
    assert {each.package for each in kept} <= spelled
    assert len(spelled) == 60
    identities = [(each.identity, each.reader) for each in kept]
    assert len(set(identities)) == len(identities)


def test_packages_are_reviewed_by_their_folders(tmp_path: Path) -> None:
    package = packages.Package("shop", "1.0", "web")
    with pytest.raises(ValueError, match=r"not there.*shop-1\.0"):
        packages.reviewed([package], tmp_path, 1)
    (tmp_path / package.folder).mkdir()
    (tmp_path / package.folder / "store.py").write_text(LEAKS, encoding="utf-8")
    (found,) = packages.reviewed([package], tmp_path, 1)
    assert found.lines == 11
    assert [(each.rule, each.path, each.line, each.package) for each in found.findings] == [
        ("resource-leak", "store.py", 5, "shop@1.0")
    ]


def test_cases_are_held_against_their_first_line(tmp_path: Path) -> None:
    folder = tmp_path / "some"
    folder.mkdir()
    for name, first in (
        ("right", "# right: found CWE-772 at 6"),
        ("missed", "# right: found CWE-78 at 6"),
        ("alarmed", "# right: handled"),
        ("none", "# nothing"),
    ):
        (folder / f"{name}.py").write_text(f"{first}\n{LEAKS}", encoding="utf-8")
    guarded = f"# right: handled\n{LEAKS.replace('f = open(path)', 'pass')}"
    (folder / "twin.py").write_text(guarded.replace("json.load(f)", "path"), encoding="utf-8")
    found = cases.scored(tmp_path, 1)["some"]
    assert {each.name.removesuffix(".py"): each.word for each in found} == {
        "alarmed": "with a finding",
        "missed": "without a word",
        "right": "right",
        "twin": "handled",
    }
    assert cases.lines_of({"some": found})[-1] == "| some | 2 | 1 | 0 | 0 | 1 | 2 | 1 | 1 | 0 |"


def test_a_board_replaces_its_own_and_stands_before_others() -> None:
    text = "# Results\n\nSome.\n\n## Other\n\nOld.\n"
    once = board.put(text, "a, x", ["one"])
    assert once.startswith(text)
    twice = board.put(board.put(once, "b, x", ["two"]), "a, x", ["three"])
    section = twice.partition(board.HEADING)[2]
    assert section.index("### a, x\n\nthree") < section.index("### b, x\n\ntwo")
    assert "one" not in section.partition("### ")[2]
    assert twice.count(board.HEADING) == twice.count(board.INTRODUCTION) == 1
    behind = board.put(f"{once}\n## Last\n\nEnd.\n", "c, x", ["four"])
    assert behind.index("### c, x") < behind.index("### a, x") < behind.index("## Last\n\nEnd.")


def test_the_newest_version_of_a_tool_stands_beside() -> None:
    kept = [
        Measured("ruff", version, "working", digest, "all", (10, number, 0, 0, 0))
        for version, digest, number in (("0.9", "d", 1), ("0.10", "d", 2), ("0.11", "e", 3))
    ]
    assert board.latest(kept, "working", "d") == {"ruff": {"all": (10, 2, 0, 0, 0)}}
    assert board.latest(kept, "untouched", "d") == {}


def test_other_tools_stand_beside_where_they_were_measured() -> None:
    row = fixes.load(fixes.chosen(False))[0]
    counts = fixes.counted([fixes.Outcome(row, "strict", True), fixes.Outcome(row, "no site")])
    kept = [Measured("ruff", "1.0", "working", "d", "all", (2, 0, 1, 0, 0))]
    lines = board.fixes_lines("working", "d", counts, kept)
    (all_families,) = [line for line in lines if line.startswith("| all | 2 | 50.0 % (9.5-90.5)")]
    assert all_families.endswith("| 0.0 (50.0) |")
    assert "ruff" not in "".join(board.fixes_lines("working", "other", counts, kept))


def test_noise_of_other_tools_stands_below_ours() -> None:
    package = packages.Package("a", "1", "web")
    found = [packages.Reviewed(package, 1000, (finding(1), finding(2)))]
    text = "\n".join(board.packages_lines(found))
    assert "2 findings, 2.000 in 1,000 lines" in text
    assert "| rule | 2 | 2.000 |" in text


def test_neighbours_are_summed_by_operator(tmp_path: Path) -> None:
    kept = tmp_path / "survival.tsv"
    assert board.neighbours_part(kept) == []
    kept.write_text(
        "operator\tcase\tfound\tlost\nhelper\ta\t1\t2\nalias\ta\t3\t0\nhelper\tb\t1\t0\n"
    )
    assert board.neighbours_part(kept)[4:-1] == [
        "| helper | 2 | 2 |",
        "| alias | 3 | 0 |",
        "| all | 5 | 2 |",
    ]
