"""What the error-handling rule says when the files round a test are in view."""

from pathlib import Path

from spec import checker_of, in_view, malformed, review

from assay.ledger.ledger import Ledger
from assay.ledger.observation import EvidenceRole, Observation, Verdict
from places import program_in

_TEST = """\
from orchard.tests import base


class MoveTest(base.OrchardCase):
    driver = "fake.BrokenPump"

    def test_move(self):
        tree = self.plant("pear")
        self.client.water(tree)
        self.wait_for_state(tree, "BROKEN")
        self.assertEqual("no water", tree.fault)
"""

_BASE = """\
import time
import unittest

from orchard.client import Client


class OrchardCase(unittest.TestCase):
    def setUp(self):
        self.client = Client()

    def plant(self, kind):
        return self.client.plant(kind)

    def wait_for_state(self, tree, state):
        for attempt in range(10):
            if self.client.state(tree) == state:
                return
            time.sleep(0.5)
        self.fail("timed out")
"""

_CLIENT = """\
class Client:
    def plant(self, kind):
        return kind

    def water(self, tree):
        try:
            self.send(tree)
        except OSError:
            self.open()

    def state(self, tree):
        return tree.state
"""

_FAKE = """\
from orchard.errors import NoWaterError


class Pump:
    def start(self):
        self.runs = True


class BrokenPump(Pump):
    def start(self):
        raise NoWaterError("dry")
"""

_MANAGER = """\
class Manager:
    def __init__(self, pump):
        self.pump = pump

    def water(self, tree):
        try:
            self._water(tree)
        except Exception:
            self._undo(tree)
            raise

    def _water(self, tree):
        self.pump.start()

    def _undo(self, tree):
        tree.state = "BROKEN"
"""

_OTHERS = (
    ("orchard/__init__.py", ""),
    ("orchard/tests/__init__.py", ""),
    ("orchard/tests/base.py", _BASE),
    ("orchard/client.py", _CLIENT),
    ("orchard/errors.py", "class NoWaterError(Exception):\n    pass\n"),
    ("orchard/fake.py", _FAKE),
    ("orchard/manager.py", _MANAGER),
)


def _observations() -> list[Observation]:
    with in_view("orchard/tests/test_move.py", _TEST, _OTHERS) as facts:
        found = review(facts, ("error-handling",)).observations
    assert [problem for each in found for problem in malformed(each)] == []
    return found


def _at(line: int) -> list[Observation]:
    return [each for each in _observations() if each.line == line]


def _guards(observation: Observation) -> list[tuple[str, int, int]]:
    return [
        (item.path, item.line, item.end_line)
        for item in observation.evidence
        if item.role is EvidenceRole.GUARD
    ]


def test_nothing_is_unseen() -> None:
    assert all(each.verdict is not Verdict.UNSEEN for each in _observations())


def test_alone_the_same_names_are_missing() -> None:
    with in_view("test_move.py", _TEST) as facts:
        (unseen,) = [
            each
            for each in review(facts, ("error-handling",)).observations
            if each.verdict is Verdict.UNSEEN
        ]
    assert unseen.missing == ("plant", "client.water", "wait_for_state")


def test_callees_that_deal_with_errors_are_named_with_their_lines() -> None:
    summary = _at(8)[0]
    assert summary.verdict is Verdict.HANDLED
    assert summary.message == (
        "3 callees in other files, in view: client.water, wait_for_state deal with errors, 1 let"
        " them pass"
    )
    assert _guards(summary) == [
        ("orchard/client.py", 8, 8),
        ("orchard/tests/base.py", 19, 19),
    ]


def test_a_wait_that_fails_in_the_end_is_shown() -> None:
    (wait,) = [each for each in _at(10) if "waits" in each.message]
    assert wait.verdict is Verdict.HANDLED
    assert "waits in a loop at orchard/tests/base.py:15 and fails at 19" in wait.message
    assert _guards(wait) == [("orchard/tests/base.py", 19, 19)]
    texts = [item.text for item in wait.evidence if item.path == "orchard/tests/base.py"]
    assert texts == ["        for attempt in range(10):", '        self.fail("timed out")']


def test_a_failure_that_is_put_in_leads_to_the_clause_that_takes_it() -> None:
    (failure,) = _at(5)
    assert failure.message == (
        "the NoWaterError that BrokenPump.start raises is taken by Manager.water at"
        " orchard/manager.py:8 (calls _undo and raises again)"
    )
    assert _guards(failure) == [("orchard/manager.py", 8, 10)]
    assert [(step.path, step.line) for step in failure.trace] == [
        ("orchard/tests/test_move.py", 5),
        ("orchard/fake.py", 11),
        ("orchard/manager.py", 13),
        ("orchard/manager.py", 7),
        ("orchard/manager.py", 8),
        ("orchard/manager.py", 15),
    ]


def test_a_class_that_does_not_always_raise_is_no_failure() -> None:
    others = tuple(
        (path, text.replace('        raise NoWaterError("dry")', "        self.runs = False"))
        for path, text in _OTHERS
    )
    with in_view("orchard/tests/test_move.py", _TEST, others) as facts:
        found = review(facts, ("error-handling",)).observations
    assert all(each.line != 5 for each in found)


def test_what_would_tell_whom_a_resource_is_handed_to(tmp_path: Path) -> None:
    (tmp_path / "box.py").write_text(
        "def save(box, path):\n    stream = open(path)\n    box.keep(stream)\n", encoding="utf-8"
    )
    program = program_in(tmp_path)
    module = program.open(program.door.place(tmp_path / "box.py"), "box.py")
    ledger = Ledger("box.py", [], [])
    checker_of("resource-leak").review(module.facts, ledger)
    (said,) = ledger.observations
    assert said.verdict is Verdict.UNSEEN
    assert said.missing == ("box.keep",)
    assert said.remedy == "annotate the parameter box of save"
