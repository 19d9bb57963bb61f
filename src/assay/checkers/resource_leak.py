"""CWE-772: a resource is still open when control leaves the function that owns it.

Files, sockets, database connections, processes with pipes, executors, archives, raw descriptors
and the like have to be given back. The checker takes every call that acquires one (the rows of
`models/resources.toml`) and follows the value over all ways through the function, exceptional
ones included: on each it must be released, or handed to somebody who then owns it.

Every open descriptor counts against a limit of the process. A server that leaks one on an error
path stops accepting connections when errors become frequent, which an attacker can arrange.
Buffered data of a file that is never closed may never reach the disk, and a locked database
stays locked.

Weak:

    def load(path):
        stream = open(path)
        data = json.load(stream)      # raises on bad input: the file stays open
        stream.close()
        return data

Guarded:

    def load(path):
        with open(path) as stream:
            return json.load(stream)

`try: ... finally: stream.close()`, `except: stream.close(); raise`, `contextlib.closing`,
`ExitStack`, `addCleanup` and returning the resource to the caller count as well.

How to fix: Use `with`. Where the resource must outlive the function on success only, close it in
`except BaseException: ...; raise`, or build it inside an `ExitStack` and `pop_all()` at the end.

Known limits: Functions are taken one by one: whether a callee that is given the resource takes
it over is `unseen`, unless the function also closes it, which says that it still owns it.
Collection by reference counting is not counted as clean-up: other interpreters do not have it,
and a traceback keeps the frame alive.

References: CWE-772, CWE-404, CWE-775; Python documentation, `contextlib`; Weimer and Necula,
"Finding and preventing run-time error handling mistakes", OOPSLA 2004.
"""

from __future__ import annotations

from typing import Final, final

from assay.checkers._ownership import OwnershipChecker, Wording
from assay.ledger.rule import Confidence, Family, Rule, Severity

RESOURCE_LEAK: Final = Rule(
    id="resource-leak",
    cwe=772,
    related=(404, 775),
    title="Resource leak",
    family=Family.CLEANUP,
    severity=Severity.MEDIUM,
    precision=Confidence.HIGH,
    site="acquisitions",
    summary="A resource is still open when control leaves the function that owns it",
    explanation=__doc__ or "",
)


@final
class ResourceLeak(OwnershipChecker):
    """Follows every acquired resource to its release."""

    rule = RESOURCE_LEAK
    cwes = frozenset((772, 775))
    words = Wording(
        stays="stays open",
        given_back="closed",
        giving_back="release",
        remedy="use a with statement, or release it in finally",
    )


CHECKER: Final = ResourceLeak()
