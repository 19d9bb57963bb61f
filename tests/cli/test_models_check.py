"""`assay models check`, and the settings that say what outside data is."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.cli.main import main
from assay.cli.parser import ReviewCommand, parse

SHOP = (
    "import sys\n\n\ndef run(text):\n    return text\n\n\n"
    "def show():\n    return run(sys.argv[1]), eval(sys.argv[1])\n"
)
ROWS = """
[[tool.assay.model]]
sink = "shop.run"
rule = "sql-injection"
"""
IDLE = """
[[tool.assay.model]]
validator = "shop.checked"
rule = "sql-injection"
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASSAY_OUTPUT_FORMAT", raising=False)
    Path("shop.py").write_text(SHOP, "utf-8")


def assay(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capfd.readouterr()
    return code, out, err


def test_each_row_says_where_it_matches(capfd: pytest.CaptureFixture[str]) -> None:
    Path("pyproject.toml").write_text(ROWS, "utf-8")
    assert assay(capfd, "models", "check") == (
        0,
        "pyproject.toml: [[model]] 1: sink shop.run: 1 place\n    shop.py:9 run()\n",
        "",
    )


def test_a_row_that_matches_nothing_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    Path("pyproject.toml").write_text(ROWS + IDLE, "utf-8")
    code, out, err = assay(capfd, "models", "check", "shop.py")
    assert code == 2
    assert "[[model]] 2: validator shop.checked: no place" in out
    assert err == (
        "assay: exit code 2: 1 row without any match: "
        "pyproject.toml: [[model]] 2: validator shop.checked\n"
    )


@pytest.mark.parametrize(
    "arguments",
    [("models", "check", "--isolated", "."), ("models", "--isolated", "check", ".")],
)
def test_paths_may_stand_behind_options(
    arguments: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    Path("pyproject.toml").write_text(ROWS, "utf-8")
    code, out, err = assay(capfd, *arguments)
    assert (code, err) == (0, "")
    assert out.startswith("no rows: ")


def test_paths_may_stand_on_both_sides_of_an_option() -> None:
    command = parse(["review", "a", "-q", "b", "--", "-c.py"])
    assert isinstance(command, ReviewCommand)
    assert command.paths == ("a", "b", "-c.py")


def test_an_unknown_option_is_still_wrong(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["models", "check", "--isolate", "."])
    assert "unknown argument '--isolate'" in capfd.readouterr().err


def test_a_file_of_its_own_has_no_section(capfd: pytest.CaptureFixture[str]) -> None:
    Path("assay.toml").write_text(ROWS.replace("tool.assay.", ""), "utf-8")
    assert assay(capfd, "models", "check")[0] == 0


def test_no_rows_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = assay(capfd, "models", "check")
    assert (code, out.partition(":")[0]) == (0, "no rows")


def test_a_wrong_row_ends_a_review(capfd: pytest.CaptureFixture[str]) -> None:
    Path("pyproject.toml").write_text(ROWS.replace("rule", "rul"), "utf-8")
    code, _, err = assay(capfd, "review")
    assert code == 2
    assert err.endswith("[[model]] 1: unknown key `rul` of a sink, did you mean `rule`?\n")


@pytest.mark.parametrize("where", [("--threat-model", "foo"), ("--config", "threat-model=foo")])
def test_an_unknown_threat_model_is_said(
    where: tuple[str, str], capfd: pytest.CaptureFixture[str]
) -> None:
    code, _, err = assay(capfd, "review", *where)
    assert code == 2
    assert "foo" in err
    assert "local" in err


def test_the_threat_model_decides_and_is_part_of_the_key(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    arguments = ("review", "--select", "code-injection", "-q", "--output-format", "concise")
    for _ in (1, 2):  # the second time out of the cache
        assert "code-injection found" in assay(capfd, *arguments)[1]
        assert assay(capfd, *arguments, "--threat-model", "web")[0] == 0
        assert "found" in assay(capfd, *arguments, "--threat-model", "local")[1]


def test_rows_are_part_of_the_key(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    arguments = ("review", "--select", "sql-injection", "-q", "--threat-model", "local")
    assert assay(capfd, *arguments)[0] == 0
    Path("pyproject.toml").write_text(ROWS, "utf-8")
    code, out, _ = assay(capfd, *arguments, "--output-format", "concise")
    assert code == 1
    assert "reaches run() without a bound parameter" in out
