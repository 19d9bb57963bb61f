"""The normal form of a statement: what formatting changes it ignores, and nothing else."""

from __future__ import annotations

import ast

import pytest

from assay.source.file import SourceFile, parse_text
from assay.source.span import Span, span_of


def place_of(source: SourceFile, spelled: str) -> tuple[str, tuple[str, ...]]:
    """Form and surroundings of the first node that is spelled so."""
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.expr, ast.stmt)) and ast.unparse(node) == spelled:
            place = source.statements.at(span_of(node))
            return place.form, place.around
    raise AssertionError(spelled)


def form(text: str, spelled: str) -> str:
    return place_of(parse_text("a.py", text), spelled)[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = f('a', b)\n", 'x = f(\n    "a",\n    b,\n)  # why\n'),
        ("x = (f('a', b))\n", "x = f('a', b)\n"),
        ("x = f('a', b); y = 1\n", "y = 1\nx = \\\n    f('a', b)\n"),
        ("x = f('a', b)\n", "x = f(('' 'a'), b)\n"),
        ("x = f\"{f('a', b)!r:>{b}}\"\n", 'x = (f"{f(\'a\', b)!r:>{b}}" "")\n'),
        ("async def g():\n x = f('a', b)\n", "async def g():\n        x = f('a', b)\n"),
    ],
)
def test_formatting_is_no_part_of_it(one: str, other: str) -> None:
    assert form(one, "f('a', b)") == form(other, "f('a', b)")


@pytest.mark.parametrize(
    "other",
    [
        "x = f('a', c)\n",
        "x = f(b'a', b)\n",
        "y = f('a', b)\n",
        "x = f('A', b)\n",
        "x = f('a', b=b)\n",
        "x = f('a', b)[1:]\n",
        "x = await f('a', b)\n",
        "x: int = f('a', b)\n",
    ],
)
def test_everything_else_is(other: str) -> None:
    mine = form("x = f('a', b)\n", "f('a', b)")
    for node in ast.walk(ast.parse(other)):
        if isinstance(node, ast.Call):
            assert form(other, ast.unparse(node)) != mine


def test_a_formatter_s_changes_of_the_tree_are_undone() -> None:
    assert form("del (a[f()], b)\n", "f()") == form("del a[f()], b\n", "f()")
    around = [
        place_of(parse_text("a.py", text), "f()")[1]
        for text in ('def g():\n  """Doc\n  more."""\n  f()\n', 'def g():\n "Doc more."\n f()\n')
    ]
    assert around[0] == around[1]


def test_only_the_head_of_a_compound_statement_counts() -> None:
    one = "with f() as g:\n    g.read()\n"
    assert form(one, "f()") == form(one + "    g.close()\n", "f()")
    caught = parse_text("a.py", "try:\n    f()\nexcept ValueError:\n    pass\n")
    again = parse_text("a.py", "try:\n    f()\nexcept ValueError:\n    print(1)\n")
    span = Span(3, 0, 4, 8)
    assert caught.statements.at(span).form == again.statements.at(span).form
    assert "ValueError" in caught.statements.at(span).form
    assert "print" not in again.statements.at(span).form


def test_the_other_elements_of_a_display_do_not_count() -> None:
    one = "SETTINGS = {\n    'a': f('a'),\n    'b': g('b'),\n}\n"
    more = "SETTINGS = {\n    'z': f('z'),\n    'a': f('a'),\n    'b': g('b', 1),\n}\n"
    assert form(one, "f('a')") == form(more, "f('a')")
    assert form(one, "f('a')") != form(one.replace("'a':", "'c':"), "f('a')")
    place = parse_text("a.py", more).statements.at(Span(3, 9, 3, 15))
    assert (place.first, place.last, place.unit_first, place.unit_last) == (1, 5, 3, 3)


def test_no_form_holds_a_secret() -> None:
    for text in (
        "password = f('hunter2-Zq9')\n",
        "password = 'hunter2-Zq9'\n",
        "connect(f'https://joe:hunter2-Zq9@{host}/')\n",
        "x = {'password': 'hunter2-Zq9'}\n",
        "# password = 'hunter2-Zq9'\n",
    ):
        source = parse_text("a.py", text)
        seen = [source.statements.at(Span(1, column, 1, len(text) - 1)) for column in range(30)]
        seen += [
            source.statements.at(span_of(node))
            for node in ast.walk(source.tree)
            if isinstance(node, (ast.expr, ast.stmt))
        ]
        for place in seen:
            assert "hunter2" not in place.form
            assert not any("hunter2" in near for near in place.around)


def test_a_comment_is_its_text() -> None:
    one = parse_text("a.py", "x = 1\n# FIXME: later\ny = 2\n").statements.at(Span(2, 0, 2, 14))
    two = parse_text("a.py", "x = 1\n#FIXME:  later\ny=2\n").statements.at(Span(2, 0, 2, 14))
    assert one.form == two.form == "FIXME:later"
    assert one.around == two.around
    within = parse_text("a.py", "x = f(\n    # FIXME: later\n    1,\n)\n")
    assert within.statements.at(Span(2, 4, 2, 18)).form == "FIXME:later"
    trailing = parse_text("a.py", "x = 1  # FIXME: later\n").statements.at(Span(1, 7, 1, 21))
    assert trailing.form == "FIXME:later"


def test_neighbours_are_told_from_the_nearest_on() -> None:
    source = parse_text("a.py", "def g():\n    a()\n    b()\n    f()\n    c()\n")
    _, around = place_of(source, "f()")
    names = [each.partition("id='")[2].partition("'")[0] or each[:11] for each in around]
    assert names == ["FunctionDef", "b", "a", "c", ""]


def test_where_a_block_ends_the_neighbours_of_its_statement_follow() -> None:
    text = "def g():\n    a()\n    with w:\n        f()\n    b()\n    c()\n\n\nd()\n"
    _, around = place_of(parse_text("a.py", text), "f()")
    names = [each.rpartition("id='")[2].partition("'")[0] for each in around]
    assert names == ["w", "a", "", "b", "c"]


def test_both_ways_of_parsing_give_one_form() -> None:
    whole = "def g(p):\n    x = open(p, 'r')[1:].y(**p)\n    return f'{x!r:>{p}}'\n"
    broken = whole + "print 'two'\n"
    for spelled in ("open(p, 'r')", "p"):
        assert form(whole, spelled) == form(broken, spelled)
