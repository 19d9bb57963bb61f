"""CWE-489: debugging is switched on in code that serves others.

A debugging server shows tracebacks with variables and source to whoever causes an error, and some,
Werkzeug's for one, offer a console that runs what is typed into it.

Weak:

    app.run(debug=True)

Guarded (off unless the one who starts it asks for it):

    app.run(debug=os.environ.get("APP_DEBUG") == "1")

What it examines: the debugging options of web frameworks and servers, and the settings DEBUG and
its relatives in configurations.

What it says: `found` for a constant that switches debugging on; `handled` when the environment, an
option or a condition decides, in a test, or in a configuration that is named after development;
`unseen` in another file of such a name, unless it handles requests; `clean` when it is off.

How to fix: read the switch from the environment with "off" as the default, or keep it in a
configuration that only developers load.

Known limits: `DEBUG = True` in a module that is neither a configuration nor a web application is
that module's own switch and no site. A start under `if __name__ == "__main__"` is judged as any
other.

References: CWE-489 Active Debug Code; CWE-215; Flask and Django documentation on deployment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from assay.checkers._options import OptionUse, Wording, judge_use, option_uses, setting_uses
from assay.checkers.base import FunctionChecker
from assay.ir.ops import Load
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.configuration import option_keys, options, setting_names, settings
from assay.program.facts import FileFacts, FunctionFacts

RULE: Final = Rule(
    id="debug-mode",
    cwe=489,
    related=(215,),
    title="Debugging switched on",
    family=Family.CONFIGURATION,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="debugging switches",
    summary="A server or framework runs with its debugging aids on",
    explanation=__doc__ or "",
)
_WORDING: Final = Wording(
    RULE,
    unsafe="errors show internals to callers",
    safe="debugging is off",
    needed="no option or condition decides it",
)


@final
class DebugMode(FunctionChecker[OptionUse]):
    """Debugging options of servers and debugging settings."""

    rule = RULE

    def concerns(self, facts: FileFacts) -> bool:
        return facts.may_call(option_keys(RULE.id)) or not facts.mentioned.isdisjoint(
            setting_names(RULE.id)
        )

    def sites(self, function: FunctionFacts) -> Iterator[OptionUse]:
        for _, use in option_uses(function, options(RULE.id)):
            yield use
        for row, setting, use in setting_uses(function, settings(RULE.id)):
            value = function.definitions[setting.value]
            if not (isinstance(value, Load) and value.name in row.names):
                yield use  # a setting that follows another is judged there

    def judge(self, site: OptionUse, function: FunctionFacts) -> Observation | None:
        return judge_use(site, _WORDING)


CHECKER: Final = DebugMode()
