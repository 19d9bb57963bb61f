"""Scores on real fixes: which finding counts as found, strictly and leniently, and as silent."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

import fixes
from fixes import SETS, Outcome, Pair, Row, counted, function_lines, judged, load, scored
from mirrors import Hunk, contents, git_folder, hunks, moved, parsed_hunks
from said import Said, parsed_report
from weaknesses import FAMILIES, families, is_of

BEFORE = b"""\
import json


class Store:
    def load(self, path):
        f = open(path)
        data = json.load(f)
        f.close()
        return data

    def save(self, path):
        return 1
"""
AFTER = BEFORE.replace(
    b"""\
        f = open(path)
        data = json.load(f)
        f.close()
        return data
""",
    b"""\
        with open(path) as f:
            return json.load(f)
""",
)
ROW = Row("X1", "a/b", "0" * 40, "store.py", 6, 6, "Store.load", "cleanup", 772, "intra", False)
CHANGES = (Hunk(6, 4, 6, 2),)


def said(
    first: int,
    word: str = "found",
    cwe: int = 772,
    others: Sequence[tuple[str, int, int]] = (),
    last: int = 0,
) -> Said:
    cwes = frozenset({cwe})
    return Said("store.py", "rule", cwes, word, first, last or first, tuple(others))


def outcome(
    before: Sequence[Said],
    after: Sequence[Said] = (),
    changes: tuple[Hunk, ...] = CHANGES,
    row: Row = ROW,
) -> Outcome:
    pair = Pair(row, BEFORE, AFTER, changes)
    return judged(pair, lambda _, side: before if side == "before" else after)


def test_a_finding_on_a_changed_line_is_strict_and_silent() -> None:
    found = outcome([said(6)])
    assert (found.word, found.silent, found.lenient, found.strict) == ("strict", True, True, True)


def test_a_step_on_a_changed_line_is_strict() -> None:
    far = (Hunk(30, 1, 30, 1),)
    assert outcome([said(6)], changes=far).word == "elsewhere"
    assert outcome([said(6, others=[("store.py", 30, 30)])], changes=far).word == "strict"
    assert outcome([said(6, others=[("other.py", 30, 30)])], changes=far).word == "elsewhere"


def test_a_finding_of_another_function_or_family_does_not_count() -> None:
    assert outcome([said(40)]).word == "no site"
    assert outcome([said(6, cwe=78)]).word == "no site"
    assert outcome([said(1, last=12)], row=_at(30)).word == "no site"


def test_a_finding_near_the_range_counts_where_there_is_no_function() -> None:
    assert outcome([said(11)], row=_at(6, "")).lenient
    assert not outcome([said(12)], row=_at(6, "")).lenient


def _at(line: int, function: str = "Store.load") -> Row:
    return Row("X1", "a/b", "0" * 40, "store.py", line, line, function, "cleanup", 772, "", False)


def test_a_finding_in_the_fixed_function_is_not_silent() -> None:
    assert not outcome([said(6)], [said(6)]).silent
    assert outcome([said(6)], [said(10)]).silent  # in save()
    assert outcome([said(6)], [said(6, word="handled")]).silent


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["clean"], "clean"),
        (["clean", "handled"], "handled"),
        (["handled", "unseen"], "unseen"),
        ([], "no site"),
    ],
)
def test_what_is_not_found_is_told_by_its_best_word(words: list[str], expected: str) -> None:
    assert outcome([said(6, word) for word in words]).word == expected
    assert outcome([said(9, word) for word in words]).word == "no site"


def test_counts_add_up_by_family() -> None:
    counts = counted([outcome([said(6)]), outcome([said(6)], [said(6)]), outcome([])])
    assert counts["cleanup"] == counts["all"]
    assert [counts["all"][each] for each in ("rows", "strict", "lenient", "silent", "solved")] == [
        3,
        2,
        2,
        1,
        1,
    ]
    assert counts["all"]["no site"] == 1
    assert counts["race"]["rows"] == 0


def test_functions_are_found_by_dotted_name() -> None:
    text = b"def f():\n    pass\n\n\nclass A:\n    @staticmethod\n    def f():\n        pass\n"
    assert function_lines(text, "A.f", 7) == (6, 8)
    assert function_lines(text, "f", 1) == (1, 2)
    assert function_lines(text, "A", 5) is None
    assert function_lines(b"print 1", "f", 1) is None
    twice = b"def f():\n    pass\n\n\ndef f():\n    pass\n"
    assert function_lines(twice, "f", 6) == (5, 6)


def test_lines_move_with_the_changes_above_and_grow_with_those_inside() -> None:
    above = Hunk(2, 0, 3, 4)
    assert moved([above], 10, 12) == (14, 16)
    assert moved([above, Hunk(11, 1, 15, 3)], 10, 12) == (14, 18)
    assert moved([Hunk(20, 1, 20, 9)], 10, 12) == (10, 12)
    assert moved([Hunk(10, 3, 9, 0)], 10, 12) == (10, 10)


def test_hunks_are_read_from_a_diff() -> None:
    diff = "@@ -3 +3,2 @@ def f():\n-a\n+b\n+c\n@@ -9,0 +11 @@\n+d\n"
    assert parsed_hunks(diff) == (Hunk(3, 1, 3, 2), Hunk(9, 0, 11, 1))
    assert [each.touched for each in parsed_hunks(diff)] == [(3, 4), (8, 10)]


def test_families_of_other_tools() -> None:
    assert families("SIM115", ()) == {"cleanup"}
    assert families("S101", {703}) == frozenset()
    assert families("B608", {89}) == {"injection"}
    assert is_of("config", 798, "B105", frozenset({259}))  # a secret, of readers' family config
    assert not is_of("race", 362, "rule", frozenset({772}))
    assert is_of("race", 772, "rule", frozenset({772}))


SARIF = """{"runs": [{
 "tool": {"driver": {"rules": [{"id": "B602", "properties": {"tags": ["CWE-78"]}}]}},
 "results": [
  {"ruleId": "B602", "locations": [{"physicalLocation": {"artifactLocation":
    {"uri": "file:///x/a%20b.py"}, "region": {"startLine": 3, "endLine": 90}}}],
   "relatedLocations": [{"physicalLocation": {"artifactLocation": {"uri": "c.py"},
    "region": {"startLine": 7}}}]},
  {"ruleId": "B602", "suppressions": [{}], "locations": [{}]}]}]}"""


def test_reports_of_other_tools_are_read() -> None:
    (one,) = parsed_report(SARIF)
    assert (one.path, one.rule, sorted(one.cwes)) == ("/x/a b.py", "B602", [78])
    assert (one.first, one.last, one.others) == (3, 17, (("c.py", 7, 7),))
    text = '{"messages": [{"path": "a.py", "line": 2, "endLine": 3, "symbol": "eval-used"}]}'
    (other,) = parsed_report(text)
    assert (other.path, other.rule, other.first, other.last) == ("a.py", "eval-used", 2, 3)
    with pytest.raises(ValueError, match="neither"):
        parsed_report("{}")


@pytest.fixture
def mirror(tmp_path: Path) -> tuple[Path, str]:
    """A folder of mirrors with a repository of one fix, and the commit of the fix."""
    folder = tmp_path / "a+b" / "repo"
    folder.mkdir(parents=True)

    def git(*arguments: str) -> str:
        own = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        command = ["git", "-C", str(folder), *own, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    for text in (BEFORE, AFTER):
        (folder / "store.py").write_bytes(text)
        git("add", "store.py")
        git("commit", "-qm", "a change")
    return tmp_path, git("rev-parse", "HEAD").strip()


def test_a_fix_is_scored_from_its_mirror(mirror: tuple[Path, str]) -> None:
    mirrors, commit = mirror
    row = Row("X1", "a/b", commit, "store.py", 6, 6, "Store.load", "cleanup", 772, "", False)
    gone = Row("X2", "a/b", commit, "none.py", 6, 6, "", "cleanup", 772, "", False)
    away = Row("X3", "c/d", commit, "store.py", 6, 6, "", "cleanup", 772, "", False)
    outcomes = scored([row, gone, away], mirrors, "file", 1)
    assert [each.word for each in outcomes] == ["strict", "not read", "not read"]
    assert outcomes[0].silent
    assert outcomes[0].rules == ("resource-leak",)
    (focused,) = scored([row], mirrors, "focus", 1)
    assert focused == outcomes[0]


def test_a_mirror_tells_what_it_lacks(mirror: tuple[Path, str]) -> None:
    mirrors, commit = mirror
    folder = git_folder(mirrors, "a/b")
    texts = contents(folder, [f"{commit}^:store.py", f"{commit}:none.py", f"{commit}:store.py"])
    assert texts == [BEFORE, None, AFTER]
    assert hunks(folder, f"{commit}^", commit, "store.py") == CHANGES


def test_another_tool_is_scored_in_one_run(mirror: tuple[Path, str], tmp_path: Path) -> None:
    mirrors, commit = mirror
    row = Row("X1", "a/b", commit, "store.py", 6, 6, "Store.load", "cleanup", 772, "", False)
    report = tmp_path / "report.json"
    report.write_text(
        '{"messages": [{"path": "./X1/before/store.py", "line": 6, "symbol": "R1732"},'
        ' {"path": "X1/after/store.py", "line": 6, "symbol": "R1732"}]}',
        encoding="utf-8",
    )
    (found,) = fixes.scored_by_command([row], mirrors, f"cat {report}")
    assert (found.word, found.silent, found.rules) == ("strict", False, ("R1732",))
    with pytest.raises(RuntimeError, match="no report"):
        fixes.scored_by_command([row], mirrors, "true")


def test_the_sets_are_whole_and_share_no_repository() -> None:
    working = load(SETS / "working.tsv")
    untouched = load(SETS / "untouched.tsv")
    assert not {row.repo for row in working} & {row.repo for row in untouched}
    assert len({row.id for row in (*working, *untouched)}) == len(working) + len(untouched)
    for rows, least in ((working, 1), (untouched, 35)):
        for family in FAMILIES:
            assert sum(row.family == family for row in rows) >= least
    assert all(len(row.commit) == 40 and 1 <= row.start <= row.end for row in working)


def test_single_rows_of_the_untouched_third_are_not_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["fixes.py", "--mirrors", ".", "--untouched", "--details", "x"]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit):
        fixes.main()
    assert "nobody reads" in capsys.readouterr().err
