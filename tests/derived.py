"""Text in the repository that follows from the code, and the command that renews it.

    python tests/derived.py        writes all of it anew; look at the difference, then commit it

- tables between `<!-- begin: NAME -->` and `<!-- end: NAME -->` in README and docs;
- terminal sessions in README and docs: a fenced block below `<!-- session -->` is the exact output
  of its commands; below `<!-- session, shortened -->` a line `...` stands for any lines, so that
  block is checked and never rewritten;
- `tests/cases/examples/review.txt`, the review of `examples/`.

Invariant: every function here is a function of the working tree alone, so a renewal of an
unchanged tree changes nothing.
"""

from __future__ import annotations

import inspect
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assay.checkers.registry import all_checkers
from assay.ir.ops import ALL_OPS, RISK_NAMES, Op
from assay.ledger.rule import Family

ROOT: Final = Path(__file__).resolve().parents[1]
GOLDEN: Final = ROOT / "tests" / "cases" / "examples" / "review.txt"
GOLDEN_COMMAND: Final = "assay review --exit-zero --persona pedantic examples"

_GENERATED: Final = re.compile(r"<!-- begin: ([\w-]+) -->\n.*?<!-- end: \1 -->\n", re.S)
_SESSION: Final = re.compile(r"<!-- session(, shortened)? -->\n```console\n(.*?)```\n", re.S)
_ELISION: Final = "..."


def documents() -> list[Path]:
    """README and every other page, in a fixed order."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


# Tables


def rules_table() -> str:
    """Every rule, for docs/rules.md."""
    rows = ["| rule | CWE | severity | sites | what is found |", "|---|---|---|---|---|"]
    for checker in all_checkers():
        rule = checker.rule
        numbers = ", ".join(str(number) for number in (rule.cwe, *rule.related))
        rows.append(
            f"| `{rule.id}` | {numbers} | {rule.severity.value} | {rule.site} | {rule.summary} |"
        )
    return "\n".join(rows) + "\n"


def families_table() -> str:
    """The rules by family, for README."""
    rows = ["| family | rules |", "|---|---|"]
    rules = [checker.rule for checker in all_checkers()]
    for family in Family:
        named = [f"`{rule.id}` (CWE-{rule.cwe})" for rule in rules if rule.family is family]
        if named:
            rows.append(f"| {family.value} | {', '.join(named)} |")
    return "\n".join(rows) + "\n"


def operations_table() -> str:
    """Every operation with its text form, for docs/ir.md."""
    rows = ["| operation | text form | raises | what it does |", "|---|---|---|---|"]
    for kind in ALL_OPS:
        what = " ".join((kind.__doc__ or "").split())
        rows.append(f"| {kind.__name__} | `{_form(kind)}` | {_risk(kind)} | {what} |")
    return "\n".join(rows) + "\n"


_LISTS_OF_THEIR_OWN: Final = {
    "call": "%callee (arguments)",
    "build": "kind (arguments)",
    "make_class": "child (arguments) %type_params?",
    "make_function": "child (defaults) [annotations (arguments)] [type_params %t]",
    "const": "literal",
}
"""What follows the mnemonic where the printer does not go by `FIELDS`."""


def _form(kind: type[Op]) -> str:
    """`%d = attr %owner name`: `%` before temporaries, `?` behind what may be absent (`-`)."""
    parts = ["%d =", kind.MNEMONIC] if "dest" in _parameters(kind) else [kind.MNEMONIC]
    special = _LISTS_OF_THEIR_OWN.get(kind.MNEMONIC)
    if special is not None:
        return " ".join([*parts, special])
    for name, field in kind.FIELDS:
        if field in ("temps", "names"):
            parts.append(f"({name})")
        elif field == "temp?":
            parts.append(f"%{name}?")
        else:
            parts.append(f"%{name}" if field == "temp" else name)
    return " ".join(parts)


def _risk(kind: type[Op]) -> str:
    """The risk that the constructor gives, asked of an operation made of zeros."""
    made: Op = kind(*[0] * len(_parameters(kind)))  # type: ignore[arg-type]
    return RISK_NAMES[made.risk]


def _parameters(kind: type[Op]) -> list[str]:
    return list(inspect.signature(kind.__init__).parameters)[1:]


TABLES: Final[dict[str, Callable[[], str]]] = {
    "rules": rules_table,
    "families": families_table,
    "operations": operations_table,
}


def with_tables(text: str) -> str:
    """A page with its tables as the code has them."""

    def renewed(match: re.Match[str]) -> str:
        name = match.group(1)
        return f"<!-- begin: {name} -->\n{TABLES[name]()}<!-- end: {name} -->\n"

    return _GENERATED.sub(renewed, text)


# Sessions


@dataclass(frozen=True, slots=True)
class Session:
    """A marked block of a page: its text, and whether lines are left out."""

    shortened: bool
    text: str


def sessions(text: str) -> list[Session]:
    """The marked blocks of a page."""
    return [Session(bool(m.group(1)), m.group(2)) for m in _SESSION.finditer(text)]


def replayed(session: Session) -> str:
    """The block with what its commands print today."""
    parts: list[str] = []
    for line in session.text.splitlines():
        if line.startswith("$ "):
            parts += [line + "\n", run(line[2:])]
    return "".join(parts)


def agrees(session: Session, today: str) -> bool:
    """Whether the block shows what the commands print, but for elided lines."""
    if not session.shortened:
        return session.text == today
    lines = session.text.splitlines()
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == _ELISION else re.escape(line) + r"\n" for line in lines
    )
    return re.fullmatch(pattern, today) is not None


def with_sessions(text: str) -> str:
    """A page with the exact sessions replayed."""

    def renewed(match: re.Match[str]) -> str:
        session = Session(bool(match.group(1)), match.group(2))
        if session.shortened:
            return match.group(0)
        return f"<!-- session -->\n```console\n{replayed(session)}```\n"

    return _SESSION.sub(renewed, text)


def run(command: str) -> str:
    """What a command prints, stdout before stderr; `assay` and `python` are those under test."""
    words = shlex.split(command)
    if words[0] == "assay":
        words = [sys.executable, "-m", "assay", *words[1:]]
    elif words[0] == "python":
        words = [sys.executable, *words[1:]]
    else:
        raise ValueError(f"a session runs assay and python only, not {words[0]}")
    return _output(words)


def _output(words: Sequence[str]) -> str:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")
    }
    environment["NO_COLOR"] = "1"
    environment["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    return done.stdout + done.stderr


def main() -> None:
    """Writes everything anew, and tells of shortened sessions that no longer agree."""
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    _write(GOLDEN, run(GOLDEN_COMMAND))
    for path in documents():
        text = path.read_text(encoding="utf-8")
        _write(path, with_sessions(with_tables(text)))
        for session in sessions(text):
            if session.shortened and not agrees(session, replayed(session)):
                sys.stdout.write(f"mend by hand: {path.relative_to(ROOT)}: {session.text[:60]}\n")


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"renewed {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
