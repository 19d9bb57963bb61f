"""The SARIF report: shape, what services ask for, and what they would refuse."""

from __future__ import annotations

import json
from pathlib import Path

import fastjsonschema
import pytest

from assay.frozen import replace
from assay.ledger.ledger import Ledger, Unseen
from assay.ledger.observation import Observation, Step, Verdict
from assay.ledger.rule import Severity
from assay.report import sarif
from assay.report.github import render_github
from assay.report.sarif import render_sarif
from assay.review.review import Cell, Review
from assay.review.verdicts import review_of_file
from assay.source.file import Parsed
from fake_ledgers import (
    LEAK,
    RULES,
    SECRET,
    accepted_review,
    file_review,
    head,
    known_review,
    ledger,
    observation,
    review_of,
    weak_review,
)

SUBSET = Path(__file__).with_name("sarif-subset.schema.json")


def run_of(review: Review, *, all_verdicts: bool = False) -> dict[str, list[dict[str, object]]]:
    text = render_sarif(review, "0.1.0", all_verdicts, True)
    document = json.loads(text)
    fastjsonschema.compile(json.loads(SUBSET.read_text("utf-8")))(document)
    assert "\n" not in text.rstrip("\n")
    (run,) = document["runs"]
    assert isinstance(run, dict)
    return run


def only(*observations: Observation) -> Review:
    return review_of(file_review(made=Ledger("store.py", list(observations))))


def partly() -> Review:
    lost = Unseen("b.py", 12, "lines 12-14", "syntax: invalid syntax", "", ())
    dead = Unseen("b.py", 0, "the whole file", "internal error: KeyError", "replay", ())
    about = head("b.py", Parsed.PARTLY, "lines 12-14 not analysed")
    return review_of(file_review("b.py", Ledger("b.py", [], [lost, dead]), about))


@pytest.mark.parametrize("all_verdicts", [False, True])
@pytest.mark.parametrize(
    "review",
    [review_of(), review_of(file_review()), partly(), accepted_review(), known_review()],
)
def test_is_sarif(review: Review, all_verdicts: bool) -> None:
    run_of(review, all_verdicts=all_verdicts)


def test_only_found_by_default() -> None:
    run = run_of(review_of(file_review()))
    (result,) = run["results"]
    assert (result["ruleId"], result["kind"], result["level"]) == (
        "resource-leak",
        "fail",
        "warning",
    )
    assert result["partialFingerprints"] == {
        "primaryLocationLineHash": "abc:1",
        "assay/v2": "5351441ea4a600ec",
        "assay/path/v2": "cc09c98d46836256",
    }


def test_the_other_verdicts_have_their_kind() -> None:
    made = ledger()
    made.observations[:] = [each for each in made.observations if each.rule is LEAK]
    made.unseen.clear()
    run = run_of(review_of(file_review(made=made), partly().files[0]), all_verdicts=True)
    kinds = [(result["ruleId"], result["kind"]) for result in run["results"]]
    assert kinds == [
        ("resource-leak", "fail"),
        ("resource-leak", "pass"),
        ("hard-coded-credentials", "open"),
        ("swallowed-exception", "open"),
    ]
    absent = run_of(review_of(file_review(made=Ledger("store.py"))), all_verdicts=True)["results"]
    assert {result["kind"] for result in absent} == {"notApplicable"}


def test_rules_say_what_services_show() -> None:
    tool = json.loads(render_sarif(review_of(file_review()), "0.1.0", False, True))["runs"][0]
    rule = tool["tool"]["driver"]["rules"][0]
    assert rule["properties"] == {
        "tags": [
            "security",
            "external/cwe/cwe-798",
            "external/cwe/cwe-259",
            "external/cwe/cwe-321",
        ],
        "precision": "medium",
        "security-severity": "8.0",
    }
    taxa = tool["taxonomies"][0]["taxa"]
    for relation in rule["relationships"]:
        assert taxa[relation["target"]["index"]]["id"] == relation["target"]["id"]


def test_cwe_tags_have_three_digits() -> None:
    path_traversal = replace(LEAK, id="path-traversal", cwe=22, related=())
    review = only(observation(path_traversal))
    review = replace(review, classes=(replace(review.classes[0], rule=path_traversal),))
    document = json.loads(render_sarif(review, "0.1.0", False, True))
    rule = document["runs"][0]["tool"]["driver"]["rules"][0]
    assert rule["properties"]["tags"] == ["security", "external/cwe/cwe-022"]


def test_the_region_stays_on_one_line() -> None:
    long = replace(observation(), end_line=20, end_column=2)
    text = render_sarif(only(long), "0.1.0", False, True)
    assert '"region":{"startLine":12,"startColumn":5}}' in text


def test_links_and_brackets_in_messages() -> None:
    text = render_sarif(review_of(file_review()), "0.1.0", False, True)
    message = json.loads(text)["runs"][0]["results"][0]["message"]["text"]
    assert message == "file is still open when json.load raises (see [beside it, lines 13-14](1))"
    assert "json.load raises \\\\[ValueError\\\\]" in text


