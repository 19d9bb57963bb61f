"""CWE-16: an implementation or setting that is meant for tests is configured.

A fake driver, a dummy mail backend, tasks that run inside of their caller: in a test each is in its
place. In an application it means that something that looks done is not done: mail is not sent, the
virtual machine does not exist, nothing is checked.

Weak, in a settings module:

    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

Guarded, in a test:

    class ResizeTest(base.FunctionalTest):
        compute_driver = "fake.FakeDriver"

What it examines: settings that select an implementation by a name or class (driver, backend,
engine, provider, handler ...), and settings that switch a framework into its testing mode.

What it says: `found` when a stand-in (a word of its name is fake, dummy, mock, stub ...) is
selected in code that is not for tests; `handled` in a test, under a condition, or in a
configuration that is named after development or tests; `clean` for everything else, and in the
module that defines the stand-in.

How to fix: select the real implementation, and let the tests override it.

Known limits: a stand-in is known by the words of its name. An implementation that is selected by a
value that is not a constant is not judged.

References: CWE-16 Configuration; CWE-1188 Insecure Default.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, TypeAlias, final

from assay.checkers._options import OptionUse, Wording, judge_use, setting_uses, unsafe
from assay.checkers._settings import (
    ATTRIBUTE,
    ENTRY,
    Setting,
    display_of,
    settings_of,
    text_of,
)
from assay.checkers.base import FunctionChecker
from assay.ir.ops import Const
from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.configuration import settings, words
from assay.program.facts import FileFacts, FunctionFacts
from assay.program.program import Program
from assay.program.recent import Recent
from assay.source.words import words_of

RULE: Final = Rule(
    id="configured-for-tests",
    cwe=16,
    related=(1188,),
    title="Test configuration in use",
    family=Family.CONFIGURATION,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="settings that select an implementation",
    summary="An implementation or a setting that is meant for tests is configured",
    explanation=__doc__ or "",
)
_WORDING: Final = Wording(
    RULE,
    unsafe="the real one is not used",
    safe="not a setting for tests",
    needed="no test or condition is round it",
)
_DOTTED: Final = re.compile(r"[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)*")


@final
class Selection:
    """A setting that selects an implementation by a name: `compute_driver = "fake.Driver"`."""

    __slots__ = ("chosen", "setting", "stand_in")

    def __init__(self, setting: Setting, chosen: str, stand_in: str) -> None:
        self.setting: Final = setting
        self.chosen: Final = chosen
        self.stand_in: Final = stand_in  # the word that says so; "" for a real implementation


TestsSite: TypeAlias = Selection | OptionUse


@final
class ConfiguredForTests(FunctionChecker[TestsSite]):
    """Selected implementations and testing modes."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterator[TestsSite]:
        known: set[int] = set()
        for _, setting, use in setting_uses(function, settings(RULE.id)):
            known.add(setting.value)
            yield use
        selecting = function.file.program.shared(_recent).of(function.file)
        for setting in settings_of(function, selecting.__contains__) if selecting else ():
            if setting.value not in known:
                selection = _selection(setting)
                if selection is not None:
                    yield selection

    def judge(self, site: TestsSite, function: FunctionFacts) -> Observation | None:
        if isinstance(site, OptionUse):
            return _judge_setting(site)
        setting = site.setting
        name = setting.name
        if not site.stand_in or _about_stand_ins(function):
            said = "defined for tests" if site.stand_in else "no stand-in by its name"
            return function.file.observation(
                RULE, Verdict.CLEAN, setting.at, function.qualname, f"{name}: {said}"
            )
        use = OptionUse(function, setting.at, name, setting.value, (), False, (), True)
        head = words_of(name)[-1]
        return unsafe(use, _WORDING, f"{site.stand_in} {head}, {site.chosen}")


def _judge_setting(use: OptionUse) -> Observation | None:
    """Settings of a framework; a list of them is judged by its members."""
    display = display_of(use.function, use.value)
    if display is None:
        return judge_use(use, _WORDING)
    owner = display.function
    for part in display.op.args:
        member = OptionUse(owner, use.at, use.name, part, use.unsafe, False, (), use.sure)
        if text_of(owner, part) in use.unsafe:
            return judge_use(member, _WORDING)
    return judge_use(use, _WORDING)


def _recent(program: Program) -> Recent[FileFacts, frozenset[str]]:
    return Recent(_selecting, 1)  # asked for by every function of a file in turn


def _selecting(file: FileFacts) -> frozenset[str]:
    """The names in a file that end in a word for what is selected."""
    return frozenset(name for name in file.mentioned if _selects(name))


@lru_cache(maxsize=1)
def _endings() -> tuple[str, ...]:
    """The words for what is selected; most names are told by their last letters."""
    return tuple(sorted(words().selectors))


@lru_cache(maxsize=16384)  # the names of a program repeat
def _selects(name: str) -> bool:
    """Whether a name ends in a word for what is selected: driver, backend, engine ..."""
    if not name.lower().rstrip("_").endswith(_endings()):
        return False
    parts = words_of(name)
    return bool(parts) and parts[-1] in words().selectors


def _selection(setting: Setting) -> Selection | None:
    """A setting whose name says that it selects an implementation, with a name as its value."""
    function = setting.function
    op = function.definitions[setting.value]
    if isinstance(op, Const):
        chosen = op.value if isinstance(op.value, str) else ""
        if not _DOTTED.fullmatch(chosen):
            return None
    else:
        if setting.place not in (ATTRIBUTE, ENTRY) and not setting.name.isupper():
            return None  # a local variable that holds an object is no configuration
        chosen = function.qualified(setting.value)
        if not chosen or "()" in chosen:
            return None
    stand_in = _stand_in(chosen)
    if stand_in == "noop" and not isinstance(op, Const):
        stand_in = ""  # a class that does nothing by design: no text selects it from outside
    return Selection(setting, chosen.lstrip(":."), stand_in)


def _stand_in(path: str) -> str:
    """The word of a dotted path's last two parts that says that it is a stand-in; `""` if none."""
    known = words().stand_ins
    for part in reversed(re.split(r"[.:/]", path)[-2:]):
        parts = words_of(part)
        for word in (*parts, *(first + second for first, second in pairwise(parts))):
            if word in known:
                return word
    return ""


def _about_stand_ins(function: FunctionFacts) -> bool:
    """Whether a file or class is about stand-ins itself: their definitions name each other."""
    path = function.file.source.path
    parts = [*posixpath.dirname(path).split("/")[-2:], posixpath.basename(path).removesuffix(".py")]
    known = words().stand_ins | {"testing", "fixtures", "fixture", "fakes", "mocks", "stubs"}
    if any(known.intersection(words_of(part)) for part in parts):
        return True
    return bool(known.intersection(words_of(function.ir.name)))


CHECKER: Final = ConfiguredForTests()
