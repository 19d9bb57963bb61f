"""Comments that accept findings: how they are written, and what they cover."""

from __future__ import annotations

import pytest

from assay.source.day import today
from assay.source.file import SourceFile, parse_text
from assay.source.span import Span
from assay.source.suppressions import (
    DISABLE,
    FILE_IGNORE,
    IGNORE,
    NOQA,
    NOSEC,
    Suppression,
    covers,
    is_day,
    suppressions_of,
)


def only(text: str) -> Suppression:
    (one,) = suppressions_of(parse_text("a.py", text))
    return one


@pytest.mark.parametrize(
    ("comment", "names", "reason", "until"),
    [
        ("# assay: ignore[weak-hash] -- a sum", ("weak-hash",), "a sum", ""),
        ("#assay:ignore[weak-hash] a sum", ("weak-hash",), "a sum", ""),
        ("# assay: ignore[ CWE-89 , 22] -- see #12", ("CWE-89", "22"), "see #12", ""),
        ("# assay: ignore[x] until=2027-03-01 -- why", ("x",), "why", "2027-03-01"),
        ("# noqa # assay: ignore[x] -- why  # type: ignore", ("x",), "why", ""),
        ("# pylint: disable=all  # assay: ignore[x] -- why", ("x",), "why", ""),
    ],
)
def test_what_is_well_written(
    comment: str, names: tuple[str, ...], reason: str, until: str
) -> None:
    one = only(f"x = 1  {comment}\n")
    said = (one.verb, one.names, one.reason, one.until, one.problem)
    assert said == (IGNORE, names, reason, until, "")


@pytest.mark.parametrize(
    "text",
    [
        "x = '# assay: ignore[x] -- why'\n",
        'x = """\n# assay: ignore[x] -- why\n"""\n',
        "x = f'{y}# nosec'\n",
        "# The assay: ignored\n",
        "# an assay: ignore[x] -- why\n",
        "# noqa\n",
        "# nosecurity\n",
        "# noqa: see below\n",
    ],
)
def test_what_is_none(text: str) -> None:
    assert suppressions_of(parse_text("a.py", text)) == []


@pytest.mark.parametrize(
    ("comment", "verb", "names"),
    [
        ("# nosec", NOSEC, ()),
        ("# nosec B602, B607 - we trust it", NOSEC, ("B602", "B607")),
        ("#nosec: B602", NOSEC, ("B602",)),
        ("# nosec try_except_pass", NOSEC, ("try_except_pass",)),
        ("# nosec: the input is ours", NOSEC, ()),
        ("# noqa: S602", NOQA, ("S602",)),
        ("# NOQA:S602,E501 because", NOQA, ("S602", "E501")),
    ],
)
def test_comments_for_other_tools(comment: str, verb: str, names: tuple[str, ...]) -> None:
    one = only(f"x = 1  {comment}\n")
    assert (one.verb, one.names, one.problem) == (verb, names, "")


def covered(text: str, span: Span) -> bool:
    source: SourceFile = parse_text("a.py", text)
    place = source.statements.at(span)
    return any(
        covers(source, one, span.lineno, span.end_lineno, place) for one in suppressions_of(source)
    )


COMMENT = "# assay: ignore[x] -- why"


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (f"f()  {COMMENT}\n", 1, True),
        (f"{COMMENT}\nf()\n", 2, True),
        (f"{COMMENT}\n# more\nf()\n", 3, True),
        (f"{COMMENT}\n\nf()\n", 3, False),
        (f"f()\n{COMMENT}\n", 1, False),
        (f"g()  {COMMENT}\nf()\n", 2, False),
        (f"f(\n    1,  {COMMENT}\n)\n", 1, True),
        (f"f(\n    1,\n)  {COMMENT}\n", 1, True),
        (f"f('''\n''')  {COMMENT}\n", 1, True),
        (f"@a  {COMMENT}\n@b\ndef g():\n    pass\n", 3, True),
        (f"{COMMENT}\n@a\ndef g():\n    pass\n", 3, True),
        (f"def g():\n    pass  {COMMENT}\n", 1, False),
        (f"def g():  {COMMENT}\n    f()\n", 2, False),
        (f"if a:  {COMMENT}\n    f()\n", 2, False),
        (f"try:\n    f()\nexcept A:  {COMMENT}\n    pass\n", 3, True),
        (f"try:\n    f()\n{COMMENT}\nexcept A:\n    pass\n", 4, True),
        ("f()  # nosec\n", 1, True),
        ("# nosec\nf()\n", 2, False),
    ],
)
def test_where_a_comment_counts(text: str, line: int, expected: bool) -> None:
    start = len(text.split("\n")[line - 1]) - len(text.split("\n")[line - 1].lstrip())
    assert covered(text, Span(line, start, line, start + 3)) == expected


