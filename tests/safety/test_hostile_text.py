"""Texts that were made to stall or end a review: cost grows with the text, and nothing gets lost.

Each kind is written in two sizes, one four times the other, and reviewed in one process. Work
that grows with the text takes four times as long, work that grows with its square sixteen times; a
limit between the two is far from both, whatever else the machine does meanwhile. Every text ends
in a weakness that must be found in both sizes.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

import assay
from assay.checkers.registry import all_checkers
from assay.driver.pipeline import Detail, review_file
from assay.ledger.observation import Verdict
from assay.ledger.reason import BUDGET, INTERNAL_ERROR, word
from assay.review.review import FileReview
from assay.source.file import parse_bytes

DETAIL: Final = Detail(keep_clean=False, line_hashes=False, seconds=0, debug=False)
WEAKNESS: Final = "\nimport requests\nrequests.get('https://a/', verify=False, timeout=3)\n"
FACTOR: Final = 4
MOST: Final = 9.0
"""How many times as long a text of four times the size may take: between 4 and 16."""

OVERHEAD: Final = 0.02
"""Seconds that are added to both sides, since a text may be reviewed in no time at all."""


def repeated(form: str, count: int) -> str:
    """Lines of a form, with their number for @@ and the next for @+."""
    return "\n".join(
        form.replace("@@", str(number)).replace("@+", str(number + 1)) for number in range(count)
    )


def calls_in_circles(size: int) -> str:
    functions = "\n".join(
        f"def f{i}(a):\n g = open(a)\n if a: return f{(i + 1) % size}(a + g.read())\n"
        f" return f{(i * 7 + 3) % size}(f{(i * 3 + 1) % size}(a))"
        for i in range(size)
    )
    return f"import os\n{functions}\nos.system(f0(input()))"


def objects_in_circles(size: int) -> str:
    """Objects that hold each other, so that ways from one to another double with every step."""
    made = repeated(" a@@ = A(x)", size)
    held = "\n".join(f" a{i}.p{k} = a{(i * 3 + k) % size}" for i in range(size) for k in range(6))
    return f"import os\nclass A:\n pass\ndef f(x):\n{made}\n{held}\n os.system(g(a0))\nf(input())"


def diamonds(size: int) -> str:
    classes = "\n".join(
        f"class C{i}(C{i - 1}, D{i - 1}):\n def m(self): super().m()\n"
        f"class D{i}(C{i - 1}, D{i - 1}):\n def m(self): super().m()"
        for i in range(1, size)
    )
    first = "class C0:\n def m(self): pass\nclass D0:\n def m(self): pass\n"
    return f"{first}{classes}\nC{size - 1}().m()"


def hierarchy(size: int) -> str:
    classes = "\n".join(
        f"class C{i}(C{i - 1}):\n def m(self, x): return super().m(x)" for i in range(1, size)
    )
    return f"class C0:\n def m(self, x): return open(x)\n{classes}\nC{size - 1}().m('a')"


def base_after_derived(size: int) -> str:
    classes = repeated("class C@@(C@+): pass", size)
    return f"def f(x):\n return C0().m(open(x))\n{classes}\nclass C{size}: pass"


def flags(size: int) -> str:
    opened = repeated(" x@@ = None\n if a.b@@: x@@ = open(a)", size)
    closed = repeated(" if x@@: x@@.close()", size)
    return f"def f(a):\n{opened}\n{closed}"


def locks(size: int) -> str:
    taken = repeated(" a.l@@.acquire()", size)
    given = repeated(" a.l@@.release()", size)
    return f"def f(a):\n{taken}\n{given}"


KINDS: Final[dict[str, tuple[Callable[[int], str], int]]] = {
    "texts that double": (
        lambda n: (
            "import os, re\nx = 'a'\n"
            + repeated('x = f"{x}{x}"', n)
            + "\nos.system(x)\nre.match(x, y)"
        ),
        50,
    ),
    "texts that double by +": (
        lambda n: "import os, re\nx = 'a'\n" + repeated("x = x + x", n) + "\nos.system(x)",
        50,
    ),
    "acquisitions": (lambda n: "def f(a):\n" + repeated(" x@@ = open(a)", n), 200),
    "calls in circles": (calls_in_circles, 40),
    "objects in circles": (objects_in_circles, 12),
    "branches": (
        lambda n: "def f(a):\n x = open(a)\n" + repeated(" if a == @@: b(@@)", n) + "\n x.close()",
        250,
    ),
    "diamonds": (diamonds, 12),
    "hierarchy": (hierarchy, 60),
    "hierarchy, the derived first": (
        lambda n: (
            repeated("class C@@(C@+):\n def m(self, x): return super().m(x)", n) + "\nC0().m('a')"
        ),
        400,
    ),
    "methods of one name": (
        lambda n: repeated("class C@@:\n def m(self, a, password): return b.m(a, c@@)", n),
        400,
    ),
    "values that are secrets": (lambda n: repeated('PASSWORD_@@ = "hunter2@@xx"', n), 500),
    "base after derived": (base_after_derived, 100),
    "comparisons": (lambda n: "x = " + " < ".join(f"a{i}" for i in range(n)), 800),
    "clauses": (
        lambda n: "def f():\n try: open(x)\n" + repeated(" except E@@: pass", n),
        250,
    ),
    "statements that try": (
        lambda n: "def f(a):\n x = a\n" + repeated(" try: x = g@@(x)\n except E@@: x = open(x)", n),
        60,
    ),
    "flags": (flags, 60),
    "locks": (locks, 120),
    "paths that are asked for": (
        lambda n: (
            "import os\ndef f(a):\n"
            + repeated(" if os.path.exists(a + '@@'): os.remove(a + '@@')", n)
        ),
        120,
    ),
    "fields": (
        lambda n: (
            "import os\ndef f(a):\n x = ''\n"
            + repeated(" if a.b@@: x += 'opt@@ ' + a.c@@", n)
            + "\n os.system(x)"
        ),
        100,
    ),
}


def reviewed(text: str) -> tuple[FileReview, float]:
    """The review of a text, and the seconds of processor time that it took."""
    source = parse_bytes("hostile.py", (text + WEAKNESS).encode())
    before = time.process_time()
    review = review_file(source, all_checkers(), DETAIL)
    return review, time.process_time() - before


def check(review: FileReview) -> None:
    """The weakness in the last line is found, and nothing failed on the way."""
    found = [
        each.observation.line
        for each in review.observations
        if each.observation.rule.id == "tls-verification-disabled"
        and each.observation.verdict is Verdict.FOUND
    ]
    assert found == [review.head.lines]
    assert not [hole for hole in review.unseen if word(hole.reason) == INTERNAL_ERROR]


@pytest.mark.parametrize("kind", KINDS)
def test_cost_grows_with_the_text(kind: str) -> None:
    make, size = KINDS[kind]
    reviewed(make(2))  # what is read once
    small, large = make(size), make(FACTOR * size)
    ratios: list[float] = []
    while len(ratios) < 3 and not (ratios and min(ratios) <= MOST):  # one calm moment is enough
        first, cost = reviewed(small)
        second, more = reviewed(large)
        check(first)
        check(second)
        ratios.append((more + OVERHEAD) / (cost + OVERHEAD))
    assert min(ratios) <= MOST


def test_a_function_over_budget_is_unseen_by_name() -> None:
    review, _ = reviewed("def many(a):\n" + repeated(" x@@ = open(a)", 600))
    check(review)
    holes = [hole for hole in review.unseen if word(hole.reason) == BUDGET]
    assert [(hole.name, hole.rules) for hole in holes] == [("many", ("resource-leak",))]
    assert holes[0].reason == "budget: more than 500 resources acquired"


@pytest.mark.parametrize(
    ("text", "name", "remedy", "limit"),
    [
        (
            "import " + ", ".join(f"m{number}" for number in range(110_000)),
            "the module's own code",
            "split the file",
            "more than 200,000 operations",
        ),
        (
            "import os\ndef run(a):\n"
            + repeated(" x@@ = a.b@@(c, d)", 12_000)
            + "\n if a: os.system(a)",
            "run",
            "split the function",
            "more than 40,000 steps to follow values",
        ),
        (
            "def f(a):\n" + repeated(" a@@.acquire(); a@@.release()", 600),
            "f",
            "split the function",
            "more than 500 locks taken",
        ),
    ],
)
def test_a_reached_limit_is_named(text: str, name: str, remedy: str, limit: str) -> None:
    review, _ = reviewed(text)
    holes = [hole for hole in review.unseen if word(hole.reason) == BUDGET]
    assert all(hole.reason.startswith(f"{BUDGET}: more than ") for hole in holes)
    said = {(hole.name, hole.remedy, hole.reason) for hole in holes}
    assert (name, remedy, f"{BUDGET}: {limit}") in said


def test_every_limit_has_its_words() -> None:
    """Every `NoFixpointError` says what is more than what."""
    raised = [
        call.args[0]
        for path in sorted(Path(assay.__file__).parent.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "NoFixpointError"
    ]
    assert len(raised) > 8
    unnamed = [ast.unparse(each) for each in raised if "qualname" in ast.unparse(each)]
    assert unnamed == []


def test_a_long_line_of_classes_is_followed() -> None:
    review, _ = reviewed(
        "class C0:\n def m(self, x): return open(x)\n"
        + repeated("class C@+(C@@):\n def m(self, x): return super().m(x)", 900)
        + "\nC900().m('a')"
    )
    check(review)
    found = [
        each.observation.line
        for each in review.observations
        if each.observation.rule.id == "resource-leak"
    ]
    assert found == [1803]


@pytest.mark.parametrize(
    "text",
    [
        'import os, re\nA = "a" * 10**9\nre.match("a" * 10**9, y)\nos.system("%01000000000d" % 1)',
        'import re\nB = "a" * 9999\nre.match(B.replace("a", B).replace("a", B), y)',
        "import os\nn = 0x" + "f" * 5000 + "\nos.system(f'{n}')\nos.system('a' + str(n))",
        "import re\nn = 0x" + "f" * 5000 + "\nre.match(f'{n}', y)\nre.match('%s' % n, y)",
        "import os\nn = 9\n" + repeated("n = n * n", 60) + "\nos.chmod(x, n)\nos.system('%d' % n)",
        "import os\nx = '{0:>1000000000}'.format('x')\nos.system(x)\nopen('%.1000000000f' % 1)",
    ],
)
def test_large_constants_are_not_computed(text: str) -> None:
    review, cost = reviewed(text)
    check(review)
    _, least = reviewed("x = 1")
    assert cost < 100 * (least + OVERHEAD)


@pytest.mark.parametrize(
    "text",
    [
        "x = " + "(" * 5000 + "1" + ")" * 5000,
        "x = " + "f(" * 5000 + "1" + ")" * 5000,
        "x = a" + ".b" * 5000,
        "x = " + "lambda: " * 5000 + "1",
        "x = " + "+".join(["f'{a}'"] * 5000),
        "import re\nre.match('" + "(" * 5000 + "a" + ")*" * 5000 + "', x)",
        repeated("def f@@(a): return f@+(a)", 1500) + "\nf0(input())",
        repeated("P@@ = P@+ + 'a'", 1500) + "\nimport re\nre.match(P0, x)",
        repeated("f@@ = lambda a: f@+(a)", 1500) + "\nf0(input())",
        repeated("class C@@(C@+): pass", 1500) + "\nC0().m(open(x))",
    ],
)
def test_depth_ends_no_review(text: str) -> None:
    review, _ = reviewed(text)
    check(review)
