"""CWE-459: a temporary file or directory is left on disk.

`tempfile.mkstemp` and `tempfile.mkdtemp` make things that nobody removes unless the program
does. The checker follows the path over all ways through the function: on each, exceptional ones
included, it must be removed, moved to its final place, or handed to somebody who then owns it.

A service that leaves a file behind on every failed request fills its disk, which an attacker
can hasten. What is left often holds what the request held: uploads, keys, configuration.

Weak:

    def convert(data):
        folder = tempfile.mkdtemp()
        run_converter(data, folder)       # raises: the folder stays
        result = collect(folder)
        shutil.rmtree(folder)
        return result

Guarded:

    def convert(data):
        with tempfile.TemporaryDirectory() as folder:
            run_converter(data, folder)
            return collect(folder)

`try: ... finally: shutil.rmtree(folder)`, `addCleanup(shutil.rmtree, folder)` and returning the
path count as well.

How to fix: Use `tempfile.TemporaryDirectory` or `NamedTemporaryFile` in a `with`, or remove in
`finally`.

Known limits: A path made from the temporary one (`os.path.join(folder, name)`) stands for it,
so removing one file of a directory counts as removing the directory. A call is taken to remove
its argument when its name says so.

References: CWE-459, CWE-377; Python documentation, `tempfile`.
"""

from __future__ import annotations

from typing import Final, final

from assay.checkers._ownership import OwnershipChecker, Wording
from assay.ledger.rule import Confidence, Family, Rule, Severity

TEMPORARY_FILE_LEFT: Final = Rule(
    id="temporary-file-left",
    cwe=459,
    related=(377,),
    title="Temporary file left behind",
    family=Family.CLEANUP,
    severity=Severity.LOW,
    precision=Confidence.MEDIUM,
    site="temporary files and directories",
    summary="A temporary file or directory is left on disk",
    explanation=__doc__ or "",
)


@final
class TemporaryFileLeft(OwnershipChecker):
    """Follows the path of every temporary file and directory to its removal."""

    rule = TEMPORARY_FILE_LEFT
    cwes = frozenset((459,))
    words = Wording(
        stays="stays on disk",
        given_back="removed",
        giving_back="removal",
        remedy="use tempfile.TemporaryDirectory in a with statement, or remove it in finally",
    )


CHECKER: Final = TemporaryFileLeft()
