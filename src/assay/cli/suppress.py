"""`assay suppress`: accepts a finding by a comment in the code."""

from __future__ import annotations

import sys

from assay.checkers.registry import all_checkers
from assay.cli.parser import SuppressCommand
from assay.cli.review import settings_of
from assay.cli.streams import write_stdout
from assay.driver.outside import outside_data
from assay.driver.pipeline import Detail
from assay.driver.run import review_paths
from assay.driver.suppress import Wanted, check, is_fingerprint, place_of, suppress
from assay.report.visible import visible
from assay.review.audience import ALL_FOUND
from assay.source.day import today


def run_suppress(command: SuppressCommand) -> int:
    """Writes the comment, prints where, and returns the exit code."""
    checkers = all_checkers()
    rules = [checker.rule for checker in checkers]
    wanted = Wanted(command.target, command.rule, command.reason, command.until)
    check(wanted, rules)
    by_key = is_fingerprint(command.target)
    paths = (command.paths or (".",)) if by_key else (place_of(command.target)[0],)
    door, governing = settings_of(paths, "", command.config, command.isolated, ())
    for note in governing.notes:
        sys.stderr.write(f"assay: {visible(note)}\n")
    options = governing.run.options
    detail = Detail(
        keep_clean=False,
        line_hashes=False,
        seconds=options.file_seconds,
        debug=False,
        outside=outside_data(options),
        foreign=options.respect_foreign_suppressions,
        day=today(),
    )
    run = review_paths(door, paths, "", governing, checkers, detail, quiet=True, audience=ALL_FOUND)
    said = suppress(door, run, wanted, rules)
    write_stdout("".join(f"{visible(line)}\n" for line in said.splitlines()))
    return 0
