"""The baseline: what was found when a project began to be reviewed, and does not have to be mended.

It is a text of one JSON object a line. An entry names the sites of one statement in one function,
and how many there are; it holds neither lines nor days, so that it changes where the code does:

    {"path": "shop/store.py", "rule": "resource-leak", "function": "load", "count": 1, ...}

Two people may add entries at once and have git keep the lines of both (`merge=union`): order and
repetition mean nothing, and of two entries for one statement that with more sites counts.

    compared(parsed(text), identities).known      (True, False)

Sites are paired with entries as those of two reviews are (`ledger.matching`); an edited statement
is a new site. Entries of another version of the identity, whose statements cannot be compared,
stand for as many sites of their rule in their function.

Invariants: an entry never stands for more sites than it counts; what is written and read again is
equal; equal sites give equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from assay.frozen import frozen, replace
from assay.ledger.identity import VERSION, Identity
from assay.ledger.matching import How, match

NAME: Final = ".assay-baseline.jsonl"
"""What it is called in the root of a project."""

MOST_SITES: Final = 200_000
"""What all entries together may count."""

Around: TypeAlias = tuple[str, ...]
_Key: TypeAlias = tuple[str, str, str, str, str, str]

_RULE: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TEXTS: Final = ("path", "rule", "function", "source", "statement", "identity")
_STAYS: Final = (How.SAME, How.OTHER_DATA, How.MOVED, How.OTHER_FILE)


class BaselineError(Exception):
    """A text that is no baseline; the message says where, and repeats nothing of it."""


@frozen
class Entry:
    """So many sites that are equal in all but what stands round them.

    `around` has one item for each site (see `Identity`), `version` says how the digests were made.
    """

    path: str
    rule: str
    function: str
    source: str
    statement: str
    around: tuple[Around, ...]
    version: str = VERSION

    @property
    def count(self) -> int:
        """How many sites."""
        return len(self.around)


@frozen
class Compared:
    """`known` says of each site whether the baseline has it.

    `left` are the entries that stand for more sites than there are, with what is not there.
    """

    known: tuple[bool, ...]
    left: tuple[Entry, ...]


def entries_of(identities: Iterable[Identity]) -> tuple[Entry, ...]:
    """The entries for sites, of which those of each file are in the order of its text."""
    found: dict[_Key, list[Around]] = {}
    for each in identities:
        key = (each.path, each.rule, each.function, each.source, each.statement, VERSION)
        found.setdefault(key, []).append(each.around)
    return tuple(_made(key, tuple(around)) for key, around in found.items())


def together(*lists: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries of which those for one statement add up."""
    found: dict[_Key, tuple[Around, ...]] = {}
    for entries in lists:
        for each in entries:
            key = _key(each)
            found[key] = (*found.get(key, ()), *each.around)
    return tuple(_made(key, around) for key, around in found.items())


def written(entries: Iterable[Entry]) -> str:
    """The text, its lines sorted."""
    return "".join(sorted(f"{_line(each)}\n" for each in entries))


def parsed(text: str) -> tuple[Entry, ...]:
    """The entries of a text, each statement once. Raises BaselineError."""
    found: dict[_Key, Entry] = {}
    sites = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        entry = _entry(line, number)
        sites += entry.count
        if sites > MOST_SITES:
            raise BaselineError(f"line {number}: more than {MOST_SITES} sites")
        key = _key(entry)
        known = found.get(key)
        if known is None or (known.count, known.around) < (entry.count, entry.around):
            found[key] = entry
    return tuple(found[key] for key in sorted(found))


