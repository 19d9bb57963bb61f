"""The same files give the same words: from every folder, by every path, beside anything."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from assay.cli.main import main

FILES = {
    "shop/__init__.py": "",
    "shop/store.py": "import os\nfrom shop import texts\n\n\ndef save(name, data):\n"
    "    stream = open(os.path.join('/srv', name), 'w')\n    stream.write(texts.clean(data))\n"
    "    stream.close()\n",
    "shop/texts.py": "import common\n\n\ndef clean(text):\n    rules = open('rules')\n"
    "    common.use(rules)\n    return text\n",
    "shop/web.py": "from flask import Flask, request\nfrom shop.store import save\n"
    "app = Flask(__name__)\n\n\n@app.route('/save')\ndef page():\n"
    "    save(request.args['name'], request.args['text'])\n"
    "    return request.args['text'] + '<br>'\n",
    "shop/tests/__init__.py": "",
    "shop/tests/test_store.py": "import unittest\nfrom shop import store\n\n\n"
    "class TestStore(unittest.TestCase):\n    def test_it(self):\n        store.save('a', 'b')\n",
    "shop/tests/helpers.py": "PASSWORD = 'hunter2hunter2'\n\n\ndef make(path):\n"
    "    return open(path)\n",
    "shop/examples/run.py": "import sys\nfrom shop.store import save\nsave(*sys.argv[1:3])\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, text in FILES.items():
        write(tmp_path / "code" / name, text)
    return tmp_path / "code"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def words(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    folder: Path,
    path: str,
    prefix: str,
    kept: bool = False,
) -> object:
    """What is said of the files from a folder, by paths from the package on."""
    monkeypatch.chdir(folder)
    capsys.readouterr()
    options = ["--isolated", "-q", "-v", "--output-format", "json", *([] if kept else ["-n"])]
    main(["review", path, *options])
    text = capsys.readouterr().out
    said = json.loads(text.replace(prefix, "")) if prefix else json.loads(text)
    files = sorted(json.dumps(each, sort_keys=True) for each in said["files"])
    return files, sorted(json.dumps(each, sort_keys=True) for each in said["observations"])


@pytest.mark.parametrize("marked", [False, True])
def test_from_every_folder(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    marked: bool,
) -> None:
    if marked:
        write(project / "pyproject.toml", "")
    shop = project / "shop"
    first = words(capsys, monkeypatch, project, "shop", "shop/")
    assert len(str(first)) > 2000
    assert words(capsys, monkeypatch, shop, ".", "") == first
    assert words(capsys, monkeypatch, project, str(shop), "shop/") == first
    (project / "docs").mkdir()
    assert words(capsys, monkeypatch, project / "docs", "../shop", "../shop/") == first
    away = os.path.relpath(shop, "/") + "/"
    assert words(capsys, monkeypatch, Path("/"), str(shop), away) == first


def test_what_lies_beside_does_not_matter(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first = words(capsys, monkeypatch, project, "shop", "shop/")
    other = project / "other"
    for name, text in FILES.items():
        write(other / name, text.replace("shop", "shop.other"))
    write(other / "more.py", "from shop.store import save\nsave('a', input())\n")
    write(project / "more.py", "from shop.store import save\nsave('a', input())\n")
    write(project / "setup_of_others" / "setup.py", "")
    assert words(capsys, monkeypatch, project, "shop", "shop/") == first


def test_what_lies_beside_does_not_reach_the_cache(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report that is written beside a package once made everything old."""
    from assay.driver import parallel

    monkeypatch.setenv("XDG_CACHE_HOME", str(project.parent / "caches"))
    monkeypatch.chdir(project)
    main(["review", "shop", "--isolated", "-q"])
    write(project / "report.json", "{}")
    write(project / "new.py", "save = 1\n")

    def fail(*_: object) -> None:
        raise AssertionError("a file is reviewed again")

    monkeypatch.setattr(parallel, "_in_process", lambda _, files, *rest: fail() if files else [])
    main(["review", "shop", "--isolated", "-q"])


def test_what_is_imported_from_beside_counts(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`common` is the package's own dependency; when it appears, what imports it changes."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.parent / "caches"))
    before = words(capsys, monkeypatch, project, "shop", "shop/")
    monkeypatch.chdir(project)
    assert words(capsys, monkeypatch, project, "shop", "shop/", kept=True) == before
    write(project / "common.py", "def use(stream):\n    return stream.read()\n")
    after = words(capsys, monkeypatch, project, "shop", "shop/")
    assert after != before
    assert words(capsys, monkeypatch, project, "shop", "shop/", kept=True) == after
