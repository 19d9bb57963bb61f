"""Folding: from sites to functions, files and the whole.

The fold is a maximum, `found > unseen > handled > clean > absent`. What was not looked at takes
part in it as unseen: a hole that names no rule concerns all of them, so a file that was not read
whole, a function over budget and an internal error leave no rule clean or absent.

    one clean site, and lines 12-14 lost to a syntax error  ->  unseen
    one found site, and lines 12-14 lost                    ->  found
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from assay.frozen import replace
from assay.ledger.identity import identities, in_order
from assay.ledger.ledger import Ledger, Unseen
from assay.ledger.observation import Observation, Verdict, fold
from assay.ledger.reason import NOT_IN_VIEW, SWITCHED_OFF, is_not_analysed
from assay.ledger.rule import Confidence, Rule, Severity
from assay.review.audience import ALL_FOUND, Audience, Persona
from assay.review.review import (
    Baseline,
    Cell,
    ClassReview,
    FileHead,
    FileReview,
    FunctionReview,
    Parsed,
    Review,
    Reviewed,
    SiteCounts,
    Unread,
    UnseenName,
    Weakening,
)


def review_of_file(
    head: FileHead,
    ledger: Ledger,
    rules: Sequence[Rule],
    line_hashes: Mapping[int, str],
    cells: Mapping[int, Cell],
    keep_clean: bool,
) -> FileReview:
    """The review of one file.

    `line_hashes` and `cells` are by line; empty when no report needs them, or for lack of cells.
    """
    ordered = in_order(ledger.observations)
    holes = _unique_holes(ledger, ordered)
    kept = [each for each in ordered if keep_clean or each.verdict is not Verdict.CLEAN]
    reviewed = tuple(
        Reviewed(
            observation,
            identity,
            line_hashes.get(observation.line, ""),
            cells.get(observation.line),
        )
        for observation, identity in zip(
            kept, identities(kept, head.inner or head.path), strict=True
        )
    )
    concerned = {rule for hole in holes for rule in hole.rules}
    concerns_all = any(hole.rules == () for hole in holes)
    by_rule: dict[str, list[Observation]] = {}
    for observation in ordered:
        by_rule.setdefault(observation.rule.id, []).append(observation)
    classes = tuple(
        _class_in_file(
            rule,
            by_rule.get(rule.id, []),
            ledger.clean_lines.get(rule.id, []),
            concerns_all or rule.id in concerned,
        )
        for rule in rules
    )
    return FileReview(head, classes, reviewed, holes)


def with_rules_off(review: FileReview, rules: Sequence[Rule], where: str) -> FileReview:
    """The review of a file with a class for each of the rules.

    Those that were not judged are unseen, since nobody looked; `where` is the configuration that
    switched them off for the file.
    """
    judged = {each.rule.id: each for each in review.classes}
    off = tuple(rule.id for rule in rules if rule.id not in judged)
    if not off:
        return review
    path = review.head.path
    hole = Unseen(path, 0, f"rules switched off by {where}", SWITCHED_OFF, "", off)
    classes = tuple(judged.get(rule.id) or _not_judged(rule) for rule in rules)
    holes = sorted((hole, *review.unseen), key=_hole_order)
    return FileReview(review.head, classes, review.observations, tuple(holes))


def without_rules(review: FileReview, rules: Sequence[str], where: str) -> FileReview:
    """The review of a file without what some rules say of it; `where` is what switched them off."""
    path = review.head.path
    off = frozenset(rules)
    hole = Unseen(path, 0, f"rules switched off by {where}", SWITCHED_OFF, "", tuple(rules))
    classes = tuple(
        _not_judged(each.rule) if each.rule.id in off else each for each in review.classes
    )
    kept = tuple(each for each in review.observations if each.observation.rule.id not in off)
    others = [each for each in review.unseen if not each.rules or not off.issuperset(each.rules)]
    return FileReview(review.head, classes, kept, tuple(sorted([hole, *others], key=_hole_order)))


def _hole_order(hole: Unseen) -> tuple[int, str, str, tuple[str, ...]]:
    return hole.line, hole.name, hole.reason, hole.rules


@cache
def _not_judged(rule: Rule) -> ClassReview:
    return ClassReview(rule, Verdict.UNSEEN, count([]), _one_file(Verdict.UNSEEN), ())


def review_of_functions(
    observations: Iterable[Observation], rules: Sequence[Rule]
) -> tuple[FunctionReview, ...]:
    """One entry for each function and rule with a site, by function name and order of rules."""
    sites: dict[tuple[str, str], list[Verdict]] = {}
    for observation in observations:
        sites.setdefault((observation.function, observation.rule.id), []).append(
            observation.verdict
        )
    functions = sorted({function for function, _ in sites})
    return tuple(
        FunctionReview(function, rule, fold(verdicts), count(verdicts))
        for function in functions
        for rule in rules
        if (verdicts := sites.get((function, rule.id))) is not None
    )


def review_of_all(
    files: Iterable[FileReview],
    holes: Sequence[Unseen],
    rules: Sequence[Rule],
    min_severity: Severity,
    min_confidence: Confidence,
    unread: Sequence[Unread] = (),
    weakened: Sequence[Weakening] = (),
    baselines: Sequence[Baseline] = (),
    audience: Audience = ALL_FOUND,
) -> Review:
    """The whole review, in an order that does not depend on the order of the files.

    `holes` are paths that gave no files; each makes every class unseen that is not found. `unread`
    are paths that were not read and are none of the files. Found
    observations below the severity or the confidence are left out of `observations` and
    counted in `hidden`, and those that are for another persona than that of the `audience` in
    `for_others`; verdicts and site counts are not changed by that.
    """
    ordered = tuple(sorted(files, key=_path))
    observations: list[Reviewed] = []
    hidden = 0
    suppressed: list[Reviewed] = []
    baselined: list[Reviewed] = []
    audited: list[Reviewed] = []
    others = dict.fromkeys(Persona, 0)
    for file in ordered:
        for each in file.observations:
            if each.observation.suppressed is not None:
                suppressed.append(each)
            elif each.known:
                baselined.append(each)
            elif not is_shown(each.observation, min_severity, min_confidence):
                hidden += 1
            else:
                is_found = each.observation.verdict is Verdict.FOUND
                least = audience.least(each.observation)
                if least is not None and least.rank > audience.persona.rank:
                    others[least] += 1
                    if is_found:
                        continue
                elif least is not None and not is_found:
                    audited.append(each)
                observations.append(each)
    observations.sort(key=_order)
    suppressed.sort(key=_order)
    baselined.sort(key=_order)
    audited.sort(key=_order)
    return Review(
        files=ordered,
        classes=_classes_in_all(rules, ordered, holes),
        observations=tuple(observations),
        unseen=_followable(
            merge_unseen([*holes, *(hole for file in ordered for hole in file.unseen)]),
            len(ordered) == 1,
        ),
        hidden=hidden,
        unread=_unread(ordered, unread),
        weakened=tuple(weakened),
        suppressed=tuple(suppressed),
        baselined=tuple(baselined),
        baselines=tuple(baselines),
        persona=audience.persona,
        audited=tuple(audited),
        for_others=tuple((persona, number) for persona, number in others.items() if number),
    )


def with_known(review: FileReview, known: Mapping[int, bool]) -> FileReview:
    """The review of a file whose findings are known to the baseline or not, by their index.

    What a comment accepts is counted as that, whether it is known or not.
    """
    if not known:
        return review
    observations = tuple(
        replace(each, known=known[index]) if index in known else each
        for index, each in enumerate(review.observations)
    )
    kinds: dict[str, list[Verdict]] = {}
    for each in observations:
        if each.known and each.observation.suppressed is None:
            kinds.setdefault(each.observation.rule.id, []).append(each.observation.verdict)
    classes = tuple(
        replace(each, sites=_with_baselined(each.sites, kinds[each.rule.id]))
        if each.rule.id in kinds
        else each
        for each in review.classes
    )
    return replace(review, classes=classes, observations=observations)


def _with_baselined(sites: SiteCounts, verdicts: Sequence[Verdict]) -> SiteCounts:
    found = verdicts.count(Verdict.FOUND)
    unseen = len(verdicts) - found
    return replace(
        sites, found=sites.found - found, unseen=sites.unseen - unseen, baselined=len(verdicts)
    )


def _unread(files: Sequence[FileReview], others: Sequence[Unread]) -> tuple[Unread, ...]:
    """All that was not read whole, each path once, in the order of the paths."""
    found = {
        file.head.path: Unread(file.head.path, file.head.parsed, file.head.problem)
        for file in files
        if file.head.parsed is not Parsed.WHOLE
    }
    for each in others:
        found.setdefault(each.path, each)
    return tuple(found[path] for path in sorted(found))


def _followable(names: tuple[UnseenName, ...], alone: bool) -> tuple[UnseenName, ...]:
    """The names, with a remedy that helps.

    A lone file is told what to review with it. Beside other files that would promise too much: what
    could be found in the project was looked for, and what is still not in view has no name or type
    by which it could be.
    """
    if alone:
        return names
    return tuple(
        replace(name, remedy=_BY_HAND) if name.reason == NOT_IN_VIEW and name.remedy else name
        for name in names
    )


_BY_HAND: Final = "read them by hand; assay doctor says why calls are not resolved"


def count(verdicts: Iterable[Verdict], suppressed: int = 0) -> SiteCounts:
    """How often each verdict occurs; so many of the found ones are suppressed."""
    found = handled = clean = unseen = 0
    for verdict in verdicts:
        if verdict is Verdict.FOUND:
            found += 1
        elif verdict is Verdict.HANDLED:
            handled += 1
        elif verdict is Verdict.CLEAN:
            clean += 1
        elif verdict is Verdict.UNSEEN:
            unseen += 1
    return SiteCounts(found - suppressed, handled, clean, unseen, suppressed)


def merge_unseen(holes: Iterable[Unseen]) -> tuple[UnseenName, ...]:
    """One row for each name and reason, in the order of reason and name.

    Code in hand that was not analysed is a row for each file: "lines 12-14" of two files are two
    holes, a callee that two files miss is one.
    """
    groups: dict[tuple[str, str, str], list[Unseen]] = {}
    for hole in holes:
        path = hole.path if is_not_analysed(hole.reason) else ""
        groups.setdefault((hole.reason, path, hole.name), []).append(hole)
    rows: list[UnseenName] = []
    for reason, path, name in sorted(groups):
        group = groups[reason, path, name]
        places = sorted({(hole.path, hole.line) for hole in group})
        everywhere = any(hole.rules == () for hole in group)
        rule_ids = sorted({rule for hole in group for rule in hole.rules})
        rows.append(
            UnseenName(
                name=name,
                reason=reason,
                path=path,
                sites=len(places),
                remedy=min((hole.remedy for hole in group if hole.remedy), default=""),
                rules=() if everywhere else tuple(rule_ids),
                places=tuple(places),
            )
        )
    return tuple(rows)


def _unique_holes(ledger: Ledger, ordered: Sequence[Observation]) -> tuple[Unseen, ...]:
    """The ledger's holes and the names that unseen observations miss, without repetition."""
    reasons: dict[str, str] = {}
    for hole in ledger.unseen:
        reasons.setdefault(hole.name, hole.reason)
    holes = list(ledger.unseen)
    holes += [
        Unseen(
            observation.path,
            observation.line,
            name,
            reasons.get(name, NOT_IN_VIEW),
            observation.remedy,
            (observation.rule.id,),
        )
        for observation in ordered
        if observation.verdict is Verdict.UNSEEN
        for name in observation.missing
    ]
    unique: dict[tuple[int, str, str, tuple[str, ...]], Unseen] = {}
    for hole in holes:
        unique.setdefault(_hole_order(hole), hole)
    return tuple(unique[key] for key in sorted(unique))


