"""The report for a terminal."""

from __future__ import annotations

import re

from assay.frozen import replace
from assay.ledger.ledger import Ledger, Unseen
from assay.ledger.observation import Verdict
from assay.ledger.rule import Confidence, Severity
from assay.report.ansi import Painter
from assay.report.text import TextStyle, render_text
from assay.review.review import Weakening
from assay.review.verdicts import review_of_all, review_of_file, with_rules_off
from assay.source.file import Parsed
from fake_ledgers import (
    LEAK,
    RULES,
    WEAK_LINES,
    accepted_review,
    file_review,
    head,
    ledger,
    observation,
    review_of,
    weak_review,
)

PLAIN = TextStyle(100, Painter(False), verbose=False, statistics=False)


def test_one_file() -> None:
    assert (
        render_text(review_of(file_review()), PLAIN)
        == """\
store.py  storage module, Example    40 lines, 12 calls, 1 unresolved

  found    CWE-772  Resource leak           12  file is still open when json.load raises [medium]
  handled  CWE-772  Resource leak           20  the with statement closes the file
  unseen   CWE-703  Error handling          30  whether the callee raises is unknown; 1 name not in
                                                view: fetch
  clean    CWE-798  Hard-coded credentials   -  2 string literals examined

5 sites: 1 found, 1 handled, 1 unseen, 2 clean.
To bring 1 name into view: review the module remote together with this file
"""
    )


def test_several_files_show_what_is_found_and_what_was_not_read() -> None:
    quiet = file_review("quiet.py", Ledger("quiet.py"))
    lost = Unseen("b.py", 3, "line 3", "syntax: invalid syntax", "", ())
    about = head("b.py", Parsed.PARTLY, "line 3 not analysed: invalid syntax")
    broken = file_review("b.py", Ledger("b.py", [], [lost]), about)
    assert (
        render_text(review_of(file_review(), broken, quiet), PLAIN)
        == """\
store.py  storage module, Example    40 lines, 12 calls, 1 unresolved

  found    CWE-772  Resource leak  12  file is still open when json.load raises [medium]

all files  3 files (3 library)    120 lines

  found    CWE-772  Resource leak           -  sites: 1 found, 1 handled; found in 1 file, unseen in
                                               1 file
  unseen   CWE-798  Hard-coded credentials  -  sites: 2 clean; unseen in 1 file
  unseen   CWE-703  Error handling          -  sites: 1 unseen; unseen in 2 files

not read whole  1 path

  partly  b.py: line 3 not analysed: invalid syntax

3 files, 5 sites: 1 found, 1 handled, 1 unseen, 2 clean. 1 class has no answer: not everything was
looked at.
To bring 1 name into view: review the module remote together with this file
"""
    )


def test_verbose_quotes_the_evidence_whole() -> None:
    long = "x = " + "'a' + " * 60 + "'b'"
    site = observation()
    site = replace(site, evidence=(replace(site.evidence[0], text=long),))
    review = review_of(file_review(made=Ledger("store.py", [site])))
    text = render_text(review, replace(PLAIN, columns=60, verbose=True))
    assert long in text
    assert "5351441ea4a600ec" in text
    assert "1 class with no site in this file" not in text
    assert "CWE-798 Hard-coded credentials, CWE-703 Error handling" in " ".join(text.split())


def test_clean_sites_are_rows_when_verbose() -> None:
    kept = review_of_file(head(), ledger(), RULES, {}, {}, keep_clean=True)
    text = render_text(review_of(kept), replace(PLAIN, verbose=True))
    assert len(re.findall(r"^  clean ", text, re.MULTILINE)) == 3


def test_lines_fit_and_no_word_is_lost() -> None:
    words = " ".join(f"word{n}" for n in range(40))
    review = review_of(file_review(made=Ledger("store.py", [observation(message=words)])))
    for columns in (40, 60, 80, 120):
        text = render_text(review, replace(PLAIN, columns=columns))
        assert all(f"word{n}" in text.split() for n in range(40))
        if columns >= 80:
            assert max(map(len, text.splitlines())) <= columns


