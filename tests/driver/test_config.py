"""Configuration files: which counts, what it says, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.driver import config
from assay.driver.config import find, inline, load
from assay.driver.governing import Given, Governing
from assay.driver.options import SETTINGS, Allowed, Layer, UsageError, settle
from assay.source.door import Door


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of a project, the current folder, in a folder that is none of it."""
    root = tmp_path / "above" / "shop"
    root.mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def found(root: Path, *paths: str) -> str:
    return find(Door.of_folder(root), [str(root / path) for path in paths])


def values(root: Path, place: str = "/shop/assay.toml") -> dict[str, object]:
    settled = settle(load(Door.of_folder(root), place))
    return {key: each.value for key, each in settled.items() if each.origin != "default"}


def test_the_nearest_file_wins(root: Path) -> None:
    write(root / "pyproject.toml", "[tool.assay]\nstrict = true\n")
    write(root / "a" / "assay.toml", "strict = false\n")
    write(root / "a" / "b" / "x.py", "")
    assert found(root, "a/b/x.py") == "/shop/a/assay.toml"
    assert found(root, "a/b", "a/b/x.py") == "/shop/a/assay.toml"


def test_nothing_above_the_root_counts(root: Path) -> None:
    write(root.parent / "assay.toml", "exit-zero = true\n")
    assert found(root, ".") == ""


def test_a_pyproject_without_the_section_is_none(root: Path) -> None:
    write(root / "pyproject.toml", "[tool.assay]\n")
    write(root / "a" / "pyproject.toml", "[project]\nname = 'x'\n")
    assert found(root, "a") == "/shop/pyproject.toml"


def test_several_paths_share_the_folder_above_them(root: Path) -> None:
    write(root / "assay.toml", "")
    write(root / "a" / "assay.toml", "")
    write(root / "a" / "x.py", "")
    write(root / "b" / "y.py", "")
    assert found(root, "a/x.py", "b/y.py") == "/shop/assay.toml"


def test_the_hidden_name_comes_first_and_a_folder_is_no_file(root: Path) -> None:
    write(root / "assay.toml", "")
    (root / "pyproject.toml").mkdir()
    assert found(root, ".") == "/shop/assay.toml"
    write(root / ".assay.toml", "")
    assert found(root, ".") == "/shop/.assay.toml"


def test_extended_files_are_weaker(root: Path) -> None:
    write(root / "base.toml", "strict = true\nfail-on = 'low'\nextend-exclude = ['a']\n")
    write(
        root / "x" / "pyproject.toml",
        "[tool.assay]\nextend = '../base.toml'\nfail-on = 'high'\nextend-exclude = ['b']\n",
    )
    settled = settle(load(Door.of_folder(root), "/shop/x/pyproject.toml"))
    assert settled["strict"].value is True
    assert settled["strict"].origin == "base.toml" or settled["strict"].origin.endswith("base.toml")
    assert settled["fail-on"].value == "high"
    assert settled["extend-exclude"].value == ("a", "b")
    # Each pattern is relative to the folder of the file that it stands in.
    assert [each.folder for each in settled["extend-exclude"].sources] == ["/shop", "/shop/x"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fial-on = 'low'", "unknown key 'fial-on', did you mean 'fail-on'?"),
        ("strict = ", "not valid TOML (at "),
        ("strict = 'hunter2'", "strict must be true or false, not a string"),
        ("fail-on = 'hunter2'", "fail-on must be one of critical, high, medium, low, info"),
        ("ignore = ['hunter2', 3]", "ignore must be a list of strings, not a list"),
        ("extend = 3", "extend must be a string, not 3"),
        ("extend = 'assay.toml'", "extends itself"),
        ("extend = 'none.toml'", "none.toml: no such file"),
        ("[rules]\nx = 'hunter2'", "unknown key 'rules'"),
    ],
)
def test_wrong_files_are_refused_and_not_quoted(root: Path, text: str, message: str) -> None:
    write(root / "assay.toml", text)
    with pytest.raises(UsageError) as caught:
        values(root)
    assert message in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_chain_of_files_has_an_end(root: Path) -> None:
    write(root / "assay.toml", "extend = '0.toml'\n")
    for number in range(config.MOST_EXTENDED):
        write(root / f"{number}.toml", f"extend = '{number + 1}.toml'\n")
    with pytest.raises(UsageError, match="more than 16 files that extend each other"):
        values(root)


