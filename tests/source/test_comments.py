"""Comments come from a tokenizer, and both ways to them agree."""

import ast
import os
import sys
import sysconfig

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.source.comments import (
    Comment,
    comment_blocks,
    comments_of,
    comments_of_parsed,
)
from assay.source.lines import line_offsets, split_lines


def _shown(text: str) -> list[tuple[int, int, str, bool]]:
    return [(one.line, one.column, one.text, one.own_line) for one in comments_of(text)]


def test_a_comment_stands_alone_or_after_code() -> None:
    assert _shown("# one\nx = '#'  # two\n    # three\n") == [
        (1, 0, "# one", True),
        (2, 9, "# two", False),
        (3, 4, "# three", True),
    ]


def test_columns_are_code_points() -> None:
    assert _shown("x = 'é😀'  # c") == [(1, 10, "# c", False)]


def test_lines_are_counted_as_ast_counts_them() -> None:
    text = "a = 1\r# one\r\nb = '\x0b\u2028'\n\x0c# two\n"
    assert _shown(text) == [(2, 0, "# one", True), (4, 1, "# two", True)]


@pytest.mark.parametrize(
    "broken",
    [
        "def f(:\n    pass  # one\n'''never # closed\n",
        "x = (  # one\n",
        "if a:\n        b  # one\n   c\n",
        "x = 1 $ 2  # one\n",
        "print 'a'  # one\n",
    ],
)
def test_broken_text_still_has_comments(broken: str) -> None:
    assert "# one" in [comment.text for comment in comments_of(broken)]


def test_consecutive_own_line_comments_are_a_block() -> None:
    text = "# a\n#   b\nx = 1  # no\n  # c\n# d\n\n# e\n"
    blocks = comment_blocks(comments_of(text))
    assert [(one.first_line, one.last_line, one.text) for one in blocks] == [
        (1, 2, "a\n  b"),
        (4, 4, "c"),
        (5, 5, "d"),
        (7, 7, "e"),
    ]


def test_both_ways_agree_on_the_standard_library() -> None:
    folder = sysconfig.get_path("stdlib")
    for name in (
        "argparse.py",
        "ast.py",
        "typing.py",
        "inspect.py",
        "tarfile.py",
        "pdb.py",
        "cgi.py",
    ):
        path = os.path.join(folder, name)
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
        assert comments_of_parsed(text, split_lines(text), ast.parse(text)) == comments_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "@(  # a\n  deco)  # b\nclass C(  # c\n    B):  # d\n    '''# no'''  # e\n",
        "match (x,  # a\n  '#'):  # b\n    case (1,  # c\n    '#'):  # d\n        pass\n",
        "try:  # a\n    pass\nexcept (A,  # b\n   B):  # c\n    pass\nfinally:  # d\n    pass\n",
        "if x: y = '''\n# no\n'''  # a\nelse:  # b '\n    z = 'é' \\\n      # c\n",
        "x = ('a'  # a\n  'b'\n  # 'c\n  )\nf'{x}#'  # d\n",
        "with (open('a') as b,  # a\n      open('#')):  # b\n    # c don't\n    pass  # d\n# e\n",
        "a = 1; b = '#'; c = '''\n#'''  # a\nasync def f(  # b\n  x='#'): await x  # c",
    ],
)
def test_both_ways_agree(text: str) -> None:
    tree = ast.parse(text)
    fast = comments_of_parsed(text, split_lines(text), tree)
    assert fast == comments_of(text)
    assert fast


@given(st.text(alphabet="#'\"\\ \n\r\tax(){}:=\x0cé1"))
def test_any_text_is_accepted(text: str) -> None:
    lines = split_lines(text)
    comments: tuple[Comment, ...] = comments_of(text)
    for comment in comments:
        assert lines[comment.line - 1][comment.column :] == comment.text
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    assert comments_of_parsed(text, lines, tree) == comments


@given(st.text(alphabet="a\r\n\x0b\x0c\x1c\x85\u2028"))
def test_lines_and_offsets_agree(text: str) -> None:
    lines = split_lines(text)
    offsets = line_offsets(text)
    assert len(lines) == len(offsets)
    for line, offset in zip(lines, offsets, strict=True):
        assert text[offset : offset + len(line)] == line


_TRICKY = [
    "x = '#' + \"it's\"  # one\n",
    "x = '\\'#'  # one\ny = r'\\\\'  # two\n",
    "x = '''a # b\n\"# c\"'''  # one\n",
    'x = """a\n\\"""# b"""  # one\n',
    'x = """"q" # b"""  # one\n',
    "x = 'a\\\n# b'  # one\n",
    "def f():\n    'a # b'  # one\n    # don't\n    return f\"{x['#']}\"  # two\n",
]


@pytest.mark.parametrize("text", _TRICKY)
def test_quotes_and_escapes_do_not_hide_comments(text: str) -> None:
    found = comments_of_parsed(text, split_lines(text), ast.parse(text))
    assert found == comments_of(text)
    assert "# one" in [comment.text for comment in found]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="older hosts refuse the text")
def test_strings_in_f_strings_may_have_the_same_quotes() -> None:
    text = 'd = {}\n# zero\nx = f"{d["#"]}" + f"{d[f"{1}#"]}"  # one\ny = [  # two\n]\n'
    found = comments_of_parsed(text, split_lines(text), ast.parse(text))
    assert found == comments_of(text)
    assert [comment.text for comment in found] == ["# zero", "# one", "# two"]
