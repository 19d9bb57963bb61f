"""The command line's grammar, and its result as values.

An option that is not given is None, so that configuration can speak; `given` of a `ReviewCommand`
holds only what was given.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Final, NoReturn, TypeAlias

from assay.driver.options import COLOURS, PERSONAS, Value, suggestion
from assay.frozen import frozen
from assay.ledger.rule import Confidence, Severity
from assay.models.outside import THREAT_MODELS
from assay.report.formats import FORMATS

_SEVERITIES: Final = tuple(each.value for each in Severity)
_CONFIDENCES: Final = tuple(each.value for each in Confidence)
_COMMANDS: Final = (
    "review",
    "diff-versions",
    "doctor",
    "dump",
    "explain",
    "models",
    "rules",
    "suppress",
    "why",
)
_WITH_PATHS: Final = ("review", "doctor", "models")


@frozen
class ReviewCommand:
    """`assay review`. `given` holds settings by key; `reports` are `FORMAT=FILE`.

    `diff` is the commit since which a change is reviewed, None for none; `staged` the change that
    is staged.
    """

    paths: tuple[str, ...]
    given: tuple[tuple[str, Value], ...]
    config: tuple[str, ...]
    isolated: bool
    show_settings: bool
    show_files: bool
    stdin_filename: str
    output_file: str
    reports: tuple[str, ...]
    quiet: bool
    verbose: bool
    debug: bool
    diff: str | None = None
    staged: bool = False
    baseline: str = ""
    write_baseline: bool = False
    no_baseline: bool = False


@frozen
class DumpCommand:
    """`assay dump LAYER PATH[:FUNCTION]`."""

    layer: str
    target: str


@frozen
class DoctorCommand:
    """`assay doctor`."""

    paths: tuple[str, ...]
    verbose: bool


@frozen
class ModelsCommand:
    """`assay models check`."""

    paths: tuple[str, ...]
    config: tuple[str, ...]
    isolated: bool


@frozen
class ExplainCommand:
    """`assay explain NAME`."""

    name: str


@frozen
class RulesCommand:
    """`assay rules`."""


@frozen
class WhyCommand:
    """`assay why FILE:LINE [RULE]`; `rule` is "" for all."""

    target: str
    rule: str
    config: tuple[str, ...]
    isolated: bool


@frozen
class SuppressCommand:
    """`assay suppress FILE:LINE|FINGERPRINT --reason TEXT [PATH...]`."""

    target: str
    paths: tuple[str, ...]
    rule: str
    reason: str
    until: str
    config: tuple[str, ...]
    isolated: bool


@frozen
class DiffVersionsCommand:
    """`assay diff-versions OLD.json NEW.json`."""

    old: str
    new: str


Command: TypeAlias = (
    ReviewCommand
    | DiffVersionsCommand
    | DoctorCommand
    | DumpCommand
    | ExplainCommand
    | ModelsCommand
    | RulesCommand
    | SuppressCommand
    | WhyCommand
)


class _Parser(argparse.ArgumentParser):
    """Errors with a suggestion, the explanation on the last line."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"assay: {message}\n")


