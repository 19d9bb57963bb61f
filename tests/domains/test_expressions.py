"""Expressions of a file: text, flags and uses, what they are matched against, and its length."""

from __future__ import annotations

import pytest

from assay.domains.exposure import CALLERS, CONSTANT, INSIDE, NAMED, OUTSIDE, SHORT, exposure_of
from assay.domains.regexes import Expression, expressions, holder_of
from assay.domains.subjects import UNKNOWN_LIMIT, limit_of
from assay.models.regexes import regex_rows
from assay.program.facts import FileFacts
from assay.program.program import Program
from assay.source.file import parse_text


def facts_of(text: str) -> FileFacts:
    return Program().add(parse_text("shop/texts.py", text), "").facts


def only(text: str) -> Expression:
    (found,) = expressions(facts_of(f"import re\n{text}"))
    return found


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ('re.compile("a" "b" + "c" * 2)', "abcc"),
        ('W = r"\\w+"\nre.compile(f"{W},{W}")', r"\w+,\w+"),
        ('re.compile("%s-%s" % ("a", "b"))', "a-b"),
        ('re.compile("%(x)s" % {"x": "a"})', "a"),
        ('re.compile("{0}{n}".format("a", n="b"))', "ab"),
        ('re.compile("|".join(["a", "b"]))', "a|b"),
        ('re.compile("|".join([x + "+" for x in ("a", "b")]))', "a+|b+"),
        ('re.compile("|".join(x + "+" for x in ("a", "b")))', "a+|b+"),
        ('re.compile("|".join(map(re.escape, (".", "b"))))', r"\.|b"),
        ('W = ["a", "b"]\nre.compile(W[1])', "b"),
        ('W = "abcd"\nre.compile(W[1:-1])', "bc"),
        ('re.compile(" A ".strip().lower())', "a"),
        ('re.compile(b"a" + b"b")', b"ab"),
        ('re.compile("a".encode())', b"a"),
        ('a, b = "a", "b"\nre.compile(b)', "b"),
    ],
)
def test_a_text_that_is_put_together_is_known(code: str, text: str | bytes) -> None:
    assert only(code).text == text


def test_an_escaped_part_is_a_sample() -> None:
    found = only('def f(n):\n    return re.compile(rf"<{re.escape(n)}>")')
    assert (found.text, found.is_sample) == ("<x>", True)


@pytest.mark.parametrize(
    ("code", "hole"),
    [
        ('def f(n):\n    return re.compile(f"<{n}>")', "n"),
        ('def f(n):\n    return re.compile("%s" % n)', "n"),
        ("import shop.other\nre.compile(shop.other.WORD)", "shop.other.WORD"),
        ('re.compile("%9999d" % 1)', "a wide field"),
        ('W = "a"\nif W:\n    W = "b"\ndef f():\n    return re.compile(W)', "W"),
    ],
)
def test_a_text_that_is_not_constant_names_what_is_missing(code: str, hole: str) -> None:
    found = only(code)
    assert (found.text, found.hole) == (None, hole)


def test_flags_are_joined() -> None:
    assert only('F = re.I | re.M\nre.compile("a", F | re.S)').flags == 2 | 8 | 16


def test_uses_have_their_mode_and_subject() -> None:
    found = only(
        'P = re.compile("a+")\n'
        "def f(x):\n    P.match(x); P.fullmatch(string=x); P.sub('', x); P.split(x)\n"
    )
    assert [use.mode for use in found.uses] == ["match", "fullmatch", "search", "search"]
    assert {use.function.spelled(use.subject) for use in found.uses} == {"x"}
    assert holder_of(found) == "P"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("from flask import request\ndef v():\n    P.match(request.args['a'])", OUTSIDE),
        ("def strip(html):\n    P.match(html)", NAMED),
        ("def read(answer: 'Response'):\n    P.match(answer.text)", NAMED),
        ("def parse(url):\n    P.match(url.strip())", SHORT),
        ("def _strip(html):\n    P.match(html)", CALLERS),
        ("class _A:\n    def strip(self, html):\n        P.match(html)", CALLERS),
        ("def f(text):\n    P.match(text)", CALLERS),
        ("def f():\n    P.match('a' + 'b')", CONSTANT),
        ("import platform\ndef f():\n    P.match(platform.release())", INSIDE),
    ],
)
def test_exposure(code: str, kind: str) -> None:
    found = only(f'P = re.compile("a+")\n{code}')
    assert exposure_of(found.uses[0], regex_rows().subjects).kind == kind


@pytest.mark.parametrize(
    ("body", "most"),
    [
        ("P.match(x[:10])", 10),
        ("P.match(x[:n])", None),
        ("P.match(x[:MAX])", UNKNOWN_LIMIT),
        ("P.match(x[: n.max_length])", UNKNOWN_LIMIT),
        ("P.match(x[: x.find(n)])", None),
        ("if len(x) > n: return\n    P.match(x)", UNKNOWN_LIMIT),
        ("x = x[:10]; P.match(x)", None),
        ("y = x[:10].strip(); P.match(y)", 10),
        ("if len(x) > 10: return\n    P.match(x)", 10),
        ("if len(x) > 10: raise ValueError\n    P.match(x)", 10),
        ("if len(x) > 10: flask.abort(400)\n    P.match(x)", 10),
        ("if 10 >= len(x):\n        P.match(x)", 10),
        ("if not len(x) < 10: return\n    P.match(x)", 10),
        ("if len(x) > 10: print(x)\n    P.match(x)", None),
        ("if len(x) < 10: return\n    P.match(x)", None),
        ("if len(n) > 10: return\n    P.match(x)", None),
        ("P.match(x)\n    if len(x) > 10: return", None),
        ("P.match(x[10:])", None),
        ("P.match(x[:-1])", None),
    ],
)
def test_limit(body: str, most: int | None) -> None:
    found = only(f'import flask\nP = re.compile("a+")\ndef f(x, n):\n    {body}')
    (use,) = found.uses
    assert use.op is not None
    (block,) = [each.ident for each in use.function.ir.blocks if use.op in each.ops]
    limit = limit_of(use.function, use.subject, block, regex_rows().subjects)
    assert (None if limit is None else limit.most) == most
