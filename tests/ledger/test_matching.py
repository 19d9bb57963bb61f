"""Pairs of sites of two reviews."""

from __future__ import annotations

import random

from assay.frozen import replace
from assay.ledger.identity import Identity
from assay.ledger.matching import How, Matching, match


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


def pairs(old: list[Identity], new: list[Identity]) -> list[tuple[int, int, How]]:
    return [(each.old, each.new, each.how) for each in match(old, new).pairs]


def test_equals_are_told_by_what_stands_round_them() -> None:
    first, second = site(around="fabcd"), site(around="fuvwx")
    assert pairs([first, second], [second]) == [(1, 0, How.SAME)]
    assert pairs([first, second], [first]) == [(0, 0, How.SAME)]
    assert pairs([second], [first, second]) == [(0, 1, How.SAME)]
    assert match([second], [first, second]).added == (0,)
    assert match([first, second], [second]).gone == (0,)


def test_so_many_as_were_there_are_there() -> None:
    old = [site(around="fabcd"), site(around="fuvwx")]
    new = [site(around="h1234"), site(around="h5678")]
    assert [each[:2] for each in pairs(old, new)] == [(0, 0), (1, 1)]
    assert match(old, new[:1]).gone == (1,)


def test_another_rule_is_another_site() -> None:
    assert match([site()], [site(rule="sql-injection")]) == Matching((), (0,), (0,))


def test_kind_of_data_that_changes() -> None:
    assert pairs([site(source="web")], [site(source="parameter")]) == [(0, 0, How.OTHER_DATA)]
    both = [site(source="web"), site(source="parameter")]
    assert pairs(both, both[::-1]) == [(1, 0, How.SAME), (0, 1, How.SAME)]


def test_a_renamed_function_needs_its_neighbours() -> None:
    assert pairs([site()], [site(function="g")]) == [(0, 0, How.MOVED)]
    assert pairs([site()], [site(function="g", around="f1234")]) == []


def test_a_renamed_file_needs_them_too() -> None:
    assert pairs([site()], [site(path="b.py")]) == [(0, 0, How.OTHER_FILE)]
    assert pairs([site()], [site(path="b.py", around="f1234")]) == []


def test_what_stays_in_its_file_is_not_taken_by_another() -> None:
    stays, other = site(), site(path="0.py")
    assert pairs([stays], [other, stays]) == [(0, 1, How.SAME)]


def test_an_edited_statement_between_its_neighbours() -> None:
    assert pairs([site()], [site("open(mode)")]) == [(0, 0, How.EDITED)]
    assert pairs([site()], [site("open(mode)", "f1b2d")]) == []


def test_what_is_not_known_of_the_surroundings_is_no_likeness() -> None:
    assert pairs([site(around="")], [site(around="")]) == [(0, 0, How.SAME)]
    assert pairs([site(around="")], [site(function="g", around="")]) == []


def test_many_equals_are_quick() -> None:
    many = [site(around="f1234")] * 3000
    assert len(match(many, many[1:]).pairs) == 2999


def some(chance: random.Random) -> list[Identity]:
    return [
        site(
            chance.choice("xy"),
            "".join(chance.choices("pqr", k=5)),
            function=chance.choice("fg"),
            path=chance.choice(["a.py", "b.py"]),
            source=chance.choice(["", "web"]),
        )
        for _ in range(chance.randrange(7))
    ]


def test_any_two_reviews_give_pairs_that_hold() -> None:
    chance = random.Random(5)
    for _ in range(200):
        old, new = some(chance), some(chance)
        found = match(old, new)
        mine = [pair.old for pair in found.pairs]
        theirs = [pair.new for pair in found.pairs]
        assert sorted([*mine, *found.gone]) == list(range(len(old)))
        assert sorted([*theirs, *found.added]) == list(range(len(new)))
        assert match(new, new).pairs == match(new, [replace(each) for each in new]).pairs
        for index, each in enumerate(old):  # none without a partner while an equal one has none
            if index in found.gone:
                same = (each.path, each.function, each.statement)
                left = [new[other] for other in found.added]
                assert all((one.path, one.function, one.statement) != same for one in left)
