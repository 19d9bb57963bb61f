"""One line a finding: `path:line:column: CWE-772 resource-leak found message`.

    weakened by pyproject.toml: 2 rules off (old-tls, weak-hash)
    store.py:12:5: CWE-772 resource-leak found file is still open when json.load raises
    baseline .assay-baseline.jsonl: 3 findings in it, 1 new
    half.py: read partly: lines 6-7 not analysed: '(' was never closed (line 6, column 8)

Editors and `grep` read it. What weakens the review comes first, what was not read last. `verbose`
adds the other verdicts.
"""

from __future__ import annotations

from assay.ledger.observation import Verdict
from assay.report.visible import visible
from assay.report.words import baseline_lines, place, unread_words, weakened_lines
from assay.review.review import Review


def render_concise(review: Review, verbose: bool) -> str:
    """The lines, in the order of the review; empty when there is nothing to say."""
    lines = [f"{visible(text)}\n" for text in weakened_lines(review)]
    audited = {id(each) for each in review.audited}
    for reviewed in review.observations:
        observation = reviewed.observation
        if verbose or observation.verdict is Verdict.FOUND or id(reviewed) in audited:
            lines.append(
                f"{place(reviewed)}: CWE-{observation.rule.cwe} {observation.rule.id} "
                f"{observation.verdict.value} {visible(observation.message)}\n"
            )
    lines += [f"{visible(text)}\n" for text in baseline_lines(review)]
    lines += [f"{visible(unread_words(each))}\n" for each in review.unread]
    return "".join(lines)
