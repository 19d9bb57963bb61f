"""Operators keep what a program does: each variant is run beside the original.

Every call and statement of the programs in tests/cases/metamorphic is a spot, all at once and some
of them alone; the results are what is printed and the error that ends the run.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import hashlib
import inspect
import io
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path

import pytest

from metamorphic.catalogue import OPERATORS, Operator, attempt
from metamorphic.draft import Draft, Span
from metamorphic.rendering import parse, render

_FOLDER = Path(__file__).parents[1] / "cases" / "metamorphic"
_PROGRAMS = sorted(_FOLDER.glob("*.py"))
_ALONE = 12  # one in so many spots is rewritten alone as well


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_variants_do_the_same(operator: Operator, tmp_path: Path) -> None:
    count = 0
    for program in _PROGRAMS:
        text = program.read_text(encoding="utf-8")
        plain, wanted = Draft(text, []).written().text, _run(text, {}, tmp_path)
        spans = _spans(text)
        alone = [span for span in spans if _chosen(f"{program.name}{operator.name}{span}")]
        for chosen in [spans, *([span] for span in alone)]:
            draft = Draft(text, chosen, "program.py")
            if operator.name != "async twin":
                draft.foreign = frozenset({"main"})
            given = ast.dump(draft.tree)
            for spot in draft.spots:
                attempt(operator, draft, spot)
            if not any(spot.changed for spot in draft.spots):
                assert operator.is_wide or ast.dump(draft.tree) == given
                continue
            count += 1
            written = draft.written()
            assert written.text != plain
            got = _run(written.text, draft.others, tmp_path)
            assert got == wanted, f"{program.name}\n{written.text}"
    assert count >= 6


@pytest.mark.parametrize("program", _PROGRAMS, ids=lambda program: program.stem)
def test_text_is_kept(program: Path) -> None:
    text = program.read_text(encoding="utf-8")
    parsed = parse(text)
    written = render(parsed.tree, parsed.comments).text
    assert ast.dump(ast.parse(written)) == ast.dump(ast.parse(text))


def test_comments_stay_with_their_statements() -> None:
    text = (
        "# of the module\nimport os\n\n\ndef f(x):  # of f\n    # above\n    if x:\n"
        "        # inside\n        pass  # why\n    else:\n        # otherwise\n        y = (\n"
        "            1,  # one\n            2,\n        )\n        # after y\n    # last\n"
        "    return 1\n"
    )
    parsed = parse(text)
    assert render(parsed.tree, parsed.comments).text == (
        "# of the module\nimport os\n\ndef f(x):  # of f\n    # above\n    if x:\n"
        "        # inside\n        pass  # why\n    else:\n        # otherwise\n"
        "        y = (1, 2)  # one\n        # after y\n    # last\n    return 1\n"
    )


def test_lines_of_nodes_are_those_of_the_text() -> None:
    text = "def f(x):\n    # why\n    y = open(x)\n\n    return [\n        y.read(),\n    ]\n"
    parsed = parse(text)
    written = render(parsed.tree, parsed.comments)
    lines = written.text.splitlines()
    for node, (first, last) in written.span.items():
        if isinstance(node, ast.Call):
            assert ast.unparse(node) in "\n".join(lines[first - 1 : last])


def _chosen(text: str) -> bool:
    return hashlib.sha256(text.encode()).digest()[0] % _ALONE == 0


def _spans(text: str) -> list[Span]:
    """The places of calls and awaits, and of statements that hold none."""
    spans: dict[Span, None] = {}
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Call, ast.Await)):
            end_line, end_column = node.end_lineno or 0, node.end_col_offset or 0
            spans[Span(node.lineno, node.col_offset, end_line, end_column)] = None
        elif isinstance(node, (ast.Assign, ast.Return, ast.ExceptHandler, ast.Raise, ast.With)):
            spans[Span(node.lineno)] = None
    return list(spans)


def _run(text: str, others: dict[str, str], folder: Path) -> tuple[str, str]:
    """What a program prints, and the error that it ends with."""
    modules = [name.removesuffix(".py") for name in others]
    for name, content in others.items():
        (folder / name).write_text(content, encoding="utf-8")
    output, error = io.StringIO(), ""
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode, kept = True, sys.dont_write_bytecode
    namespace: dict[str, object] = {"__name__": "neighbour", "__builtins__": __builtins__}
    try:
        with contextlib.redirect_stdout(output):
            exec(compile(text, "neighbour.py", "exec", dont_inherit=True), namespace)
            main = namespace["main"]
            assert callable(main)
            _finish(main)
    except Exception as raised:
        kinds = [kind.__name__ for kind in type(raised).__mro__ if kind.__module__ != "neighbour"]
        error = f"{kinds[0]}: {raised}"  # a class of the program may have another name
    finally:
        sys.path.pop(0)
        sys.dont_write_bytecode = kept
        for name in modules:
            sys.modules.pop(name, None)
    return output.getvalue(), error


def _finish(main: Callable[[], object]) -> None:
    result = main()
    if inspect.iscoroutine(result):
        coroutine: Coroutine[object, object, object] = result
        asyncio.run(coroutine)
