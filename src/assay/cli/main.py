"""The command `assay`: parses the command line, calls the driver, prints, and exits.

Exit codes: 0 nothing at or above `--fail-on`; 1 something found; 2 wrong usage, configuration,
a named path that does not exist, or an internal error of the run; 3 incomplete. The last line on
stderr explains any code but 0. Standard output holds the report and nothing else.

Imports are made on demand: `assay --version` loads no layer of the analysis.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

INTERRUPTED: Final = 130
USAGE: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command line (default: that of the process); returns the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["--version"], ["-V"]):
        from assay.cli.version import version_line

        sys.stdout.write(f"{version_line()}\n")
        return 0
    try:
        return _run(given)
    except KeyboardInterrupt:
        _explain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        from assay.cli.streams import drop_stdout

        drop_stdout()
        return 0


def _run(given: list[str]) -> int:
    from assay.cli.parser import parse
    from assay.driver.options import UsageError

    try:
        command = parse(given)
        code = _dispatch(command)
        sys.stdout.flush()
    except UsageError as error:
        from assay.source.redaction import without_secrets

        _explain(without_secrets(str(error)))  # it may quote a file
        return USAGE
    except SystemExit as ended:  # argparse: help, or an error that it has explained
        return ended.code if isinstance(ended.code, int) else USAGE
    except (KeyboardInterrupt, BrokenPipeError):
        raise
    except Exception as error:
        import traceback

        from assay.source.redaction import without_secrets

        sys.stderr.write(without_secrets(traceback.format_exc()))
        _explain(without_secrets(f"internal error: {type(error).__name__}: {error}"))
        return USAGE
    return code


def _dispatch(command: object) -> int:
    from assay.cli import parser

    if isinstance(command, parser.ReviewCommand):
        from assay.cli.review import run_review

        return run_review(command)
    if isinstance(command, parser.DiffVersionsCommand):
        from assay.cli.versions import run_diff_versions

        return run_diff_versions(command)
    if isinstance(command, parser.DoctorCommand):
        from assay.cli.inspect import run_doctor

        return run_doctor(command)
    if isinstance(command, parser.DumpCommand):
        from assay.cli.inspect import run_dump

        return run_dump(command)
    if isinstance(command, parser.ModelsCommand):
        from assay.cli.models import run_models_check

        return run_models_check(command)
    if isinstance(command, parser.ExplainCommand):
        from assay.cli.inspect import run_explain

        return run_explain(command)
    if isinstance(command, parser.WhyCommand):
        from assay.cli.inspect import run_why

        return run_why(command)
    if isinstance(command, parser.SuppressCommand):
        from assay.cli.suppress import run_suppress

        return run_suppress(command)
    if isinstance(command, parser.RulesCommand):
        from assay.cli.inspect import run_rules

        return run_rules()
    raise TypeError(f"unknown command {type(command).__name__}")


def _explain(text: str) -> None:
    from assay.report.visible import visible

    sys.stderr.write(f"assay: {visible(text)}\n")