def test_colour_changes_nothing_but_colour() -> None:
    review = review_of(file_review())
    coloured = render_text(review, replace(PLAIN, painter=Painter(True)))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render_text(review, PLAIN)


def test_reviewed_text_cannot_reach_the_terminal() -> None:
    hostile = observation(
        message="name \x1b]0;owned\x07 and \u202e", path="\x1b[2J.py", function="f\x9b"
    )
    about = head("\x1b[2J.py", Parsed.PARTLY, "\x1b[1m")
    hole = Unseen("\x1b[2J.py", 1, "\x1bname", "callee not in view", "do\x1b", ("resource-leak",))
    review = review_of(file_review("\x1b[2J.py", Ledger("\x1b[2J.py", [hostile], [hole]), about))
    for verbose in (False, True):
        text = render_text(review, replace(PLAIN, verbose=verbose))
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert "\\x1b[2J.py" in text


def test_hidden_ones_are_counted() -> None:
    review = review_of_all([file_review()], (), RULES, Severity.HIGH, Confidence.LOW)
    text = " ".join(render_text(review, PLAIN).split())
    assert "1 found site below the severity or confidence asked for not shown" in text


def test_statistics_count_sites() -> None:
    text = render_text(review_of(file_review()), replace(PLAIN, statistics=True))
    assert "      1        1       0        0  resource-leak (CWE-772, CWE-404)" in text


def test_no_file() -> None:
    assert render_text(review_of(), PLAIN) == "no file was reviewed\n"


def test_unseen_sites_of_one_class_are_one_row() -> None:
    sites = [
        observation(LEAK, Verdict.UNSEEN, line=n, message="m", missing=(f"g{n}",)) for n in (4, 9)
    ]
    text = render_text(review_of(file_review(made=Ledger("store.py", sites))), PLAIN)
    assert "m (lines 4, 9); 2 names not in view: g4, g9" in text


def test_what_weakens_is_first_and_what_was_not_read_is_told_of_one_file_too() -> None:
    lines = render_text(weak_review(), PLAIN).splitlines()
    assert tuple(lines[:3]) == (*WEAK_LINES, "")
    assert lines[lines.index("not read whole  1 path") + 2] == (
        "  not     away.py: a link that leads out of the root, not followed"
    )


def test_many_places_that_weaken_take_few_lines() -> None:
    many = [Weakening(f"p{number}/assay.toml", "1 rule off (old-tls)") for number in range(20)]
    lines = render_text(review_of(file_review(), weakened=many), PLAIN).splitlines()
    assert lines[6:9] == [
        "weakened by p6/assay.toml: 1 rule off (old-tls)",
        "weakened by 13 more files, which the JSON report lists",
        "",
    ]


def test_rules_that_are_off_for_a_file_are_one_row() -> None:
    file = with_rules_off(
        review_of_file(head(), ledger(), RULES[:1], {}, {}, False), RULES, "a.toml"
    )
    text = render_text(review_of(file), PLAIN)
    assert "  unseen   -        2 classes                -  rules switched off by a.toml\n" in text
    assert "2 classes have no answer: not everything was looked at." in text


def test_what_a_comment_accepts_is_counted_and_listed() -> None:
    text = render_text(accepted_review(), replace(PLAIN, statistics=True))
    assert text.startswith("weakened by comments: 1 found site suppressed in 1 file")
    said = "12 resource-leak: file is still open when json.load raises; accepted by a comment in"
    assert said in " ".join(text.split())
    assert "line 11 until 2030-01-31: the pool closes it" in " ".join(text.split())
    assert "2 sites: 1 found, 1 suppressed." in text
    assert "resource-leak (CWE-772, CWE-404), 1 suppressed" in text
    assert text.count("  found    CWE-772") == 1
