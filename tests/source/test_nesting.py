"""Trees that are too deep are cut, and only those."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.source.lines import split_lines
from assay.source.nesting import MAX_NESTING, cut_deep_statements

_WRAPPERS = (
    "({})", "-{}", "not {}", "[{}]", "{}.a", "{}()", "f({})", "{}[0]", "{} + 1", "1 if {} else 2",
    "lambda: {}", "(yield {})", "f(k={})", "{{1: {}}}", "f'{{x}}' + {}", "[x for x in {}]", "*{},",
)  # fmt: skip
_PLACES = (
    "x = {}\n",
    "{}\n",
    "if {}:\n    pass\n",
    "def f(a={}):\n    pass\n",
    "@g({})\nclass A(g({})):\n    x = 1\n",
    "with f({}) as a:\n    pass\n",
    "for a in f({}):\n    pass\n",
    "try:\n    pass\nexcept f({}):\n    x = 1\n",
    "match f({}):\n    case 1 if f({}):\n        pass\n",
    "def f():\n    while f({}):\n        return f(\n  {})\n",
)


def _height(tree: ast.AST) -> int:
    """Nodes on the longest path, contexts included."""
    height = 0
    level = [tree]
    while level:
        height += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return height


def _check(text: str) -> None:
    try:
        tree = ast.parse(text)
    except (SyntaxError, RecursionError, MemoryError):
        return
    before = _height(tree)
    cut = cut_deep_statements(tree, split_lines(text))
    assert _height(tree) <= MAX_NESTING
    if before <= MAX_NESTING // 2:
        assert cut == []
    if before > MAX_NESTING:
        assert cut
    ast.unparse(tree)
    # The text only saves work.
    blind = ast.parse(text)
    assert cut_deep_statements(blind, []) == cut
    assert ast.dump(blind) == ast.dump(tree)


@pytest.mark.parametrize("wrapper", _WRAPPERS)
@pytest.mark.parametrize("place", _PLACES)
def test_every_kind_of_nesting_in_every_place(wrapper: str, place: str) -> None:
    for times in (10, 60, 90, 180, 195, 205, 260):
        nested = "x"
        for _ in range(times):
            nested = wrapper.format(nested)
        _check(place.replace("{}", nested))


@given(st.lists(st.sampled_from(_WRAPPERS), max_size=90), st.sampled_from(_PLACES))
def test_mixed_nesting(wrappers: list[str], place: str) -> None:
    nested = "x"
    for wrapper in wrappers * 3:
        nested = wrapper.format(nested) if len(nested) < 5_000 else nested
    _check(place.replace("{}", nested))


@pytest.mark.parametrize("depth", [20, 90, 99])
def test_blocks(depth: int) -> None:
    _check("".join(" " * n + "while a:\n" for n in range(depth)) + " " * depth + "x = -1\n")
    _check("if a:\n    pass\n" + "elif a:\n    pass\n" * depth * 3)


_DEEP = {
    "not": ("not ", "x", ""),
    "not in lists": ("not[", "x", "]"),
    "minus": ("-", "x", ""),
    "calls": ("f(", "x", ")"),
    "attributes": ("", "x", ".a"),
    "sums": ("", "x", "+y"),
    "lambdas": ("lambda:", "x", ""),
    "defaults of lambdas": ("lambda a=", "1", ":0"),
    "conditions": ("a if b else ", "x", ""),
    "generators": ("(1 for i in ", "x", ")"),
    "keywords": ("f(a=", "x", ")"),
    "slices": ("a[b:", "x", "]"),
    "dicts": ("{1:", "x", "}"),
    "stars": ("[*", "x", "]"),
    "walrus": ("(a:=", "x", ")"),
}


@pytest.mark.parametrize("kind", _DEEP)
@pytest.mark.parametrize("joint", ["", "\n", "\n                "])
@pytest.mark.parametrize("statement", ["v = ({})", "if ({}): pass", "@(f({}))\ndef g(): pass"])
def test_the_text_tells_no_deep_statement_for_a_flat_one(
    kind: str, joint: str, statement: str
) -> None:
    """The lines only save work: without them every statement is measured."""
    before, middle, behind = _DEEP[kind]
    for times in (20, 45, 60, 70, 74):
        body = (before + joint) * times + middle + (joint + behind) * times
        text = statement.format(body)
        measured, spared = ast.parse(text), ast.parse(text)
        expected = cut_deep_statements(measured, [])
        assert cut_deep_statements(spared, text.split("\n")) == expected
        assert ast.dump(measured) == ast.dump(spared)
