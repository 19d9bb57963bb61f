"""`assay models check`: where the rows of the configuration match.

Exit code 0 when every row matches something, 2 when one does not.
"""

from __future__ import annotations

import sys
from typing import Final

from assay.cli.parser import ModelsCommand
from assay.cli.review import settings_of
from assay.cli.streams import write_stdout
from assay.driver.outside import check, outside_data
from assay.report.visible import visible
from assay.report.words import plural

_IDLE: Final = 2


def run_models_check(command: ModelsCommand) -> int:
    """Prints where each row matches and returns the exit code."""
    _, governing = settings_of(command.paths, "", command.config, command.isolated, ())
    for note in governing.notes:
        sys.stderr.write(f"assay: {visible(note)}\n")
    outside = outside_data(governing.run.options)
    if not outside.rows:
        write_stdout("no rows: [[tool.assay.model]] in pyproject.toml, [[model]] in assay.toml\n")
        return 0
    matches = check(command.paths, outside)
    write_stdout("".join(f"{visible(line)}\n" for line in matches.text.splitlines()))
    if not matches.idle:
        return 0
    count = plural(len(matches.idle), "row")
    said = "; ".join(visible(title) for title in matches.idle)
    sys.stderr.write(f"assay: exit code {_IDLE}: {count} without any match: {said}\n")
    return _IDLE