def test_a_named_pyproject_must_have_the_section(root: Path) -> None:
    path = write(root / "pyproject.toml", "[tool.other]\n")
    with pytest.raises(UsageError, match=r"has no \[tool.assay\]"):
        config.named(str(path), None)


def test_a_named_file_may_set_anything_and_extend_anything(root: Path) -> None:
    write(root.parent / "base.toml", "jobs = 3\n")
    path = write(root / "ci.toml", f"extend = '{root.parent.as_posix()}/base.toml'\nstrict = true")
    settled = settle(config.named(str(path), Door.of_folder(root)))
    assert (settled["jobs"].value, settled["strict"].value) == (3, True)
    write(root / "large.toml", "#" * (config.MOST_BYTES + 1))
    with pytest.raises(UsageError, match="larger than 1000000 bytes"):
        config.named(str(root / "large.toml"), None)
    with pytest.raises(UsageError, match=r"a\.toml: does not exist"):
        config.named(str(root / "a.toml"), None)
    with pytest.raises(UsageError, match="not a regular file"):
        config.named(str(root), None)


def test_a_repository_sets_what_is_allowed_and_nothing_that_is_new(root: Path) -> None:
    assert {each.key for each in SETTINGS if each.reviewed is Allowed.NOTHING} == {
        "allow-unread", "cache-dir", "file-seconds", "follow-links", "ignore-suppressions",
        "jobs", "start-method",
    }  # fmt: skip
    write(
        root / "assay.toml",
        "cache = true\ncache-dir = 3\nfile-seconds = 0\nfollow-links = true\njobs = 500\n"
        "ignore-suppressions = false\nrespect-foreign-suppressions = true\n"
        "allow-unread = true\nstart-method = 'fork'\nstrict = true\n",
    )
    (layer,) = load(Door.of_folder(root), "/shop/assay.toml")
    assert layer.values == {"strict": True}
    assert layer.ignored == (
        "allow-unread", "cache", "cache-dir", "file-seconds", "follow-links",
        "ignore-suppressions", "jobs", "respect-foreign-suppressions", "start-method",
    )  # fmt: skip
    write(root / "assay.toml", "cache = false\n")
    assert values(root) == {"cache": False}


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


def governing(root: Path, *paths: str, reads: bool = True) -> Governing:
    given = Given(tuple(paths), (), (Layer("command line", {"fail-on": "low"}),), reads)
    return Governing(Door.of_folder(root), given)


def test_a_nested_file_governs_its_folder_and_not_the_run(root: Path) -> None:
    write(root / "assay.toml", "select = ['89']\nextend-exclude = ['old']\nstrict = true\n")
    write(root / "a" / "assay.toml", "ignore = ['22']\nstrict = false\nexit-zero = true\n")
    (root / "a" / "b").mkdir()
    (root / "c").mkdir()
    settings = governing(root, ".")
    assert settings.of("/shop/c") is settings.run
    nested = settings.of("/shop/a/b")
    assert nested is settings.of("/shop/a")
    assert (nested.options.ignore, nested.options.select) == (("22",), ())
    assert nested.options.extend_exclude == ()  # as a whole, not key by key
    assert (nested.options.strict, nested.options.exit_zero) == (True, False)
    assert nested.options.fail_on.value == "low"
    assert [each.place for each in settings.used()] == ["/shop/assay.toml", "/shop/a/assay.toml"]
    assert governing(root, ".", reads=False).of("/shop/a").options.ignore == ()


def test_a_broken_nested_file_costs_itself_alone(root: Path) -> None:
    write(root / "assay.toml", "ignore = ['22']\n")
    write(root / "tests" / "data" / "pyproject.toml", "name = hunter2\n")
    settings = governing(root, ".")
    assert settings.of("/shop/tests/data") is settings.run
    (note,) = settings.notes
    assert note.startswith("tests/data/pyproject.toml: not valid TOML (at line 1, column ")
    assert note.endswith(", ignored")
    assert "hunter2" not in note


def test_there_is_a_limit_of_nested_files(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.driver.governing.MOST_CONFIGS", 3)
    for name in "abcd":
        write(root / name / "assay.toml", "ignore = ['22']\n")
    settings = governing(root, ".")
    ignored = [settings.of(f"/shop/{name}").options.ignore for name in "abcd"]
    assert ignored == [("22",), ("22",), (), ()]
    assert settings.notes == [
        f"{name}/assay.toml: ignored, after 3 configuration files" for name in "cd"
    ]