_FEW_LINES: Final = 12
"""Clean sites on at most so many lines are named by their lines, not only counted."""


def _class_in_file(
    rule: Rule, own: Sequence[Observation], noted: Sequence[int], concerns: bool
) -> ClassReview:
    """`noted`: lines of clean sites without an observation; `concerns`: a hole names the rule."""
    if not own and not noted and not concerns:
        return absent(rule)
    verdicts = [each.verdict for each in own]
    verdicts += [Verdict.CLEAN] * len(noted)
    suppressed = sum(each.suppressed is not None for each in own)
    verdict = fold([*verdicts, Verdict.UNSEEN] if concerns else verdicts)
    lines = {each.line for each in own if each.verdict is Verdict.CLEAN}
    lines.update(noted)
    few = tuple(sorted(lines)) if len(lines) <= _FEW_LINES else ()
    return ClassReview(rule, verdict, count(verdicts, suppressed), _one_file(verdict), few)


@cache
def absent(rule: Rule) -> ClassReview:
    """What most files say of most rules."""
    return ClassReview(rule, Verdict.ABSENT, count([]), _one_file(Verdict.ABSENT), ())


def _classes_in_all(
    rules: Sequence[Rule], files: Sequence[FileReview], holes: Sequence[Unseen]
) -> tuple[ClassReview, ...]:
    """What all files together say of each rule."""
    sited: list[list[ClassReview]] = [[] for _ in rules]
    for file in files:
        for index, each in enumerate(file.classes):
            if each.verdict is not Verdict.ABSENT:  # most are
                sited[index].append(each)
    return tuple(
        _class_in_all(rule, per_file, files, holes)
        for rule, per_file in zip(rules, sited, strict=True)
    )


