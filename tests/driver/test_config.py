"""Configuration files: which counts, what it says, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.driver.config import find, inline, load
from assay.driver.options import UsageError, settle


def write(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return str(path)


def test_the_nearest_file_wins(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.assay]\nstrict = true\n")
    inner = write(tmp_path / "a" / "assay.toml", "strict = false\n")
    target = write(tmp_path / "a" / "b" / "x.py", "")
    assert find([target]) == inner


def test_a_pyproject_without_the_section_is_none(tmp_path: Path) -> None:
    outer = write(tmp_path / "pyproject.toml", "[tool.assay]\n")
    write(tmp_path / "a" / "pyproject.toml", "[project]\nname = 'x'\n")
    assert find([str(tmp_path / "a")]) == outer


def test_several_paths_share_the_folder_above_them(tmp_path: Path) -> None:
    outer = write(tmp_path / "assay.toml", "")
    one = write(tmp_path / "a" / "x.py", "")
    write(tmp_path / "a" / "assay.toml", "")
    two = write(tmp_path / "b" / "y.py", "")
    assert find([one, two]) == outer


def test_the_hidden_name_comes_first(tmp_path: Path) -> None:
    write(tmp_path / "assay.toml", "")
    hidden = write(tmp_path / ".assay.toml", "")
    assert find([str(tmp_path)]) == hidden


def test_extended_files_are_weaker(tmp_path: Path) -> None:
    write(tmp_path / "base.toml", "jobs = 3\nfail-on = 'low'\nextend-exclude = ['a']\n")
    top = write(
        tmp_path / "x" / "pyproject.toml",
        "[tool.assay]\nextend = '../base.toml'\nfail-on = 'high'\nextend-exclude = ['b']\n",
    )
    settled = settle(load(top))
    assert settled["jobs"].value == 3
    assert settled["fail-on"].value == "high"
    assert settled["extend-exclude"].value == ("a", "b")
    assert settled["jobs"].origin.endswith("base.toml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("jbos = 3", "unknown key 'jbos', did you mean 'jobs'?"),
        ("jobs = ", "not valid TOML"),
        ("extend = 3", "extend must be a string, not 3"),
        ("extend = 'assay.toml'", "extends itself"),
        ("extend = 'none.toml'", "cannot be read: No such file"),
        ("[rules]\nx = 1", "unknown key 'rules'"),
    ],
)
def test_wrong_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path / "assay.toml", text)
    with pytest.raises(UsageError) as caught:
        load(path)
    assert message in str(caught.value)


def test_a_named_pyproject_must_have_the_section(tmp_path: Path) -> None:
    path = write(tmp_path / "pyproject.toml", "[tool.other]\n")
    with pytest.raises(UsageError, match=r"has no \[tool.assay\]"):
        load(path)


@pytest.mark.parametrize(
    ("assignment", "key", "value"),
    [
        ("jobs=4", "jobs", 4),
        ("strict = true", "strict", True),
        ("fail-on=high", "fail-on", "high"),
        ("fail-on='high'", "fail-on", "high"),
        ("select=['CWE-89', '22']", "select", ("CWE-89", "22")),
    ],
)
def test_inline_settings(assignment: str, key: str, value: object) -> None:
    assert inline(assignment).values == {key: value}


def test_inline_settings_are_checked() -> None:
    with pytest.raises(UsageError, match="--config jobs=many: jobs must be a whole number"):
        inline("jobs=many")