def parse(arguments: Sequence[str]) -> Command:
    """The command; raises SystemExit as argparse does (2 for wrong usage, 0 after help)."""
    parser = _parser()
    if arguments and not arguments[0].startswith("-") and arguments[0] not in _COMMANDS:
        hint = suggestion(arguments[0], _COMMANDS)
        parser.error(f"no command '{arguments[0]}'{hint or ', try: assay review PATH'}")
    names = _Names()
    left = parser.parse_known_args(arguments, namespace=names)[1]
    if names.command in _WITH_PATHS:
        left = _with_paths(names, left)
    if left:
        word = left[0].partition("=")[0]
        hint = suggestion(word, _review_options()) if names.command == "review" else ""
        parser.error(f"unknown argument '{left[0]}'{hint}")
    if names.command == "review":
        return _review_command(names)
    if names.command == "dump":
        return DumpCommand(names.layer, names.target)
    if names.command == "doctor":
        return DoctorCommand(tuple(names.paths) or (".",), names.verbose)
    if names.command == "models":
        paths = tuple(names.paths) or (".",)
        return ModelsCommand(paths, tuple(names.config or ()), names.isolated)
    if names.command == "diff-versions":
        return DiffVersionsCommand(names.old, names.new)
    if names.command == "explain":
        return ExplainCommand(names.name)
    if names.command == "why":
        return WhyCommand(names.target, names.name, tuple(names.config or ()), names.isolated)
    if names.command == "suppress":
        return SuppressCommand(
            names.target,
            tuple(names.paths),
            names.rule,
            names.reason,
            names.until,
            tuple(names.config or ()),
            names.isolated,
        )
    if names.command is None:
        parser.error("no command given, try: assay review PATH")
    return RulesCommand()


def _with_paths(names: _Names, left: Sequence[str]) -> list[str]:
    """Takes the paths out of what argparse left over, and returns the rest.

    It takes positional arguments from one place alone: of `models check --isolated .` or
    `review a -q b` it leaves what stands behind the option.
    """
    end = left.index("--") if "--" in left else len(left)
    options = [each for each in left[:end] if each.startswith("-") and each != "-"]
    if not options:
        names.paths = [*names.paths, *left[:end], *left[end + 1 :]]
    return options


class _Names(argparse.Namespace):
    """What argparse fills in; None means not given."""

    command: str | None = None
    layer: str = ""
    old: str = ""
    new: str = ""
    target: str = ""
    name: str = ""
    rule: str = ""
    reason: str = ""
    until: str = ""
    paths: list[str]
    allow_unread: bool | None = None
    cache: bool | None = None
    cache_dir: str | None = None
    color: str | None = None
    diff: str | None = None
    exclude: list[str] | None = None
    exit_zero: bool | None = None
    extend_exclude: list[str] | None = None
    extend_select: list[str] | None = None
    fail_on: str | None = None
    follow_links: bool | None = None
    force_exclude: bool | None = None
    ignore: list[str] | None = None
    ignore_suppressions: bool | None = None
    jobs: int | None = None
    min_confidence: str | None = None
    min_severity: str | None = None
    output_format: str | None = None
    per_file_ignores: list[str] | None = None
    persona: str | None = None
    respect_gitignore: bool | None = None
    sarif_verdicts: bool | None = None
    select: list[str] | None = None
    statistics: bool | None = None
    strict: bool | None = None
    threat_model: str | None = None
    config: list[str] | None = None
    isolated: bool = False
    show_settings: bool = False
    show_files: bool = False
    staged: bool = False
    stdin_filename: str = ""
    output_file: str = ""
    report: list[str] | None = None
    quiet: bool = False
    verbose: bool = False
    debug: bool = False
    baseline: str = ""
    write_baseline: bool = False
    no_baseline: bool = False


def _review_options() -> list[str]:
    """Every spelling of an option of `review`."""
    review = argparse.ArgumentParser()
    _add_review(review)
    return sorted(option for option in review._option_string_actions if option != "-f")


