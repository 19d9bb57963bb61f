"""Gates of the clean-up rules: what each holds back is said when it alone is lifted."""

from __future__ import annotations

import pytest
from spec import facts_of, review

from assay.program.silence import Account, Lifted

_CASES = [
    (
        "begun.in-a-handler",
        "undo-skipped",
        "def f(s):\n    s.open()\n    try:\n        s.put()\n    except ValueError:\n"
        "        tell(s)\n        s.close()\n        raise\n    except BaseException:\n"
        "        s.close()\n        raise\n    s.close()\n",
    ),
    (
        "begun.other-object",
        "undo-skipped",
        "def f(s, t):\n    s.open()\n    s.put()\n    t.close()\n",
    ),
    (
        "undo.test-fails",
        "undo-skipped",
        "def test_f(s):\n    s.open()\n    s.put()\n    s.close()\n",
    ),
    (
        "lock.test-ends",
        "lock-not-released",
        "def test_f(lock):\n    lock.acquire()\n    work()\n    lock.release()\n",
    ),
    (
        "step.not-risky",
        "cleanup-step-skipped",
        "class A:\n    def close(self):\n        self.tidy()\n        self.sock.close()\n",
    ),
    (
        "yield.an-attribute",
        "cleanup-after-yield",
        "from contextlib import contextmanager\n\n\n@contextmanager\ndef f(o):\n"
        "    old = o.x\n    o.x = 1\n    yield\n    o.x = old\n",
    ),
    (
        "owned.unlikely-to-raise",
        "resource-leak",
        "import logging\n\n\ndef f(p):\n    s = open(p)\n    logging.info(p)\n    s.close()\n",
    ),
    (
        "owned.given-back-by-a-callee",
        "resource-leak",
        "def done(s):\n    if s.name:\n        s.close()\n\n\n"
        "def f(p):\n    s = open(p)\n    done(s)\n",
    ),
    (
        "pin.expected-to-fail",
        "pinned-defect",
        "import pytest\n\n\n@pytest.mark.xfail(reason='bug 12345')\ndef test_f():\n    pass\n",
    ),
    (
        "path.one-person",
        "check-then-act",
        "#!/usr/bin/env python\nimport os\n\n\ndef f(p):\n    if not os.path.exists(p):\n"
        "        os.makedirs(p)\n\n\nif __name__ == '__main__':\n    f('x')\n",
    ),
]


def _found(rule: str, text: str, account: Account) -> bool:
    path = "test_a.py" if "def test_" in text else "scripts/a.py" if text[0] == "#" else "a.py"
    words = review(facts_of(path, text, account=account), (rule,)).observations
    return any(each.verdict.value == "found" for each in words)


@pytest.mark.parametrize(("ident", "rule", "text"), _CASES, ids=[case[0] for case in _CASES])
def test_a_gate_alone_holds_it_back(ident: str, rule: str, text: str) -> None:
    account = Account()
    assert not _found(rule, text, account)
    assert ident in {each.ident for each in account.silences()}
    assert _found(rule, text, Account((Lifted(ident),)))
