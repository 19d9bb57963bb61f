"""Every reading of a finding is kept in `labels.tsv`: this commit against all of them.

    python bench/labels.py --packages PACKAGES

A label is one of

    wanted      a maintainer would want to know, and act
    trifling    true, but nobody would act
    wrong       not true

and belongs to a finding by its identity (rule, fingerprint, path, package@version), so that it
outlives moved lines and other messages. The packages that have labels are reviewed again: how many
of each label are still found, what share of what is found and labelled is wanted, or at least true,
and whether severity and confidence put wanted before trifling before wrong (Kendall's tau-b).
What is found is what the default persona, *regular*, is shown.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assay.ledger.rule import Confidence, Severity
from figures import kendall, share, table
from packages import Finding, reviewed
from packages import load as load_packages

TABLE: Final = Path(__file__).resolve().parent / "labels.tsv"
COLUMNS: Final = (
    "rule",
    "fingerprint",
    "path",
    "package",
    "line",
    "severity",
    "confidence",
    "message",
    "label",
    "reader",
    "commit",
    "note",
)
LABELS: Final = ("wanted", "trifling", "wrong")
_WORTH: Final = {"wanted": 2, "trifling": 1, "wrong": 0}


@dataclass(frozen=True, slots=True)
class Label:
    """A reading: whose, of which finding, of which commit."""

    rule: str
    fingerprint: str
    path: str
    package: str
    line: int
    label: str
    reader: str
    commit: str

    @property
    def identity(self) -> tuple[str, str, str, str]:
        """That of the finding."""
        return self.rule, self.fingerprint, self.path, self.package


def load(path: Path = TABLE) -> list[Label]:
    """All readings. Raises ValueError where one has no label, or one that is not known."""
    found: list[Label] = []
    with path.open(encoding="utf-8", newline="") as stream:
        for each in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            if tuple(each) != COLUMNS or each["label"] not in LABELS:
                raise ValueError(f"{path.name}: {each['path']}:{each['line']}: {each['label']!r}")
            found.append(
                Label(
                    each["rule"],
                    each["fingerprint"],
                    each["path"],
                    each["package"],
                    int(each["line"]),
                    each["label"],
                    each["reader"],
                    each["commit"],
                )
            )
    return found


def rank(finding: Finding) -> int:
    """Severity times confidence, each a step from 1: 15 for critical and certain."""
    severity = len(Severity) - Severity(finding.severity).rank
    confidence = len(Confidence) - Confidence(finding.confidence).rank
    return severity * confidence


@dataclass(frozen=True, slots=True)
class Score:
    """How the findings of a commit stand to the labels, and what is found without one."""

    labelled: Mapping[str, int]
    found: Mapping[str, int]
    ranks: tuple[tuple[int, str], ...]
    unlabelled: int

    @property
    def tau(self) -> float:
        """Kendall's tau-b between rank and label, of what is found."""
        return kendall([(rank, _WORTH[label]) for rank, label in self.ranks])


def scored(labels: Sequence[Label], findings: Sequence[Finding]) -> Score:
    """The findings of the labelled packages against the labels.

    A finding that two readers differ on counts once, with the lower word.
    """
    words: dict[tuple[str, str, str, str], str] = {}
    for each in labels:
        known = words.get(each.identity, each.label)
        words[each.identity] = min(known, each.label, key=_WORTH.__getitem__)
    packages = {each.package for each in labels}
    own = [each for each in findings if each.package in packages]
    there = [(rank(each), words[each.identity]) for each in own if each.identity in words]
    return Score(
        Counter(words.values()),
        Counter(label for _, label in there),
        tuple(there),
        len(own) - len(there),
    )


def lines_of(score: Score) -> list[str]:
    """The Markdown of a score."""
    rows = [
        [label, str(score.labelled.get(label, 0)), str(score.found.get(label, 0))]
        for label in LABELS
    ]
    total = sum(score.found.values())
    wanted = score.found.get("wanted", 0)
    true = wanted + score.found.get("trifling", 0)
    said = (
        f"Of {total} findings with a label {share(wanted, total)} are wanted, {share(true, total)} "
        f"true; {score.unlabelled} findings of these packages have none. Rank against label: "
        f"tau-b {score.tau:.2f}."
    )
    return [*table(["label", "readings", "still found"], rows), "", said]


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="Scores this commit against all labels.")
    parser.add_argument("--packages", required=True, help="the folder of the packages")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    labels = load()
    names = {each.package for each in labels}
    packages = [each for each in load_packages() if each.spelled in names]
    found = reviewed(packages, Path(str(given.packages)), int(given.jobs))
    score = scored(labels, [finding for each in found for finding in each.findings])
    print("\n".join(lines_of(score)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
