"""`assay review` in this process, with checkers made for it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

import fake_checkers
from assay.cli.main import main

LEAKY = "def f(path):\n    return open(path).read()\n"
FINE = "def f(path):\n    with open(path) as g:\n        return g.read()\n"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own, the checkers of the tests, and an environment that says nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("assay.cli.review.all_checkers", fake_checkers.all_checkers)
    monkeypatch.setattr("assay.cli.inspect.all_checkers", fake_checkers.all_checkers)
    for name in ("ASSAY_OUTPUT_FORMAT", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    Path("leaky.py").write_text(LEAKY, "utf-8")
    Path("fine.py").write_text(FINE, "utf-8")


def assay(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["review", *arguments])
    out, err = capfd.readouterr()
    if code:
        assert err.splitlines()[-1].startswith("assay: ")
    return code, out, err


def test_found_is_one_and_the_last_line_says_why(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = assay(capfd, "leaky.py")
    assert code == 1
    assert "found    CWE-772" in out
    assert err == "assay: exit code 1: 1 site found with severity info or worse\n"


def test_nothing_found_is_zero_and_stderr_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, err = assay(capfd, "fine.py")
    assert (code, err) == (0, "")
    assert "handled  CWE-772" in out


def test_a_folder_and_the_default_path(capfd: pytest.CaptureFixture[str]) -> None:
    assert assay(capfd, ".") == assay(capfd)


def test_exit_zero_turns_one_into_zero_only(capfd: pytest.CaptureFixture[str]) -> None:
    assert assay(capfd, "--exit-zero", "leaky.py")[0] == 0
    assert assay(capfd, "--exit-zero", "none.py")[0] == 2


def test_fail_on_and_minimal_levels(capfd: pytest.CaptureFixture[str]) -> None:
    assert assay(capfd, "--fail-on", "medium", "leaky.py")[0] == 1
    assert assay(capfd, "--fail-on", "high", "leaky.py")[0] == 0
    code, out, _ = assay(capfd, "--min-severity", "high", "leaky.py")
    assert code == 0
    assert "1 found site below the severity" in out
    assert assay(capfd, "--min-confidence", "high", "leaky.py")[0] == 1


def test_a_missing_path_is_two_and_the_rest_is_reviewed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    code, out, err = assay(capfd, "none.py", "leaky.py")
    assert code == 2
    assert "leaky.py" in out
    assert err.splitlines()[-1] == "assay: exit code 2: none.py: does not exist"


def test_nothing_to_review_is_three(capfd: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    code, out, err = assay(capfd, "empty")
    assert code == 3
    assert out == "no file was reviewed\n"
    assert err == "assay: exit code 3: no file to review\n"


@pytest.mark.parametrize("named", [["bad.py", "leaky.py"], ["."]])
def test_a_file_that_cannot_be_read_is_three_unless_something_is_found(
    capfd: pytest.CaptureFixture[str], named: list[str]
) -> None:
    Path("bad.py").write_bytes(b"\x00\x00")
    code, out, err = assay(capfd, *named)
    assert code == 1
    assert err.splitlines() == [
        "assay: bad.py: not read: not text: the file holds null bytes",
        "assay: exit code 1: 1 site found with severity info or worse; "
        "bad.py: not read: not text: the file holds null bytes",
    ]
    assert "found" in out
    assert assay(capfd, "--exit-zero", *named)[0] == 3
    assert assay(capfd, "--fail-on", "high", *named)[0] == 3
    Path("leaky.py").write_text("", "utf-8")
    code, _, err = assay(capfd, "-q", *named)
    assert code == 3
    assert err == "assay: exit code 3: bad.py: not read: not text: the file holds null bytes\n"
    assert assay(capfd, "--allow-unread", ".")[0] == 0
    assert assay(capfd, "--allow-unread", "bad.py")[0] == 3


def test_a_file_that_is_read_in_part_is_three(capfd: pytest.CaptureFixture[str]) -> None:
    Path("half.py").write_text("x = 1\ndef f(:\n    pass\nx = 1\n", "utf-8")
    Path("leaky.py").unlink()
    for named in ("half.py", "."):
        code, _, err = assay(capfd, named)
        assert code == 3
        assert (
            "half.py: read partly: lines 2-3 not analysed: invalid syntax (line 2, column 7)" in err
        )
        assert assay(capfd, "--allow-unread", named)[0] == 0
    code, _, err = assay(capfd, "--allow-unread", "--strict", "half.py")
    assert code == 3
    assert "--strict" in err
    assert "half.py" in err


def test_internal_errors_of_a_checker_do_not_end_the_run(
    capfd: pytest.CaptureFixture[str],
) -> None:
    Path("bad.py").write_text("RAISE = 1\n", "utf-8")
    code, out, _ = assay(capfd, "bad.py", "leaky.py")
    assert code == 1
    assert "leaky.py" in out
    code, out, err = assay(capfd, "--debug", "bad.py")
    assert code == 0
    assert "assay review --debug bad.py" in out
    assert "KeyError: 'asked for'" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "resource-leek"], "did you mean 'resource-leak'?"),
        (["--select", "CWE-773"], "no rule 'CWE-773'"),
        (["--ignore", "772,798"], "no rule is left"),
        (["--config", "jbos=3"], "unknown key 'jbos', did you mean 'jobs'?"),
        (["--config", "a.toml", "--isolated"], "exclude each other"),
        (["--config", "a.toml"], "a.toml: does not exist"),
        (["--output-format", "yaml"], "invalid choice: 'yaml'"),
        (["--report", "yaml=x"], "no format 'yaml'"),
        (["--report", "json"], "'json' is not FORMAT=FILE"),
        (["--jobs", "-1"], "'-1' is no whole number"),
        (["--exit-zer"], "unknown argument '--exit-zer', did you mean '--exit-zero'?"),
        (["--no-such-option"], "unknown argument '--no-such-option'"),
        (["-o", "none/x.txt"], "none/x.txt: cannot be written"),
    ],
)
def test_wrong_usage_is_two(
    capfd: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    code, out, err = assay(capfd, *arguments, "leaky.py")
    assert (code, out) == (2, "")
    assert message in err.splitlines()[-1]


def test_selection(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = assay(capfd, "--select", "CWE-798", "--output-format", "json", "leaky.py")
    assert code == 0
    assert [each["cwe"] for each in json.loads(out)["classes"]] == [798]
    code, out, _ = assay(capfd, "--ignore", "798", "-f", "json", "leaky.py")
    assert [each["cwe"] for each in json.loads(out)["classes"]] == [772]


def test_stdin(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(LEAKY.encode())))
    code, out, _ = assay(capfd, "--stdin-filename", "src/x.py", "-f", "concise", "-")
    assert code == 1
    assert out == "src/x.py:2:1: CWE-772 resource-leak found the file stays open\n"


def test_formats_from_environment_configuration_and_command_line(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("assay.toml").write_text("output-format = 'json'\n", "utf-8")
    assert assay(capfd, "leaky.py")[1].startswith("{\n")
    monkeypatch.setenv("ASSAY_OUTPUT_FORMAT", "markdown")
    assert assay(capfd, "leaky.py")[1].startswith("# Review of")
    assert assay(capfd, "-f", "sarif", "leaky.py")[1].startswith('{"$schema"')
    monkeypatch.setenv("ASSAY_OUTPUT_FORMAT", "yaml")
    code, _, err = assay(capfd, "leaky.py")
    assert code == 2
    assert "ASSAY_OUTPUT_FORMAT: output-format must be one of" in err


def test_several_reports_at_once(capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = assay(
        capfd, "-o", "r.txt", "--report", "sarif=r.sarif", "--report", "json=r.json", "leaky.py"
    )
    assert (code, out) == (1, "")
    assert "found    CWE-772" in Path("r.txt").read_text("utf-8")
    assert json.loads(Path("r.json").read_text("utf-8"))["schema"] == "json-v1"
    (result,) = json.loads(Path("r.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert result["partialFingerprints"]["primaryLocationLineHash"].endswith(":1")


def test_sarif_with_all_verdicts(capfd: pytest.CaptureFixture[str]) -> None:
    _, out, _ = assay(capfd, "-f", "sarif", "--sarif-verdicts", "fine.py")
    kinds = [each["kind"] for each in json.loads(out)["runs"][0]["results"]]
    assert kinds == ["pass", "notApplicable"]


def test_colour(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in assay(capfd, "leaky.py")[1]
    assert "\x1b[" in assay(capfd, "--color", "always", "leaky.py")[1]
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in assay(capfd, "leaky.py")[1]
    assert "\x1b[" not in assay(capfd, "--color", "never", "leaky.py")[1]
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in assay(capfd, "leaky.py")[1]


def test_show_files_and_exclusions(capfd: pytest.CaptureFixture[str]) -> None:
    assert assay(capfd, "--show-files")[1] == "fine.py\nleaky.py\n"
    assert assay(capfd, "--show-files", "--extend-exclude", "f*.py")[1] == "leaky.py\n"
    assert assay(capfd, "--show-files", "--exclude", "leaky.py", ".")[1] == "fine.py\n"
    named = ["--show-files", "--exclude", "leaky.py", "leaky.py"]
    assert assay(capfd, *named)[1] == "leaky.py\n"
    assert assay(capfd, "--force-exclude", *named)[0] == 0
    Path(".gitignore").write_text("leaky.py\n", "utf-8")
    assert assay(capfd, "--show-files", "--no-respect-gitignore")[1] == "fine.py\nleaky.py\n"


def test_show_settings(capfd: pytest.CaptureFixture[str]) -> None:
    Path("pyproject.toml").write_text(
        "[tool.assay]\njobs = 2\nstatistics = true\nignore = ['798']\n", "utf-8"
    )
    out = assay(capfd, "--show-settings", "--strict", "--config", "fail-on=low")[1]
    assert "statistics = true  # pyproject.toml\n" in out
    assert "jobs = 0  # default; pyproject.toml: the user's to set, ignored\n" in out
    assert 'ignore = ["798"]  # pyproject.toml\n' in out
    assert "strict = true  # command line\n" in out
    assert 'fail-on = "low"  # --config fail-on=low\n' in out
    assert 'color = "auto"  # default\n' in out
    assert "jobs = 0  # default\n" in assay(capfd, "--show-settings", "--isolated")[1]


def test_verbose_lists_clean_sites_and_statistics_counts(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert "fine.py" in assay(capfd, "-v", ".")[1]
    assert "fine.py" not in assay(capfd, ".")[1]
    assert "resource-leak (CWE-772" in assay(capfd, "--statistics", ".")[1]


def test_quiet_keeps_the_report_and_the_reason(capfd: pytest.CaptureFixture[str]) -> None:
    Path("loop").mkdir()
    Path("loop/back").symlink_to(Path.cwd())
    assert "loop/back" in assay(capfd, ".")[2]
    code, out, err = assay(capfd, "-q", ".")
    assert code == 1
    assert out
    assert len(err.splitlines()) == 1


def test_explain_and_rules(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "404"]) == 0
    out = capfd.readouterr().out
    assert out.startswith("Resource leak (resource-leak, CWE-772, CWE-404)\n")
    assert "Use `with`." in out
    assert main(["explain", "resource-leek"]) == 2
    assert "did you mean 'resource-leak'?" in capfd.readouterr().err
    assert main(["rules"]) == 0
    assert [line.split()[0] for line in capfd.readouterr().out.splitlines()] == [
        "resource-leak",
        "hard-coded-credentials",
    ]


def test_dump(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["dump", "ir", "leaky.py:f"]) == 0
    assert "call" in capfd.readouterr().out
    assert main(["dump", "ir", "leaky.py:g"]) == 2
    assert "no function 'g'" in capfd.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["reviw"], ["dump", "tree", "x.py"], ["leaky.py"]])
def test_wrong_commands_are_two(capfd: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(arguments) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith("assay: ")


def test_help_is_zero(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert main(["review", "--help"]) == 0
    assert "--output-format" in capfd.readouterr().out


def test_an_error_of_the_tool_is_two(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object, **named: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr("assay.cli.review.review_paths", fail)
    code, out, err = assay(capfd, "leaky.py")
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == "assay: internal error: ValueError: broken"


def test_an_interrupt_is_130(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("assay.cli.review.review_paths", interrupt)
    assert assay(capfd, "leaky.py")[0] == 130
