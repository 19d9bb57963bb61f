"""CWE-377: a temporary file has a name that others can take first.

Every user may create files in /tmp. Whoever knows the name beforehand puts a link or a file of his
own there, and the program then writes through it, or reads what it did not write.

Weak:

    with open("/tmp/report.csv", "w") as stream: ...

Guarded:

    with tempfile.NamedTemporaryFile("w", suffix=".csv") as stream: ...

What it examines: `tempfile.mktemp` and its relatives, and files and folders that are created below
the folder for temporary files under a name without a part that cannot be guessed.

What it says: `found` for a name that others can take; `handled` where the creation fails on what is
there already (`x`, `O_EXCL`) or the owner is checked afterwards, and in a test; `clean` for names
with a random part.

How to fix: `tempfile.mkstemp()`, `NamedTemporaryFile()`, `mkdtemp()`. Where the name has to be
known to others, a folder of one's own with mode 0o700 whose owner is checked.

Known limits: paths that come from other functions are not followed. Scripts that one person runs
are reported with low confidence.

References: CWE-377 Insecure Temporary File; CWE-379; documentation of tempfile.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, TypeAlias, final

from assay.checkers import _says as says
from assay.checkers._options import SwitchedOff, switched_off
from assay.checkers._settings import constant_of
from assay.checkers.base import FunctionChecker
from assay.domains.constants import constants_of
from assay.domains.uses import made_of
from assay.ir.ops import Attr, Call, Load, Located
from assay.ledger.observation import Observation
from assay.ledger.rule import Confidence, Family, Rule, Severity
from assay.models.configuration import switch_offs
from assay.program.facts import FunctionFacts
from assay.source.roles import Role
from assay.source.words import words_of

RULE: Final = Rule(
    id="insecure-temporary-file",
    cwe=377,
    related=(378, 379),
    title="Temporary file with a known name",
    family=Family.ACCESS,
    severity=Severity.MEDIUM,
    precision=Confidence.MEDIUM,
    site="temporary files",
    summary="A temporary file or folder has a name that other users can take first",
    explanation=__doc__ or "",
)
_FOLDERS: Final = ("/tmp/", "/var/tmp/", "/dev/shm/")
_ROOTS: Final = frozenset({"gettempdir", "/tmp", "/var/tmp"})
_RANDOM: Final = frozenset(
    {
        "uuid4", "uuid", "mkdtemp", "mkstemp", "secrets", "urandom", "random", "token_hex",
        "hexdigest", "TemporaryDirectory", "choice", "randint", "tmp_path",
    }
)  # fmt: skip
_JOINING: Final = frozenset({"os", "path", "join", "tempfile", "format", "str", "/"})
_OPENERS: Final = frozenset({"open", "mkdir", "makedirs"})
_CHECKS: Final = frozenset({"lstat", "fstat", "stat"})


@final
class Creation:
    """A file or folder that is created below the folder for temporary files."""

    __slots__ = ("call", "folder", "path", "shown")

    def __init__(self, call: Call, folder: bool, path: int, shown: str) -> None:
        self.call: Final = call
        self.folder: Final = folder
        self.path: Final = path
        self.shown: Final = shown


TemporarySite: TypeAlias = SwitchedOff | Creation


@final
class InsecureTemporaryFile(FunctionChecker[TemporarySite]):
    """Names of temporary files."""

    rule = RULE

    def sites(self, function: FunctionFacts) -> Iterator[TemporarySite]:
        yield from switched_off(function, switch_offs(RULE.id))
        source = function.file.source
        if not (source.holds("/tmp") or source.holds("gettempdir")):
            return
        for site in function.calls_of(_OPENERS):
            path = function.callee(site.op)
            if path not in ("open", "io.open", "codecs.open", "os.mkdir", "os.makedirs"):
                continue
            if not site.op.args:
                continue
            shown = _temporary(function, site.op.args[0])
            folder = path in ("os.mkdir", "os.makedirs")
            if shown and (folder or _writes(function, site.op)):
                yield Creation(site.op, folder, site.op.args[0], shown)

    def judge(self, site: TemporarySite, function: FunctionFacts) -> Observation | None:
        if isinstance(site, SwitchedOff):
            if _in_given_folder(site.at):
                said = f"{site.row.what}, in a folder that is given"
                return says.clean(RULE, function, site.at, said)
            return says.found(
                RULE,
                function,
                site.at,
                f"{site.row.what}: whoever is faster owns the file, mkstemp is not used",
                confidence=Confidence.HIGH,
            )
        at = site.call.at
        if any(
            _RANDOM.intersection((name, *words_of(name))) for name in made_of(function, site.path)
        ):
            return says.clean(RULE, function, at, f"{site.shown} has a part that is random")
        line = _owner_checked(function)
        if line:
            return says.handled(
                RULE, function, at, f"{site.shown}: the owner is checked at line {line}", line
            )
        if site.folder and not _tolerates(function, site.call):
            return says.clean(
                RULE, function, at, f"{site.shown} is created only when nothing is there"
            )
        script = function.file.source.role in (Role.SCRIPT, Role.NOTEBOOK)
        what = "folder" if site.folder else "file"
        return says.found(
            RULE,
            function,
            at,
            f"{what} {site.shown} has a name that other users can take first; its owner is not"
            " checked",
            severity=Severity.LOW,
            confidence=Confidence.LOW if script else None,
        )


def _in_given_folder(at: Located) -> bool:
    """Whether `mktemp(suffix, prefix, dir)` is given the folder."""
    if not isinstance(at, ast.Call):
        return False
    return len(at.args) > 2 or any(each.arg == "dir" for each in at.keywords)


def _temporary(function: FunctionFacts, temp: int) -> str:
    """How a path below the folder for temporary files is shown; `""` for any other path."""
    values = constants_of(function).of(temp)
    if values is not None:
        texts = [value for value in values if isinstance(value, str)]
        below = [text for text in texts if text.startswith(_FOLDERS) and text not in _FOLDERS]
        return below[0] if below else ""
    made = made_of(function, temp)
    roots = [name for name in made if name in _ROOTS or name in _FOLDERS]
    if not roots:
        return ""
    made = [name for name in made if name not in _FOLDERS]
    shown = next((each for each in made if each not in _ROOTS | _JOINING), "")
    op = function.definitions[temp]
    if not shown or (isinstance(op, Load) and op.name in function.ir.parameters.names()):
        return ""
    return f"{roots[0]}.../{shown}"


def _writes(function: FunctionFacts, call: Call) -> bool:
    mode = function.argument(call, 1, "mode")
    constant = None if mode is None else constant_of(function, mode)
    if constant is None or not isinstance(constant.value, str):
        return False
    return "w" in constant.value or "a" in constant.value or "+" in constant.value


def _tolerates(function: FunctionFacts, call: Call) -> bool:
    """Whether a folder that is there already will do."""
    exist_ok = function.argument(call, 2, "exist_ok")
    if exist_ok is not None:
        constant = constant_of(function, exist_ok)
        return constant is None or constant.value is True
    first = call.at.lineno
    return any(
        region.node.lineno > first
        and region.node.lineno - first <= 3
        and _takes_existing(region.node.type)
        for region in function.ir.regions
    )


def _takes_existing(node: object) -> bool:
    name = getattr(node, "id", "") or getattr(node, "attr", "")
    return name in ("OSError", "FileExistsError", "EnvironmentError", "IOError")


def _owner_checked(function: FunctionFacts) -> int:
    """The line where the owner of a file is looked at; 0 for none."""
    asked = any(function.calls_of(_CHECKS))
    for op in function.definitions:
        if asked and isinstance(op, Attr) and op.name in ("st_uid", "st_mode"):
            return op.at.lineno
    return 0


CHECKER: Final = InsecureTemporaryFile()
