"""What the error-handling rule says of callees out of view, and of failures that tests expect."""

from spec import facts_of, malformed, review

from assay.ledger.observation import EvidenceRole, Observation, Verdict
from assay.program.origin import module_path, own_roots

_LONE = """\
from orchard.tests.functional import base


class MoveTest(base.OrchardCase):
    kind = "pear"

    def setUp(self):
        super().setUp()
        self.mine = []
        self.trees = self.client.list_trees()

    def _move(self, tree):
        self.mine.append(tree)
        self.client.post_action(tree["id"], {"move": "north"})
        tree = self._wait_for_state(self.client, tree, "BROKEN")
        self.assertEqual("north", tree["field"])
        self.assertIn(
            "no water", tree["fault"])

    def test_move(self):
        tree = self._plant(self.kind)
        self._move(tree)
        self._move(self._plant("apple"))
        with self.assertRaises(ValueError):
            self.client.list_trees("?")
"""


def _observations(path: str, text: str) -> list[Observation]:
    ledger = review(facts_of(path, text), ("error-handling",))
    assert [problem for each in ledger.observations for problem in malformed(each)] == []
    return ledger.observations


def _guards(observation: Observation) -> list[tuple[int, int]]:
    return [
        (item.line, item.end_line)
        for item in observation.evidence
        if item.role is EvidenceRole.GUARD
    ]


def test_callees_are_named_once_in_the_order_of_the_text() -> None:
    unseen = [
        each for each in _observations("test_move.py", _LONE) if each.verdict is Verdict.UNSEEN
    ]
    assert len(unseen) == 1
    assert unseen[0].missing == (
        "client.list_trees",
        "client.post_action",
        "_wait_for_state",
        "_plant",
    )
    assert unseen[0].message.startswith("4 callees not in view: client.list_trees, ")
    assert unseen[0].remedy == (
        "review orchard/tests/functional/base.py as well, or the whole repository: assay review ."
    )


def test_the_import_is_shown() -> None:
    unseen = _observations("test_move.py", _LONE)[0]
    assert (1, EvidenceRole.CONTEXT) in [(item.line, item.role) for item in unseen.evidence]


def test_an_awaited_failure_with_its_assertions_is_handled() -> None:
    handled = [
        each for each in _observations("test_move.py", _LONE) if each.verdict is Verdict.HANDLED
    ]
    assert [each.line for each in handled] == [15, 24]
    assert _guards(handled[0]) == [(15, 15), (16, 16), (17, 18)]
    assert _guards(handled[1]) == [(24, 24)]


def test_an_awaited_failure_without_assertion_is_clean() -> None:
    text = _LONE.replace('self.assertEqual("north", tree["field"])', "pass").replace(
        "self.assertIn(", "print("
    )
    verdicts = {each.line: each.verdict for each in _observations("test_move.py", text)}
    assert verdicts[15] is Verdict.CLEAN


def test_what_the_file_defines_is_in_view() -> None:
    text = """\
class Base:
    def plant(self):
        return 1


class Garden(Base):
    def work(self):
        return self.plant() + helper()


def helper():
    return 2
"""
    assert _observations("orchard/garden.py", text) == []


def test_libraries_are_not_asked_for() -> None:
    text = """\
import requests
from django.db import models


class Tree(models.Model):
    def move(self):
        self.save()
        requests.get("https://example.org")
"""
    assert _observations("orchard/models.py", text) == []


def test_functions_of_the_project_and_relative_imports() -> None:
    text = """\
import logging

from orchard import fields
from . import soil
from .water import pour
from .errors import DryError

LOG = logging.getLogger(__name__)


def move(tree):
    LOG.info("moving")
    fields.assign(tree)
    soil.dig(tree)
    pour(tree)
    pour(tree)
    raise DryError(tree)
"""
    (unseen,) = _observations("src/orchard/move.py", text)
    assert unseen.missing == ("fields.assign", "soil.dig", "pour")
    assert "orchard/fields.py and src/orchard/soil.py" not in unseen.message
    assert unseen.remedy.startswith(
        "review orchard/fields.py, src/orchard/soil.py and 1 more as well"
    )


def test_own_roots() -> None:
    assert own_roots(facts_of("test_move.py", _LONE)) == ("orchard",)
    assert own_roots(facts_of("a/b.py", "import a.c\nimport os\n")) == ("a",)
    assert own_roots(facts_of("b.py", "import a.c\nimport os\n")) == ()


def test_module_path() -> None:
    assert module_path("a.tests.base.Case", "t.py") == "a/tests/base.py"
    assert module_path("a.b.run", "t.py") == "a/b.py"
    assert module_path(".water.pour", "src/a/b.py") == "src/a/water.py"
    assert module_path("..water.pour", "src/a/b.py") == "src/water.py"
