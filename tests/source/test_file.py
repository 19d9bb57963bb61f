"""From bytes to a SourceFile, whatever the bytes are."""

import ast
import codecs
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.source.file import (
    MAX_BYTES,
    Parsed,
    SourceFile,
    parse_bytes,
    parse_text,
)
from assay.source.nesting import MAX_NESTING
from assay.source.roles import Role
from assay.source.span import Span, span_of
from places import source_in


def _names(file: SourceFile) -> list[str]:
    return [type(statement).__name__ for statement in file.tree.body]


def _height(tree: ast.AST) -> int:
    height = 0
    level = [tree]
    while level:
        height += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return height


@pytest.mark.parametrize("text", ["", "\n\n", "# only\n# comments\n", "   # one\n", "\x0c\n"])
def test_a_text_without_statements_is_whole(text: str) -> None:
    file = parse_text("a.py", text)
    assert (file.parsed, file.problem, file.tree.body) == (Parsed.WHOLE, "", [])


def test_form_feed_and_lone_carriage_return_keep_the_line_numbers_of_ast() -> None:
    file = parse_text("a.py", "a = 1\n\x0cb = 2\rc = 3\r\nd = '''\x0b\n'''\ne = 5")
    assert [statement.lineno for statement in file.tree.body] == [1, 2, 3, 4, 6]
    assert file.lines == ["a = 1", "\x0cb = 2", "c = 3", "d = '''\x0b", "'''", "e = 5"]
    assert file.quote(2, 4) == "\x0cb = 2\rc = 3\r\nd = '''\x0b"
    assert file.quote(0, 1) == "a = 1"
    assert file.quote(6, 99) == "e = 5"
    assert file.quote(7, 9) == ""


def test_columns_in_reports_are_code_points_from_one() -> None:
    file = parse_text("a.py", "x = 'é😀' + name")
    value = file.tree.body[0]
    assert isinstance(value, ast.Assign)
    assert isinstance(value.value, ast.BinOp)
    right = span_of(value.value.right)
    assert right == Span(1, 15, 1, 19)
    assert file.column(1, right.col_offset) == 12
    assert file.column(1, 10_000) == len(file.lines[0]) + 1
    assert file.column(99, 3) == 1


def test_a_byte_order_mark_with_windows_line_ends() -> None:
    file = parse_bytes("a.py", codecs.BOM_UTF8 + b"x = 1\r\nif x:\r\n    y = 2\r\n")
    assert file.parsed is Parsed.WHOLE
    assert file.quote(1, 3) == "x = 1\r\nif x:\r\n    y = 2"


def test_bytes_that_python_refuses_are_partly_read() -> None:
    file = parse_bytes("a.py", b"# caf\xe9\nx = 1\n")
    assert file.parsed is Parsed.PARTLY
    assert _names(file) == ["Assign"]
    assert "line 1" in file.problem


def test_null_bytes_are_not_parsed() -> None:
    file = parse_bytes("a.py", b"x = 1\x00")
    assert (file.parsed, file.tree.body) == (Parsed.NOT, [])
    assert "null" in file.problem
    assert parse_text("a.py", "x = 1\x00").parsed is Parsed.NOT


def test_utf16_with_a_mark_is_partly_read() -> None:
    file = parse_bytes("a.py", "\ufeffx = 1\n".encode("utf-16-le"))
    assert file.parsed is Parsed.PARTLY
    assert _names(file) == ["Assign"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("    x = 1\n    y = 2\n", ["Assign", "Assign"]),
        ("    def get(self):\n        return self.x\n", ["FunctionDef"]),
        ("  @property\n  def get(self):\n    return self.x\n", ["FunctionDef"]),
    ],
)
def test_snippets_that_start_indented(text: str, kind: list[str]) -> None:
    file = parse_text("a.py", text)
    assert _names(file) == kind
    assert file.parsed is Parsed.WHOLE
    assert file.tree.body[0].col_offset > 0


def test_python_2_is_read() -> None:
    file = parse_text("a.py", "import os\nprint 'a'\nexec code\n")
    assert file.parsed is Parsed.WHOLE
    assert [statement.lineno for statement in file.tree.body] == [1, 2, 3]
    assert file.dialect == "python 2"


def test_a_truncated_last_statement_is_lost_and_the_rest_is_kept() -> None:
    file = parse_text("a.py", "import os\nos.remove(a)\nx = f(1,\n")
    assert file.parsed is Parsed.PARTLY
    assert _names(file)[:2] == ["Import", "Expr"]
    assert file.lost[0].first_line == 3
    assert "line 3" in file.problem


