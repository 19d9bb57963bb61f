"""`assay review`: settings from all places, the run, the reports, the exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from assay import __version__
from assay.checkers.registry import all_checkers
from assay.cli.parser import ReviewCommand
from assay.cli.streams import encoded, write_stdout
from assay.driver.baseline import Baselines, Wanted
from assay.driver.batches import selected
from assay.driver.git import HEAD
from assay.driver.governing import Given, Governing
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
from assay.driver.run import (
    STDIN,
    STDIN_NAME,
    Run,
    collected,
    door_for,
    on_disk,
    review_paths,
    stdin_bytes,
)
from assay.driver.states import Wanted as WantedChange
from assay.frozen import replace
from assay.ledger.observation import Verdict
from assay.ledger.reason import is_not_analysed
from assay.report.ansi import colour_wanted
from assay.report.change import worse_reason
from assay.report.formats import FORMATS, Layout, render
from assay.report.visible import visible
from assay.report.words import joined, plural, stale_words, unread_words, weakened_lines
from assay.review.delta import Delta
from assay.review.review import Reviewed
from assay.source.day import today
from assay.source.door import Door
from assay.source.file import Parsed, parse_bytes
from assay.source.patch import is_patch

FOUND: Final = 1
FAILED: Final = 2
INCOMPLETE: Final = 3
_PLAIN_COLUMNS: Final = 100
_VARIABLES: Final = (
    ("output-format", "ASSAY_OUTPUT_FORMAT"),
    ("persona", "ASSAY_PERSONA"),
)


def run_review(command: ReviewCommand) -> int:
    """Runs the command and returns the exit code."""
    reports = _reports(command.reports)
    command = _with_revision(command)
    baseline = _baseline(command)
    reads = STDIN in command.paths and not (command.show_settings or command.show_files)
    text = stdin_bytes() if reads else None
    wanted = _change_wanted(command, text)
    if wanted is not None:  # a patch is of files: those of the current folder if none is named
        named = tuple(path for path in command.paths if path != STDIN)
        command = replace(command, paths=named or (".",))
    door, governing = settings_of(
        command.paths, command.stdin_filename, command.config, command.isolated, command.given
    )
    options = governing.run.options
    checkers = all_checkers()
    selected(checkers, options)  # a wrong name is told before any work is done
    if command.show_settings:
        write_stdout(_settings_text(governing.run.settled))
        return 0
    if command.show_files:
        return _show_files(door, command, governing)
    baselines = Baselines(door, baseline)
    formats = [options.output_format, *(name for name, _ in reports)]
    sarif = "sarif" in formats
    detail = Detail(
        keep_clean=command.verbose or (sarif and options.sarif_verdicts),
        line_hashes=sarif,
        seconds=options.file_seconds,
        debug=command.debug,
        outside=outside_data(options),
        suppressions=not options.ignore_suppressions,
        foreign=options.respect_foreign_suppressions,
        day=today(),
    )
    delta: Delta | None = None
    written: list[str] = []
    if wanted is None:
        run = review_paths(
            door,
            command.paths,
            command.stdin_filename,
            governing,
            checkers,
            detail,
            command.quiet,
            text,
            baselines=baselines,
        )
        if command.write_baseline:
            written = ["the baseline is not written"] if run.wrong else baselines.write()
    else:
        from assay.driver.change import review_change

        if command.write_baseline:
            raise UsageError("--write-baseline: a baseline is of files, not of a change")
        changed = review_change(
            door, wanted, command.paths, governing, checkers, detail, command.quiet
        )
        run, delta = changed.run, changed.delta
    if not command.quiet:
        unread = [unread_words(each) for each in run.review.unread]
        stale = [
            f"{each.where}: {told}" for each in run.review.baselines for told in stale_words(each)
        ]
        for said in (*unread, *run.passed_over, *run.notes, *stale, *written):
            sys.stderr.write(f"assay: {visible(said)}\n")
    code, reason = _exit_code(run, options, delta)
    whole = options.allow_unread or not run.review.unread
    _write_reports(run, command, options, reports, code != FAILED and whole, delta)
    # With -q, too, and whatever the code: silence would say that everything was looked at.
    weakened = "; ".join(weakened_lines(run.review))
    if reason or weakened:
        said = reason or f"exit code {code}"
        sys.stderr.write(f"assay: {visible(f'{said}; {weakened}' if weakened else said)}\n")
    return code


def _with_revision(command: ReviewCommand) -> ReviewCommand:
    """The command with `--diff PATH` understood: the word behind `--diff` may be a path."""
    wanted = command.diff
    if command.staged and wanted is not None:
        raise UsageError("--staged and --diff exclude each other")
    if wanted is None or not os.path.exists(wanted):
        return command
    from assay.driver.git import Repository

    door = door_for(command.paths, "")
    if door.reach.roots and Repository(door, f"/{door.reach.roots[0].name}").has(wanted):
        return command
    named = () if command.paths == (".",) else command.paths
    return replace(command, diff=HEAD, paths=(wanted, *named))


def _change_wanted(command: ReviewCommand, text: bytes | None) -> WantedChange | None:
    """The change to review; None where files are to be reviewed as they are."""
    given = text is not None and not command.stdin_filename and is_patch(text)
    if command.staged or command.diff is not None:
        if text is not None:
            raise UsageError("a change is given by --diff, by --staged or by a patch on stdin")
        return WantedChange(command.diff or HEAD, command.staged, None)
    if not given or parse_bytes(STDIN_NAME, text or b"").parsed is Parsed.WHOLE:
        return None
    return WantedChange("", False, text)


def _baseline(command: ReviewCommand) -> Wanted:
    """Which baseline the command asks for."""
    if command.no_baseline and (command.baseline or command.write_baseline):
        other = "--baseline" if command.baseline else "--write-baseline"
        raise UsageError(f"--no-baseline and {other} exclude each other")
    if command.write_baseline and command.isolated and not command.baseline:
        raise UsageError("--write-baseline with --isolated: name a file with --baseline")
    if command.write_baseline and STDIN in command.paths:
        raise UsageError("--write-baseline: a baseline is of files, not of the standard input")
    reads = not command.no_baseline and not command.isolated
    return Wanted(command.baseline, command.write_baseline, reads)


def settings_of(
    paths: Sequence[str],
    stdin_filename: str,
    configured: Sequence[str],
    isolated: bool,
    given: Sequence[tuple[str, Value]],
) -> tuple[Door, Governing]:
    """The door to the paths, and the settings from all places."""
    from assay.driver import config

    files = [text for text in configured if not _is_assignment(text)]
    if len(files) > 1:
        raise UsageError("--config: more than one file")
    if files and isolated:
        raise UsageError("--config FILE and --isolated exclude each other")
    weaker: list[Layer] = [] if isolated else config.own()
    stronger = [config.inline(text) for text in configured if _is_assignment(text)]
    for key, variable in _VARIABLES:
        named = os.environ.get(variable, "")
        if named:
            stronger.append(Layer(variable, {key: checked(key, named, variable)}))
    stronger.append(Layer("command line", dict(given)))
    # How far the run may read is the user's to say, so the reviewed side is asked only afterwards.
    named_file = config.named(files[0], None) if files else []
    follows = options_of(settle([*weaker, *named_file, *stronger])).follow_links
    door = door_for(paths, stdin_filename, follows)
    if files:
        weaker += config.named(files[0], door)
    reads = not isolated and not files
    asked = on_disk(paths, stdin_filename)
    return door, Governing(door, Given(asked, tuple(weaker), tuple(stronger), reads))


def _is_assignment(text: str) -> bool:
    return "=" in text and not os.path.exists(text)


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
        said = settled[key].origin
        for origin in settled[key].ignored:
            said += f"; {origin}: the user's to set, ignored"
        lines.append(f"{key} = {visible(text)}  # {visible(said)}\n")
    return "".join(lines)


def _show_files(door: Door, command: ReviewCommand, governing: Governing) -> int:
    options = governing.run.options
    collection = collected(door, command.paths, governing)
    write_stdout("".join(f"{visible(file.reported)}\n" for file in collection.files))
    if not command.quiet:
        for note in governing.notes:
            sys.stderr.write(f"assay: {visible(note)}\n")
    wrong = [each for each in collection.problems if each.wrong]
    if wrong:
        said = "; ".join(visible(f"{each.path}: {each.reason}") for each in wrong)
        sys.stderr.write(f"assay: exit code {FAILED}: {said}\n")
        return FAILED
    if not collection.files and not options.force_exclude:
        sys.stderr.write(f"assay: exit code {INCOMPLETE}: no file to review\n")
        return INCOMPLETE
    return 0


def _failing_words(failing: Sequence[Reviewed], options: Options, delta: Delta | None) -> str:
    """What makes the exit code 1."""
    if delta is not None:
        return worse_reason(delta, len(failing))
    unseen = sum(each.observation.verdict is Verdict.UNSEEN for each in failing)
    told = [f"{plural(len(failing) - unseen, 'site')} found"] if len(failing) > unseen else []
    told += [f"{plural(unseen, 'site')} unseen"] if unseen else []
    return f"{joined(told)} with severity {options.fail_on.value} or worse"


def _exit_code(run: Run, options: Options, delta: Delta | None) -> tuple[int, str]:
    """The code, and the line that explains it; 2 before 1 before 3."""
    if run.wrong:
        return FAILED, f"exit code {FAILED}: {'; '.join(run.wrong)}"
    findings = run.review.findings  # what the baseline has is none of them
    told = findings if delta is None else [each.reviewed for each in delta.worse]
    failing = [each for each in told if each.observation.severity.rank <= options.fail_on.rank]
    incomplete = _incomplete(run, options, delta is not None)
    if failing and not options.exit_zero:
        reason = f"exit code {FOUND}: {_failing_words(failing, options, delta)}"
        return FOUND, f"{reason}; {incomplete}" if incomplete else reason
    if incomplete:
        return INCOMPLETE, f"exit code {INCOMPLETE}: {incomplete}"
    return 0, ""


def _incomplete(run: Run, options: Options, is_change: bool) -> str:
    """What was to be looked at and was not, as a clause; "" when there is no such thing."""
    unread = run.review.unread
    if unread and not options.allow_unread:
        first = unread_words(unread[0])
        if len(unread) == 1:
            return first
        return f"{plural(len(unread), 'path')} not read whole, the first is {first}"
    if run.lost:
        return f"not analysed: {'; '.join(run.lost)}"
    if not run.review.files:
        # A hook passes what was changed, and all of it may be excluded; a change may be of nothing.
        return "" if options.force_exclude or is_change else "no file to review"
    if options.strict:
        holes = [name for name in run.review.unseen if is_not_analysed(name.reason)]
        if holes:
            first_hole = holes[0]
            where = f"{first_hole.path}: {first_hole.name}" if first_hole.path else first_hole.name
            return (
                f"--strict, and {plural(len(holes), 'part')} not analysed, "
                f"the first is {where} ({first_hole.reason})"
            )
    return ""


def _write_reports(
    run: Run,
    command: ReviewCommand,
    options: Options,
    reports: Sequence[tuple[str, str]],
    successful: bool,
    delta: Delta | None,
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
        _write(path, render(run.review, name, plain, delta))
    if to_file:
        _write(to_file, render(run.review, options.output_format, layout, delta))
    else:
        write_stdout(render(run.review, options.output_format, layout, delta))


def _terminal_columns() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def _write(path: str, text: str) -> None:
    try:
        with open(path, "wb") as stream:
            stream.write(encoded(text))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
