"""Notebooks are read cell by cell, and IPython's syntax is masked."""

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.source.file import Parsed, parse_bytes, parse_text
from assay.source.lines import split_lines
from assay.source.notebook import mask_cell, read_notebook
from assay.source.roles import Role


def _notebook(*sources: str, language: str = "python") -> str:
    cells: list[dict[str, object]] = [{"cell_type": "markdown", "source": "# Title"}]
    cells += [{"cell_type": "code", "source": source.splitlines(True)} for source in sources]
    return json.dumps(
        {"nbformat": 4, "metadata": {"kernelspec": {"language": language}}, "cells": cells}
    )


def test_code_cells_are_one_text_with_their_lines() -> None:
    file = parse_text("a.ipynb", _notebook("import os\nos.getcwd()", "", "x = 1  # c\n"))
    assert file.text == "import os\nos.getcwd()\nx = 1  # c\n"
    assert [file.cell_of(line) for line in (1, 2, 3, 4, 0)] == [(2, 1), (2, 2), (4, 1), None, None]
    assert [statement.lineno for statement in file.tree.body] == [1, 2, 3]
    assert (file.parsed, file.role) == (Parsed.WHOLE, Role.NOTEBOOK)
    assert [comment.line for comment in file.comments] == [3]


def test_a_broken_cell_does_not_reach_into_the_next() -> None:
    file = parse_text("a.ipynb", _notebook("x = '''open", "y = 2\n", "await z"))
    assert file.parsed is Parsed.PARTLY
    assert any(
        isinstance(statement, ast.Assign) and statement.lineno == 2 for statement in file.tree.body
    )
    assert file.lost[0].first_line == 1


@pytest.mark.parametrize(
    ("source", "masked", "hidden"),
    [
        ("%matplotlib inline\nx = 1\n", "pass\nx = 1\n", 0),
        ("!pip install a\nx = 1\n", "pass\nx = 1\n", 1),
        ("!pip install \\\n  a\nx = 1\n", "pass\n#  a\nx = 1\n".replace("#  a", "# a"), 2),
        ("if a:\n    %run b.py\n", "if a:\n    pass\n", 1),
        ("%time f(x)\n", "pass; f(x)\n", 0),
        ("%timeit f(x)\n", "pass;   f(x)\n", 0),
        ("files = !ls\n", "files = get_ipython()\n", 1),
        ("df.head?\n?df\n", "pass\npass\n", 0),
        ("%%time\nf(x)\n", "#%time\nf(x)\n", 0),
        ("%%bash\nls 'a\n", "#%bash\n#s 'a\n", 1),
        ("x = (a\n% b)\n!ls\n", "x = (a\n% b)\npass\n", 1),
        ("s = '''\n!no\n'''\n!ls\n", "s = '''\n!no\n'''\npass\n", 1),
        ("x = 5 \\\n% 3\n", "x = 5 \\\n% 3\n", 0),
    ],
)
def test_magics(source: str, masked: str, hidden: int) -> None:
    cell = mask_cell(source)
    assert cell.masked == masked
    assert len(cell.hidden) == hidden
    ast.parse(cell.masked)


def test_what_a_magic_runs_is_a_lost_region() -> None:
    file = parse_text("a.ipynb", _notebook("x = 1\n!rm -r a\n"))
    assert file.parsed is Parsed.PARTLY
    assert [(one.first_line, one.last_line) for one in file.lost] == [(2, 2)]
    assert "shell" in file.problem
    assert file.quote(2, 2) == "!rm -r a"


def test_nbformat_3() -> None:
    cells = [{"cell_type": "code", "language": "python", "input": ["a = 1\n", "b = 2"]}]
    file = parse_text("a.ipynb", json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}))
    assert file.text == "a = 1\nb = 2\n"
    assert file.cell_of(2) == (1, 2)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("{", "invalid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "not an object"),
        ("{}", "no cells"),
        (_notebook("x <- 1", language="R"), "language is r"),
    ],
)
def test_what_is_no_python_notebook_is_said(document: str, reason: str) -> None:
    file = parse_text("a.ipynb", document)
    assert file.parsed is Parsed.NOT
    assert reason in file.problem


@given(st.lists(st.text(alphabet="%!?ax ='\"\n\r\\(\x0c1#")))
def test_any_cells_are_accepted_and_keep_their_lines(sources: list[str]) -> None:
    notebook = read_notebook(
        json.dumps({"cells": [{"cell_type": "code", "source": source} for source in sources]})
    )
    assert len(split_lines(notebook.text)) == len(split_lines(notebook.masked))
    assert sum(cell.last_line - cell.first_line + 1 for cell in notebook.cells) == len(
        split_lines(notebook.text)
    )


_JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["cells", "cell_type", "source", "metadata"]), inner)
    ),
)


@given(_JSON)
def test_any_json_is_accepted(content: object) -> None:
    read_notebook(json.dumps(content))


def test_a_notebook_may_hold_large_outputs() -> None:
    cell = {"cell_type": "code", "source": ["x = 1\n"], "metadata": {}, "execution_count": 1}
    picture = {"data": {"image/png": "A" * 6_000_000}, "output_type": "display_data"}
    document = {
        "cells": [{**cell, "outputs": [picture]}],
        "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    read = parse_bytes("a.ipynb", json.dumps(document).encode())
    assert (read.parsed, read.text) == (Parsed.WHOLE, "x = 1\n")
    document["cells"] = [{**cell, "source": ["x = 1\n" * 1_000_000], "outputs": []}]
    assert "characters of code" in parse_bytes("a.ipynb", json.dumps(document).encode()).problem