def test_an_element_of_a_table_has_a_comment_of_its_own() -> None:
    text = f"x = {{\n    'a': f(1),\n    'b': f(2),  {COMMENT}\n}}\n"
    assert not covered(text, Span(2, 9, 2, 13))
    assert covered(text, Span(3, 9, 3, 13))
    for whole in (f"{COMMENT}\n{text}", text.replace("{\n", f"{{  {COMMENT}\n", 1)):
        source = parse_text("a.py", whole)
        first = 2 if whole.startswith("# ") else 1
        assert covered(whole, Span(first + 1, 9, first + 1, 13)), source.text


def test_ranges_and_files() -> None:
    text = "# assay: disable[x] -- why\nf()\n# assay: enable[x]\nf()\n"
    assert covered(text, Span(2, 0, 2, 3))
    assert not covered(text, Span(4, 0, 4, 3))
    opened = only("# assay: disable[x] -- why\n")
    assert (opened.verb, opened.problem[:9]) == (DISABLE, "no enable")
    assert only("# assay: enable[x]\n").problem
    nested = suppressions_of(
        parse_text("a.py", "# assay: disable[x] -- a\n# assay: disable[y] -- b\n"
                   "# assay: enable[x]\nf()\n# assay: enable[y]\n")
    )  # fmt: skip
    assert [one.last_line for one in nested if one.verb == DISABLE] == [3, 5]
    assert only("f()\n# assay: file-ignore[x] -- why\n").verb == FILE_IGNORE
    assert covered("f()\n# assay: file-ignore[x] -- why\n", Span(1, 0, 1, 3))


def test_a_reason_shows_no_secret() -> None:
    one = only("x = 1  # assay: ignore[x] -- password = 'hunter2-Zq9!'\n")
    assert "hunter2" not in one.reason
    assert "password" in one.reason


def test_days() -> None:
    assert [is_day(text) for text in ("2027-03-01", "2024-02-29", "2000-02-29")] == [True] * 3
    wrong = ("2027-3-1", "2026-02-29", "1900-02-29", "2027-13-01", "2027-04-31", "0000-01-01", "")
    assert not any(is_day(text) for text in wrong)
    one = only("x = 1  # assay: ignore[x] until=2027-03-01 -- why\n")
    assert [one.is_expired(day) for day in ("2027-02-28", "2027-03-01", "2027-03-02")] == [
        False, False, True,
    ]  # fmt: skip


def test_the_day_is_that_of_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert today() == "1970-01-02"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "999999999999")
    assert today() == "9999-12-31"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert is_day(today())
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert today() > "2026-01-01"


def test_hostile_comments_cost_little() -> None:
    many = ", ".join(f"r{number}" for number in range(200_000))
    assert only(f"x = 1  # assay: ignore[{many}] -- why\n").problem
    assert len(only(f"x = 1  # noqa: {many.upper()}\n").names) <= 50
    assert only("x = 1  # assay: ignore[" + "[" * 200_000 + "\n").problem
    text = "# assay: ignore[x] -- why\n" * 20_000 + "f()\n"
    source = parse_text("a.py", text)
    place = source.statements.at(Span(20_001, 0, 20_001, 3))
    found = [one for one in suppressions_of(source) if covers(source, one, 20_001, 20_001, place)]
    assert len(found) == 50
