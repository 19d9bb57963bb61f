"""`--persona`: exit code, page, baseline and machine formats are of one reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assay.cli.main import main

BROAD = (
    "import json\n\n\ndef load(text):\n    try:\n        return json.loads(text)\n"
    "    except Exception:\n        return {}\n"
)
QUERY = "def total(cursor, name):\n    cursor.execute('select ' + name)\n"
NAME = ".assay-baseline.jsonl"


@pytest.fixture(autouse=True)
def _shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = tmp_path / "shop"
    (shop / ".git").mkdir(parents=True)
    monkeypatch.chdir(shop)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("ASSAY_OUTPUT_FORMAT", "ASSAY_PERSONA"):
        monkeypatch.delenv(name, raising=False)
    Path("a.py").write_text(BROAD)
    Path("b.py").write_text(QUERY)


def review(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    select = ("--select", "broad-exception,sql-injection")
    code = main(["review", "-j1", *select, *arguments])
    out, err = capfd.readouterr()
    return code, out, err


def sarif(capfd: pytest.CaptureFixture[str], *arguments: str) -> list[tuple[str, str, str]]:
    out = review(capfd, "-f", "sarif", *arguments)[1]
    results = json.loads(out)["runs"][0]["results"]
    return [(each["ruleId"], each["kind"], each["level"]) for each in results]


def test_each_is_shown_more(capfd: pytest.CaptureFixture[str]) -> None:
    expected = {
        "regular": (0, [], {"pedantic": 1, "auditor": 1}),
        "pedantic": (1, [("broad-exception", "fail", "note")], {"auditor": 1}),
        "auditor": (
            1,
            [("broad-exception", "fail", "note"), ("sql-injection", "open", "none")],
            {},
        ),
    }
    for persona, (code, results, others) in expected.items():
        given = ("--persona", persona)
        assert review(capfd, *given)[0] == code
        assert sarif(capfd, *given) == results
        document = json.loads(review(capfd, "-f", "json", *given)[1])
        assert document["persona"] == {"name": persona, "others": others}
        found = [
            each["rule"]
            for each in document["observations"]
            if each["verdict"] == "found" or each.get("audited")
        ]
        assert found == [rule for rule, _, _ in results]
        for name in ("text", "concise", "github"):
            out = review(capfd, "-f", name, *given)[1]
            assert ("b.py" in out) == (persona == "auditor"), (persona, name)
            assert ("a.py" in out) == (persona != "regular"), (persona, name)


def test_the_total_counts_the_others(capfd: pytest.CaptureFixture[str]) -> None:
    said = "2 more findings with another --persona: 1 for pedantic and 1 for auditor"
    for name in ("text", "markdown"):
        out = " ".join(review(capfd, "-f", name)[1].replace("\\", "").split())
        assert said in out
        assert "persona" not in review(capfd, "-f", name, "--persona", "auditor")[1]
    document = json.loads(review(capfd, "-f", "json")[1])
    (broad,) = [each for each in document["classes"] if each["rule"] == "broad-exception"]
    assert (broad["verdict"], broad["sites"]["found"]) == ("found", 1)  # the same for everybody


def test_the_exit_code_says_what_is_unseen(capfd: pytest.CaptureFixture[str]) -> None:
    assert "1 site found and 1 site unseen with" in review(capfd, "--persona", "auditor")[2]
    code, _, err = review(capfd, "--persona", "auditor", "b.py")
    assert (code, "exit code 1: 1 site unseen with" in err) == (1, True)


def test_the_baseline_is_of_the_persona(capfd: pytest.CaptureFixture[str]) -> None:
    review(capfd, "--write-baseline")
    assert Path(NAME).read_text() == ""
    review(capfd, "--write-baseline", "--persona", "auditor")
    assert len(Path(NAME).read_text().splitlines()) == 2
    code, out, _ = review(capfd, "-f", "json", "--persona", "auditor")
    assert (code, len(json.loads(out)["baselined"])) == (0, 2)
    # Who is shown less removes nothing of it.
    document = json.loads(review(capfd, "-f", "json")[1])
    assert document["baselines"][0]["stale"] == []
    review(capfd, "--write-baseline")
    assert len(Path(NAME).read_text().splitlines()) == 2
    Path("b.py").write_text("pass\n")
    review(capfd, "--write-baseline")
    assert len(Path(NAME).read_text().splitlines()) == 1


def test_where_it_is_set(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("assay.toml").write_text('persona = "pedantic"\n')
    assert review(capfd)[0] == 1
    monkeypatch.setenv("ASSAY_PERSONA", "regular")
    assert review(capfd)[0] == 0
    assert review(capfd, "--persona", "pedantic")[0] == 1
    monkeypatch.setenv("ASSAY_PERSONA", "pedentic")
    code, _, err = review(capfd)
    assert (code, "did you mean 'pedantic'?" in err) == (2, True)


def test_a_project_that_sets_less_is_named(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = tmp_path / "config" / "assay"
    own.mkdir(parents=True)
    (own / "assay.toml").write_text('persona = "auditor"\n')
    assert review(capfd)[0] == 1
    Path("assay.toml").write_text('persona = "regular"\n')
    code, out, _ = review(capfd)
    assert code == 0
    assert "eakened by assay.toml: persona is regular, not auditor" in out


def test_what_another_is_shown_can_be_accepted(capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["suppress", "a.py:7", "--reason", "a text of strangers"])
    capfd.readouterr()
    assert code == 0
    assert "ignore[broad-exception]" in Path("a.py").read_text()
    assert review(capfd, "--persona", "pedantic")[0] == 0