def _review_command(names: _Names) -> ReviewCommand:
    lists = {
        "exclude": names.exclude,
        "extend-exclude": names.extend_exclude,
        "extend-select": names.extend_select,
        "ignore": names.ignore,
        "per-file-ignores": names.per_file_ignores,
        "select": names.select,
    }
    plain: dict[str, bool | int | str | None] = {
        "allow-unread": names.allow_unread,
        "cache": names.cache,
        "cache-dir": names.cache_dir,
        "color": names.color,
        "exit-zero": names.exit_zero,
        "fail-on": names.fail_on,
        "follow-links": names.follow_links,
        "force-exclude": names.force_exclude,
        "ignore-suppressions": names.ignore_suppressions,
        "jobs": names.jobs,
        "min-confidence": names.min_confidence,
        "min-severity": names.min_severity,
        "output-format": names.output_format,
        "persona": names.persona,
        "respect-gitignore": names.respect_gitignore,
        "sarif-verdicts": names.sarif_verdicts,
        "statistics": names.statistics,
        "strict": names.strict,
        "threat-model": names.threat_model,
    }
    given: list[tuple[str, Value]] = []
    for key, parts in lists.items():
        if parts is not None:
            given.append((key, tuple(_comma_separated(parts))))
    given += [(key, value) for key, value in plain.items() if value is not None]
    return ReviewCommand(
        paths=tuple(names.paths) or (".",),
        given=tuple(sorted(given)),
        config=tuple(names.config or ()),
        isolated=names.isolated,
        show_settings=names.show_settings,
        show_files=names.show_files,
        stdin_filename=names.stdin_filename,
        output_file=names.output_file,
        reports=tuple(names.report or ()),
        quiet=names.quiet,
        verbose=names.verbose,
        debug=names.debug,
        diff=names.diff,
        staged=names.staged,
        baseline=names.baseline,
        write_baseline=names.write_baseline,
        no_baseline=names.no_baseline,
    )


def _comma_separated(parts: Sequence[str]) -> list[str]:
    return [word.strip() for part in parts for word in part.split(",") if word.strip()]


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"'{text}' is no whole number")
    return int(text)


def _pair_list(text: str) -> str:
    for word in _comma_separated([text]):
        if ":" not in word[1:]:
            raise argparse.ArgumentTypeError(f"'{word}' is not PATTERN:RULE")
    return text


def _parser() -> _Parser:
    from assay.cli.version import version_line

    parser = _Parser(
        prog="assay",
        description="Reviews Python code for security weaknesses and shows its evidence.",
        allow_abbrev=False,
    )
    parser.add_argument("-V", "--version", action="version", version=version_line())
    commands = parser.add_subparsers(
        dest="command",
        metavar="COMMAND",
        prog=parser.prog,  # to work it out, argparse would load half a dozen modules
    )
    _add_review(
        commands.add_parser(
            "review", help="review files and folders", allow_abbrev=False, description=_REVIEW
        )
    )
    versions = commands.add_parser(
        "diff-versions",
        help="say which verdicts two reports differ in, and whether the tool or the code is why",
        allow_abbrev=False,
        description=_VERSIONS,
    )
    versions.add_argument("old", metavar="OLD.json", help="a report of --output-format json")
    versions.add_argument("new", metavar="NEW.json", help="a later one of the same paths")
    doctor = commands.add_parser(
        "doctor",
        help="say what of the code is in view, and what is not",
        allow_abbrev=False,
        description=_DOCTOR,
    )
    doctor.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: .)")
    doctor.add_argument("-v", "--verbose", action="store_true", help="all places, not only a few")
    dump = commands.add_parser("dump", help="print what a layer made of a file", allow_abbrev=False)
    dump.add_argument("layer", choices=("ast", "ir", "cfg", "callgraph"), help="what to print")
    dump.add_argument("target", metavar="PATH[:FUNCTION]", help="a file, or one function of it")
    explain = commands.add_parser(
        "explain", help="print a rule's documentation", allow_abbrev=False
    )
    explain.add_argument("name", metavar="CWE|RULE", help="CWE-772, 772 or resource-leak")
    models = commands.add_parser(
        "models",
        help="say where the configuration's rows about outside data match",
        allow_abbrev=False,
        description=_MODELS,
    )
    models.add_argument("action", choices=("check",), help="what to do with them")
    models.add_argument("paths", nargs="*", metavar="PATH", help="files and folders (default: .)")
    _add_configuration(models)
    commands.add_parser("rules", help="list all rules", allow_abbrev=False)
    suppress = commands.add_parser(
        "suppress",
        help="accept a finding: write the comment that says so",
        allow_abbrev=False,
        description=_SUPPRESS,
    )
    suppress.add_argument("target", metavar="FILE:LINE|FINGERPRINT", help="what is accepted")
    suppress.add_argument(
        "paths", nargs="*", metavar="PATH", help="where a fingerprint is looked for (default: .)"
    )
    suppress.add_argument("--reason", required=True, metavar="TEXT", help="why it is accepted")
    suppress.add_argument(
        "--until", default="", metavar="DAY", help="the last day on which it is, as 2027-03-01"
    )
    suppress.add_argument(
        "--rule", default="", metavar="CWE|RULE", help="which one, where a line has several"
    )
    _add_configuration(suppress)
    why = commands.add_parser(
        "why",
        help="say what each rule asks of a line, and why it says nothing",
        allow_abbrev=False,
        description=_WHY,
    )
    why.add_argument("target", metavar="FILE:LINE", help="a line of a file")
    why.add_argument("name", nargs="?", default="", metavar="CWE|RULE", help="only this rule")
    _add_configuration(why)
    return parser


