"""CWE-322: a connection by SSH is made to whoever answers.

The key of the host is what tells it from a stranger. A policy that adds or ignores unknown keys
lets whoever is on the way answer in its place, and hands him passwords, commands and files.

Weak:

    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())

Guarded:

    client.load_host_keys(known_hosts)
    client.set_missing_host_key_policy(paramiko.RejectPolicy())

What it examines: policies for unknown host keys in paramiko, asyncssh and pysftp, and the option
`StrictHostKeyChecking` in texts that are given to the command `ssh`.

What it says: `found` for a policy that accepts any key; `handled` when an option or a condition
decides, or in a test; `clean` for one that rejects.

How to fix: load the known hosts and reject others. Where machines are made and thrown away, let
the user choose, with the safe choice as the default.

Known limits: a class of one's own that accepts every key is not looked into.

References: CWE-322 Key Exchange without Entity Authentication; CWE-295; documentation of paramiko.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, final

from assay.checkers._option_rule import OptionRule, OptionSite
from assay.checkers._options import SwitchedOff, Wording
from assay.domains.uses import readers
from assay.ir.ops import Attr, Call, Const
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.configuration import SwitchOff
from assay.program.facts import FileFacts, FunctionFacts

RULE: Final = Rule(
    id="ssh-host-key",
    cwe=322,
    related=(295, 297),
    title="Any host key accepted",
    family=Family.TRANSPORT,
    severity=Severity.HIGH,
    precision=Confidence.HIGH,
    site="host key policies",
    summary="An SSH connection is made without knowing the key of the host",
    explanation=__doc__ or "",
)
_OPTION: Final = "StrictHostKeyChecking"
_COMMAND: Final = re.compile(r"(?:^|\s)-o|\b(?:ssh|scp|sftp|rsync)\b")
_GATHERING: Final = frozenset(("append", "extend", "insert"))
_OFF: Final = SwitchOff(RULE.id, (), False, "StrictHostKeyChecking=no")


@final
class SshHostKey(OptionRule):
    """Policies for unknown host keys."""

    rule = RULE
    wording = Wording(
        RULE,
        unsafe="whoever answers is taken for the host",
        safe="unknown hosts are rejected",
        needed="no option or condition decides it",
    )

    def concerns(self, facts: FileFacts) -> bool:
        return super().concerns(facts) or facts.source.holds(_OPTION)

    def sites(self, function: FunctionFacts) -> Iterator[OptionSite]:
        yield from super().sites(function)
        if not function.file.source.holds(_OPTION):
            return
        for op in function.definitions:
            if (
                isinstance(op, Const)
                and isinstance(op.value, str)
                and _switches_off(op.value)
                and _is_of_command(function, op, op.value)
            ):
                yield SwitchedOff(function, op.at, _OFF)


def _is_of_command(function: FunctionFacts, op: Const, text: str) -> bool:
    """Whether a text is a command line or goes into a list of arguments, and is not a mere name."""
    if _COMMAND.search(text) is not None:
        return True
    return any(
        not isinstance(use, Call)
        or (
            isinstance(method := function.definitions[use.callee], Attr)
            and method.name in _GATHERING
        )
        for use in readers(function, op.dest)
    )


def _switches_off(text: str) -> bool:
    start = text.find(_OPTION)
    if start < 0 or len(text) > 400 or "\n" in text.strip():
        return False
    value = text[start + len(_OPTION) :].lstrip("= \t").lower()
    return value.startswith(("no", "off")) and not value.startswith(("not", "none"))


CHECKER: Final = SshHostKey()
