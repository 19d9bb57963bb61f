"""`assay doctor` and `assay dump callgraph`: what the analysis sees of a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.cli.main import main
from assay.driver.doctor import examine
from assay.driver.dump import dump
from assay.driver.options import UsageError

_APP = """import os
import leftlib
from flask import Flask
import threading

app = Flask(__name__)


@app.route("/")
def index(store):
    store.save()
    store.load()
    return work(os.getcwd())


def work(path):
    threading.Thread(target=index).start()
    leftlib.run()
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "app.py").write_text(_APP, "utf-8")
    (tmp_path / "pyproject.toml").write_text('[project.scripts]\nshop = "app:work"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_what_is_in_view_and_what_is_not(project: Path) -> None:
    assert examine(["."], False).splitlines() == [
        "1 file, 9 calls",
        "",
        "entry points: 3",
        "     1  command line",
        "            shop = app:work",
        "     1  thread",
        "            app.py:17 app.index",
        "     1  web route",
        "            app.py:9 app.index",
        "",
        "unresolved calls: 2 (22.2 %)",
        "     2  a parameter of which no type is known",
        "            app.py:11 store.save",
        "            app.py:12 store.load",
        "",
        "libraries that no model speaks of: 1",
        "     1  leftlib",
        "            app.py:2",
        "",
        "functions over budget: 0",
    ]


def test_few_places_are_shown_unless_all_are_asked_for(project: Path) -> None:
    calls = "".join(f"    x.m{number}()\n" for number in range(30))
    (project / "many.py").write_text(f"def f(x):\n{calls}", "utf-8")
    assert "and 20 more calls (--verbose lists all)" in examine(["many.py"], False)
    assert "many.py:31 x.m29" in examine(["many.py"], True)


def test_a_file_that_cannot_be_read_is_named(project: Path) -> None:
    (project / "bad.py").write_bytes(b"\x00\x01")
    assert "files that were not read: 1" in examine(["bad.py"], False)


def test_a_path_that_does_not_exist_is_wrong_usage(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match="missing: does not exist"):
        examine(["missing"], False)
    assert main(["doctor", "missing"]) == 2
    assert main(["doctor", "app.py"]) == 0
    assert "web route" in capsys.readouterr().out


def test_the_call_graph_of_a_file_and_of_a_function(project: Path) -> None:
    assert dump("callgraph", "app.py:work").splitlines() == [
        "app.work",
        "     17  threading.Thread  ->  = threading.Thread",
        "         runs app.index (thread)",
        "     17  threading.Thread().start  ->  = threading.Thread.start",
        "     18  leftlib.run  ->  = leftlib.run",
    ]
    whole = dump("callgraph", "app.py")
    assert "     13  work  ->  app.work" in whole
    assert "     11  store.save  ->  ? the parameter store of index" in whole
