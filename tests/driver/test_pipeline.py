"""One file through all layers, and what happens when one of them fails."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

import assay
from assay.checkers.registry import all_checkers as registered
from assay.driver import pipeline
from assay.driver.collecting import without_collector
from assay.driver.pipeline import Detail, Reviewer, lost_file, review_file
from assay.ledger.observation import Verdict
from assay.program.facts import FunctionFacts
from assay.program.modules import Module
from assay.review.review import FileReview
from assay.source.door import Door
from assay.source.file import Parsed, parse_bytes, parse_text
from fake_checkers import Nothing, Opens, all_checkers
from fake_ledgers import LEAK, SECRET

PACKAGE = Path(assay.__file__).parent
DETAIL = Detail(keep_clean=False, line_hashes=True, seconds=30, debug=False)
TEXT = "def f(path):\n    x = open(path)\n    with open(path) as y:\n        return x, y\n"


def review(text: str, detail: Detail = DETAIL) -> FileReview:
    return review_file(parse_text("a.py", text), all_checkers(), detail)


def words(file: FileReview) -> dict[str, Verdict]:
    return {each.rule.id: each.verdict for each in file.classes}


def test_a_file() -> None:
    file = review(TEXT)
    assert (file.head.path, file.head.lines, file.head.calls) == ("a.py", 4, 2)
    assert file.head.parsed is Parsed.WHOLE
    assert file.head.summary
    assert words(file) == {LEAK.id: Verdict.FOUND, SECRET.id: Verdict.ABSENT}
    assert [each.observation.line for each in file.observations] == [2, 3]
    assert all(each.line_hash.endswith(":1") for each in file.observations)


def test_hashes_only_when_a_report_needs_them() -> None:
    file = review(TEXT, Detail(False, False, 30, False))
    assert {each.line_hash for each in file.observations} == {""}


def test_a_checker_that_fails_is_unseen_and_the_others_go_on() -> None:
    file = review("RAISE = 1\n")
    assert words(file) == {LEAK.id: Verdict.UNSEEN, SECRET.id: Verdict.ABSENT}
    (hole,) = file.unseen
    assert hole.reason == "internal error: KeyError in resource-leak: 'asked for'"
    assert hole.remedy == "assay review --debug a.py"


def test_addresses_of_objects_are_not_told() -> None:
    (hole,) = review("RAISE = OBJECT = 1\n").unseen
    assert hole.reason.endswith("('asked for', <object object at 0x...>)")


def test_debug_prints_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    review("RAISE = 1\n", Detail(False, False, 30, debug=True))
    assert "KeyError: 'asked for'" in capsys.readouterr().err


def test_a_layer_that_fails_leaves_every_rule_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError("no such edge")

    monkeypatch.setattr("assay.program.modules.lower_module", fail)
    file = review(TEXT)
    assert set(words(file).values()) == {Verdict.UNSEEN}
    assert file.unseen[0].reason == "internal error: ValueError in lowering: no such edge"


def test_a_file_over_its_time_is_unseen_where_rules_were_left() -> None:
    source = parse_text("a.py", "SPIN = 1\n")
    file = review_file(source, [Nothing(), Opens()], Detail(False, False, 1, False))
    assert words(file) == {SECRET.id: Verdict.ABSENT, LEAK.id: Verdict.UNSEEN}
    assert file.unseen[0].reason == "budget: more than 1 s, stopped in resource-leak"


def test_lost_lines_are_named() -> None:
    file = review("x = open(1)\ndef broken(:\n    pass\ny = 2\n")
    assert file.head.parsed is Parsed.PARTLY
    assert words(file)[SECRET.id] is Verdict.UNSEEN
    assert words(file)[LEAK.id] is Verdict.FOUND
    hole = file.unseen[0]
    assert hole.name.startswith("line")
    assert hole.reason.startswith("syntax")


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"\x00\x01\x02", "binary"), (b"x = 1\n" * 1_000_000, "budget")],
)
def test_files_that_are_not_read_are_unseen(data: bytes, word: str) -> None:
    file = review_file(parse_bytes("a.py", data), all_checkers(), DETAIL)
    assert file.head.parsed is Parsed.NOT
    assert set(words(file).values()) == {Verdict.UNSEEN}
    assert file.unseen[0].reason.startswith(f"{word}: ")


def test_notebook_cells_are_places() -> None:
    cell = '{"cell_type": "code", "source": ["x = 1\\n", "f = open(x)"]}'
    text = f'{{"cells": [{cell}, {cell}], "nbformat": 4, "nbformat_minor": 5, "metadata": {{}}}}'
    file = review_file(parse_text("a.ipynb", text), all_checkers(), DETAIL)
    cells = [each.cell for each in file.observations]
    assert [(cell.number, cell.line) for cell in cells if cell is not None] == [(1, 2), (2, 2)]


def test_a_lost_file_leaves_nothing_absent() -> None:
    file = lost_file("a.py", "internal error: died", "", all_checkers())
    assert set(words(file).values()) == {Verdict.UNSEEN}
    assert file.head.problem == "internal error: died"


def test_the_registry_is_in_order_and_distinct() -> None:
    ids = [checker.rule.id for checker in registered()]
    assert len(ids) == len(set(ids))
    modules = [type(checker).__module__ for checker in registered()]
    assert modules == sorted(modules)


def test_a_program_that_is_given_up_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "MOST_LINES", 40)
    monkeypatch.chdir(tmp_path)
    reviewer = Reviewer(Door.of_folder(tmp_path), registered(), DETAIL)
    text = (
        "import os\n\n\ndef f(path, driver='x'):\n    try:\n        os.mkdir('/tmp/a')\n"
        "    finally:\n        key = 'http://a.b:80' + path\n    return open(key)\n"
    )
    with without_collector():  # as in a run
        for number in range(12):
            (tmp_path / f"a{number}.py").write_text(text, encoding="utf-8")
            reviewer.review(place(f"a{number}.py"), f"a{number}.py")
        modules = [each for each in gc.get_objects() if isinstance(each, Module)]
    assert 0 < len([each for each in modules if each.place.startswith(f"/{tmp_path.name}/")]) <= 6


def place(path: str) -> str:
    return Door.of_folder(os.getcwd()).place(path)


def test_a_forgotten_test_holds_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "test_a.py"
    text = "import unittest\nclass A(unittest.TestCase):\n    def test_f(self):\n        open(1)\n"
    (tmp_path / name).write_text(text, encoding="utf-8")
    reviewer = Reviewer(Door.of_folder(tmp_path), registered(), DETAIL)
    first = reviewer.review(place(name), name)
    kept = [each for each in gc.get_objects() if isinstance(each, FunctionFacts)]
    assert not [
        each
        for each in kept
        if each.file.source.path == name and (each.definitions or each.ir.blocks)
    ]
    assert reviewer.review(place(name), name) == first


def test_words_do_not_depend_on_what_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PACKAGE.parent)
    paths = sorted(
        path.relative_to(PACKAGE.parent).as_posix() for path in (PACKAGE / "program").glob("*.py")
    )[:12]
    together = Reviewer(Door.of_folder(os.getcwd()), registered(), DETAIL)
    said = [together.review(place(path), path).review for path in paths]
    monkeypatch.setattr(pipeline, "MOST_LINES", 0)  # a new program for each file
    apart = Reviewer(Door.of_folder(os.getcwd()), registered(), DETAIL)
    assert [apart.review(place(path), path).review for path in paths[::-1]] == said[::-1]