def test_sites_of_notebooks_are_named_by_cell() -> None:
    site = observation(path="a.ipynb")
    made = Ledger("a.ipynb", [site])
    file = review_of_file(head("a.ipynb"), made, RULES, {}, {12: Cell(3, 2)}, keep_clean=False)
    (result,) = json.loads(render_sarif(review_of(file), "0.1.0", False, True))["runs"][0][
        "results"
    ]
    assert result["message"]["text"].startswith("cell 3, line 2: file is still open")
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    assert render_github(review_of(file)).startswith("::warning file=a.ipynb,line=1,title=")


def test_flow_steps_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_STEPS", 2)
    steps = tuple(Step("store.py", line, "on") for line in range(1, 6))
    text = render_sarif(only(observation(trace=steps)), "0.1.0", False, True)
    (flow,) = json.loads(text)["runs"][0]["results"][0]["codeFlows"]
    assert len(flow["threadFlows"][0]["locations"]) == 2


def test_too_many_results_are_cut_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 2)
    review = only(
        observation(line=1, severity=Severity.LOW),
        observation(line=2, severity=Severity.HIGH),
        observation(line=3, severity=Severity.LOW),
        observation(SECRET, line=4, severity=Severity.CRITICAL),
    )
    document = json.loads(render_sarif(review, "0.1.0", False, True))["runs"][0]
    lines = [
        result["locations"][0]["physicalLocation"]["region"]["startLine"]
        for result in document["results"]
    ]
    assert lines == [2, 4]
    (notice,) = document["invocations"][0]["toolExecutionNotifications"]
    assert notice["descriptor"] == {"id": "truncated", "index": 1}
    assert notice["message"]["text"].startswith("2 results left out")


def test_what_was_not_analysed_is_a_notification() -> None:
    run = json.loads(render_sarif(partly(), "0.1.0", False, False))["runs"][0]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    levels = [each["level"] for each in invocation["toolExecutionNotifications"]]
    assert levels == ["warning", "error", "warning"]
    assert all(
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "b.py"
        for each in invocation["toolExecutionNotifications"]
    )


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("src/a b.py", {"uri": "src/a%20b.py", "uriBaseId": "%SRCROOT%"}),
        ("./é#?.py", {"uri": "%C3%A9%23%3F.py", "uriBaseId": "%SRCROOT%"}),
        ("/tmp/a.py", {"uri": "file:///tmp/a.py"}),
        ("C:/tmp/a.py", {"uri": "file:///C:/tmp/a.py"}),
        ("a:b.py", {"uri": "a%3Ab.py", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_paths_become_uris(path: str, location: dict[str, str]) -> None:
    about = replace(head(path), path=path)
    review = review_of(file_review(path, Ledger(path, [observation(path=path)]), about))
    document = json.loads(render_sarif(review, "0.1.0", False, True))
    result = document["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == location


def test_verdict_words_have_a_kind() -> None:
    assert set(sarif._KIND) == set(Verdict)


def test_what_weakens_is_a_notification_and_a_property() -> None:
    run_of(weak_review())
    run = json.loads(render_sarif(weak_review(), "0.1.0", False, False))["runs"][0]
    (invocation,) = run["invocations"]
    notices = invocation["toolConfigurationNotifications"]
    assert [each["message"]["text"] for each in notices] == [
        "weakened by pyproject.toml: 1 rule off (old-tls)",
        "weakened by pyproject.toml: exit-zero is set",
        "weakened by .gitignore: 2 Python files left out",
    ]
    ids = [each["id"] for each in run["tool"]["driver"]["notifications"]]
    assert all(ids[each["descriptor"]["index"]] == each["descriptor"]["id"] for each in notices)
    assert run["properties"]["weakened_by"][1] == {
        "where": "pyproject.toml",
        "what": "exit-zero is set",
    }
    (unread,) = invocation["toolExecutionNotifications"]
    assert unread["message"]["text"].startswith("not read: a link that leads out of the root")


def test_what_a_comment_accepts_comes_last_and_is_the_first_to_be_cut(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    open_, accepted = run_of(accepted_review())["results"]
    assert open_["suppressions"] == []
    assert accepted["suppressions"] == [
        {
            "kind": "inSource",
            "status": "accepted",
            "location": {
                "physicalLocation": {
                    "artifactLocation": {"uri": "store.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 11, "endLine": 11},
                }
            },
            "justification": "the pool closes it",
        }
    ]
    monkeypatch.setattr("assay.report.sarif.MAX_RESULTS", 1)
    (left,) = run_of(accepted_review())["results"]
    assert left["suppressions"] == []


def test_without_comments_no_result_speaks_of_suppression() -> None:
    assert all("suppressions" not in each for each in run_of(review_of(file_review()))["results"])
