"""The second road on any and on mutated text: it never raises, and the tree is well-formed."""

import ast
import contextlib
import random
import re
import sys
import sysconfig
import time
import tokenize
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.source.recover import Recovered, recover

_GRAMMAR = (
    "def class if elif else for in while try except finally with as match case type lambda yield "
    "from import return raise print exec global del async await not and or is None x y_1 1 "
    "0777 10L 'a' \"b\" f'{x}' f'{x!r:>{y}}' ''' \"\"\" ` ( ) [ ] { } : , . ; = == := -> "
    "+ - * ** / & ^ | ~ @ <> < >> # \\ \n \r \f \t \0 \ud800 \u00fc"
)
_INDENTS = ("\n    ", "\n        ", "\n\t", " ")
_WORDS = st.sampled_from([*_GRAMMAR.split(" "), *_INDENTS])
_FILES = ("argparse.py", "ast.py", "bdb.py", "contextlib.py", "dataclasses.py", "typing.py")
_LOCATED = (
    ast.expr,
    ast.stmt,
    ast.pattern,
    ast.arg,
    ast.keyword,
    ast.alias,
    ast.excepthandler,
)


def check(text: str, result: Recovered) -> None:
    """Every field set, every position within the text, the tree acceptable to the host."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line = 0
    for region in result.lost:
        assert line < region.first_line <= region.last_line <= len(rows)
        assert re.fullmatch("[a-z ]+", region.reason)
        line = region.last_line
    assert result.dialect in ("", "python 2", "newer than 3.11")
    for node in ast.walk(result.tree):
        if isinstance(node, _LOCATED):
            end = (node.end_lineno or 0, node.end_col_offset or 0)
            assert 1 <= node.lineno <= end[0] <= len(rows)
            assert (node.lineno, node.col_offset) <= end
            assert node.col_offset <= len(rows[node.lineno - 1].encode("utf-8", "replace")) + 3 * (
                rows[node.lineno - 1].count("\ud800")
            )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.unparse(result.tree)
        except ValueError as error:
            # Python 3.11 cannot write some f-strings that only 3.12 can read.
            assert sys.version_info < (3, 12)
            assert "f-string" in str(error)  # noqa: PT017
        # `return` at the top, `*x` alone: sound nodes in a place that they may not have.
        with contextlib.suppress(SyntaxError):
            compile(result.tree, "<recovered>", "exec")


@settings(deadline=None)
@given(st.text())
def test_any_text_is_accepted(text: str) -> None:
    check(text, recover(text))


@settings(max_examples=200, deadline=None)
@given(st.lists(_WORDS, max_size=40))
def test_any_mixture_of_words_is_accepted(words: list[str]) -> None:
    for separator in ("", " "):
        text = separator.join(words)
        check(text, recover(text))


def mutated(text: str, random_: random.Random) -> str:
    """Some consecutive lines of a text, with a few tokens cut, doubled, swapped or put in."""
    rows = text.split("\n")
    start = random_.randrange(len(rows))
    text = "\n".join(rows[start : start + random_.choice((10, 40, 120))])
    tokens = re.findall(r"\w+|\s+|[^\w\s]", text) or [""]
    for _ in range(random_.choice((1, 1, 2, 5))):
        index = random_.randrange(len(tokens))
        kind = random_.randrange(5)
        if kind == 0:
            tokens[index] = ""
        elif kind == 1:
            tokens.insert(index, tokens[index])
        elif kind == 2:
            other = random_.randrange(len(tokens))
            tokens[index], tokens[other] = tokens[other], tokens[index]
        elif kind == 3:
            tokens.insert(index, random_.choice([*"()[]{}:,'\"`\\\n\t=*@", '"""', 'f"{', " as "]))
        else:
            del tokens[index + 1 :]
    return "".join(tokens)


@pytest.mark.parametrize("name", _FILES)
def test_mutations_of_the_standard_library(name: str) -> None:
    path = Path(sysconfig.get_path("stdlib")) / name
    if not path.exists():
        pytest.skip("not installed")
    with tokenize.open(path) as file:
        text = file.read()
    random_ = random.Random(name)
    for _ in range(60):
        mutant = mutated(text, random_)
        result = recover(mutant)
        check(mutant, result)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                expected = ast.parse(mutant)
            except SyntaxError:
                continue
        assert not result.lost
        assert ast.dump(result.tree) == ast.dump(expected)


def test_one_missing_bracket_costs_few_lines() -> None:
    path = Path(sysconfig.get_path("stdlib")) / "argparse.py"
    if not path.exists():
        pytest.skip("not installed")
    text = path.read_text(encoding="utf-8")
    random_ = random.Random(1)
    brackets = [match.start() for match in re.finditer(r"[()\[\]]", text)]
    costs: list[int] = []
    for position in random_.sample(brackets, 10):
        result = recover(text[:position] + text[position + 1 :])
        costs.append(sum(region.last_line - region.first_line + 1 for region in result.lost))
    assert sorted(costs)[5] <= 5
    assert max(costs) <= 100


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "a(" * 50_000,
        "(" * 50_000 + ")" * 50_000,
        "-" * 50_000 + "1",
        "a" + ".b" * 50_000,
        ")" * 50_000,
        '"""' * 30_001,
        "f'{" * 20_000,
        "def f(\n" * 5_000,
        "x = [\n" * 5_000,
        "a = = 1\n" * 3_000,
        "if x: pass\n" + "elif x: pass\n" * 3_000,
        "".join(" " * depth + "if x:\n" for depth in range(500)),
        "'''\\'''\\\n" * 5_000,
        "a b " * 10_000,
        "`" * 10_001,
        "\0" * 10_000,
        "\ud800" * 10_000,
    ],
    ids=range(18),
)
def test_bounded_time(text: str) -> None:
    begin = time.process_time()
    check(text, recover(text))
    assert time.process_time() - begin < 10


def test_a_caller_with_few_frames_left() -> None:
    text = "x = " + "(1 + " * 90 + "1" + ")" * 90 + "\ny = 1\n"

    def down(frames: int) -> Recovered:
        return down(frames - 1) if frames else recover(text)

    assert recover(text).lost == ()
    used = len(list(iter_frames()))
    for left in (300, 150, 80):
        result = down(sys.getrecursionlimit() - used - left)
        assert ast.unparse(result.tree.body[-1]) == "y = 1"


def iter_frames() -> list[int]:
    depths: list[int] = []
    frame = sys._getframe()
    while frame.f_back is not None:
        depths.append(len(depths))
        frame = frame.f_back
    return depths
