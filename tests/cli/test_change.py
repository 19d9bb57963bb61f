"""`assay review --diff`, `--staged` and a patch on standard input: what a change made worse."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import fastjsonschema
import pytest

from assay.checkers.base import Checker
from assay.cli.main import main
from assay.driver import run
from assay.driver.parallel import review_files
from assay.driver.pipeline import Answer, Detail
from assay.driver.progress import Progress
from assay.source.collect import Collected
from assay.source.door import Door
from repositories import commit, git, write

CHECK = "    if not path.startswith(BASE + os.sep):\n        raise ValueError(name)\n"
PATHS = f"""\
import os

BASE = "/srv/files"


def inside(name):
    path = os.path.realpath(os.path.join(BASE, name))
{CHECK}    return path
"""
WEB = """\
from flask import Flask, request

from shop.paths import inside

app = Flask(__name__)


@app.route("/file")
def show():
    with open(inside(request.args["name"])) as stream:
        return stream.read()
"""
STORE = "def save(path, rows):\n    with open(path) as stream:\n        stream.write(rows)\n"
LEAK = "\n\ndef load(path):\n    stream = open(path)\n    return stream.read(1)\n"
SHOP = {
    "shop/__init__.py": "",
    "shop/paths.py": PATHS,
    "shop/web.py": WEB,
    "shop/store.py": STORE,
    "shop/other.py": "import os\n\n\ndef here():\n    return os.getcwd()\n",
}
SCHEMA = Path(__file__).parents[2] / "docs" / "json-v1.schema.json"
Row = tuple[str, str | None, str | None, str, int]


@pytest.fixture(autouse=True)
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit, the current folder."""
    folder = tmp_path / "work"
    commit(folder, SHOP)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("ASSAY_OUTPUT_FORMAT", raising=False)
    return folder


def assay(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["review", "-j1", *arguments])
    out, err = capfd.readouterr()
    return code, out, err


def document(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, object]]:
    code, out, _ = assay(capfd, "-f", "json", *arguments)
    found = json.loads(out)
    assert isinstance(found, dict)
    return code, found


def rows(capfd: pytest.CaptureFixture[str], *arguments: str, kind: str = "worse") -> list[Row]:
    """Rule, words and place of what became worse; the exit code says the same."""
    code, found = document(capfd, *arguments)
    delta = found["delta"]
    assert isinstance(delta, list)
    assert code == int(any(each["change"] == "worse" for each in delta))
    return [
        (
            each["rule"],
            each["before"],
            each["after"],
            each["new_path"] or each["old_path"],
            each["new_line"] or each["old_line"],
        )
        for each in delta
        if each["change"] == kind
    ]


# A day


def test_a_leak_and_a_guard_that_is_gone_are_exactly_what_is_reported(
    capfd: pytest.CaptureFixture[str], shop: Path
) -> None:
    write(shop, {"shop/paths.py": PATHS.replace(CHECK, ""), "shop/store.py": STORE + LEAK})
    wanted = [
        ("path-traversal", "handled", "found", "shop/web.py", 10),
        ("resource-leak", None, "found", "shop/store.py", 7),
    ]
    assert rows(capfd, "--diff") == wanted
    assert rows(capfd, "--diff") == wanted  # from the cache
    assert rows(capfd, "--diff", "-n") == wanted
    code, out, err = assay(capfd, "--diff")
    assert code == 1
    lines = out.splitlines()
    sizes = "2 files changed, 1 that depends on them reviewed as well"
    assert lines[0] == f"HEAD to working tree  {sizes}"
    assert "high  was handled, now found  shop/web.py:10:10  path-traversal  CWE-22" in lines
    assert "  - shop/paths.py:8  if not path.startswith(BASE + os.sep):" in lines
    assert "medium  new  shop/store.py:7:14  resource-leak  CWE-772" in lines
    assert "2 worse: 1 high, 1 medium." in lines
    assert err.splitlines()[-1] == "assay: exit code 1: 2 verdicts are worse than at HEAD"
    git(shop, "commit", "-qam", "y")
    assert rows(capfd, "--diff") == []
    assert rows(capfd, "--diff", "HEAD~1") == wanted
    assert rows(capfd, "--diff", "main~1", "shop/store.py") == wanted[1:]
    suppressed = LEAK.replace("(path)\n", "(path)  # assay: ignore[resource-leak] -- mine\n")
    write(shop, {"shop/paths.py": PATHS, "shop/store.py": STORE + suppressed})
    assert rows(capfd, "--diff", "HEAD~1") == []
    assert [row[:3] for row in rows(capfd, "--diff", kind="better")] == [
        ("path-traversal", "found", "handled")
    ]
    write(shop, {"shop/store.py": STORE + LEAK})  # what was accepted is found again
    git(shop, "stash", "-q")
    write(shop, {"shop/store.py": STORE + suppressed})
    git(shop, "commit", "-qam", "z")
    write(shop, {"shop/store.py": STORE + LEAK})
    assert rows(capfd, "--diff") == [("resource-leak", "suppressed", "found", "shop/store.py", 7)]


