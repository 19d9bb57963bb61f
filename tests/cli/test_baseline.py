"""`--baseline`, `--write-baseline`, `--no-baseline`: what counts, what is told, what is written."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from assay.cli.main import main

NAME = ".assay-baseline.jsonl"
LEAK = "def load(path):\n    stream = open(path)\n    return 1\n"
TWO = LEAK + LEAK.replace("load", "more")
SECRET = 'def connect():\n    password = "hunter2-Xy9q"\n    return password\n'


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = tmp_path / "shop"
    (shop / ".git").mkdir(parents=True)
    monkeypatch.chdir(shop)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ASSAY_OUTPUT_FORMAT", raising=False)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(text.encode())


def review(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    select = () if "--select" in arguments else ("--select", "resource-leak,hardcoded-credential")
    code = main(["review", "-j1", *select, *arguments])
    out, err = capfd.readouterr()
    return code, out, err


def entries(name: str = NAME) -> list[tuple[str, str, int]]:
    lines = [json.loads(line) for line in Path(name).read_text("utf-8").splitlines()]
    return [(each["path"], each["function"], each["count"]) for each in lines]


def new(capfd: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str]]:
    """Path and function of what is found and not in the baseline."""
    document = json.loads(review(capfd, "-f", "json", *arguments)[1])
    found = [each for each in document["observations"] if each["verdict"] == "found"]
    return [(each["path"], each["function"]) for each in found]


# What it takes away


def test_what_is_in_it_makes_no_exit_code(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", TWO)
    assert review(capfd)[0] == 1
    code, _, err = review(capfd, "--write-baseline")
    assert (code, f"{NAME}: 2 sites, 2 added, 0 removed" in err) == (0, True)
    assert review(capfd)[0] == 0
    write("a.py", TWO + LEAK.replace("load", "third"))
    assert review(capfd)[0] == 1
    assert new(capfd) == [("a.py", "third")]
    assert new(capfd, "--no-baseline") == [("a.py", "load"), ("a.py", "more"), ("a.py", "third")]


def test_it_is_counted_in_every_report(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", TWO)
    review(capfd, "--write-baseline")
    write("a.py", TWO + LEAK.replace("load", "third"))
    weak = f"eakened by {NAME}: 2 found sites in 1 file accepted (resource-leak)"
    said = f"{NAME}: 2 findings in it, 1 new"
    for name in ("text", "concise", "markdown", "github"):
        code, out, err = review(capfd, "-f", name)
        assert code == 1
        assert weak in out.replace("\\", "")
        assert weak in err.splitlines()[-1]
        assert said in out.replace("\\", ""), name
    assert "3 sites: 1 found, 2 in the baseline." in review(capfd)[1]
    assert ", 2 in the baseline" in review(capfd, "--statistics")[1].split("statistics")[1]
    document = json.loads(review(capfd, "-f", "json")[1])
    assert [each["baseline_state"] for each in document["baselined"]] == ["unchanged"] * 2
    assert [each["baseline_state"] for each in document["observations"]] == ["new"]
    (kind,) = [each for each in document["classes"] if each["rule"] == "resource-leak"]
    assert (kind["verdict"], kind["sites"]["found"], kind["baselined"]) == ("found", 1, 2)
    assert document["baselines"] == [{"path": NAME, "stale": [], "other_versions": 0}]
    results = json.loads(review(capfd, "-f", "sarif")[1])["runs"][0]["results"]
    assert [each["baselineState"] for each in results] == ["new", "unchanged", "unchanged"]
    plain = json.loads(review(capfd, "-f", "sarif", "--no-baseline")[1])["runs"][0]["results"]
    assert not any("baselineState" in each for each in plain)


def test_all_results_have_a_state(capfd: pytest.CaptureFixture[str]) -> None:
    """As SARIF asks for."""
    write("a.py", TWO)
    review(capfd, "--write-baseline")
    accepted = LEAK.replace("(path)\n    r", "(path)  # assay: ignore[resource-leak] -- why\n    r")
    write("b.py", accepted + "with open('x') as stream:\n    pass\n")
    rules = "resource-leak,sql-injection"
    out = review(capfd, "-f", "sarif", "--sarif-verdicts", "--select", rules)[1]
    results = json.loads(out)["runs"][0]["results"]
    assert len(results) > 4
    assert {each["baselineState"] for each in results} == {"new", "unchanged"}


def test_moved_and_formatted_code_stays_known(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", TWO)
    review(capfd, "--write-baseline")
    Path("a.py").unlink()
    write("lib/b.py", "\n\n" + TWO.replace("(path)\n", "(\n        path,\n    )\n"))
    assert new(capfd) == []
    assert review(capfd)[0] == 0


def test_a_comment_is_stronger(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", TWO)
    review(capfd, "--write-baseline")
    comment = "(path)  # assay: ignore[resource-leak] -- why\n"
    write("a.py", TWO.replace("(path)\n", comment, 1))
    document = json.loads(review(capfd, "-f", "json")[1])
    assert [len(document[key]) for key in ("suppressed", "baselined", "observations")] == [1, 1, 0]
    review(capfd, "--write-baseline")
    assert entries() == [("a.py", "more", 1)]


# What is stale


def test_what_is_mended_is_told_and_taken_out(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", TWO)
    write("b.py", LEAK)
    review(capfd, "--write-baseline")
    write("a.py", LEAK)
    Path("b.py").unlink()
    said = "2 sites of it not found any more (--write-baseline removes them)"
    for name in ("text", "concise", "markdown"):
        code, out, err = review(capfd, "-f", name)
        assert (code, f"{NAME}: {said}" in err) == (0, True)
        assert said in " ".join(out.replace("\\", "").split())
    document = json.loads(review(capfd, "-f", "json")[1])
    assert document["baselines"][0]["stale"] == [
        {"path": "a.py", "rule": "resource-leak", "function": "more", "count": 1},
        {"path": "b.py", "rule": "resource-leak", "function": "load", "count": 1},
    ]
    assert "0 added, 2 removed" in review(capfd, "--write-baseline")[2]
    assert entries() == [("a.py", "load", 1)]


def test_what_the_run_has_not_looked_at_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", LEAK)
    write("b.py", LEAK)
    write("c.py", LEAK)
    review(capfd, "--write-baseline")
    before = entries()
    for path in ("a.py", "b.py", "c.py"):
        write(path, "pass\n")
    write("b.py", "def broken(:\n")
    for given in (
        ("--select", "weak-hash"),
        ("--ignore", "resource-leak", "--select", "resource-leak,weak-hash"),
        ("--per-file-ignores", "*.py:resource-leak"),
        ("--exclude", "*.py"),
        ("b.py",),
    ):
        assert json.loads(review(capfd, "-f", "json", *given)[1])["baselines"][0]["stale"] == []
        review(capfd, "--write-baseline", *given)
        assert entries() == before
    review(capfd, "--write-baseline", "a.py")
    assert entries() == before[1:]
    review(capfd, "--write-baseline")
    assert entries() == before[1:2]  # what could not be read


def test_what_is_out_of_view_today_is_kept(capfd: pytest.CaptureFixture[str]) -> None:
    """A site that is found with its callers in view, and unseen without them."""
    write("web.py", "import flask\nimport run\nrun.go(flask.request.args['x'])\n")
    write("run.py", "import os\n\n\ndef go(text):\n    os.system(text)\n")
    rule = ("--select", "command-injection")
    found = json.loads(review(capfd, "-f", "json", *rule)[1])["observations"]
    assert [each["verdict"] for each in found] == ["found"]
    review(capfd, "--write-baseline", *rule)
    Path("web.py").unlink()
    document = json.loads(review(capfd, "-f", "json", *rule)[1])
    assert [each["verdict"] for each in document["observations"]] == ["unseen"]
    assert document["baselines"][0]["stale"] == []
    review(capfd, "--write-baseline", *rule)
    assert [each[0] for each in entries()] == ["run.py"]


def test_levels_do_not_prune(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", LEAK)
    review(capfd, "--write-baseline", "--min-severity", "critical")
    assert entries() == []
    review(capfd, "--write-baseline")
    review(capfd, "--write-baseline", "--min-severity", "critical")
    assert entries() == [("a.py", "load", 1)]


# Its text


def test_no_secret_is_in_it(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", SECRET)
    review(capfd, "--write-baseline")
    before = Path(NAME).read_bytes()
    assert b"hunter2" not in before
    write("a.py", SECRET.replace("hunter2-Xy9q", "Other9-pQr7z"))
    assert review(capfd)[0] == 0
    review(capfd, "--write-baseline")
    assert Path(NAME).read_bytes() == before  # no digest is made of the value either


def test_equal_reviews_write_equal_bytes(capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("b", "a", "c/d"):
        write(f"{name}.py", TWO)
    review(capfd, "--write-baseline")
    before = Path(NAME).read_bytes()
    for given in (("c", "b.py", "a.py"), ("-j2",), ("--no-cache",)):
        Path(NAME).unlink()
        review(capfd, "--write-baseline", *given)
        assert Path(NAME).read_bytes() == before
    status = os.stat(NAME)
    review(capfd, "--write-baseline")
    assert os.stat(NAME).st_mtime_ns == status.st_mtime_ns  # nothing to write


def test_an_unfinished_merge_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", LEAK)
    review(capfd, "--write-baseline")
    write(NAME, f"<<<<<<< secret-text\n{Path(NAME).read_text()}")
    code, out, err = review(capfd)
    assert (code, out) == (2, "")
    assert f"{NAME}: line 1: not JSON; is a merge unfinished?" in err
    assert "secret-text" not in err


def test_entries_of_another_version_still_count(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", TWO)
    review(capfd, "--write-baseline")
    text = Path(NAME).read_text().replace("assay/v2", "assay/v1")
    write(NAME, text)
    code, out, err = review(capfd)
    assert code == 0
    assert "2 entries of another version of Assay" in " ".join(out.split())
    assert "2 entries of another version of Assay" in err
    review(capfd, "--write-baseline")
    assert "assay/v1" not in Path(NAME).read_text()
    assert len(entries()) == 2


def test_git_keeps_the_lines_of_both_sides(capfd: pytest.CaptureFixture[str]) -> None:
    """Two branches that add findings of their own, merged by `merge=union`."""

    def git(*arguments: str) -> None:
        settings = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *settings, *arguments], check=True, capture_output=True)

    os.rmdir(".git")
    git("init", "-q", "-b", "main", ".")
    write(".gitattributes", f"{NAME} text eol=lf merge=union\n")
    write("a.py", LEAK)
    review(capfd, "--write-baseline")
    git("add", "-A")
    git("commit", "-qm", "one")
    for branch, text in (("left", "more"), ("right", "third")):
        git("checkout", "-qb", branch, "main")
        write(f"{branch}.py", LEAK.replace("load", text))
        write("a.py", LEAK + f"\n\n{LEAK.replace('load', 'both')}")
        review(capfd, "--write-baseline")
        git("add", "-A")
        git("commit", "-qm", branch)
    git("merge", "-q", "left")
    assert review(capfd)[0] == 0
    known = [("a.py", "both", 1), ("a.py", "load", 1)]
    known += [("left.py", "more", 1), ("right.py", "third", 1)]
    assert sorted(set(entries())) == known
    review(capfd, "--write-baseline")
    assert entries() == known


def test_a_day(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An old project, a change that is refused, a reason that is given, and its last day."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1895961600")  # 2030-01-30
    for number in range(20):
        write(f"old{number}.py", TWO)
    assert "40 sites, 40 added" in review(capfd, "--write-baseline")[2]
    write("old3.py", "import os\n\n\n" + TWO)
    assert review(capfd)[0] == 0
    write("old7.py", TWO + LEAK.replace("load", "third"))
    assert (review(capfd)[0], new(capfd)) == (1, [("old7.py", "third")])
    given = ("--reason", "the process ends", "--until", "2030-01-31")
    assert main(["suppress", "old7.py:8", *given]) == 0
    capfd.readouterr()
    assert review(capfd)[0] == 0
    assert "removed" in review(capfd, "--write-baseline")[2]
    assert sum(count for _, _, count in entries()) == 40
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1896134400")  # 2030-02-01
    assert (review(capfd)[0], new(capfd)) == (1, [("old7.py", "third")])


# Whose it is


def test_isolated_does_not_read_it(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", LEAK)
    review(capfd, "--write-baseline")
    code, out, _ = review(capfd, "--isolated", "-f", "json")
    assert (code, json.loads(out)["baselines"]) == (1, [])
    assert review(capfd, "--isolated", "--baseline", NAME)[0] == 0


def test_one_that_the_user_names_is_no_weakening(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", LEAK)
    review(capfd, "--write-baseline", "--baseline", "../mine.jsonl")
    assert not Path(NAME).exists()
    code, out, err = review(capfd, "--baseline", "../mine.jsonl", "-f", "concise")
    assert (code, err) == (0, "")
    assert out == "baseline ../mine.jsonl: 1 finding in it, 0 new\n"
    code, _, err = review(capfd, "--write-baseline", "--baseline", "../none/b.jsonl")
    assert (code, "its folder cannot be opened" in err) == (2, True)
    code, _, err = review(capfd, "--baseline", "../none.jsonl")
    assert (code, "../none.jsonl: does not exist" in err) == (2, True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--no-baseline", "--write-baseline"), "exclude each other"),
        (("--no-baseline", "--baseline", "x"), "exclude each other"),
        (("--isolated", "--write-baseline"), "name a file with --baseline"),
        (("--write-baseline", "-"), "not of the standard input"),
    ],
)
def test_contradictions(
    capfd: pytest.CaptureFixture[str], given: tuple[str, ...], said: str
) -> None:
    write("a.py", LEAK)
    code, out, err = review(capfd, *given)
    assert (code, out, said in err) == (2, "", True)


def test_it_lies_in_the_root_of_the_project(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("pkg/a.py", LEAK)
    monkeypatch.chdir("pkg")
    review(capfd, "--write-baseline", "a.py")
    assert entries(f"../{NAME}") == [("pkg/a.py", "load", 1)]
    assert review(capfd)[0] == 0
    monkeypatch.chdir("..")
    assert review(capfd)[0] == 0


def test_each_project_has_its_own(capfd: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        Path(name, ".git").mkdir(parents=True)
        write(f"{name}/a.py", LEAK)
    review(capfd, "--write-baseline", "one")
    assert new(capfd, "one", "two") == [("two/a.py", "load")]
    code, _, err = review(capfd, "--write-baseline", "one", "two")
    assert (code, "several projects" in err) == (2, True)


def test_files_that_are_in_no_project(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("../lone/a.py", LEAK)
    write("../lone/__init__.py", "")
    monkeypatch.chdir(tmp_path)
    code, _, err = review(capfd, "--write-baseline", "lone/a.py")
    assert (code, "no project" in err) == (2, True)
    assert review(capfd, "--write-baseline", "--baseline", "b.jsonl", "lone/a.py")[0] == 0
    assert review(capfd, "--baseline", "b.jsonl", "lone/a.py")[0] == 0


# Links


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_it_is_never_written_through_a_link(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write("a.py", LEAK)
    away = tmp_path / "away"
    for there in (away, tmp_path / "shop" / "inside"):
        there.write_bytes(b"")
        Path(NAME).symlink_to(there)
        code, out, err = review(capfd, "--write-baseline")
        assert (code, out, NAME in err) == (2, "", True)
        assert there.read_bytes() == b""
        assert Path(NAME).is_symlink()
        Path(NAME).unlink()
    Path(NAME).symlink_to(away)
    assert review(capfd)[0] == 2  # nor is it read
    Path(NAME).unlink()
    Path(NAME).symlink_to(tmp_path / "not there")
    assert review(capfd, "--write-baseline")[0] == 2
    assert not (tmp_path / "not there").exists()


@pytest.mark.skipif(os.name == "nt", reason="modes of POSIX")
def test_the_mode_stays_and_nothing_is_left_behind(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", LEAK)
    review(capfd, "--write-baseline")
    os.chmod(NAME, 0o640)
    write("a.py", TWO)
    review(capfd, "--write-baseline")
    assert os.stat(NAME).st_mode & 0o777 == 0o640
    assert sorted(os.listdir(".")) == [NAME, ".git", "a.py"]


def test_a_named_path_that_does_not_exist_writes_nothing(
    capfd: pytest.CaptureFixture[str],
) -> None:
    write("a.py", LEAK)
    code, _, err = review(capfd, "--write-baseline", "a.py", "none.py")
    assert (code, "the baseline is not written" in err) == (2, True)
    assert not Path(NAME).exists()
