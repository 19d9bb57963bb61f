"""A configuration of the reviewed side comes from anybody: what it says stays in its project."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import fake_checkers
from assay.cli.main import main
from assay.driver.options import SETTINGS, Allowed, Kind

SOURCE = str(Path(__file__).parents[2] / "src")
SECRET = "hunter2-Zq81"
posix = pytest.mark.skipif(os.name == "nt", reason="links and devices")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, the current folder; nothing of the user's; a secret beside it."""
    shop = tmp_path / "shop"
    (shop / ".git").mkdir(parents=True)
    (shop / "a.py").write_text("x = 1\n", "utf-8")
    (tmp_path / "secret.toml").write_text(f"exit-zero = '{SECRET}'\n{SECRET}\n", "utf-8")
    monkeypatch.chdir(shop)
    monkeypatch.setattr("assay.cli.review.all_checkers", fake_checkers.all_checkers)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ASSAY_OUTPUT_FORMAT", raising=False)
    return shop


def assay(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["review", *arguments])
    out, err = capfd.readouterr()
    assert SECRET not in out + err
    return code, out, err


@posix
@pytest.mark.parametrize("name", [".assay.toml", "assay.toml", "pyproject.toml"])
@pytest.mark.parametrize("target", ["../secret.toml", "{above}/secret.toml", "/etc/passwd"])
def test_a_link_out_of_the_root_is_told_and_not_read(
    shop: Path, capfd: pytest.CaptureFixture[str], name: str, target: str
) -> None:
    Path(name).symlink_to(target.format(above=shop.parent))
    code, out, err = assay(capfd)
    assert (code, out) == (2, "")
    assert err == f"assay: {name}: a link that leads out of the root, not followed\n"
    assert assay(capfd, "--isolated")[0] == 0