def test_each_way_to_give_a_change(
    capfd: pytest.CaptureFixture[str], shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = [("path-traversal", "handled", "found", "shop/web.py", 10)]

    def patched(text: str, *arguments: str) -> list[Row]:
        stream = io.TextIOWrapper(io.BytesIO(text.encode()))
        monkeypatch.setattr(sys, "stdin", stream)
        return rows(capfd, *arguments)

    write(shop, {"shop/paths.py": PATHS.replace(CHECK, "")})
    patch = git(shop, "diff")
    assert patched(patch, "-") == wanted
    assert patched(patch, "-", "shop") == wanted
    assert patched(patch, "-", "shop/store.py") == []
    assert rows(capfd, "--staged") == []
    git(shop, "add", "-A")
    write(shop, {"shop/paths.py": PATHS})  # the index alone has the change
    assert rows(capfd, "--staged") == wanted
    assert rows(capfd, "--diff") == []
    for given in (["-"], ["-", "shop"]):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(patch.encode())))
        code, out, err = assay(capfd, *given)
        assert (code, out) == (2, "")
        assert "shop/paths.py: the patch does not fit at line 5" in err


def test_a_patch_needs_no_repository(
    capfd: pytest.CaptureFixture[str], shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shop, {"shop/paths.py": PATHS.replace(CHECK, ""), "setup.py": ""})
    patch = git(shop, "diff")
    (shop / ".git").rename(shop.parent / "elsewhere")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(patch.encode())))
    assert [row[:3] for row in rows(capfd, "-")] == [("path-traversal", "handled", "found")]
    code, _, err = assay(capfd, "--diff")
    assert code == 2
    assert "a change is reviewed in a git repository, and this is none" in err


# What is no news


def test_renamed_moved_and_formatted_code_is_no_news(
    capfd: pytest.CaptureFixture[str], shop: Path
) -> None:
    commit(shop, {"shop/store.py": STORE + LEAK})
    moved = "import sys\n\nLIMIT = 1" + LEAK.replace("open(path)", "open(\n        path,\n    )")
    write(shop, {"shop/store.py": None, "shop/files.py": moved + "\n\n" + STORE})
    assert rows(capfd, "--diff") == []
    _, found = document(capfd, "--diff")
    change = found["change"]
    assert isinstance(change, dict)
    assert change["changed"] == ["shop/files.py", "shop/store.py"]
    assert change["found_as_before"] == 1


def test_new_untracked_and_deleted_files(capfd: pytest.CaptureFixture[str], shop: Path) -> None:
    write(shop, {"shop/new/__init__.py": "", "shop/new/leak.py": LEAK, ".gitignore": "made/\n"})
    write(shop, {"made/leak.py": LEAK})
    assert rows(capfd, "--diff") == [("resource-leak", None, "found", "shop/new/leak.py", 4)]
    commit(shop, {})
    write(shop, {"shop/new/leak.py": None})
    assert rows(capfd, "--diff") == []
    assert rows(capfd, "--diff", kind="better") == [
        ("resource-leak", "found", None, "shop/new/leak.py", 4)
    ]


def test_imports_of_the_old_state_are_those_of_the_old_state(
    capfd: pytest.CaptureFixture[str], shop: Path
) -> None:
    """The helper is renamed with its caller: the old caller has the old helper, in a new folder."""
    write(shop, {"shop/paths.py": None, "lib/__init__.py": "", "lib/inner.py": PATHS})
    write(shop, {"shop/web.py": WEB.replace("shop.paths", "lib.inner")})
    assert rows(capfd, "--diff") == []
    write(shop, {"lib/inner.py": PATHS.replace(CHECK, "")})
    assert rows(capfd, "--diff") == [("path-traversal", "handled", "found", "shop/web.py", 10)]


def test_line_ends_alone_are_no_change(capfd: pytest.CaptureFixture[str], shop: Path) -> None:
    write(shop, {"shop/web.py": WEB.replace("\n", "\r\n")})
    _, found = document(capfd, "--diff")
    change = found["change"]
    assert isinstance(change, dict)
    assert change["changed"] == []


# What cannot be seen any more


def test_a_guard_whose_helper_is_not_in_view_any_more(
    capfd: pytest.CaptureFixture[str], shop: Path
) -> None:
    write(shop, {"shop/web.py": WEB.replace("from shop.paths", "from elsewhere")})
    assert rows(capfd, "--diff") == [("path-traversal", "handled", "unseen", "shop/web.py", 10)]
    out = assay(capfd, "--diff")[1]
    assert "high  was handled, now not in view  shop/web.py:10:10" in out


