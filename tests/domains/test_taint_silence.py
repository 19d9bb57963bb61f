"""Why the rules about outside data say nothing: which gate, where, and what lifting it gives."""

from __future__ import annotations

import pytest
from spec import checker_of, facts_of

from assay.domains.taint.gates import RULES
from assay.ledger.ledger import Ledger
from assay.models.injection import rule_rows
from assay.program.silence import Account, Lifted

HEAD = "import os, subprocess\nfrom flask import Flask, request\nfrom shop import tools\n\n"
APP = f"{HEAD}app = Flask(__name__)\n\n"


def words(text: str, rule: str, account: Account | None) -> list[str]:
    """The words of a rule on the sinks of a text."""
    ledger = Ledger("app.py")
    checker_of(rule).review(facts_of("app.py", text, account=account), ledger)
    return [each.verdict.value for each in ledger.observations]


@pytest.mark.parametrize(
    ("ident", "rule", "text", "word"),
    [
        ("flow.callers", "command-injection", "def f(x):\n    os.system(x)\n", "unseen"),
        (
            "flow.callee",
            "command-injection",
            "def f():\n    os.system(tools.clean(request.args['q']))\n",
            "unseen",
        ),
        (
            "flow.nothing-known",
            "command-injection",
            "def f():\n    os.system(tools.setting('x'))\n",
            "clean",
        ),
        (
            "flow.callers-give-nothing",
            "command-injection",
            "def f(x):\n    os.system(x)\n\n\ndef g():\n    f('ls')\n",
            "clean",
        ),
        (
            "sink.receiver",
            "command-injection",
            "def f():\n    tools.connection().system(request.args['q'])\n",
            "",
        ),
        (
            "sink.not-imported",
            "server-side-request-forgery",
            "def f():\n    tools.client().urlopen(request.args['q'])\n",
            "",
        ),
        (
            "sink.looks",
            "sql-injection",
            "def f(store):\n    store.fetchone(request.args['q'])\n",
            "",
        ),
        (
            "sink.option",
            "unsafe-deserialisation",
            "def f():\n    import numpy\n\n"
            "    numpy.load(request.files['f'], allow_pickle=tools.FLAG)\n",
            "",
        ),
        (
            "entry.routed-number",
            "command-injection",
            "@app.route('/<int:n>')\ndef f(n):\n    os.system(f'ls {n}')\n",
            "clean",
        ),
        (
            "entry.annotated-number",
            "command-injection",
            "@app.route('/<n>')\ndef f(n: int):\n    os.system(f'ls {n}')\n",
            "clean",
        ),
        (
            "source.threat-model",
            "command-injection",
            "def f():\n    os.system(os.environ['X'])\n",
            "clean",
        ),
        (
            "harmless.one-of-known",
            "command-injection",
            "def f():\n    q = request.args['q']\n    if q in ('a', 'b'):\n        os.system(q)\n",
            "handled",
        ),
    ],
)
def test_the_gate_that_stands(ident: str, rule: str, text: str, word: str) -> None:
    account = Account()
    said = words(APP + text, rule, account)
    assert said == words(APP + text, rule, None) == ([word] if word else [])
    assert ident in {each.ident for each in account.silences()}
    lifted = Account((Lifted(ident),))
    assert "found" in words(APP + text, rule, lifted)
    assert any(each.lifted and each.rule in ("", rule) for each in lifted.silences())


def test_a_gate_of_an_entry_is_told_at_the_sink() -> None:
    text = f"{APP}@app.route('/<int:n>')\ndef f(n):\n    os.system(f'ls {{n}}')\n"
    account = Account()
    words(text, "command-injection", account)
    lines = [each.line for each in account.silences() if each.ident == "entry.routed-number"]
    assert lines == [7, 9]


DEEP = "".join(f"def f{n}():\n    return f{n + 1}()\n\n\n" for n in range(6))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f"{DEEP}def f6():\n    return request.args['q']\n\n\nos.system(f0())\n", "unseen"),
        (f"{DEEP}def f6():\n    return request.args['q']\n\n\nos.system(f4())\n", "found"),
        ("x = [[[[[request.args['q']]]]]]\nos.system(str(x))\n", "unseen"),
        ("x = [[request.args['q']]]\nos.system(str(x))\n", "found"),
    ],
)
def test_what_a_limit_cuts_off_is_not_known(text: str, word: str) -> None:
    assert words(HEAD + text, "command-injection", None) == [word]


def test_the_gates_name_the_rules_that_there_are() -> None:
    assert tuple(row.id for row in rule_rows()) == RULES
