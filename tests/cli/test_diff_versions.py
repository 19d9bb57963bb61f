"""`assay diff-versions`: what changed because of the tool, and what because of the code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assay.cli.main import main

LEAK = "def load(path):\n    stream = open(path)\n    return 1\n"


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = tmp_path / "shop"
    (shop / ".git").mkdir(parents=True)
    monkeypatch.chdir(shop)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ASSAY_OUTPUT_FORMAT", raising=False)


def report(name: str, *arguments: str) -> None:
    given = ("--select", "resource-leak") if "--select" not in arguments else ()
    main(["review", "-q", "-j1", "-f", "json", "-o", f"../{name}", *given, *arguments])


NEW = Path("../new")


def saved(document: object) -> None:
    NEW.write_text(json.dumps(document), "utf-8")


def of_another_tool() -> None:
    document = json.loads(NEW.read_text("utf-8"))
    document["tool"]["version"] = "9.9"
    saved(document)


def difference(capfd: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """The exit code, and the groups with their sites, without what is the same."""
    capfd.readouterr()
    code = main(["diff-versions", "../old", "../new"])
    out, err = capfd.readouterr()
    assert err == ""
    lines = out.splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith("because")), len(lines))
    return code, [line.partition(": file")[0] for line in lines[start:-2]]


def test_nothing_changed(capfd: pytest.CaptureFixture[str]) -> None:
    Path("a.py").write_text(LEAK)
    report("old")
    report("new")
    of_another_tool()
    assert difference(capfd) == (0, [])


def test_the_code(capfd: pytest.CaptureFixture[str]) -> None:
    """Also in a file that is the same: what calls it is not."""
    Path("run.py").write_text("import os\n\n\ndef go(text):\n    os.system(text)\n")
    Path("web.py").write_text("import flask\nimport run\nrun.go('ls')\n")
    report("old", "--select", "command-injection")
    web = "import flask\nimport run\nrun.go(flask.request.args['x'])\n"
    Path("web.py").write_text(web)
    report("new", "--select", "command-injection")
    code, lines = difference(capfd)
    assert (code, lines[0]) == (1, "because of the code: 1 verdict")
    assert lines[1].startswith("  run.py:5: command-injection not reported -> found")


def test_the_tool(capfd: pytest.CaptureFixture[str]) -> None:
    Path("a.py").write_text(LEAK + LEAK.replace("load", "more"))
    report("old")
    report("new")

    document = json.loads(NEW.read_text("utf-8"))
    document["observations"][0]["verdict"] = "handled"
    del document["observations"][1]
    saved(document)
    of_another_tool()
    assert difference(capfd) == (
        1,
        [
            "because of the tool: 2 verdicts",
            "  a.py:2: resource-leak found -> handled",
            "  a.py:5: resource-leak found -> not reported",
        ],
    )


def test_another_identity_is_compared_by_place_where_the_code_is_the_same(
    capfd: pytest.CaptureFixture[str],
) -> None:
    Path("a.py").write_text(LEAK + LEAK.replace("load", "more"))
    report("old")
    report("new")

    document = json.loads(NEW.read_text("utf-8"))
    document["tool"]["identity"] = "assay/v9"
    for each in document["observations"]:
        each["identity"] = {"source": "", "statement": "?", "ordinal": 0, "around": []}
        each["function"] = f"renamed.{each['function']}"
    saved(document)
    of_another_tool()
    assert difference(capfd) == (0, [])


def test_both(capfd: pytest.CaptureFixture[str]) -> None:
    """In a file that is the same the code of another one may still be why."""
    Path("a.py").write_text(LEAK)
    Path("b.py").write_text("pass\n")
    report("old")
    Path("b.py").write_text("x = 1\n")
    report("new")

    document = json.loads(NEW.read_text("utf-8"))
    document["observations"][0]["verdict"] = "unseen"
    saved(document)
    of_another_tool()
    assert difference(capfd)[1] == [
        "because of the tool or the code: 1 verdict",
        "  a.py:2: resource-leak found -> unseen",
    ]


def test_a_rule_that_one_did_not_judge(capfd: pytest.CaptureFixture[str]) -> None:
    Path("a.py").write_text(LEAK)
    report("old", "--select", "weak-hash")
    report("new", "--select", "weak-hash,resource-leak")
    group = difference(capfd)[1][0]
    assert group.startswith("because of neither, so settings")
    Path("a.py").write_text(LEAK + "\n")
    report("new", "--select", "weak-hash,resource-leak")
    assert difference(capfd)[1][0] == group
    of_another_tool()
    assert difference(capfd)[1][0] == "because of the tool: 1 verdict"


def test_what_is_accepted_is_still_found(capfd: pytest.CaptureFixture[str]) -> None:
    Path("a.py").write_text(LEAK + LEAK.replace("load", "more"))
    report("old")
    report("new", "--write-baseline")
    assert difference(capfd) == (0, [])


def test_files_are_told_apart_without_their_secrets() -> None:
    def digest(text: str) -> str:
        Path("a.py").write_text(text)
        report("new", "--no-cache")
        (file,) = json.loads(Path("../new").read_text())["files"]
        assert isinstance(file["digest"], str)
        return str(file["digest"])

    secret = 'password = "hunter2-Xy9q"\n'
    assert digest(secret) == digest(secret.replace("hunter2-Xy9q", "Other9-pQr7z"))
    assert digest(secret) != digest(secret + "\n")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"schema": "json-v9"}', '{"schema": "json-v1", "tool": 3}', "[" * 99999],
)
def test_what_is_no_report_is_refused(capfd: pytest.CaptureFixture[str], text: str) -> None:
    Path("a.py").write_text(LEAK)
    report("new")
    Path("../old").write_text(text)
    capfd.readouterr()
    code = main(["diff-versions", "../old", "../new"])
    out, err = capfd.readouterr()
    assert (code, out, "../old: not a report" in err) == (2, "", True)
    code = main(["diff-versions", "../new", "../none"])
    assert (code, "../none: not a file" in capfd.readouterr()[1]) == (2, True)
