"""One line a finding: `path:line:column: CWE-772 resource-leak found message`.

    store.py:12:5: CWE-772 resource-leak found file is still open when json.load raises

Editors and `grep` read it. `verbose` adds the other verdicts.
"""

from __future__ import annotations

from assay.ledger.observation import Verdict
from assay.report.visible import visible
from assay.report.words import place
from assay.review.review import Review


def render_concise(review: Review, verbose: bool) -> str:
    """The lines, in the order of the review; empty when there is nothing to say."""
    lines: list[str] = []
    for reviewed in review.observations:
        observation = reviewed.observation
        if verbose or observation.verdict is Verdict.FOUND:
            lines.append(
                f"{place(reviewed)}: CWE-{observation.rule.cwe} {observation.rule.id} "
                f"{observation.verdict.value} {visible(observation.message)}\n"
            )
    return "".join(lines)
