"""CWE-1088: a request over the network waits for as long as the other side likes.

`requests` and `urlopen` have no limit of time unless one is given. A server that accepts the
connection and does not answer holds the thread, and whatever it has locked, for good.

Weak:

    requests.post(hook, json=event)

Guarded:

    requests.post(hook, json=event, timeout=10)

What it examines: calls of `requests`, of its sessions where they are known, of `urlopen`, and
limits of `httpx` that are switched off.

What it says: `found` where no limit is given, or None; `handled` in a test, when an option decides,
or where the file sets a limit for all sockets; `clean` with a limit, and in scripts that one person
runs and watches.

How to fix: `timeout=` with a number, or a session whose adapter gives one.

Known limits: a session that is made in another module, and adapters that set a limit, are not seen.

References: CWE-1088 Synchronous Access of Remote Resource without Timeout; CWE-400; documentation
of requests.
"""

from __future__ import annotations

from typing import Final, final

from assay.checkers import _says as says
from assay.checkers._option_rule import OptionRule, OptionSite
from assay.checkers._options import OptionUse, Wording
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.program.facts import FileFacts, FunctionFacts
from assay.source.roles import Role

RULE: Final = Rule(
    id="request-without-timeout",
    cwe=1088,
    related=(400, 770),
    title="Request without a limit of time",
    family=Family.TRANSPORT,
    severity=Severity.LOW,
    precision=Confidence.HIGH,
    site="requests over the network",
    summary="A request waits without a limit of time for the other side",
    explanation=__doc__ or "",
)
_WATCHED: Final = (Role.SCRIPT, Role.NOTEBOOK, Role.EXAMPLE)
_FOR_ALL: Final = frozenset({"setdefaulttimeout"})


@final
class RequestWithoutTimeout(OptionRule):
    """Requests and their limits of time."""

    rule = RULE
    wording = Wording(
        RULE,
        unsafe="it waits for as long as the other side likes",
        safe="there is a limit",
        needed="no option decides it",
    )

    def judge(self, site: OptionSite, function: FunctionFacts) -> Observation | None:
        if isinstance(site, OptionUse):
            role = function.file.source.role
            if role in _WATCHED:
                said = f"in a file of the role {role.value}"
                return says.clean(RULE, function, site.at, f"{site.name}: {said}")
            line = _limit_for_all(function.file)
            if line:
                said = f"{site.name}: a limit for all sockets is set"
                return says.handled(RULE, function, site.at, said, line)
        return super().judge(site, function)


def _limit_for_all(facts: FileFacts) -> int:
    """The line that sets a limit for every socket; 0 for none."""
    for function in facts.functions:
        for site in function.calls_of(_FOR_ALL):
            if function.callee(site.op) == "socket.setdefaulttimeout":
                return site.op.at.lineno
    return 0


CHECKER: Final = RequestWithoutTimeout()