def test_nothing_is_better_in_what_was_not_read(
    capfd: pytest.CaptureFixture[str], shop: Path
) -> None:
    commit(shop, {"shop/store.py": STORE + LEAK})
    write(shop, {"shop/store.py": STORE + LEAK.replace("open(path)", "open(path")})
    code, found = document(capfd, "--diff")
    assert code == 3
    delta = found["delta"]
    assert isinstance(delta, list)
    assert [each["change"] for each in delta if each["change"] == "better"] == []


def test_a_changed_link_is_told(capfd: pytest.CaptureFixture[str], shop: Path) -> None:
    (shop / "shop" / "link.py").symlink_to("store.py")
    commit(shop, {})
    assert assay(capfd, "--diff")[0] == 0
    (shop / "shop" / "link.py").unlink()
    (shop / "shop" / "link.py").symlink_to("paths.py")
    code, out, _ = assay(capfd, "--diff")
    assert code == 3
    assert "Not compared: shop/link.py: a link that was changed" in out


# Reports


def test_every_format_tells_what_became_worse(
    capfd: pytest.CaptureFixture[str], shop: Path
) -> None:
    commit(shop, {"shop/store.py": STORE + LEAK})
    write(shop, {"shop/paths.py": PATHS.replace(CHECK, "")})
    write(shop, {"shop/store.py": STORE + LEAK + LEAK.replace("load", "more")})
    code, found = document(capfd, "--diff")
    fastjsonschema.compile(json.loads(SCHEMA.read_text("utf-8")))(found)
    assert code == 1
    delta = found["delta"]
    assert isinstance(delta, list)
    assert delta[0]["guards"] == [
        {
            "path": "shop/paths.py",
            "line": 8,
            "end_line": 8,
            "text": "    if not path.startswith(BASE + os.sep):",
            "gone": True,
            "new_line": 8,
        }
    ]
    assert delta[0]["because"] == ["shop/paths.py"]
    out = assay(capfd, "--diff", "-f", "concise")[1].splitlines()
    assert out[0].startswith("shop/web.py:10:10: CWE-22 path-traversal handled -> found ")
    assert out[0].endswith("(guard removed: shop/paths.py:8)")
    assert out[1].startswith("shop/store.py:12:14: CWE-772 resource-leak new -> found ")
    assert len(out) == 2
    out = assay(capfd, "--diff", "-f", "github")[1].splitlines()
    assert [line.partition(",title")[0] for line in out] == [
        "::error file=shop/web.py,line=10",
        "::error file=shop/paths.py,line=8",
        "::warning file=shop/store.py,line=12",
    ]
    markdown = assay(capfd, "--diff", "-f", "markdown")[1]
    assert "## high: was handled, now found, CWE-22 Path traversal" in markdown
    assert "The guard, removed (`shop/paths.py:8`):" in markdown
    log = json.loads(assay(capfd, "--diff", "-f", "sarif")[1])
    results = log["runs"][0]["results"]
    assert [(each["ruleId"], each["baselineState"]) for each in results] == [
        ("path-traversal", "updated"),
        ("resource-leak", "new"),
        ("resource-leak", "unchanged"),
    ]
    uris = [
        each["physicalLocation"]["artifactLocation"]["uri"]
        for each in results[0]["relatedLocations"]
    ]
    assert uris == ["shop/paths.py"]


def test_one_guard_of_many_sites_is_one_entry(
    capfd: pytest.CaptureFixture[str], shop: Path
) -> None:
    again = WEB[WEB.index("\n\n@app") :].replace("show", "again").replace("/file", "/again")
    commit(shop, {"shop/web.py": WEB + again})
    write(shop, {"shop/paths.py": PATHS.replace(CHECK, "")})
    out = assay(capfd, "--diff")[1]
    assert out.count("was handled, now found") == 1
    assert "  1 more like it: shop/web.py:16:10." in out.splitlines()
    assert "2 worse: 2 high." in out


def test_the_bytes_do_not_depend_on_the_number_of_workers(
    capfd: pytest.CaptureFixture[str], shop: Path
) -> None:
    commit(shop, {f"many/m{number}.py": STORE for number in range(60)})
    changed = {f"many/m{number}.py": STORE + LEAK for number in range(0, 60, 7)}
    write(shop, {**changed, "shop/paths.py": PATHS.replace(CHECK, "")})
    once = assay(capfd, "--diff", "-n", "-q", "-f", "json")
    main(["review", "-j2", "--diff", "-n", "-q", "-f", "json"])
    assert capfd.readouterr().out == once[1]
    assert once[0] == 1


