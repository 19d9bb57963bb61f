"""`__getattr__` that hands on to another object, also in a circle."""

from __future__ import annotations

from pathlib import Path

from assay.ir.ops import Call
from places import program_in

PROXIES = """\
class Proxy:
    _target = None

    def __init__(self, target=None):
        if target is not None:
            self._target = target

    def __getattr__(self, name):
        return getattr(self._target, name)


class One(Proxy):
    pass


class Two(Proxy):
    def known(self):
        return 1


FIRST = Proxy(One())
SECOND = Proxy(Two())


def use():
    return FIRST.known(), One().missing()
"""


def test_proxies_of_each_other_settle(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "a.py").write_text(PROXIES, encoding="utf-8")
    program = program_in(tmp_path)
    facts = program.read(program.door.place(tmp_path / "a.py")).facts
    use = next(each for each in facts.functions if each.qualname == "use")
    names = {
        use.spelled(site.op.callee): [
            target.function.qualname for target in program.callees(use, site.op).targets
        ]
        for site in use.calls
        if isinstance(site.op, Call)
    }
    assert names["FIRST.known"] == ["Two.known"]
    assert names["One().missing"] == []
