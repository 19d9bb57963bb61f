"""`assay diff-versions`: what changed between two reports, and why."""

from __future__ import annotations

from assay.cli.parser import DiffVersionsCommand
from assay.cli.streams import write_stdout
from assay.driver.versions import read_report, told
from assay.report.visible import visible


def run_diff_versions(command: DiffVersionsCommand) -> int:
    """Prints what changed; the exit code is 1 where anything did."""
    old, new = read_report(command.old), read_report(command.new)
    text, changed = told((command.old, command.new), old, new)
    write_stdout("".join(f"{visible(line)}\n" for line in text.split("\n")[:-1]))
    return int(changed)