def test_wrong_usage(capfd: pytest.CaptureFixture[str], shop: Path) -> None:
    wanted = {
        ("--diff", "nothing"): "no commit 'nothing'",
        ("--diff", "main:shop"): "is not how a commit is named here",
        ("--diff", "--upload-pack=x"): "unknown argument",
        ("--diff=--all",): "no commit '--all'",
        ("--diff", "HEAD~9"): "no commit 'HEAD~9'",
        ("--staged", "--diff", "main"): "exclude each other",
    }
    for arguments, said in wanted.items():
        with_exit = 2
        code, out, err = assay(capfd, *arguments)
        assert (code, out) == (with_exit, "")
        assert said in err
    assert assay(capfd, "--diff", "shop")[0] == 0  # a path; no commit is called so
    git(shop, "branch", "shop")
    assert "shop to working tree" in assay(capfd, "--diff", "shop")[1]


def test_what_was_clean_and_is_found_in_a_file_that_is_as_it_was(
    capfd: pytest.CaptureFixture[str], shop: Path
) -> None:
    names = 'from flask import request\n\n\ndef name():\n    return "a.txt"\n'
    show = WEB.replace("shop.paths import inside", "shop.names import name")
    show = show.replace('inside(request.args["name"])', "name()")
    commit(shop, {"shop/web.py": show, "shop/names.py": names})
    write(shop, {"shop/names.py": names.replace('"a.txt"', 'request.args["x"]')})
    assert rows(capfd, "--diff") == [("path-traversal", "clean", "found", "shop/web.py", 10)]
    assert "high  was clean, now found  shop/web.py:10:10" in assay(capfd, "--diff")[1]


def test_severity_and_rules_are_those_of_the_command_line(
    capfd: pytest.CaptureFixture[str], shop: Path
) -> None:
    write(shop, {"shop/store.py": STORE + LEAK})
    assert assay(capfd, "--diff", "--fail-on", "high")[0] == 0
    assert rows(capfd, "--diff", "--min-severity", "high") == []
    assert rows(capfd, "--diff", "--select", "path-traversal") == []
    assert assay(capfd, "--diff", "--exit-zero")[0] == 0


def test_a_configuration_that_comes_with_the_change_is_told(
    capfd: pytest.CaptureFixture[str], shop: Path
) -> None:
    write(shop, {"pyproject.toml": '[tool.assay]\nignore = ["resource-leak"]\n'})
    write(shop, {"shop/store.py": STORE + LEAK})
    code, out, err = assay(capfd, "--diff")
    assert code == 0
    assert "weakened by pyproject.toml: 1 rule off (resource-leak)" in out
    assert "weakened by pyproject.toml" in err


def test_what_no_state_can_be_read_of_is_not_of_the_change(
    capfd: pytest.CaptureFixture[str], shop: Path
) -> None:
    commit(shop, {"shop/broken.py": "x = (\n"})
    write(shop, {"shop/store.py": STORE + "\n"})
    assert assay(capfd, "--diff")[0] == 0
    write(shop, {"shop/broken.py": "x = (\n\n"})
    code, out, _ = assay(capfd, "--diff")
    assert code == 3
    assert "Not read whole: shop/broken.py" in out


def test_what_is_over_a_limit_now_is_told(capfd: pytest.CaptureFixture[str], shop: Path) -> None:
    many = "".join(f"    s{number} = open(path)\n" for number in range(600))
    write(shop, {"shop/store.py": STORE + "\n\ndef much(path):\n" + many})
    out = assay(capfd, "--diff")[1]
    assert "Not compared: shop/store.py: much: budget: more than" in " ".join(out.split())


def test_nothing_is_reviewed_that_the_cache_holds(
    capfd: pytest.CaptureFixture[str], shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def counted(
        door: Door,
        files: Sequence[Collected],
        checkers: Sequence[Checker],
        detail: Detail,
        jobs: int,
        progress: Progress,
        registry: str,
        start: str,
    ) -> list[Answer]:
        asked.extend(file.reported for file in files)
        return review_files(door, files, checkers, detail, jobs, progress, registry, start)

    monkeypatch.setattr(run, "review_files", counted)
    assay(capfd)
    assert len(asked) == len(SHOP)
    asked.clear()
    write(shop, {"shop/paths.py": PATHS.replace(CHECK, "")})
    assert len(rows(capfd, "--diff")) == 1
    assert asked == ["shop/paths.py", "shop/web.py"]  # as they are now
    asked.clear()
    assert len(rows(capfd, "--diff")) == 1
    assert asked == []
    commit(shop, {})
    assert len(rows(capfd, "--diff", "HEAD~1")) == 1
    assert rows(capfd, "--diff") == []
    assert asked == []