def _class_in_all(
    rule: Rule, sited: Sequence[ClassReview], files: Sequence[FileReview], holes: Sequence[Unseen]
) -> ClassReview:
    """`sited` are the words of the files that have a site or a hole."""
    by_verdict = dict.fromkeys(Verdict, 0)
    by_verdict[Verdict.ABSENT] = len(files) - len(sited)
    for each in sited:
        by_verdict[each.verdict] += 1
    return ClassReview(
        rule,
        fold([*(each.verdict for each in sited), *(Verdict.UNSEEN for _ in holes)]),
        SiteCounts(
            sum(each.sites.found for each in sited),
            sum(each.sites.handled for each in sited),
            sum(each.sites.clean for each in sited),
            sum(each.sites.unseen for each in sited),
            sum(each.sites.suppressed for each in sited),
            sum(each.sites.baselined for each in sited),
        ),
        tuple(by_verdict.values()),
        sited[0].clean_lines if len(files) == len(sited) == 1 else (),
    )


def _one_file(verdict: Verdict) -> tuple[int, ...]:
    return tuple(int(each is verdict) for each in Verdict)


def is_shown(observation: Observation, severity: Severity, confidence: Confidence) -> bool:
    """Whether an observation is in the reports of a run with these least levels."""
    return observation.verdict is not Verdict.FOUND or (
        observation.severity.rank <= severity.rank
        and observation.confidence.rank <= confidence.rank
    )


def _path(file: FileReview) -> str:
    return file.head.path


def _order(reviewed: Reviewed) -> tuple[str, int, int, int, str]:
    observation = reviewed.observation
    return (
        observation.path,
        observation.line,
        observation.column,
        observation.rule.cwe,
        reviewed.fingerprint,
    )
