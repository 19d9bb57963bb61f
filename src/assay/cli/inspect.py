"""`assay doctor`, `dump`, `explain`, `rules` and `why`: look into the tool itself."""

from __future__ import annotations

from assay.checkers.registry import all_checkers
from assay.cli.parser import DoctorCommand, DumpCommand, ExplainCommand, WhyCommand
from assay.cli.streams import write_stdout
from assay.driver.options import UsageError
from assay.driver.selection import named, unknown
from assay.report.words import cwe_list


def run_dump(command: DumpCommand) -> int:
    """Prints the text form of a layer."""
    from assay.driver.dump import dump

    write_stdout(dump(command.layer, command.target))
    return 0


def run_doctor(command: DoctorCommand) -> int:
    """Prints what of the code is in view and what is not."""
    from assay.driver.doctor import examine

    write_stdout(examine(command.paths, command.verbose))
    return 0


def run_why(command: WhyCommand) -> int:
    """Prints what each rule asks of a line, and why it says nothing."""
    from assay.cli.review import settings_of
    from assay.driver.outside import outside_data
    from assay.driver.why import explain_silence

    path = command.target.rpartition(":")[0] or command.target
    _, governing = settings_of((path,), "", command.config, command.isolated, ())
    outside = outside_data(governing.run.options)
    write_stdout(explain_silence(command.target, command.rule, all_checkers(), outside))
    return 0


def run_explain(command: ExplainCommand) -> int:
    """Prints the documentation of every rule that a name stands for."""
    rules = [checker.rule for checker in all_checkers()]
    matching = named(rules, command.name)
    if not matching:
        raise UsageError(unknown(rules, command.name))
    pages = [
        f"{rule.title} ({rule.id}, {cwe_list(rule)})\n"
        f"severity {rule.severity.value}, precision {rule.precision.value}, "
        f"family: {rule.family.value}\n\n"
        f"{rule.explanation.strip()}\n"
        for rule in matching
    ]
    write_stdout("\n\n".join(pages))
    return 0


def run_rules() -> int:
    """Prints one line for each rule."""
    rules = [checker.rule for checker in all_checkers()]
    width = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        write_stdout(
            f"{rule.id:<{width}}  {rule.severity.value:<8}  {rule.summary} ({cwe_list(rule)})\n"
        )
    return 0