@posix
def test_a_link_within_the_root_is_fine(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("settings").mkdir()
    Path("settings/assay.toml").write_text("statistics = true\n", "utf-8")
    Path("assay.toml").symlink_to("settings/assay.toml")
    assert "statistics = true  # assay.toml" in assay(capfd, "--show-settings")[1]


@posix
@pytest.mark.parametrize("name", ["assay.toml", "pyproject.toml"])
def test_a_pipe_is_told_and_does_not_make_the_run_wait(
    shop: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    os.mkfifo(name)
    code, _, err = assay(capfd)
    assert (code, err) == (2, f"assay: {name}: a pipe, not a file\n")


@posix
def test_a_device_that_never_ends_is_not_opened(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("assay.toml").symlink_to("/dev/zero")
    code, _, err = assay(capfd)
    assert (code, err) == (
        2,
        "assay: assay.toml: a link that leads out of the root, not followed\n",
    )


def test_a_huge_file_is_told(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with Path("assay.toml").open("wb") as stream:
        stream.truncate(3_000_000_000)  # a hole on the disk
    code, _, err = assay(capfd)
    assert (code, err) == (2, "assay: assay.toml: larger than 1000000 bytes\n")


@pytest.mark.parametrize(
    "extended",
    [
        "../secret.toml",
        "{above}/secret.toml",
        "sub/../../secret.toml",
        "..\\\\secret.toml",
        "C:\\\\secret.toml",
        "c:secret.toml",
        "//server/share.toml",
    ],
)
def test_extend_stays_in_the_root(
    shop: Path, capfd: pytest.CaptureFixture[str], extended: str
) -> None:
    Path("sub").mkdir()
    way = extended.format(above=shop.parent.as_posix())
    Path("assay.toml").write_text(f'extend = "{way}"\n', "utf-8")
    code, out, err = assay(capfd)
    assert (code, out) == (2, "")
    assert err == "assay: assay.toml: extend leads out of the root of the project\n"
    Path("sub/assay.toml").write_text("extend = '../base.toml'\n", "utf-8")
    Path("base.toml").write_text("statistics = true\n", "utf-8")
    assert "statistics = true  # base.toml" in assay(capfd, "--show-settings", "sub")[1]


@posix
def test_what_is_extended_is_no_link_out_of_the_root(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("assay.toml").write_text("extend = 'base.toml'\n", "utf-8")
    Path("base.toml").symlink_to("../secret.toml")
    assert "base.toml: a link that leads out of the root" in assay(capfd)[2]
    Path("base.toml").unlink()
    Path("base.toml").symlink_to("assay.toml")
    code, _, err = assay(capfd)
    assert code == 2
    assert "extend" in err


PLACES = ["../away", "{above}/away", "away", "..\\\\away", "~/away", "$HOME/away"]
TEXTS = [each.key for each in SETTINGS if each.kind in (Kind.TEXT, Kind.NAMES, Kind.CHOICE)]


@pytest.mark.parametrize("key", TEXTS)
@pytest.mark.parametrize("place", PLACES)
def test_no_value_leads_out(
    shop: Path, capfd: pytest.CaptureFixture[str], key: str, place: str
) -> None:
    """Every setting that takes a text, with paths: nothing outside changes or is read."""
    (shop.parent / "away").mkdir()
    (shop.parent / "away" / "leaky.py").write_text("open('x')\n", "utf-8")
    (shop.parent / "home").mkdir()
    before = _everything(shop.parent)
    way = place.format(above=shop.parent.as_posix())
    listed = f'["{way}"]' if _kind(key) is Kind.NAMES else f'"{way}"'
    Path("assay.toml").write_text(f"{key} = {listed}\ncache = false\n", "utf-8")
    code, out, _ = assay(capfd)
    assert code in (0, 2)
    assert "leaky" not in out
    after = _everything(shop.parent)
    after.pop("shop/assay.toml")
    assert after == before


def _kind(key: str) -> Kind:
    return next(each.kind for each in SETTINGS if each.key == key)


def _everything(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }


def test_what_is_the_users_to_set_is_ignored_with_a_line(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("pyproject.toml").write_text(
        "[tool.assay]\ncache-dir = '../away'\njobs = 4000\nfollow-links = true\n"
        "allow-unread = true\nfile-seconds = 1\nstart-method = 'fork'\ncache = true\n",
        "utf-8",
    )
    code, _, err = assay(capfd, ".")
    assert code == 0
    assert err.splitlines() == [
        f"assay: pyproject.toml: '{key}' is the user's to set, ignored"
        for key in (
            "allow-unread", "cache", "cache-dir", "file-seconds", "follow-links", "jobs",
            "start-method",
        )
    ]  # fmt: skip
    assert not (shop.parent / "away").exists()
    settings = assay(capfd, "--show-settings")[1].splitlines()
    assert 'cache-dir = ""  # default; pyproject.toml: the user\'s to set, ignored' in settings
    assert assay(capfd, "-q", ".")[2] == ""


def test_no_key_acts_on_a_terminal(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("assay.toml").write_text('"\\u001b[2Jx\\u202e" = 1\n', "utf-8")
    code, _, err = assay(capfd)
    assert code == 2
    assert "unknown key '\\x1b[2Jx\\u202e'" in err


def test_an_unknown_key_is_an_error(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("assay.toml").write_text(f"plugins = ['{SECRET}']\n", "utf-8")
    code, _, err = assay(capfd)
    assert code == 2
    assert "unknown key 'plugins'" in err


@pytest.mark.parametrize(
    "text",
    [
        f"x = {SECRET}",
        f"{SECRET}",
        f"x = '{SECRET}",
        f"x = '''{SECRET}\n",
        f'x = "\\q{SECRET}"',
        f"fail-on = '{SECRET}'",
        f"strict = '{SECRET}'",
        f"select = [1, '{SECRET}']",
        f"model = '{SECRET}'",
        f"extend = ['{SECRET}']",
        f"[[model]]\nsanitizer = ['{SECRET} {SECRET}', 3]\n",
    ],
)
def test_no_error_quotes_a_value(shop: Path, capfd: pytest.CaptureFixture[str], text: str) -> None:
    Path("assay.toml").write_text(text, "utf-8")
    code, _, err = assay(capfd)
    assert code == 2
    assert err.startswith("assay: assay.toml: ")


def test_nothing_above_the_project_counts(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (shop.parent / "assay.toml").write_text("exit-zero = true\njbos = 3\n", "utf-8")
    Path("a.py").write_text("open('x')\n", "utf-8")
    assert assay(capfd)[0] == 1


def test_the_users_own_is_trusted_and_weaker(shop: Path, capfd: pytest.CaptureFixture[str]) -> None:
    own = shop.parent / "config" / "assay"
    own.mkdir(parents=True)
    (own / "assay.toml").write_text("jobs = 1\nstrict = true\ncache-dir = '../mine'\n", "utf-8")
    Path("assay.toml").write_text("strict = false\n", "utf-8")
    out = assay(capfd, "--show-settings")[1]
    assert f"jobs = 1  # {own.as_posix()}/assay.toml" in out
    assert "strict = false  # assay.toml" in out
    assert "strict = true  # command line" in assay(capfd, "--show-settings", "--strict")[1]
    assert "jobs = 0  # default" in assay(capfd, "--show-settings", "--isolated")[1]
    (own / "assay.toml").write_text("jbos = 1\n", "utf-8")
    assert "unknown key 'jbos'" in assay(capfd)[2]


def test_a_named_file_is_trusted_and_replaces_the_repositorys(
    shop: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    Path("assay.toml").write_text("exit-zero = true\n", "utf-8")
    (shop.parent / "base.toml").write_text("jobs = 2\n", "utf-8")
    (shop.parent / "ci.toml").write_text("extend = 'base.toml'\nstatistics = true\n", "utf-8")
    out = assay(capfd, "--config", "../ci.toml", "--show-settings")[1]
    assert "jobs = 2" in out
    assert "statistics = true" in out
    assert "exit-zero = false  # default" in out


def test_the_root_of_a_text_is_nothing_but_the_text(shop: Path, tmp_path: Path) -> None:
    """Neither the configuration nor the neighbours of the current folder belong to it."""
    Path("assay.toml").write_text("exit-zero = true\noutput-format = 'json'\n", "utf-8")
    Path("helper.py").write_text("raise SystemExit(3)\n", "utf-8")
    environment = {**os.environ, "PYTHONPATH": SOURCE}
    text = b"import helper\n\ndef read(path):\n    return open(path).read()\n"
    for extra, expected in (((), 1), (("--stdin-filename", "web.py"), 0)):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "assay", "review", *extra, "-"],
            input=text,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert done.returncode == expected, done.stderr
        assert done.stdout.startswith(b"{") == bool(extra)


def test_the_page_says_who_may_set_what() -> None:
    page = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
    rows = {
        "for its folder": Allowed.FOLDER,
        "for the whole run": Allowed.RUN,
        "off alone": Allowed.OFF,
        "not at all": Allowed.NOTHING,
    }
    for words, allowed in rows.items():
        (row,) = [line for line in page.splitlines() if line.startswith(f"| {words} |")]
        keys = [each.key for each in SETTINGS if each.reviewed is allowed]
        assert re.findall(r"`([a-z-]+)`", row) == keys, words
