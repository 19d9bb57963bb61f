"""`assay suppress FILE:LINE|FINGERPRINT --reason TEXT`: writes the comment that accepts a finding.

The comment goes on a line of its own above the statement, else behind it: each place is tried on
the text, and taken when the tokens have the comment there, the tree is what it was, and the comment
covers the site. Where no line can carry one the file is left alone.

Invariants: of the file nothing changes but the one line; encoding, byte order mark and line ends
stay; a finding that is accepted already is left as it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Final

from assay.checkers._suppressions import OWN_RULES
from assay.driver.options import UsageError
from assay.driver.run import Run
from assay.driver.selection import named, unknown
from assay.frozen import frozen
from assay.ledger.observation import Observation
from assay.ledger.rule import Rule
from assay.report.words import joined
from assay.review.review import Review, Reviewed
from assay.source.day import today
from assay.source.door import Door
from assay.source.file import MAX_BYTES, Parsed, SourceFile, parse_bytes
from assay.source.lines import line_offsets
from assay.source.normal import Place
from assay.source.rewrite import rewrite
from assay.source.span import Span
from assay.source.suppressions import (
    IGNORE,
    Suppression,
    covers,
    is_above,
    is_day,
    suppressions_of,
)

_FINGERPRINT: Final = re.compile(r"[0-9a-f]{16}")
_BLANKS: Final = re.compile(r"[ \t\f]*")
_LINE_END: Final = re.compile(r"\r\n?|\n")
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


@frozen
class Wanted:
    """What is to be accepted, and how: `rule` and `until` are "" where they are not given."""

    target: str
    rule: str
    reason: str
    until: str


def is_fingerprint(target: str) -> bool:
    """Whether a target is one of the keys of a site, not a place."""
    return _FINGERPRINT.fullmatch(target) is not None


def place_of(target: str) -> tuple[str, int]:
    """Path and line of a target. Raises UsageError."""
    path, colon, line = target.rpartition(":")
    if not colon or not path or not line.isascii() or not line.isdigit():
        raise UsageError(f"'{target}' is neither FILE:LINE nor a fingerprint of 16 digits")
    return path, int(line)


def check(wanted: Wanted, rules: Sequence[Rule]) -> None:
    """Raises UsageError where a comment would have no effect."""
    if not any(char.isalnum() for char in wanted.reason):
        raise UsageError("--reason: say why the finding is accepted")
    if any(not char.isprintable() for char in wanted.reason):
        raise UsageError("--reason: one line of text, without control characters")
    if wanted.until and not is_day(wanted.until):
        raise UsageError(f"--until: '{wanted.until}' is no day, which is written 2027-03-01")
    if wanted.until and today() > wanted.until:
        raise UsageError(f"--until: {wanted.until} has passed")
    if wanted.rule and not named(rules, wanted.rule):
        raise UsageError(f"--rule: {unknown(rules, wanted.rule)}")


def suppress(door: Door, run: Run, wanted: Wanted, rules: Sequence[Rule]) -> str:
    """Writes the comment and says where. Raises UsageError, with the file as it was.

    `run` is the review in which the target is looked for.
    """
    if run.wrong:
        raise UsageError("; ".join(run.wrong))
    sites = _sites(door, run.review, wanted)
    if wanted.rule:
        ids = {rule.id for rule in named(rules, wanted.rule)}
        sites = [site for site in sites if site.rule.id in ids]
    if not sites:
        of_rule = f" of {wanted.rule}" if wanted.rule else ""
        raise UsageError(f"{wanted.target}: nothing{of_rule} is found there")
    places = sorted({(site.path, site.line) for site in sites})
    if is_fingerprint(wanted.target) and len(places) > 1:
        where = joined([f"{path}:{line}" for path, line in places])
        raise UsageError(f"{wanted.target} stands at {where}: name one of them")
    if all(site.suppressed is not None for site in sites):
        return _already(sites)
    left = [site for site in sites if site.suppressed is None]
    names = sorted({site.rule.id for site in left})
    if len(names) > 1:
        raise UsageError(f"{wanted.target} has {joined(names)}: name one with --rule")
    if names[0] in OWN_RULES:
        raise UsageError(f"{wanted.target}: {names[0]} is about a comment; mend that instead")
    until = f" until={wanted.until}" if wanted.until else ""
    comment = f"# assay: {IGNORE}[{names[0]}]{until} -- {wanted.reason.strip()}"
    return _written(door, left, comment)


def _already(sites: Sequence[Observation]) -> str:
    said = [
        f"{site.path}:{site.line}: {site.rule.id} is accepted already, by line "
        f"{site.suppressed.line}\n"
        for site in sites
        if site.suppressed is not None
    ]
    return "".join(dict.fromkeys(said))


def _sites(door: Door, review: Review, wanted: Wanted) -> list[Observation]:
    """What is found where the target says, accepted or not."""
    both: list[Reviewed] = [*review.found, *review.suppressed]
    if is_fingerprint(wanted.target):
        keys = wanted.target
        return [
            each.observation
            for each in both
            if keys in (each.fingerprint, each.identity.path_fingerprint)
        ]
    _, line = place_of(wanted.target)
    sites = [each.observation for each in both]
    exact = [site for site in sites if site.line == line]
    if exact or not sites:
        return exact
    source, _ = _read(door, sites[0].path)
    return [site for site in sites if _is_at(source, _place(source, site, 0), line)]


def _is_at(source: SourceFile, place: Place, line: int) -> bool:
    """Whether a line is one of a place, or of the comments above it: so an earlier run left it."""
    return place.unit_first <= line <= place.unit_last or is_above(source, line, place.unit_first)


def _read(door: Door, path: str) -> tuple[SourceFile, bytes]:
    if path.endswith(".ipynb"):
        raise UsageError(f"{path}: a notebook; write the comment into its cell")
    data = door.read(door.place(path), MAX_BYTES).data
    source = None if data is None else parse_bytes(path, data)
    if data is None or source is None or source.parsed is not Parsed.WHOLE:
        raise UsageError(f"{path}: not read whole, so nothing is written; {_INSTEAD}")
    return source, data


_INSTEAD: Final = "accept it by per-file-ignores in the configuration"


def _place(source: SourceFile, site: Observation, shift: int) -> Place:
    """The place of a site in a text that has `shift` lines more above it."""
    line, last = site.line + shift, site.end_line + shift
    start = source.byte_column(line, site.column)
    return source.statements.at(Span(line, start, last, source.byte_column(last, site.end_column)))


def _written(door: Door, sites: Sequence[Observation], comment: str) -> str:
    path = sites[0].path
    source, data = _read(door, path)
    mark = _BYTE_ORDER_MARK if data.startswith(_BYTE_ORDER_MARK) else b""
    try:
        text = data[len(mark) :].decode(source.encoding)
        exact = text == source.text and text.encode(source.encoding) == data[len(mark) :]
    except (UnicodeError, LookupError):
        exact = False
    if not exact:
        raise UsageError(f"{path}: its encoding cannot be kept; {_INSTEAD}")
    place = _place(source, sites[0], 0)
    tries = [(place.unit_first, True), (place.first, True)]
    tries += [(place.unit_last, False), (place.last, False), (place.first, False)]
    for line, above in dict.fromkeys(tries):
        changed = _with_comment(text, line, above, comment)
        try:
            after = mark + changed.encode(source.encoding)
        except UnicodeError:
            raise UsageError(
                f"{path}: --reason: {source.encoding}, which the file is in, has not all of its "
                "characters"
            ) from None
        if _holds(source, path, after, line, above, comment, sites):
            problem = rewrite(door, door.place(path), data, after)
            if problem:
                raise UsageError(f"{path}: {problem}")
            return f"{path}:{line}: {comment}\n"
    raise UsageError(f"{path}:{place.first}: no line there can carry a comment; {_INSTEAD}")


def _with_comment(text: str, line: int, above: bool, comment: str) -> str:
    """The text with the comment above a line, or at its end."""
    starts = line_offsets(text)
    start = starts[line - 1]
    ended = _LINE_END.search(text, start)
    any_end = ended or _LINE_END.search(text)
    line_end = any_end.group() if any_end is not None else "\n"
    if above:
        blanks = _BLANKS.match(text, start)
        indent = blanks.group() if blanks is not None else ""
        return f"{text[:start]}{indent}{comment}{line_end}{text[start:]}"
    end = ended.start() if ended is not None else len(text)
    return f"{text[:end].rstrip(' ')}  {comment}{text[end:]}"


def _holds(
    before: SourceFile,
    path: str,
    after: bytes,
    line: int,
    above: bool,
    comment: str,
    sites: Sequence[Observation],
) -> bool:
    """Whether the new text is the old one with a comment that covers the sites."""
    source = parse_bytes(path, after)
    if source.parsed is not Parsed.WHOLE or source.encoding != before.encoding:
        return False
    if ast.dump(source.tree) != ast.dump(before.tree):
        return False
    known = {each.text for each in source.comments if each.line == line}
    mine: list[Suppression] = [each for each in suppressions_of(source) if each.line == line]
    if not any(text.endswith(comment) for text in known):
        return False
    shift = 1 if above else 0
    return any(
        all(
            covers(
                source, one, site.line + shift, site.end_line + shift, _place(source, site, shift)
            )
            for site in sites
        )
        for one in mine
        if one.verb == IGNORE and sites[0].rule.id in one.names
    )
