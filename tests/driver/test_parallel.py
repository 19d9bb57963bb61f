"""Many files by several processes: the same answer, and no file lost without a word."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from assay.driver import pool
from assay.driver.parallel import review_files
from assay.driver.pipeline import Detail
from assay.driver.progress import Progress, progress_stream
from assay.driver.transport import Reader, pack
from assay.ledger.observation import Verdict
from assay.review.review import FileReview
from assay.source.collect import Collected
from assay.source.door import Door
from fake_checkers import all_checkers
from fake_ledgers import RULES, file_review
from places import collected_in

DETAIL = Detail(keep_clean=False, line_hashes=False, seconds=30, debug=False)


def files(folder: Path, texts: list[str]) -> list[Collected]:
    made = []
    for number, text in enumerate(texts):
        path = folder / f"f{number:03}.py"
        path.write_text(text, "utf-8")
        made.append(collected_in(Door.of_folder(folder), path, path.name))
    return made


def run(
    folder: Path, collected: list[Collected], jobs: int, detail: Detail = DETAIL
) -> list[FileReview]:
    progress = Progress(len(collected), None)
    door = Door.of_folder(folder)
    answers = review_files(door, collected, all_checkers(), detail, jobs, progress, "fake_checkers")
    return [answer.review for answer in answers]


def test_the_same_answer_with_any_number_of_processes(tmp_path: Path) -> None:
    collected = files(tmp_path, [f"x = {n}\nf = open(x)\n" for n in range(60)])
    alone = run(tmp_path, collected, 1)
    assert [file.head.path for file in alone] == [each.reported for each in collected]
    assert run(tmp_path, collected, 2) == alone


def test_a_worker_that_dies_takes_one_file_with_it(tmp_path: Path) -> None:
    texts = ["f = open(1)\n"] * 60
    texts[7] = texts[33] = "DIE = 1\n"
    reviews = run(tmp_path, files(tmp_path, texts), 2)
    lost = [file for file in reviews if file.unseen]
    assert [file.head.path for file in lost] == ["f007.py", "f033.py"]
    for file in lost:
        reason = file.unseen[0].reason
        assert reason == "internal error: a worker process died (exit code 11)"
        assert {each.verdict for each in file.classes} == {Verdict.UNSEEN}
    assert sum(len(file.observations) for file in reviews) == 58


def test_a_worker_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_GRACE", -0.5)
    texts = ["f = open(1)\n"] * 50
    texts[3] = "HANG = 1\n"
    reviews = run(tmp_path, files(tmp_path, texts), 2, Detail(False, False, 1, False))
    (lost,) = [file for file in reviews if file.unseen]
    assert lost.head.path == "f003.py"
    assert lost.unseen[0].reason.startswith("budget: more than 1 s")


def test_a_worker_that_does_not_start_ends_the_run(tmp_path: Path) -> None:
    collected = files(tmp_path, ["x = 1\n"] * 60)
    with pytest.raises(RuntimeError, match="does not start"):
        review_files(
            Door.of_folder(tmp_path),
            collected,
            all_checkers(),
            DETAIL,
            2,
            Progress(60, None),
            "no_such_module_at_all",
        )


def test_few_small_files_need_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "Pool", None)
    assert len(run(tmp_path, files(tmp_path, ["x = 1\n"] * 5), 8)) == 5


def test_rules_travel_by_id() -> None:
    review = file_review()
    data = pack(review)
    assert b"Use `with`" not in data
    again = Reader({rule.id: rule for rule in RULES}).unpack(data)
    assert again == review
    assert again.classes[0].rule is RULES[0]


def test_the_bar_waits_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("assay.driver.progress.time.monotonic", lambda: now[0])
    stream = io.StringIO()
    progress = Progress(10, stream)
    progress.done(1)
    assert stream.getvalue() == ""
    now[0] = 1.5
    progress.done(5)
    assert "5 of 10 files" in stream.getvalue()
    progress.close()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_no_bar_where_nobody_looks() -> None:
    assert progress_stream({"CI": "true"}, quiet=False) is None
    assert progress_stream({}, quiet=True) is None
