"""Entries of a baseline: their text, and which sites they stand for."""

from __future__ import annotations

import json
import random

import pytest

from assay.frozen import replace
from assay.ledger.identity import VERSION, Identity
from assay.review.baseline import (
    MOST_SITES,
    BaselineError,
    Entry,
    compared,
    entries_of,
    parsed,
    together,
    written,
)


def site(
    statement: str = "open",
    around: str = "fabcd",
    *,
    rule: str = "resource-leak",
    path: str = "a.py",
    function: str = "f",
    source: str = "",
) -> Identity:
    return Identity(rule, path, function, source, statement, 0, tuple(around))


OLD = [site(), site(around="fuvwx"), site("close"), site(path="b.py"), site(function="g")]


def test_what_is_written_is_read_again_and_sorted() -> None:
    entries = entries_of(OLD)
    text = written(entries)
    lines = text.splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 4  # two sites are equal in all but what stands round them
    assert sorted(each.count for each in parsed(text)) == [1, 1, 1, 2]
    assert written(parsed(text)) == text
    assert written(entries_of(OLD[::-1])) != ""
    shuffled = [OLD[2], OLD[4], OLD[0], OLD[3], OLD[1]]
    assert written(entries_of(shuffled)) == text


def test_no_line_and_no_day_is_in_it() -> None:
    (entry,) = [json.loads(line) for line in written(entries_of([site()])).splitlines()]
    assert list(entry) == [
        "path", "rule", "function", "count", "source", "statement", "around", "identity",
    ]  # fmt: skip
    assert entry["identity"] == VERSION


def test_a_path_that_is_no_text_is_kept() -> None:
    entries = entries_of([site(path="a\udcff.py")])
    text = written(entries)
    text.encode("utf-8")
    assert parsed(text) == entries


def test_known_sites_are_those_that_stay() -> None:
    entries = entries_of(OLD)
    assert compared(entries, OLD).known == (True,) * 5
    assert compared(entries, OLD).left == ()
    moved = [replace(each, path=f"lib/{each.path}") for each in OLD]
    assert compared(entries, moved).known == (True,) * 5
    renamed = replace(site(), function="h")
    assert compared(entries_of([site()]), [renamed]).known == (True,)
    assert compared(entries_of([site()]), [replace(site(), source="web")]).known == (True,)


def test_an_edited_statement_is_new() -> None:
    answer = compared(entries_of([site()]), [site("other")])
    assert (answer.known, answer.left) == ((False,), entries_of([site()]))


def test_one_more_of_the_same_is_new() -> None:
    entries = entries_of(OLD[:2])
    answer = compared(entries, [site(around="1234x"), *OLD[:2]])
    assert answer.known == (False, True, True)
    answer = compared(entries, OLD[1:2])
    assert answer.known == (True,)
    assert answer.left == (replace(entries[0], around=(tuple("fabcd"),)),)


def test_lines_of_both_sides_of_a_merge() -> None:
    one = written(entries_of(OLD[:3]))
    other = written(entries_of([site(around="f1234"), site("third")]))
    lines = [*one.splitlines(), *other.splitlines(), *one.splitlines()]
    random.Random(1).shuffle(lines)
    merged = parsed("\n".join(lines))
    # Of two entries for one statement that with more sites counts: they never add up.
    assert sorted((each.statement, each.count) for each in merged) == [
        ("close", 1),
        ("open", 2),
        ("third", 1),
    ]
    assert compared(merged, [*OLD[:2], site(around="x9999")]).known.count(True) == 2


def test_entries_of_another_version_stand_for_as_many_of_their_function() -> None:
    entries = [replace(each, version="assay/v1", statement="?") for each in entries_of(OLD[:2])]
    answer = compared(entries, [site("one"), site("two"), site("three")])
    assert answer.known == (True, True, False)
    assert compared(entries, [site(function="g")]).known == (False,)
    # Where the file was written since, they say nothing.
    renewed = [*entries, *entries_of([site("one")])]
    answer = compared(renewed, [site("one"), site("two")])
    assert answer.known == (True, False)
    assert [each.version for each in answer.left] == ["assay/v1"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("<<<<<<< ours", "not JSON; is a merge unfinished"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not a JSON object"),
        ("{}", "no entry of a baseline"),
        ('{"path": 3}', "no entry of a baseline"),
    ],
)
def test_what_is_no_entry_is_refused(line: str, said: str) -> None:
    good = written(entries_of([site()]))
    with pytest.raises(BaselineError, match=f"line 2: {said}"):
        parsed(f"{good}{line}\n")


@pytest.mark.parametrize("count", [0, -1, True, "1", 1.5, MOST_SITES + 1, None])
def test_counts_are_checked(count: object) -> None:
    fields = json.loads(written(entries_of([site()])))
    with pytest.raises(BaselineError, match="line 1"):
        parsed(json.dumps({**fields, "count": count}))


def test_a_flood_is_refused() -> None:
    fields = json.loads(written(entries_of([site()])))
    with pytest.raises(BaselineError, match="line 2: more than"):
        parsed("\n".join(json.dumps({**fields, "count": MOST_SITES}) for _ in range(2)))


@pytest.mark.parametrize("around", [None, 3, [3], [[3]], [["a", 1]], "text"])
def test_what_stands_round_a_site_may_be_missing(around: object) -> None:
    fields = json.loads(written(entries_of([site()])))
    (entry,) = parsed(json.dumps({**fields, "around": around, "later": 1}))
    assert entry.count == 1
    assert compared([entry], [site()]).known == (True,)


def test_entries_for_one_statement_add_up() -> None:
    (entry,) = entries_of([site()])
    assert together([entry], [entry]) == (replace(entry, around=entry.around * 2),)
    assert isinstance(entry, Entry)