_REVIEW: Final = (
    "Gives a verdict for each weakness class: found, handled, clean, unseen or absent, with the "
    "lines that it rests on."
)


_VERSIONS: Final = (
    "Compares two JSON reports and lists every site whose verdict is another one, by the reason. "
    "Review the same code with an old and a new version of Assay to see what the new one changes."
)


_DOCTOR: Final = (
    "Lists where the program is entered, the calls that are not resolved and why, the libraries "
    "that no model speaks of, and the functions that are over the budget."
)


_MODELS: Final = (
    "Lists the calls, attributes and functions that each [[tool.assay.model]] of the configuration "
    "names. A row that names nothing is an error."
)


_SUPPRESS: Final = (
    "Reviews the code and writes a comment above the statement in which something is found. It "
    "names the rule and your reason, and is counted in every report."
)


_WHY: Final = (
    "Reviews the file and lists, for one line, what its calls call, what each rule says of it, and "
    "what made a rule say nothing: a condition under which it does not ask, an excuse, or a limit."
)


def _add_configuration(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--config",
        action="append",
        metavar="FILE|KEY=VALUE",
        help="a file instead of the reviewed project's, or one setting",
    )
    parser.add_argument(
        "--isolated",
        action="store_true",
        help="read no configuration file, neither yours nor that of the reviewed project",
    )


