"""Gates of the rules on errors: each holds back the finding that its sentence speaks of."""

from __future__ import annotations

from collections import Counter

import pytest
from spec import SPECS, in_view, read_case, review

from assay.checkers.registry import all_checkers
from assay.ledger.observation import Verdict
from assay.program.silence import ALL, Account, Lifted, gates

all_checkers()  # gates are known when the modules are imported
_RULES = (
    "broad-exception",
    "exception-in-response",
    "handler-too-narrow",
    "masked-exception",
    "return-in-finally",
    "swallowed-cancellation",
    "swallowed-exception",
    "unchecked-none",
    "unusable-handler",
)

_TRY = """\
def run(job, log):
    {before}
    try:
        {guarded}
    except {caught}:
        {does}
    {after}
"""

_EXIT = """\
class Manager:
    def __exit__(self, kind, error, trace):
        {first}
        raise {error}
"""


def _text(
    guarded: str, caught: str = "OSError", does: str = "pass", after: str = "job.end()"
) -> str:
    return _TRY.format(before="job.note()", guarded=guarded, caught=caught, does=does, after=after)


_SWALLOWED = (
    ("swallowed.names-it", _text("job.send()"), 5),
    ("swallowed.logged", _text("job.send()", "Exception", "log.error('failed')"), 5),
    ("swallowed.acts", _text("job.send()", "Exception", "job.retry()"), 5),
    ("swallowed.error-value", _text("job.send()", "Exception", "return 1"), 5),
    ("swallowed.says-why", _text("job.send()", "Exception", "pass  # it may be gone"), 5),
    ("swallowed.cleans-up", _text("job.close()", "Exception"), 5),
    ("swallowed.probe", _text("size = job.size()", "Exception"), 5),
    ("swallowed.calls-nothing", _text("job.size += 1", "Exception"), 5),
    ("raised-inside.jumps", _text("raise ValueError(job)", "ValueError"), 5),
    (
        "unassigned.more-follows",
        _text("size = job.size(); job.send()", "OSError", "pass", "log(size)"),
        5,
    ),
    (
        "swallowed.may-not-come-back",
        _text("size = job.size()", "OSError", "job.retry()", "log(size)"),
        5,
    ),
)
_BROAD = (
    ("broad.raises-on-one-way", _text("int(job)", "Exception", "if job: raise"), 5),
    ("broad.hands-on", _text("int(job)", "Exception as error", "job.kept = error"), 5),
    ("broad.several-statements", _text("int(job); job = 1", "Exception"), 5),
    ("broad.works-on-it", _text("int(job)", "Exception", "job.retry()"), 5),
    ("handling.leaves-by-name", _text("job.send()", "BaseException", "job.fail()"), 5),
    ("broad.no-expected-error", _text("job.send()", "Exception"), 5),
)
_MASKED = (
    ("masked.looked-at", _EXIT.format(first="log(error)", error="BrokenError()"), 4),
    ("masked.wrong-use", _EXIT.format(first="self.end()", error="RuntimeError()"), 4),
)
_NONE = """\
import re


def kind(line, {more}):
    {first}
    m = re.match("a", line)
    if m:
        line = m.group(1)
    {use}
"""
_UNCHECKED = (
    (
        "unchecked.starts-as-none",
        _NONE.format(more="n", first="m = None", use="return m.group(2)"),
        9,
    ),
    (
        "unchecked.not-straight",
        _NONE.format(more="n", first="n += 1", use="return m.group(2) if n else n"),
        9,
    ),
)
_CANCELLED = """\
import asyncio


async def pump(self, task):
    {first}
    while True:
        try:
            await self.step()
        except BaseException{name}:
            {does}
"""
_CANCELLATION = (
    (
        "cancellation.own-cancel",
        _CANCELLED.format(first="task.cancel()", name="", does="self.count()"),
        9,
    ),
    (
        "cancellation.hands-on",
        _CANCELLED.format(first="task.go()", name=" as error", does="self.keep(error)"),
        9,
    ),
    (
        "cancellation.raises-on-one-way",
        _CANCELLED.format(first="task.go()", name="", does="if task: raise"),
        9,
    ),
)
_OTHERS = (
    (
        "finally.tells-of-error",
        "return-in-finally",
        "def f(job):\n    done = False\n    try:\n        job.send()\n        done = True\n"
        "    finally:\n        if done:\n            return 1\n",
        8,
    ),
    (
        "unusable.rebound",
        "unusable-handler",
        "GONE = 2\nGONE = 3\n\n\ndef f(job):\n    try:\n        job()\n    except GONE:\n"
        "        job.retry()\n",
        8,
    ),
    (
        "narrow.no-reason",
        "handler-too-narrow",
        "import json\n\n\ndef f(path):\n    try:\n        with open(path) as stream:\n"
        "            return json.load(stream)\n    except OSError:\n        return {}\n",
        8,
    ),
    (
        "shown.no-requests",
        "exception-in-response",
        "def f(job):\n    try:\n        job()\n    except Exception as error:\n"
        "        return jsonify(error=str(error))\n",
        5,
    ),
)
_CASES = (
    *((ident, "swallowed-exception", text, line) for ident, text, line in _SWALLOWED),
    *((ident, "broad-exception", text, line) for ident, text, line in _BROAD),
    *((ident, "masked-exception", text, line) for ident, text, line in _MASKED),
    *((ident, "unchecked-none", text, line) for ident, text, line in _UNCHECKED),
    *((ident, "swallowed-cancellation", text, line) for ident, text, line in _CANCELLATION),
    *_OTHERS,
)


def _found(rule: str, text: str, account: Account | None, line: int) -> list[str]:
    with in_view("jobs.py", text, (), account=account) as facts:
        ledger = review(facts, (rule,))
    return [
        each.message
        for each in ledger.observations
        if each.verdict is Verdict.FOUND and each.line == line
    ]


@pytest.mark.parametrize(
    ("ident", "rule", "text", "line"), _CASES, ids=[case[0] for case in _CASES]
)
def test_a_gate_holds_the_finding_back(ident: str, rule: str, text: str, line: int) -> None:
    assert rule in gates()[ident].rules
    account = Account()
    assert _found(rule, text, account, line) == _found(rule, text, None, line) == []
    assert ident in [each.ident for each in account.silences()]
    lifted = _found(rule, text, Account((Lifted(ALL),)), line)
    others = tuple([Lifted(each) for each in gates() if each != ident])
    assert lifted
    assert lifted != _found(rule, text, Account(others), line)


@pytest.mark.parametrize("rule", _RULES)
def test_lifting_finds_more(rule: str) -> None:
    words: Counter[str] = Counter()
    for file in sorted((SPECS / rule).glob("*.py")):
        case = read_case(file)
        for name, account in (("usual", None), ("lifted", Account((Lifted(ALL),)))):
            with in_view(case.path, case.text, case.others, case.outside, account) as facts:
                ledger = review(facts, case.rules)
            words[name] += sum(each.verdict is Verdict.FOUND for each in ledger.observations)
    assert words["lifted"] > words["usual"]
