"""What comments accept, in every report; and `assay suppress`, which writes them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from assay.cli.main import main

LEAK = "def load(path):\n    stream = open(path)\n    return 1\n"
ACCEPTED = LEAK.replace("(path)\n    r", "(path)  # assay: ignore[resource-leak] -- why\n    r")


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


def assay(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    out, err = capfd.readouterr()
    return code, out, err


def found(capfd: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, int]]:
    """Rule and line of what is found, of the rules about leaks and comments."""
    rules = "resource-leak,weak-hash,unused-suppression,expired-suppression,malformed-suppression"
    out = assay(capfd, "review", "-j1", "-f", "json", "--select", rules, *arguments)[1]
    observations = json.loads(out)["observations"]
    return [(each["rule"], each["line"]) for each in observations if each["verdict"] == "found"]


# In reports


def test_what_is_accepted_makes_no_exit_code_and_is_told(
    capfd: pytest.CaptureFixture[str],
) -> None:
    write("a.py", ACCEPTED)
    select = ("-j1", "--select", "resource-leak", "a.py")
    said = "comments: 1 found site suppressed in 1 file (resource-leak)"
    for name in ("text", "concise", "markdown", "github"):
        code, out, err = assay(capfd, "review", "-f", name, *select)
        assert code == 0
        assert said in out.splitlines()[0].replace("\\", "") + out.splitlines()[-1] + out
        assert said in err
    assert "1 suppressed" in assay(capfd, "review", *select)[1]
    document = json.loads(assay(capfd, "review", "-f", "json", *select)[1])
    assert document["observations"] == []
    assert document["weakened_by"] == [
        {"where": "comments", "what": "1 found site suppressed in 1 file (resource-leak)"}
    ]
    (one,) = document["suppressed"]
    assert one["suppression"] == {
        "line": 2, "by": "assay", "names": ["resource-leak"], "reason": "why",
    }  # fmt: skip
    assert one["verdict"] == document["classes"][0]["verdict"] == "found"
    assert document["classes"][0]["sites"]["found"] == 0
    assert document["classes"][0]["suppressed"] == 1


def test_in_sarif_it_is_suppressed(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", ACCEPTED + LEAK.replace("load", "more"))
    out = assay(capfd, "review", "-j1", "-f", "sarif", "--select", "resource-leak", "a.py")[1]
    other, accepted = json.loads(out)["runs"][0]["results"]
    assert other["suppressions"] == []
    (said,) = accepted["suppressions"]
    assert (said["kind"], said["justification"]) == ("inSource", "why")
    assert said["location"]["physicalLocation"]["region"]["startLine"] == 2


def test_all_of_it_can_be_seen(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", ACCEPTED)
    assert found(capfd, "a.py") == []
    assert found(capfd, "--ignore-suppressions", "a.py") == [("resource-leak", 2)]
    code, _, err = assay(capfd, "review", "-j1", "--ignore-suppressions", "a.py")
    assert (code, "weakened" in err) == (1, False)


def test_a_reviewed_configuration_cannot_switch_that(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", ACCEPTED)
    write("assay.toml", "ignore-suppressions = false\n")
    assert found(capfd, "--ignore-suppressions", "a.py") == [("resource-leak", 2)]


def test_comments_for_other_tools(capfd: pytest.CaptureFixture[str]) -> None:
    weak = "import hashlib\n\n\ndef sign(password):\n    return hashlib.md5(password).hexdigest()"
    rules = ("-j1", "--select", "weak-hash,weak-password-hash", "a.py")
    for comment in ("# nosec B324", "# nosec", "# nosec hashlib", "# noqa: S324"):
        write("a.py", f"{weak}  {comment}\n")
        code, _, err = assay(capfd, "review", *rules)
        assert code == 0, comment
        assert ("without a code" in err) == (comment == "# nosec")
        given = ("--config", "respect-foreign-suppressions=false", *rules)
        assert assay(capfd, "review", *given)[0] == 1
    for comment in ("# nosec B602", "# noqa: E501", "# noqa", '; x = "# nosec"'):
        write("a.py", f"{weak}  {comment}\n")
        assert assay(capfd, "review", *rules)[0] == 1, comment


def test_a_comment_expires_although_reviews_are_kept(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.py", ACCEPTED.replace("]", "] until=2030-01-31"))
    for _ in range(2):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1895961600")  # 2030-01-30
        assert found(capfd, "a.py") == []
        monkeypatch.setenv("SOURCE_DATE_EPOCH", "1896134400")  # 2030-02-01
        assert found(capfd, "a.py") == [("resource-leak", 2), ("expired-suppression", 2)]


def test_the_last_day_counts(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.py", ACCEPTED.replace("]", "] until=2030-01-31"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1896048000")
    assert found(capfd, "a.py") == []


def test_a_rule_that_is_off_leaves_no_comment_unused(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", ACCEPTED)
    given = ("-j1", "--select", "weak-hash,unused-suppression", "a.py")
    assert assay(capfd, "review", *given)[0] == 0


def test_code_that_was_not_looked_at_leaves_none_unused(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", "x = 1  # assay: ignore[resource-leak] -- why\n\n\ndef broken(:\n    pass\n")
    out = assay(
        capfd, "review", "-j1", "-f", "json", "--select", "resource-leak,unused-suppression", "a.py"
    )[1]
    (one,) = [each for each in json.loads(out)["observations"] if "unused" in each["rule"]]
    assert one["verdict"] == "unseen"


# Of files


def test_rules_are_off_for_some_files(capfd: pytest.CaptureFixture[str]) -> None:
    for path in ("a.py", "tests/a.py", "tests/deep/b.py", "gen_x.py"):
        write(path, LEAK)
    given = ("--per-file-ignores", "tests/:resource-leak,gen_*.py:CWE-772", ".")
    assert found(capfd, *given) == [("resource-leak", 2)]
    code, out, err = assay(capfd, "review", "-j1", "-f", "json", *given)
    assert json.loads(out)["weakened_by"] == []  # it was asked for
    write("assay.toml", "[per-file-ignores]\n'tests/' = ['resource-leak', 'weak-hash']\n")
    assert len(found(capfd, ".")) == 2
    code, out, err = assay(
        capfd, "review", "-j1", "-f", "json", "--select", "resource-leak,weak-hash", "."
    )
    said = "2 rules off (resource-leak, weak-hash) in 2 files by per-file-ignores"
    assert json.loads(out)["weakened_by"] == [{"where": "assay.toml", "what": said}]
    assert said in err
    verdicts = {each["rule"]: each["verdict"] for each in json.loads(out)["classes"]}
    assert verdicts["weak-hash"] == "unseen"
    assert code == 1


def test_a_nested_configuration_speaks_of_its_folder(capfd: pytest.CaptureFixture[str]) -> None:
    for path in ("a.py", "sub/a.py", "sub/b.py"):
        write(path, LEAK)
    write("sub/assay.toml", "[per-file-ignores]\n'a.py' = ['resource-leak']\n")
    assert len(found(capfd, ".")) == 2
    write("sub/assay.toml", "[per-file-ignores]\n'a.py' = ['resource-lek']\n")
    assert len(found(capfd, ".")) == 3
    assert "no rule 'resource-lek'" in assay(capfd, "review", "-j1", ".")[2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("per-file-ignores = ['a']", "must be a table of lists of strings"),
        ("per-file-ignores = 3", "must be a table of lists of strings"),
        ("[per-file-ignores]\n'a' = 'weak-hash'", "must be a table of lists of strings"),
        ("[per-file-ignores]\n'a' = ['weak-hsh']", "no rule 'weak-hsh', did you mean 'weak-hash'"),
    ],
)
def test_what_is_wrong_is_told(capfd: pytest.CaptureFixture[str], text: str, said: str) -> None:
    write("a.py", LEAK)
    write("assay.toml", text)
    code, _, err = assay(capfd, "review", "-j1", ".")
    assert code == 2
    assert said in err


# Written


def suppress(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    return assay(capfd, "suppress", *arguments)


def test_writes_it_above_and_once(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", LEAK)
    given = ("a.py:2", "--reason", "the pool closes it", "--rule", "772")
    said = "# assay: ignore[resource-leak] -- the pool closes it"
    assert suppress(capfd, *given) == (0, f"a.py:2: {said}\n", "")
    after = LEAK.replace("    stream", f"    {said}\n    stream")
    assert Path("a.py").read_text() == after
    assert found(capfd, "a.py") == []
    code, out, _ = suppress(capfd, *given)
    assert (code, out) == (0, "a.py:3: resource-leak is accepted already, by line 2\n")
    assert Path("a.py").read_text() == after


def test_by_either_key(capfd: pytest.CaptureFixture[str]) -> None:
    for key in ("fingerprint", "path_fingerprint"):
        write("a.py", LEAK)
        out = assay(capfd, "review", "-f", "json", "--select", "772", ".", "-j1")[1]
        (one,) = json.loads(out)["observations"]
        code, out, _ = suppress(capfd, one[key], "--reason", "why", "--until", "2999-01-01")
        assert (code, "until=2999-01-01 -- why" in out) == (0, True)
        assert found(capfd, "a.py") == []


def test_two_equal_sites_are_told_apart_by_the_second_key(
    capfd: pytest.CaptureFixture[str],
) -> None:
    write("a.py", LEAK)
    write("b.py", LEAK)
    out = assay(capfd, "review", "-f", "json", "--select", "772", ".", "-j1")[1]
    one, other = json.loads(out)["observations"]
    assert one["fingerprint"] == other["fingerprint"]
    code, _, err = suppress(capfd, one["fingerprint"], "--reason", "why")
    assert (code, "a.py:2 and b.py:2: name one of them" in err) == (2, True)
    assert suppress(capfd, other["path_fingerprint"], "--reason", "why")[0] == 0
    assert found(capfd, ".") == [("resource-leak", 2)]


@pytest.mark.parametrize(
    ("before", "line", "after"),
    [
        ("x = '''\n'''; y = eval(input())\n", 2, "x = '''\n'''; y = eval(input())  {}\n"),
        ("y = \\\n    eval(input())\n", 2, "{}\ny = \\\n    eval(input())\n"),
        ("y = eval(\n    input(),\n)\n", 1, "{}\ny = eval(\n    input(),\n)\n"),
        ("if p: y = eval(input())", 1, "{}\nif p: y = eval(input())"),
        ("x = 1\r\ny = eval(input())\r\n", 2, "x = 1\r\n{}\r\ny = eval(input())\r\n"),
        ("x = 1\ry = eval(input())\r", 2, "x = 1\r{}\ry = eval(input())\r"),
        ("\ufeffy = eval(input())\n", 1, "\ufeff{}\ny = eval(input())\n"),
        (
            "try:\n\ty = eval(input())\nfinally:\n\tx\n",
            2,
            "try:\n\t{}\n\ty = eval(input())\nfinally:\n\tx\n",
        ),
        ("x\f\ny = eval(input('é'))\n", 2, "x\f\n{}\ny = eval(input('é'))\n"),
    ],
)
def test_the_rest_of_the_file_stays(
    capfd: pytest.CaptureFixture[str], before: str, line: int, after: str
) -> None:
    write("a.py", before)
    os.chmod("a.py", 0o640)
    code, _, err = suppress(capfd, f"a.py:{line}", "--reason", "why", "--rule", "code-injection")
    assert (code, err) == (0, "")
    said = "# assay: ignore[code-injection] -- why"
    assert Path("a.py").read_bytes() == after.replace("{}", said).encode()
    assert os.name != "posix" or os.stat("a.py").st_mode & 0o777 == 0o640
    assert assay(capfd, "review", "-j1", "--select", "94", "a.py")[0] == 0
    assert sorted(os.listdir(".")) == [".git", "a.py"]


def test_keeps_the_encoding(capfd: pytest.CaptureFixture[str]) -> None:
    text = "# coding: latin-1\ny = eval(input('é'))\n"
    Path("a.py").write_bytes(text.encode("latin-1"))
    given = ("a.py:2", "--rule", "94", "--reason")
    code, _, err = suppress(capfd, *given, "wegen \u0142")
    assert (code, "has not all of its characters" in err) == (2, True)
    assert suppress(capfd, *given, "für uns")[0] == 0
    said = "# assay: ignore[code-injection] -- für uns\n"
    assert Path("a.py").read_bytes() == text.replace("y =", said + "y =").encode("latin-1")


def test_refuses_where_no_line_can_carry_it(capfd: pytest.CaptureFixture[str]) -> None:
    text = "x = '''\n'''; y = eval(input()); z = '''\n'''; w = 1\n"
    write("a.py", text)
    code, _, err = suppress(capfd, "a.py:2", "--rule", "94", "--reason", "why")
    assert code == 2
    assert "no line there can carry a comment; accept it by per-file-ignores" in err
    assert Path("a.py").read_text() == text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.py:2", "--reason", "..."), "--reason: say why"),
        (("a.py:2", "--reason", "a\nb"), "--reason: one line"),
        (("a.py:2", "--reason", "why", "--until", "soon"), "--until: 'soon' is no day"),
        (("a.py:2", "--reason", "why", "--until", "2001-01-01"), "2001-01-01 has passed"),
        (("a.py:2", "--reason", "why", "--rule", "leak"), "--rule: no rule 'leak'"),
        (("a.py:1", "--reason", "why"), "a.py:1: nothing is found there"),
        (("a.py:2", "--reason", "why", "--rule", "328"), "nothing of 328 is found there"),
        (("b.py:2", "--reason", "why"), "b.py: does not exist"),
        (("a.py", "--reason", "why"), "neither FILE:LINE nor a fingerprint"),
        (("0123456789abcdef", "--reason", "why"), "nothing is found there"),
    ],
)
def test_what_cannot_be_accepted(
    capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    write("a.py", LEAK)
    code, out, err = suppress(capfd, *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert Path("a.py").read_text() == LEAK


def test_several_rules_have_to_be_told_apart(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", "import hashlib\n\n\ndef f(p, password):\n"
          "    return hashlib.md5(password).hexdigest(), open(p).read()\n")  # fmt: skip
    code, _, err = suppress(capfd, "a.py:5", "--reason", "why")
    assert (code, "name one with --rule" in err) == (2, True)


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_no_link_is_written_through(capfd: pytest.CaptureFixture[str]) -> None:
    write("a.py", LEAK)
    os.symlink("a.py", "b.py")
    os.mkdir("real")
    write("real/c.py", LEAK)
    os.symlink("real", "linked")
    for target in ("b.py:2", "linked/c.py:2"):
        code, _, err = suppress(capfd, target, "--reason", "why", "--rule", "772")
        assert code == 2, target
        assert "link" in err
    assert Path("a.py").read_text() == Path("real/c.py").read_text() == LEAK


def test_a_notebook_is_left_alone(capfd: pytest.CaptureFixture[str]) -> None:
    cell = {"cell_type": "code", "source": [LEAK], "metadata": {}, "outputs": []}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    write("a.ipynb", text)
    code, _, err = suppress(capfd, "a.ipynb:2", "--reason", "why", "--rule", "772")
    assert (code, "write the comment into its cell" in err) == (2, True)
    assert Path("a.ipynb").read_text() == text
