"""How likely functions are to raise, and that calls of them are as likely."""

from spec import in_view

from assay.domains.raises import RaiseGrades, Risks
from assay.ir.ops import POSSIBLE, UNLIKELY
from assay.program.facts import FileFacts

_TEXT = """\
import logging

from app.parts import Box, checked, noted

LOG = logging.getLogger(__name__)


def quiet(box: Box):
    box.put(1)
    noted(box)


def loud(box: Box):
    box.send(b"")


def guarded(box: Box):
    try:
        box.send(b"")
    except Exception:
        LOG.info("not sent")


def calls_itself(number):
    return calls_itself(number - 1) if number else 0


def given(callback):
    callback()


def checks(number):
    checked(number)


def asserts(number):
    assert number
"""

_PARTS = """\
class Box:
    def __init__(self, sock):
        self.items = []
        self.sock = sock

    def put(self, item):
        self.items.append(item)
        self._remember(item)

    def _remember(self, item):
        self.last = item

    def send(self, data):
        self.sock.sendall(data)


def noted(box):
    box.seen = True


def checked(number):
    if number < 0:
        raise ValueError(number)
"""

_OTHERS = (("app/__init__.py", ""), ("app/parts.py", _PARTS))


def _grades(facts: FileFacts) -> dict[str, int]:
    grades = facts.program.shared(RaiseGrades)
    return {each.qualname: grades.get(each) for each in facts.functions[1:]}


def test_grades_of_functions() -> None:
    with in_view("app/main.py", _TEXT, _OTHERS) as facts:
        assert _grades(facts) == {
            "quiet": UNLIKELY,
            "loud": POSSIBLE,
            "guarded": UNLIKELY,
            "calls_itself": UNLIKELY,
            "given": POSSIBLE,
            "checks": POSSIBLE,
            "asserts": UNLIKELY,
        }


def test_a_call_is_as_likely_as_what_it_calls() -> None:
    with in_view("app/main.py", _TEXT, _OTHERS) as facts:
        found = {
            function.spelled(site.op.callee): Risks(function).of(site.op)
            for function in facts.functions
            for site in function.calls
        }
    assert found["noted"] == UNLIKELY
    assert found["box.put"] == UNLIKELY
    assert found["box.send"] == POSSIBLE
    assert found["checked"] == POSSIBLE


def test_out_of_view_everything_is_as_before() -> None:
    with in_view("app/main.py", _TEXT) as facts:
        grades = _grades(facts)
    assert grades["quiet"] == POSSIBLE
    assert grades["calls_itself"] == UNLIKELY
