"""Whatever comes with a reviewed folder and makes the review say less is named, in every format."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import fake_checkers
from assay.cli.main import main
from assay.driver.batches import Batch, Part, batches_of

LEAKY = "open('x')\n"
BOTH = ("resource-leak", "hard-coded-credentials")


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = tmp_path / "shop"
    (shop / ".git" / "info").mkdir(parents=True)
    monkeypatch.chdir(shop)
    monkeypatch.setattr("assay.cli.review.all_checkers", fake_checkers.all_checkers)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ASSAY_OUTPUT_FORMAT", raising=False)
    write("a.py", LEAKY)


def write(path: str, text: str = LEAKY) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, "utf-8")


def assay(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["review", *arguments])
    out, err = capfd.readouterr()
    return code, out, err


def weakened(capfd: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str]]:
    """Pairs of where and what, after every format was seen to say them."""
    code, out, err = assay(capfd, "-f", "json", *arguments)
    pairs = [(each["where"], each["what"]) for each in json.loads(out)["weakened_by"]]
    last = (err.splitlines() or [""])[-1]
    assert (f"exit code {code}" in last) == bool(code or pairs)
    quiet = (assay(capfd, "-q", "-f", "json", *arguments)[2].splitlines() or [""])[-1]
    assert quiet == last or not (code or pairs)
    for name in ("text", "concise", "markdown", "github", "sarif"):
        report = assay(capfd, "-f", name, *arguments)[1]
        assert ("eakened by" in report) == bool(pairs)
        first = " ".join(report.splitlines()[:20]).replace("\\", "")
        for where, what in pairs:
            assert f"eakened by {where}: " in first
            assert what in first
            assert what in last
    log = json.loads(assay(capfd, "-f", "sarif", *arguments)[1])["runs"][0]
    said = log["invocations"][0].get("toolConfigurationNotifications", [])
    assert len(said) == len(pairs)
    assert len(log.get("properties", {}).get("weakened_by", [])) == len(pairs)
    return pairs


def test_nothing_is_said_when_nothing_weakens(capfd: pytest.CaptureFixture[str]) -> None:
    write("assay.toml", "strict = true\nstatistics = true\nfail-on = 'info'\ncache = false\n")
    write(".gitignore", "*.log\n*.pyc\n")
    write("x.log", "")
    write("b.pyc", "")
    write("__pycache__/a.pyc", "")
    write(".mypy_cache/x.json", "")
    write("docs/x.md", "")
    assert weakened(capfd) == []


def test_a_text_says_nothing_either(capfd: pytest.CaptureFixture[str]) -> None:
    assert weakened(capfd, "--isolated", "a.py") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ignore = ['798']", ["1 rule off (hard-coded-credentials)"]),
        ("select = ['798']", ["1 rule off (resource-leak)"]),
        ("select = ['798', '772']", []),
        ("extend-select = ['798']", []),
        ("exit-zero = true", ["exit-zero is set"]),
        ("exit-zero = false", []),
        ("fail-on = 'medium'", ["fail-on is medium, not info"]),
        ("min-severity = 'high'", ["min-severity is high, not info"]),
        ("min-confidence = 'high'", ["min-confidence is high, not low"]),
        ("threat-model = 'web'", ["threat-model is web"]),
        ("threat-model = 'local'", []),
        ("threat-model = 'all'", []),
        (
            "[[model]]\nsanitizer = 'shop.quote'\nrule = 'sql-injection'\n"
            "[[model]]\nvalidator = 'shop.is_safe'\nrule = 'sql-injection'\n"
            "[[model]]\nsink = 'shop.run'\nrule = 'sql-injection'\n",
            ["outside data counts as harmless after sanitizer shop.quote, validator shop.is_safe"],
        ),
        ("[[model]]\nsource = 'shop.get'\nkind = 'web'\n", []),
    ],
)
def test_settings(capfd: pytest.CaptureFixture[str], text: str, said: list[str]) -> None:
    write("assay.toml", text)
    assert weakened(capfd) == [("assay.toml", each) for each in said]


def test_what_the_user_asks_for_is_no_weakening(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write("assay.toml", "ignore = ['798']\nfail-on = 'high'\nexit-zero = true\n")
    given = ["--ignore", "798", "--fail-on", "critical", "--config", "exit-zero=true"]
    assert weakened(capfd, *given) == []
    write(f"{tmp_path}/config/assay/assay.toml", "ignore = ['798']\nfail-on = 'high'\n")
    assert weakened(capfd) == [("assay.toml", "exit-zero is set")]
    write("assay.toml", "")
    assert weakened(capfd) == []
    # To take back what the user asks for is one.
    write(f"{tmp_path}/config/assay/assay.toml", "strict = true\n")
    write("assay.toml", "strict = false\n")
    assert weakened(capfd) == [("assay.toml", "strict is off")]


def test_a_file_that_another_extends_is_named_itself(capfd: pytest.CaptureFixture[str]) -> None:
    write("assay.toml", "extend = 'base.toml'\n")
    write("base.toml", "exit-zero = true\nextend-exclude = ['old.py']\n")
    write("old.py")
    assert weakened(capfd) == [
        ("base.toml", "exit-zero is set"),
        ("base.toml", "1 Python file left out"),
    ]


def test_files_that_a_configuration_leaves_out_are_counted(
    capfd: pytest.CaptureFixture[str],
) -> None:
    for path in ("gen/a.py", "gen/b.py", "c_pb2.py", "d_pb2.py", "x_pb2.txt", "one/two/e.py"):
        write(path)
    write("assay.toml", "extend-exclude = ['gen', '*_pb2.*', 'one/two/e.py', 'none.py']\n")
    assert weakened(capfd) == [("assay.toml", "3 Python files and 1 folder left out")]
    assert weakened(capfd, "--extend-exclude", "gen,*_pb2.py,e.py") == []


def test_files_that_git_ignores_are_counted(capfd: pytest.CaptureFixture[str]) -> None:
    write(".gitignore", "local.py\ntool\ndata/\n!kept.py\n*.txt\n")
    write("sub/.ignore", "x.py\n")
    write(".git/info/exclude", "private.py\n")
    for path in ("local.py", "kept.py", "sub/x.py", "private.py", "data/a.py", "a.txt"):
        write(path)
    write("tool", "#!/usr/bin/env python3\n")
    assert weakened(capfd) == [
        (".git/info/exclude", "1 Python file left out"),
        (".gitignore", "2 Python files and 1 folder left out"),
        (".ignore", "1 Python file left out"),
    ]
    assert weakened(capfd, "--no-respect-gitignore") == []


def test_what_the_users_own_git_ignores_is_no_weakening(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write(f"{tmp_path}/config/git/ignore", "local.py\n")
    write("local.py")
    assert weakened(capfd) == []


def test_folders_that_are_left_out_by_their_names_are_counted(
    capfd: pytest.CaptureFixture[str],
) -> None:
    for path in ("build/a.py", "x/build/b.py", "dist/c.py", "lib/site-packages/d.py"):
        write(path)
    assert weakened(capfd) == [
        ("default exclusions", "4 folders left out (build, dist, site-packages)")
    ]
    # Names that every checkout has count when there is a source in them.
    write("__pycache__/evil.py")
    assert weakened(capfd)[0][1].startswith("5 folders left out (__pycache__, build")
    assert weakened(capfd, "--exclude", "none") == []
    write("assay.toml", "exclude = ['none']\n")
    assert weakened(capfd) == []


def test_patterns_are_relative_to_their_file(capfd: pytest.CaptureFixture[str]) -> None:
    for path in ("gen/x.py", "pkg/gen/x.py", "pkg/y.py", "y.py"):
        write(path)
    write("pkg/assay.toml", "extend-exclude = ['/gen', './y.py']\n")
    shown = ["a.py", "gen/x.py", "y.py"]
    assert assay(capfd, "--show-files")[1].split() == shown
    assert assay(capfd, "--show-files", "pkg")[0] == 3
    listed = subprocess.run(
        [sys.executable, "-P", "-m", "assay", "review", "--show-files", ".."],
        cwd="pkg",
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.stdout.split() == [f"../{each}" for each in shown]
    assert assay(capfd, "--show-files", "--extend-exclude", "/gen")[1].split() == ["a.py", "y.py"]


@pytest.mark.parametrize("pattern", [r"gen\\x.py", r"gen\\*.py", r".\\gen\\", "gen/x.py"])
def test_backslashes_separate(capfd: pytest.CaptureFixture[str], pattern: str) -> None:
    write("gen/x.py")
    write("assay.toml", f'extend-exclude = ["{pattern}"]\n')
    assert assay(capfd, "--show-files")[1].split() == ["a.py"]
    assert weakened(capfd)[0][1] in ("1 Python file left out", "1 folder left out")


def test_a_nested_configuration_governs_its_folder(capfd: pytest.CaptureFixture[str]) -> None:
    for path in ("pkg/a.py", "pkg/deep/b.py", "pkg/skip.py", "other/c.py"):
        write(path)
    write("pkg/assay.toml", "ignore = ['772']\nextend-exclude = ['skip.py']\nexit-zero = true\n")
    assert weakened(capfd) == [
        ("pkg/assay.toml", "1 rule off (resource-leak) in 2 files"),
        ("pkg/assay.toml", "1 Python file left out"),
    ]
    code, out, _ = assay(capfd, "-f", "json")
    assert code == 1  # a nested file says nothing about the run
    document = json.loads(out)
    assert _found(document) == ["a.py", "other/c.py"]
    # Nobody looked in two files, so that nothing there is clean or absent.
    hole = next(each for each in document["unseen"] if each["reason"] == "switched off")
    assert hole["name"] == "rules switched off by pkg/assay.toml"
    assert hole["sites"] == 2
    assert _found(json.loads(assay(capfd, "-f", "json", "pkg")[1])) == []
    assert assay(capfd, "pkg")[0] == 0
    write("other/c.py", "")
    write("a.py", "")
    (leak,) = [
        each for each in json.loads(assay(capfd, "-f", "json")[1])["classes"] if each["cwe"] == 772
    ]
    assert leak["verdict"] == "unseen"


def _found(document: dict[str, list[dict[str, str]]]) -> Sequence[str]:
    return [each["path"] for each in document["observations"] if each["verdict"] == "found"]


def test_a_nested_configuration_may_be_stricter(capfd: pytest.CaptureFixture[str]) -> None:
    write("assay.toml", "ignore = ['772']\n")
    write("pkg/a.py")
    write("pkg/assay.toml", "")
    code, out, _ = assay(capfd, "-f", "json")
    assert (code, _found(json.loads(out))) == (1, ["pkg/a.py"])


def test_the_words_do_not_depend_on_processes_and_the_cache(
    capfd: pytest.CaptureFixture[str],
) -> None:
    for number in range(3):
        write(f"pkg/m{number}.py")
    write("pkg/assay.toml", "ignore = ['772']\n")
    first = assay(capfd, "-f", "json", "-n", "-j", "1")
    for options in (["-n"], [], [], ["-j", "2"]):
        assert assay(capfd, "-f", "json", *options) == first


def test_many_selections_are_not_many_runs(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each list of rules is a program of its own: a hundred files must not make a hundred."""
    monkeypatch.setattr("assay.driver.batches.MOST_SELECTIONS", 2)
    batches: list[int] = []

    def counted(parts: Sequence[Part]) -> list[Batch]:
        made = batches_of(parts)
        batches.append(len(made))
        return made

    monkeypatch.setattr("assay.driver.run.batches_of", counted)
    for name in "pqr":
        write(f"{name}/a.py")
        write(f"{name}/assay.toml", "extend-exclude = ['gen']\n")
    assert assay(capfd, "-f", "concise")[1].count("found") == 4
    write("q/assay.toml", "ignore = ['798']\n")
    write("r/assay.toml", "ignore = ['772']\n")
    code, out, err = assay(capfd, "-f", "concise")
    assert (code, out.count("found")) == (1, 4)
    assert "r/assay.toml: its rules are those of the run, after 2 selections" in err
    assert "weakened by q/assay.toml: 1 rule off (hard-coded-credentials) in 1 file" in out
    assert "weakened by r/" not in out
    assert batches == [1, 2]
