"""`assay why FILE:LINE [RULE]`."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.cli.main import main

SHOP = """\
import subprocess

PASSWORD = "tr0ub4dor&3"


def logged(call):
    return call


@logged
def opened(path):
    return open(path)


def size(path):
    stream = opened(path)
    return len(stream.read())


def run(command):
    with open(command) as stream:
        return subprocess.run(
            stream.read(),
            shell=True,
        )
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shop.py").write_text(SHOP, "utf-8")


def why(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["why", *arguments])
    out, err = capfd.readouterr()
    return code, out, err


def test_a_gate_is_named_with_its_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    assert why(capfd, "shop.py:16", "resource-leak") == (
        0,
        "shop.py:16  in size\n"
        "        stream = opened(path)\n"
        "\n"
        "calls\n"
        "    opened()  ->  shop.opened\n"
        "\n"
        "rules\n"
        "    resource-leak  not a site: the function that opens it has a decorator"
        " [returned.decorated]\n",
        "",
    )


def test_a_word_is_told_with_its_sentence(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = why(capfd, "shop.py:21", "772")
    assert code == 0
    assert "resource-leak  handled: file from open() is closed on every way out" in out


def test_all_lines_of_a_statement_are_one(capfd: pytest.CaptureFixture[str]) -> None:
    texts = {why(capfd, f"shop.py:{line}")[1] for line in (22, 23, 24, 25)}
    assert len(texts) == 1
    assert "command-injection" in texts.pop()


def test_what_silences_many_rules_alike_is_told_once(capfd: pytest.CaptureFixture[str]) -> None:
    text = "import os\n\n\ndef run():\n    name = os.environ['NAME']\n    os.system(name)\n"
    Path("env.py").write_text(text, "utf-8")
    _, out, _ = why(capfd, "env.py:5")
    said = [line.split() for line in out.splitlines() if "[source.threat-model]" in line]
    assert [line[:3] for line in said] == [["23", "rules", "excused:"]]
    _, out, _ = why(capfd, "env.py:6")
    assert "    command-injection  excused: nothing is known of what it is given" in out
    assert "source.threat-model" not in out


def test_a_rule_that_asks_nothing_says_what_it_looks_at(capfd: pytest.CaptureFixture[str]) -> None:
    _, out, _ = why(capfd, "shop.py:16", "weak-hash")
    assert out.endswith("weak-hash asks nothing of this line: it looks at digests.\n")


def test_of_a_try_statement_the_clauses_are_told(capfd: pytest.CaptureFixture[str]) -> None:
    text = "try:\n    import json\nexcept Exception:\n    pass\n"
    Path("late.py").write_text(text, "utf-8")
    _, out, _ = why(capfd, "late.py:1", "swallowed-exception")
    assert "    try:\n    except Exception:\n" in out
    assert "swallowed-exception  " in out


def test_no_secret_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    _, out, err = why(capfd, "shop.py:3")
    assert "hardcoded-credential  found" in out
    assert "tr0ub4dor" not in out + err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("shop.py",), "assay: 'shop.py' is no FILE:LINE\n"),
        (("shop.py:0",), "assay: shop.py has 25 lines, none is 0\n"),
        (("shop.py:99",), "assay: shop.py has 25 lines, none is 99\n"),
        (("gone.py:1",), "assay: gone.py: "),
        (("shop.py:1", "resource-leek"), "did you mean 'resource-leak'?"),
    ],
)
def test_wrong_usage(
    capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, out, err = why(capfd, *arguments)
    assert (code, out) == (2, "")
    assert said in err