def compared(entries: Sequence[Entry], sites: Sequence[Identity]) -> Compared:
    """What the baseline has of some sites. Those of each file are in the order of its text."""
    current = sorted([each for each in entries if each.version == VERSION], key=_key)
    order = sorted(range(len(sites)), key=lambda index: (*_place(sites[index]), index))
    old = [
        Identity(each.rule, each.path, each.function, each.source, each.statement, number, around)
        for each in current
        for number, around in enumerate(each.around)
    ]
    owners = [number for number, each in enumerate(current) for _ in each.around]
    pairs = match(old, [sites[index] for index in order]).pairs
    known = [False] * len(sites)
    used: set[int] = set()
    for pair in pairs:
        if pair.how in _STAYS:
            known[order[pair.new]] = True
            used.add(pair.old)
    rest: dict[int, list[Around]] = {}
    for index, (owner, identity) in enumerate(zip(owners, old, strict=True)):
        if index not in used:
            rest.setdefault(owner, []).append(identity.around)
    left = [replace(current[owner], around=tuple(around)) for owner, around in rest.items()]
    others = [each for each in entries if each.version != VERSION]
    left += _of_other_versions(others, current, sites, known)
    return Compared(tuple(known), tuple(left))


def _of_other_versions(
    others: Sequence[Entry],
    current: Sequence[Entry],
    sites: Sequence[Identity],
    known: list[bool],
) -> list[Entry]:
    """Marks as many sites as each entry counts, and returns what is left of the entries.

    Where an entry of this version names the rule and function, the file was written since.
    """
    renewed = {(each.path, each.rule, each.function) for each in current}
    free: dict[tuple[str, str, str], list[int]] = {}
    for index, site in enumerate(sites):
        if not known[index]:
            free.setdefault((site.path, site.rule, site.function), []).append(index)
    left: list[Entry] = []
    for each in others:
        key = each.path, each.rule, each.function
        indices = [] if key in renewed else free.get(key, [])
        taken, indices[:] = indices[: each.count], indices[each.count :]
        for index in taken:
            known[index] = True
        if len(taken) < each.count:
            left.append(replace(each, around=each.around[len(taken) :]))
    return left


def _key(entry: Entry) -> _Key:
    return (entry.path, entry.rule, entry.function, entry.source, entry.statement, entry.version)


def _made(key: _Key, around: tuple[Around, ...]) -> Entry:
    path, rule, function, source, statement, version = key
    return Entry(path, rule, function, source, statement, around, version)


def _place(site: Identity) -> tuple[str, str, str, str, str]:
    return site.path, site.rule, site.function, site.source, site.statement


def _line(entry: Entry) -> str:
    import json  # costs milliseconds, which a run without a baseline need not pay

    fields = {
        "path": entry.path,
        "rule": entry.rule,
        "function": entry.function,
        "count": entry.count,
        "source": entry.source,
        "statement": entry.statement,
        "around": [list(each) for each in entry.around],
        "identity": entry.version,
    }
    text = json.dumps(fields, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # a path that is no text
        return json.dumps(fields)
    return text


def _entry(line: str, number: int) -> Entry:
    """One line. Keys that are not known are those of a later version."""
    import json

    try:
        fields: object = json.loads(line)
    except (ValueError, RecursionError):
        raise BaselineError(f"line {number}: not JSON; is a merge unfinished?") from None
    if not isinstance(fields, dict):
        raise BaselineError(f"line {number}: not a JSON object")
    texts = [fields.get(key) for key in _TEXTS]
    path, rule, function, source, statement, version = [
        each if isinstance(each, str) else None for each in texts
    ]
    count: object = fields.get("count")
    if (
        not path
        or rule is None
        or _RULE.fullmatch(rule) is None
        or function is None
        or source is None
        or statement is None
        or not version
        or not isinstance(count, int)
        or isinstance(count, bool)
        or not 1 <= count <= MOST_SITES
    ):
        raise BaselineError(f"line {number}: no entry of a baseline")
    known = _arounds(fields.get("around"))[:count]
    around = (*known, *[()] * (count - len(known)))
    return Entry(path, rule, function, source, statement, around, version)


def _arounds(value: object) -> tuple[Around, ...]:
    """What stands round the sites; () for a site of which it is not known."""
    found: list[Around] = []
    for each in value if isinstance(value, list) else []:
        digests: list[object] = each if isinstance(each, list) else []
        found.append(tuple(digest for digest in digests if isinstance(digest, str)))
    return tuple(found)
