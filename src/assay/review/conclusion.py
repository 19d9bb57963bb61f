"""What a review comes to: what is wrong, worst first; what to look at next; what would show more.

Every entry is a fact of the review; reports make the sentences.
"""

from __future__ import annotations

from assay.frozen import frozen
from assay.ledger.observation import Verdict
from assay.ledger.reason import is_not_analysed
from assay.review.review import ClassReview, FileReview, Review, Reviewed, UnseenName


@frozen
class Remedy:
    """One thing to do, and the names that it would bring into view, most needed first."""

    remedy: str
    names: tuple[UnseenName, ...]


@frozen
class Conclusion:
    """`wrong` is ranked by severity, confidence and place. `not_analysed` are holes in code that
    is in hand, `not_in_view` the names that other code would have to be brought in for, both with
    the most sites first.
    """

    wrong: tuple[Reviewed, ...]
    found_classes: tuple[ClassReview, ...]
    unseen_classes: tuple[ClassReview, ...]
    not_analysed: tuple[UnseenName, ...]
    not_in_view: tuple[UnseenName, ...]
    not_whole: tuple[FileReview, ...]
    remedies: tuple[Remedy, ...]


def conclude(review: Review) -> Conclusion:
    """The conclusion of a review."""
    ranked = sorted(review.found, key=_badness)
    names = sorted(review.unseen, key=_need)
    grouped: dict[str, list[UnseenName]] = {}
    for name in names:
        if name.remedy:
            grouped.setdefault(name.remedy, []).append(name)
    remedies = [Remedy(remedy, tuple(grouped[remedy])) for remedy in grouped]
    remedies.sort(key=lambda each: (-len(each.names), each.remedy))
    return Conclusion(
        wrong=tuple(ranked),
        found_classes=tuple(
            c for c in review.classes if c.verdict is Verdict.FOUND and c.sites.found
        ),
        unseen_classes=tuple(c for c in review.classes if c.verdict is Verdict.UNSEEN),
        not_analysed=tuple(name for name in names if is_not_analysed(name.reason)),
        not_in_view=tuple(name for name in names if not is_not_analysed(name.reason)),
        not_whole=review.not_whole,
        remedies=tuple(remedies),
    )


def _badness(reviewed: Reviewed) -> tuple[int, int, str, int, int, int, str]:
    observation = reviewed.observation
    return (
        observation.severity.rank,
        observation.confidence.rank,
        observation.path,
        observation.line,
        observation.column,
        observation.rule.cwe,
        reviewed.fingerprint,
    )


def _need(name: UnseenName) -> tuple[int, str, str]:
    return (-name.sites, name.name, name.reason)
