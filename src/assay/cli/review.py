"""`assay review`: settings from all places, the run, the reports, the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from assay import __version__
from assay.checkers.base import Checker
from assay.checkers.registry import all_checkers
from assay.cli.parser import ReviewCommand
from assay.cli.streams import encoded, write_stdout
from assay.driver.options import (
    Layer,
    Options,
    Settled,
    UsageError,
    Value,
    checked,
    options_of,
    settle,
    suggestion,
)
from assay.driver.outside import outside_data, shown_rows
from assay.driver.pipeline import Detail
from assay.driver.run import Run, collected, door_for, review_paths
from assay.driver.selection import chosen
from assay.ledger.reason import is_not_analysed
from assay.report.ansi import colour_wanted
from assay.report.formats import FORMATS, Layout, render
from assay.report.visible import visible
from assay.report.words import plural
from assay.source.door import Door

FOUND: Final = 1
FAILED: Final = 2
INCOMPLETE: Final = 3
_PLAIN_COLUMNS: Final = 100
_FORMAT_VARIABLE: Final = "ASSAY_OUTPUT_FORMAT"


def run_review(command: ReviewCommand) -> int:
    """Runs the command and returns the exit code."""
    settled = settle(layers_of(command.paths, command.config, command.isolated, command.given))
    options = options_of(settled)
    door = door_for(command.paths, command.stdin_filename, options.follow_links)
    reports = _reports(command.reports)
    checkers = _selected(all_checkers(), options)
    if command.show_settings:
        write_stdout(_settings_text(settled))
        return 0
    if command.show_files:
        return _show_files(door, command, options)
    formats = [options.output_format, *(name for name, _ in reports)]
    sarif = "sarif" in formats
    detail = Detail(
        keep_clean=command.verbose or (sarif and options.sarif_verdicts),
        line_hashes=sarif,
        seconds=options.file_seconds,
        debug=command.debug,
        outside=outside_data(options),
    )
    run = review_paths(
        door, command.paths, command.stdin_filename, options, checkers, detail, command.quiet
    )
    if not command.quiet:
        for said in (*run.unreadable, *run.passed_over, *run.notes):
            sys.stderr.write(f"assay: {visible(said)}\n")
    code, reason = _exit_code(run, options)
    _write_reports(run, command, options, reports, code != FAILED)
    if reason:
        sys.stderr.write(f"assay: {visible(reason)}\n")
    return code


def layers_of(
    paths: Sequence[str],
    configured: Sequence[str],
    isolated: bool,
    given: Sequence[tuple[str, Value]],
) -> list[Layer]:
    """Where settings come from, weak to strong."""
    from assay.driver import config

    files = [text for text in configured if not _is_assignment(text)]
    if len(files) > 1:
        raise UsageError("--config: more than one file")
    if files and isolated:
        raise UsageError("--config FILE and --isolated exclude each other")
    layers: list[Layer] = []
    if files:
        layers += config.load(files[0])
    elif not isolated:
        found = config.find(paths)
        if found is not None:
            layers += config.load(found)
    layers += [config.inline(text) for text in configured if _is_assignment(text)]
    named = os.environ.get(_FORMAT_VARIABLE, "")
    if named:
        value = checked("output-format", named, _FORMAT_VARIABLE)
        layers.append(Layer(_FORMAT_VARIABLE, {"output-format": value}))
    layers.append(Layer("command line", dict(given)))
    return layers


def _is_assignment(text: str) -> bool:
    return "=" in text and not os.path.exists(text)


def _selected(checkers: Sequence[Checker], options: Options) -> list[Checker]:
    rules = [checker.rule for checker in checkers]
    kept = {
        rule.id for rule in chosen(rules, options.select, options.extend_select, options.ignore)
    }
    return [checker for checker in checkers if checker.rule.id in kept]


def _reports(texts: Sequence[str]) -> list[tuple[str, str]]:
    """`FORMAT=FILE` taken apart and checked before any work is done."""
    reports: list[tuple[str, str]] = []
    for text in texts:
        name, equals, path = text.partition("=")
        if not equals or not path:
            raise UsageError(f"--report: '{text}' is not FORMAT=FILE")
        if name not in FORMATS:
            raise UsageError(f"--report: no format '{name}'{suggestion(name, FORMATS)}")
        reports.append((name, path))
    return reports


def _settings_text(settled: Mapping[str, Settled]) -> str:
    lines: list[str] = []
    for key in sorted(settled):
        value = settled[key].value
        if key == "model" and isinstance(value, tuple):
            text = shown_rows(value)
        elif isinstance(value, bool):
            text = "true" if value else "false"
        elif isinstance(value, tuple):
            text = "[" + ", ".join(f'"{each}"' for each in value) + "]"
        else:
            text = str(value) if isinstance(value, int) else f'"{value}"'
        lines.append(f"{key} = {visible(text)}  # {visible(settled[key].origin)}\n")
    return "".join(lines)


def _show_files(door: Door, command: ReviewCommand, options: Options) -> int:
    collection = collected(door, command.paths, options)
    write_stdout("".join(f"{visible(file.reported)}\n" for file in collection.files))
    missing = [problem for problem in collection.problems if problem.missing]
    if missing:
        said = ", ".join(visible(problem.path) for problem in missing)
        sys.stderr.write(f"assay: exit code {FAILED}: no such path: {said}\n")
        return FAILED
    if not collection.files and not options.force_exclude:
        sys.stderr.write(f"assay: exit code {INCOMPLETE}: no file to review\n")
        return INCOMPLETE
    return 0


def _exit_code(run: Run, options: Options) -> tuple[int, str]:
    """The code, and the line that explains it; 2 before 3 before 1."""
    if run.missing:
        return FAILED, f"exit code {FAILED}: {'; '.join(run.missing)}"
    if run.lost:
        return INCOMPLETE, f"exit code {INCOMPLETE}: not analysed: {'; '.join(run.lost)}"
    if not run.review.files and options.force_exclude and not run.missing:
        return 0, ""  # a hook passes what was changed, and all of it is excluded
    if not run.review.files:
        return INCOMPLETE, f"exit code {INCOMPLETE}: no file to review"
    if options.strict:
        holes = [name for name in run.review.unseen if is_not_analysed(name.reason)]
        if holes:
            first = holes[0]
            where = f"{first.path}: {first.name}" if first.path else first.name
            return INCOMPLETE, (
                f"exit code {INCOMPLETE}: --strict, and {plural(len(holes), 'part')} not analysed, "
                f"the first is {where} ({first.reason})"
            )
    failing = [
        each for each in run.review.found if each.observation.severity.rank <= options.fail_on.rank
    ]
    if failing and not options.exit_zero:
        return FOUND, (
            f"exit code {FOUND}: {plural(len(failing), 'site')} found with severity "
            f"{options.fail_on.value} or worse"
        )
    return 0, ""


def _write_reports(
    run: Run,
    command: ReviewCommand,
    options: Options,
    reports: Sequence[tuple[str, str]],
    successful: bool,
) -> None:
    """All reports; stdout gets the main one unless a file is named for it."""
    to_file = command.output_file
    is_terminal = not to_file and sys.stdout.isatty()
    layout = Layout(
        version=__version__,
        columns=_terminal_columns() if is_terminal else _PLAIN_COLUMNS,
        colour=not to_file and colour_wanted(options.color, os.environ, is_terminal),
        verbose=command.verbose,
        statistics=options.statistics,
        sarif_verdicts=options.sarif_verdicts,
        successful=successful,
    )
    plain = Layout(
        __version__,
        _PLAIN_COLUMNS,
        False,
        command.verbose,
        options.statistics,
        options.sarif_verdicts,
        successful,
    )
    for name, path in reports:
        _write(path, render(run.review, name, plain))
    if to_file:
        _write(to_file, render(run.review, options.output_format, layout))
    else:
        write_stdout(render(run.review, options.output_format, layout))


def _terminal_columns() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _write(path: str, text: str) -> None:
    try:
        with open(path, "wb") as stream:
            stream.write(encoded(text))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