def _add_review(review: argparse.ArgumentParser) -> None:
    review.add_argument(
        "paths", nargs="*", metavar="PATH", help="files and folders; - is stdin (default: .)"
    )
    change = review.add_argument_group("a change: what became worse; a patch on stdin is one, too")
    change.add_argument(
        "--diff",
        nargs="?",
        const="HEAD",
        metavar="REF",
        help="the working tree against a commit (default: HEAD)",
    )
    change.add_argument("--staged", action="store_true", help="the index against HEAD")
    output = review.add_argument_group("output")
    output.add_argument("--output-format", choices=FORMATS, metavar="FORMAT", help=_list(FORMATS))
    output.add_argument("-f", dest="output_format", choices=FORMATS, help=argparse.SUPPRESS)
    output.add_argument("-o", "--output-file", metavar="FILE", default="", help="instead of stdout")
    output.add_argument(
        "--report", action="append", metavar="FORMAT=FILE", help="one more report; repeatable"
    )
    output.add_argument("--color", choices=COLOURS, metavar="WHEN", help=_list(COLOURS))
    output.add_argument(
        "--sarif-verdicts", action="store_true", default=None, help="all verdicts in SARIF"
    )
    output.add_argument(
        "--statistics", action="store_true", default=None, help="sites of each rule, in text"
    )
    output.add_argument("-v", "--verbose", action="store_true", help="all files, sites and lines")
    output.add_argument(
        "-q", "--quiet", action="store_true", help="no progress and no notes on stderr"
    )
    rules = review.add_argument_group("rules: CWE-89, 89 or a rule's id, separated by commas")
    rules.add_argument("--select", action="append", metavar="RULES", help="only these")
    rules.add_argument("--extend-select", action="append", metavar="RULES", help="these too")
    rules.add_argument("--ignore", action="append", metavar="RULES", help="not these")
    rules.add_argument(
        "--per-file-ignores",
        action="append",
        type=_pair_list,
        metavar="PATTERN:RULE",
        help="not these, in the files that the pattern names",
    )
    rules.add_argument(
        "--ignore-suppressions",
        action="store_true",
        default=None,
        help="report what comments in the code accept, too",
    )
    rules.add_argument(
        "--persona",
        choices=PERSONAS,
        metavar="WHO",
        help=f"whose findings are reported: {_list(PERSONAS)}",
    )
    rules.add_argument(
        "--min-severity", choices=_SEVERITIES, metavar="LEVEL", help=_list(_SEVERITIES)
    )
    rules.add_argument(
        "--min-confidence", choices=_CONFIDENCES, metavar="LEVEL", help=_list(_CONFIDENCES)
    )
    rules.add_argument(
        "--threat-model",
        choices=THREAT_MODELS,
        metavar="MODEL",
        help=f"whose data is not trusted: {_list(THREAT_MODELS)}",
    )
    baseline = review.add_argument_group("baseline: what is found, and stays for now")
    baseline.add_argument(
        "--baseline",
        metavar="FILE",
        default="",
        help="instead of .assay-baseline.jsonl in the root of the project",
    )
    baseline.add_argument(
        "--write-baseline",
        action="store_true",
        help="take all that is found into it, and out what is found no more",
    )
    baseline.add_argument("--no-baseline", action="store_true", help="report what it has, too")
    files = review.add_argument_group("files")
    files.add_argument("--exclude", action="append", metavar="PATTERNS", help="instead of defaults")
    files.add_argument("--extend-exclude", action="append", metavar="PATTERNS", help="these too")
    files.add_argument(
        "--force-exclude",
        action="store_true",
        default=None,
        help="leave out excluded files although they are named",
    )
    files.add_argument("--respect-gitignore", action="store_true", default=None, help="the default")
    files.add_argument(
        "--no-respect-gitignore", dest="respect_gitignore", action="store_false", default=None
    )
    files.add_argument(
        "--follow-links",
        action="store_true",
        default=None,
        help="follow links that lead out of the project, too; not for code of strangers",
    )
    files.add_argument("--stdin-filename", metavar="NAME", default="", help="what stdin is called")
    files.add_argument("--show-files", action="store_true", help="list the files and stop")
    config = review.add_argument_group("configuration")
    _add_configuration(config)
    config.add_argument("--show-settings", action="store_true", help="list settings and stop")
    config.add_argument("-j", "--jobs", type=_count, metavar="N", help="processes")
    config.add_argument(
        "--cache-dir",
        metavar="FOLDER",
        help="where reviews are kept (default: the user's cache folder)",
    )
    config.add_argument(
        "-n",
        "--no-cache",
        dest="cache",
        action="store_false",
        default=None,
        help="review everything anew and keep nothing",
    )
    exits = review.add_argument_group("exit code: 0 fine, 1 found, 2 error, 3 incomplete")
    exits.add_argument("--fail-on", choices=_SEVERITIES, metavar="LEVEL", help="1 from here on")
    exits.add_argument("--exit-zero", action="store_true", default=None, help="never 1")
    exits.add_argument(
        "--allow-unread",
        action="store_true",
        default=None,
        help="not 3 only because a file was not read whole",
    )
    exits.add_argument(
        "--strict", action="store_true", default=None, help="3 when anything was not analysed"
    )
    review.add_argument(
        "--debug", action="store_true", help="print tracebacks of internal errors; one process"
    )


def _list(words: Sequence[str]) -> str:
    return ", ".join(words)