def test_one_broken_line_does_not_hide_the_others() -> None:
    file = parse_text("a.py", "def f():\n    return 1\n\nx = = 2\n\ndef g():\n    return 2\n")
    assert file.parsed is Parsed.PARTLY
    assert [one.name for one in file.tree.body if isinstance(one, ast.FunctionDef)] == ["f", "g"]


@pytest.mark.parametrize(
    "deep",
    [
        "x = " + "-" * 100_000 + "1",
        "x = 1" + " + 1" * 20_000,
        "x = a" + ".b" * 20_000,
        "x = f" + "()" * 20_000,
        "x = " + "lambda: " * 3_000 + "1",
        "x = " + "(" * 5_000 + ")" * 5_000,
        "x = " + "[" * 5_000,
        "if a:\n    pass\n" + "elif a:\n    pass\n" * 3_000,
        "x = " + "not " * 500 + "1",
        "x = (1\n" + "+ 1\n" * 500 + ")",
        "class A(B" + ".c" * 300 + "):\n    pass",
        "try:\n    pass\nexcept A" + ".c" * 300 + ":\n    pass",
        "".join(" " * n + "if a:\n" for n in range(300)) + " " * 300 + "pass",
    ],
)
def test_deep_nesting_is_cut_and_said(deep: str) -> None:
    file = parse_text("a.py", f"import os\n{deep}\ny = 2\n")
    assert file.parsed is not Parsed.WHOLE
    assert file.problem
    assert _height(file.tree) <= MAX_NESTING + 1
    if file.parsed is Parsed.PARTLY:
        assert _names(file)[0] == "Import"
        ast.unparse(file.tree)


def test_ordinary_nesting_is_kept() -> None:
    text = "x = (1" + " + 1" * 90 + ")\nif a:\n    pass\n" + "elif a:\n    pass\n" * 90
    assert parse_text("a.py", text).parsed is Parsed.WHOLE


def test_a_large_file_is_not_parsed() -> None:
    file = parse_bytes("a.py", b"x = 1\n" * (MAX_BYTES // 6 + 1))
    assert file.parsed is Parsed.NOT
    assert "larger" in file.problem


def test_what_is_not_a_readable_file_is_a_reason(tmp_path: Path) -> None:
    assert "does not exist" in source_in(tmp_path, "none.py").problem
    assert source_in(tmp_path, "").parsed is Parsed.NOT
    assert source_in(tmp_path, "a\x00b").parsed is Parsed.NOT
    os.mkfifo(tmp_path / "pipe.py")
    assert "a pipe, not a file" in source_in(tmp_path, "pipe.py").problem
    (tmp_path / "a.py").write_bytes(b"# coding: latin-1\nx = '\xe9'\n")
    file = source_in(tmp_path, "a.py", "src/a.py")
    assert (file.path, file.parsed, file.encoding) == ("src/a.py", Parsed.WHOLE, "iso8859-1")
    assert file.role is Role.LIBRARY


def test_comments_of_a_partly_parsed_file() -> None:
    file = parse_text("a.py", "x = 1  # one\ny = = 2  # two\n# three\n# four\n")
    assert [comment.text for comment in file.comments][:2] == ["# one", "# two"]
    assert file.comment_blocks[-1].text == "three\nfour"
    assert file.cell_of(1) is None


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_give_a_source_file(data: bytes) -> None:
    for path in ("a.py", "a.ipynb"):
        _check(parse_bytes(path, data))


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("abif:=()[]{}'\"\\ \n\r\t\x0c#%!?é\ud800,.")))
def test_any_text_gives_a_source_file(text: str) -> None:
    _check(parse_text("a.py", text))


def _check(file: SourceFile) -> None:
    whole = file.parsed is Parsed.WHOLE
    assert whole == (file.problem == "")
    assert not (whole and file.lost)
    assert isinstance(file.role, Role)
    assert file.quote(1, len(file.lines)) == file.text.rstrip("\r\n") or file.text.endswith(
        ("\n", "\r")
    )
    for comment in file.comments:
        assert comment.text.startswith("#")
    if file.parsed is Parsed.NOT:
        assert all(isinstance(statement, ast.Pass) for statement in file.tree.body)
    for region in file.lost:
        assert 1 <= region.first_line <= region.last_line


def test_a_parser_that_miscounts_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    parse = ast.parse
    failed: list[str] = []

    def miscounting(text: str) -> ast.Module:
        if not failed:
            failed.append(text)
            raise SystemError("AST constructor recursion depth mismatch (before=150, after=171)")
        return parse(text)

    monkeypatch.setattr(ast, "parse", miscounting)
    assert parse_text("a.py", "x = 1\n").parsed is Parsed.WHOLE
    assert failed
