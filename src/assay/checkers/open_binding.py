"""CWE-1327: a service listens on every interface of its machine.

`0.0.0.0`, `::` and the empty address stand for all interfaces. A service that is meant for this
machine, or for one network, then answers to every network that the machine is on.

Weak:

    app.run(host="0.0.0.0", port=8000)

Guarded (this machine unless the one who starts it says otherwise):

    app.run(host=args.host, port=8000)

What it examines: the addresses that calls bind, listen or serve on. The literal by itself is no
site: it has to reach such a call, also through a constant of the module.

What it says: `found` for a constant that means all interfaces; `handled` when an option or a
parameter decides, or in a test; `clean` for any other constant, and for port 0, which asks the
system for a free port.

How to fix: bind 127.0.0.1, or make the address an option with that default. Inside of a container
all interfaces are often meant: say so with a suppression.

Known limits: what a firewall or container lets through is not in the code.

References: CWE-1327 Binding to an Unrestricted IP Address; CWE-605.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, final

from assay.checkers._options import OptionUse, Wording, judge_use, option_uses
from assay.checkers._settings import Display, constant_of, display_of
from assay.checkers.base import FunctionChecker
from assay.ledger.observation import Observation, Verdict
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.configuration import option_keys, options
from assay.program.facts import FileFacts, FunctionFacts

RULE: Final = Rule(
    id="open-binding",
    cwe=1327,
    related=(605,),
    title="Service on all interfaces",
    family=Family.CONFIGURATION,
    severity=Severity.LOW,
    precision=Confidence.MEDIUM,
    site="addresses to listen on",
    summary="A service listens on every interface of its machine",
    explanation=__doc__ or "",
)
_WORDING: Final = Wording(
    RULE,
    unsafe="every network of the machine reaches it",
    safe="one interface",
    needed="no option decides it",
)


@final
class OpenBinding(FunctionChecker[OptionUse]):
    """Addresses that services listen on."""

    rule = RULE

    def concerns(self, facts: FileFacts) -> bool:
        return facts.may_call(option_keys(RULE.id))

    def sites(self, function: FunctionFacts) -> Iterator[OptionUse]:
        for _, use in option_uses(function, options(RULE.id)):
            yield use

    def judge(self, site: OptionUse, function: FunctionFacts) -> Observation | None:
        address = display_of(function, site.value)
        if address is None:
            constant = constant_of(function, site.value)
            if constant is not None and not isinstance(constant.value, str):
                return None
            if site.name.endswith("(address)"):
                return None  # the path of a Unix socket, or an address that was taken apart before
            return judge_use(site, _WORDING)
        return _judge_pair(site, address, function)


def _judge_pair(site: OptionUse, address: Display, function: FunctionFacts) -> Observation | None:
    """The word on `(host, port)`."""
    if len(address.op.args) < 2 or address.op.labels:
        return None
    port = address.constants()[1]
    if port is not None and port.value == 0:
        return function.file.observation(
            RULE,
            Verdict.CLEAN,
            site.at,
            function.qualname,
            f"{site.name}: port 0 asks the system for a free port",
        )
    host = OptionUse(
        address.function, site.at, site.name, address.op.args[0], site.unsafe, False, (), site.sure
    )
    return judge_use(host, _WORDING)


CHECKER: Final = OpenBinding()
