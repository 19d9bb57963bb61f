"""Templates as tokens, expressions and trees, and the contexts of a page."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.source.templates import Dialect, parse_template
from assay.source.templates.expressions import parse_expression
from assay.source.templates.markup import Kind, Page, Script, is_markup
from assay.source.templates.tokens import OUTPUT, TAG, TEXT, dialect_of, tokenize
from assay.source.templates.tree import (
    Assign,
    Autoescape,
    Block,
    CallBlock,
    FilterBlock,
    For,
    Gap,
    If,
    ImportMacros,
    Include,
    Macro,
    Node,
    Print,
    Text,
    With,
)

WORDS = """
{{ }} {% %} {# #} x ' " ` \\ |safe | : ( ) [ ] { } = / < > % ${ // /* */ <!-- --> else endif endfor
endblock endmacro extends raw endraw verbatim comment end é
"""
PHRASES = """
if a
for x in y
block b
macro m(a, b=1)
set x = 1
include 'a'
autoescape off
with a=b
call m()
filter e
import 'a' as b
from 'a' import b
blocktrans with
firstof a b
<script>
</script>
<a href=
onclick=
<style>
"""
PIECES = st.sampled_from(
    [*WORDS.split(), *PHRASES.strip().split("\n"), " ", "\n", "\0", "\n% for x in y:\n"]
)


def kinds(*pieces: str) -> list[str]:
    """The contexts between pieces of text, with the quote round them."""
    page = Page()
    found: list[str] = []
    for number, piece in enumerate(pieces):
        if number:
            context = page.output()
            found.append(f"{context.kind.value}{context.quote}")
        page.feed(piece)
    return found


def tags(text: str, dialect: Dialect = Dialect.JINJA) -> list[Node]:
    return [node for node in parse_template("a", text, dialect).nodes if not isinstance(node, Text)]


# Tokens


def test_tokens_have_their_lines() -> None:
    tokens = tokenize("a\n{{ b }}\n{# c\n #}{%- d -%}", Dialect.JINJA)
    assert [(token.kind, token.text, token.line) for token in tokens] == [
        (TEXT, "a\n", 1),
        (OUTPUT, "b", 2),
        (TEXT, "\n", 2),
        (TAG, "d", 4),
    ]


@pytest.mark.parametrize(
    ("text", "outputs"),
    [
        ("{% raw %}{{ a }}{% endraw %}{{ b }}", ["b"]),
        ("{% verbatim %}{{ a }}{% endverbatim %}{{ b }}", ["b"]),
        ("{{ '}}' }}{{ b }}", ["'}}'", "b"]),
        ("{{ {'a': {'b': 1}} }}{{ b }}", ["{'a': {'b': 1}}", "b"]),
        ("{{ it's }}{{ b }}", ["it's", "b"]),
        ("{{ a", []),
        ("{# {{ a }} #}{{ b }}", ["b"]),
        ("{# {{ a }}", ["a"]),
    ],
)
def test_outputs_of_jinja(text: str, outputs: list[str]) -> None:
    tokens = tokenize(text, Dialect.JINJA)
    assert [token.text for token in tokens if token.kind == OUTPUT] == outputs


def test_tags_of_django_end_on_their_line() -> None:
    text = "{{ a\n}}{# {{ b }}\n #}{% comment %}{{ c }}{% endcomment %}{{ d }}"
    tokens = tokenize(text, Dialect.DJANGO)
    assert [token.text for token in tokens if token.kind == OUTPUT] == ["b", "d"]


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("{% load static %}{{ a }}", Dialect.DJANGO),
        ("{{ a|date:'Y' }}", Dialect.DJANGO),
        ("{% set a = 1 %}", Dialect.JINJA),
        ("{{ a|default('b') }}", Dialect.JINJA),
        ("{% if a %}b{% end %}", Dialect.TORNADO),
        ("{% raw a %}", Dialect.TORNADO),
        ("{{ a }}", Dialect.JINJA),
    ],
)
def test_the_dialect_is_told_from_the_text(text: str, dialect: Dialect) -> None:
    assert dialect_of("a.html", text) is dialect


# Expressions


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a.b['c'][0][i]", "Attr(Attr(Attr(Attr(Name('a'), 'b'), 'c'), '0'), '[]')"),
        ("a|e|safe", "Filtered(Filtered(Name('a'), 'e'), 'safe')"),
        ("a|d:b.c|e", "Filtered(Filtered(Name('a'), 'd', (Attr(Name('b'), 'c'),)), 'e')"),
        ("a if b else c", "Parts((Name('a'), Name('c')))"),
        ("a ~ 'x' ~ b", "Parts((Name('a'), Const('x'), Name('b')))"),
        ("a or b", "Parts((Name('a'), Name('b')))"),
        ("a and b", "Name('b')"),
        ("a == b", "Const(None)"),
        ("a is not none", "Const(None)"),
        ("a - 1", "Const(None)"),
        ("not a", "Const(None)"),
        ("f(a, k=b)", "Invoke(Name('f'), (Name('a'), Name('b')))"),
        ("[a, {'k': b}]", "Parts((Name('a'), Parts((Name('b'),))))"),
        ("(a)", "Name('a')"),
        ("_('x')", "Const('x')"),
        ("a[1:2]", "Attr(Name('a'), '[]')"),
        ("", "Const(None)"),
        ("a !! b", "Name('a')"),
    ],
)  # fmt: skip
def test_expressions(text: str, read: str) -> None:
    assert repr(parse_expression(text)) == read


def test_nesting_of_expressions_is_bounded() -> None:
    parse_expression("(" * 5000 + "a" + ")" * 5000)
    parse_expression("a" + "[b" * 5000)
    parse_expression("not " * 5000 + "a")


# Trees


def test_branches_and_loops() -> None:
    (branch,) = tags("{% if a %}{{ b }}{% elif c %}{{ d }}{% else %}{{ e }}{% endif %}")
    assert isinstance(branch, If)
    assert (len(branch.branches), branch.has_else) == (3, True)
    (loop,) = tags("{% for k, (v, w) in d.items() if k %}{{ k }}{% else %}{{ e }}{% endfor %}")
    assert isinstance(loop, For)
    assert loop.targets == ("k", "v", "w")
    assert repr(loop.iterable) == "Invoke(Attr(Name('d'), 'items'), ())"
    assert (len(loop.body), len(loop.orelse)) == (1, 1)


def test_blocks_of_jinja() -> None:
    found = tags(
        "{% set a, b = c %}{% set d %}x{% endset %}{% with e = f, g = h %}{% endwith %}"
        "{% block i scoped %}{% endblock %}{% macro j(k, l='m') %}{% endmacro %}"
        "{% call(n) j(1) %}{% endcall %}{% filter upper|e %}{% endfilter %}"
        "{% autoescape false %}{% endautoescape %}{% include ['o', 'p'] ignore missing %}"
        "{% import 'q' as r %}{% from 's' import t as u, v with context %}"
    )
    assert [type(node) for node in found] == [
        Assign,
        Assign,
        With,
        Block,
        Macro,
        CallBlock,
        FilterBlock,
        Autoescape,
        Include,
        ImportMacros,
        ImportMacros,
    ]
    assert isinstance(found[2], With)
    assert found[2].names == ["e", "g"]
    assert isinstance(found[4], Macro)
    assert (found[4].parameters, list(found[4].defaults)) == (("k", "l"), ["l"])
    assert isinstance(found[7], Autoescape)
    assert found[7].is_on is False
    assert isinstance(found[10], ImportMacros)
    assert (found[10].names, found[10].sees_context) == ((("t", "u"), ("v", "v")), True)


def test_blocks_of_django() -> None:
    found = tags(
        "{% with a=b c as d %}{% endwith %}{% blocktrans with e=f count g=h %}{% plural %}"
        "{% endblocktrans %}{% include 'i' with j=k only %}{% autoescape off %}{% endautoescape %}"
        "{% firstof l m %}{% trans n %}{% trans 'o' %}{% p q as r %}{% load s %}",
        Dialect.DJANGO,
    )
    kinds = [With, With, Include, Autoescape, Print, Print, Gap, Assign]
    assert [type(node) for node in found] == kinds
    assert isinstance(found[0], With)
    assert found[0].names == ["a", "d"]
    assert isinstance(found[2], Include)
    assert (found[2].names, found[2].is_alone) == (["j"], True)


def test_blocks_of_tornado_and_bottle() -> None:
    found = tags("{% autoescape None %}{% if a %}{% raw b %}{% end %}{{ c }}", Dialect.TORNADO)
    assert [type(node) for node in found] == [Autoescape, If, Print]
    found = tags("% for a in b:\n  {{!a}}\n% end\n% c = d\n{{c}}\n", Dialect.BOTTLE)
    assert [type(node) for node in found] == [For, Assign, Print]


def test_what_projects_define_is_passed_over() -> None:
    found = tags("{% box a %}{{ b }}{% endbox %}{% endif %}{{ c }}")
    assert [type(node) for node in found] == [Gap, Print, Print]


def test_blocks_that_never_end() -> None:
    (loop,) = tags("{% for a in b %}{% if c %}{{ d }}")
    assert isinstance(loop, For)
    deep = parse_template("a", "{% if a %}" * 3000 + "{{ b }}" + "{% endif %}" * 3000)
    assert len(deep.nodes) == 1


# Pages


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (("<b>", "</b>"), ["text"]),
        (('<a href="', "?q=", '">'), ['url"', 'attribute"']),
        (('<a href="/', '">'), ['attribute"']),
        (("<img src='", "'>"), ["attribute'"]),
        (("<a href=", ">", ""), ["unquoted", "text"]),
        (("<p ", ">", ""), ["tag", "text"]),
        (("<p ", '="', '">'), ["tag", 'attribute"']),
        (("<", " a='", "'>"), ["tag", "attribute'"]),
        (("<p onclick=\"f('", "', ", ')">'), ['handler-string"', 'handler"']),
        (('<a href="javascript:f(', ')">'), ['handler"']),
        (('<p style="', '">', ""), ['style"', "text"]),
        (('<iframe srcdoc="', '">'), ['document"']),
        (("<!-- ", " -->", ""), ["comment", "text"]),
        (("<!doctype ", ">"), ["text"]),
        (("<style>", "</style>", ""), ["style", "text"]),
        (("<textarea><script>", "</textarea>"), ["text"]),
        (("<script>", "</script>", ""), ["script", "text"]),
        (("<script>a = '", "' + \"", '";'), ["script-string'", 'script-string"']),
        (("<script>a = 'it\\'s ", "'", ""), ["script-string'", "script"]),
        (("<script>// it's\n", "/* ' ", " */", ""), ["script", "script-comment", "script"]),
        (("<script>x = /'\"/.test(", ")"), ["script"]),
        (("<script>x = a / b; y = '", "' / 2;", ""), ["script-string'", "script"]),
        (("<script>`", "`", ""), ["script-template`", "script"]),
        (('<script type="text/template"><a href="', '">'), ["data"]),
        (("<script type=module src='", "'>", ""), ["url'", "script"]),
        (("<SCRIPT TYPE='text/javascript'>", "</Script >", ""), ["script", "text"]),
        (("a < b ", ""), ["text"]),
        (("<a\n  href\n=\n'", "'"), ["url'"]),
        (("<a/href='", "'/>", ""), ["url'", "text"]),
        (("<p title=x/", ">", ""), ["unquoted", "text"]),
    ],
)
def test_contexts(pieces: tuple[str, ...], expected: list[str]) -> None:
    assert kinds(*pieces) == expected


def test_branches_that_end_elsewhere_make_the_place_uncertain() -> None:
    page = Page()
    page.feed("<p ")
    one, other = page.copy(), page.copy()
    one.feed("class='a' ")
    other.feed("id=b ")
    page.join([one, other])
    assert page.output().is_certain
    other.feed("title='")
    page.join([one, other])
    assert not page.output().is_certain
    page.feed(">")
    assert page.output().is_certain


def test_a_file_that_is_no_page_has_one_context() -> None:
    page = Page(is_markup=False)
    page.feed("<script>")
    assert page.output().kind is Kind.PLAIN


@pytest.mark.parametrize(
    ("text", "answer"),
    [("<div>a</div>", True), ("Hello <b>x</b>", True), ("a < b > c", False), ("<xs:a/>", False)],
)
def test_what_a_page_looks_like(text: str, answer: bool) -> None:
    assert is_markup(text) is answer


# Any text


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_is_accepted(text: str) -> None:
    for dialect in (*Dialect, None):
        tree = parse_template("a.html", text, dialect)
        assert all(node.line >= 1 for node in tree.nodes)
    parse_expression(text)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
def test_the_tokens_are_in_order_and_hold_slices(text: str) -> None:
    for dialect in Dialect:
        last = 1
        position = 0
        for token in tokenize(text, dialect):
            assert last <= token.line <= text.count("\n") + 1
            last = token.line
            found = text.find(token.text, position)
            assert found >= position
            position = found


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=30))
def test_a_page_is_the_same_in_pieces(pieces: list[str]) -> None:
    whole, parts = Page(), Page()
    whole.feed("".join(pieces))
    for piece in pieces:
        parts.feed(piece)
    # The pieces hold whole tags and comment marks; only `<` alone may be the start of more, and the
    # end of a comment may come of the `--` of its start, as in `<!-->`.
    if (
        "<" not in pieces
        and "-->" not in "".join(pieces)
        and not any(piece in ("/", "\\", "*/", "`", "//", "/*") for piece in pieces)
    ):
        assert (whole.mode, whole.element, whole.attribute) == (
            parts.mode,
            parts.element,
            parts.attribute,
        )


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(["'", '"', "`", "\\", "\n", "/", "*", "a", "=", "[", "]"]), max_size=40
    )
)
def test_any_script_is_accepted(pieces: list[str]) -> None:
    script = Script()
    for piece in pieces:
        script.feed(piece)
    assert script.state in ("", "'", '"', "`", "//", "/*")


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 40_000,
        "{#" * 40_000,
        "{%" * 40_000,
        "{{ a }}{# b" * 20_000,
        "{{ a" + "|e" * 20_000 + " }}",
        "{{ a" + ".b" * 20_000 + " }}",
        "{% if a %}" * 20_000,
        "{{ '" * 20_000,
        "<a " * 20_000,
        "<script>" + "/[" * 20_000,
    ],
)
def test_long_texts_cost_little(text: str) -> None:
    started = time.process_time()
    for dialect in (*Dialect, None):
        tree = parse_template("a.tpl", text, dialect)
    page = Page()
    page.feed(tree.text)
    is_markup(text)
    assert time.process_time() - started < 5  # quadratic would be minutes
