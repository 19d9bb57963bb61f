"""What the words of a command line are to the program that is run: its name, arguments, code.

    ["ls", x]                               x is an argument, and no shell reads it
    ["sudo", "sh", "-c", x]                 a shell reads x, whatever starts it
    [sys.executable, "-c", x]               an interpreter runs x
    ["ssh", host, "ls", x]                  the shell of the other machine reads what follows host

Invariant: every word that may hold data is in the answer, as the most dangerous thing that it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, final

from assay.domains.taint.state import Obj
from assay.domains.taint.values import UNKNOWN, Value

if TYPE_CHECKING:
    from assay.domains.taint.calls import Arguments
    from assay.domains.taint.frame import Frame
    from assay.ir.ops import Call


def _program(names: str) -> re.Pattern[str]:
    return re.compile(rf"(?:.*[/\\])?(?:{names})(?:\.exe)?\Z")


@final
class _Reader:
    """A program that runs a word of its command line: behind which option that word stands.

    `pairs` are options that another word belongs to: `-o pipefail`.
    """

    __slots__ = ("context", "name", "option", "pairs")

    def __init__(self, name: str, option: str, pairs: str, context: str) -> None:
        self.name: Final = _program(name)
        self.option: Final = re.compile(option)
        self.pairs: Final = re.compile(pairs)
        self.context: Final = context


SHELL: Final = "shell"
SCRIPT: Final = "script"
COMMAND: Final = "command"
ARGUMENT: Final = "argument"

_READERS: Final = (
    _Reader(
        "sh|bash|dash|ash|zsh|ksh|csh|tcsh|fish",
        "-[a-zA-Z]*c|--command",
        "[-+][A-Za-z]*[oO]|--rcfile|--init-file",
        SHELL,
    ),
    _Reader("cmd|powershell|pwsh", "-[a-zA-Z]*c|-[cC]ommand|/[cCkK]", "-[A-Z][A-Za-z]+", SHELL),
    _Reader("python[0-9.]*w?|pypy[0-9.]*", "-[A-Za-z]*c", "-[XW]", SCRIPT),
    _Reader("perl[0-9.]*", "-[A-Za-z]*[eE]", "-I", SCRIPT),
    _Reader("ruby[0-9.]*|lua[0-9.]*|osascript|Rscript", "-e", "-[Ilr]", SCRIPT),
    _Reader("node|nodejs|bun", "-[ep]|-pe|--eval|--print", "-r|--require", SCRIPT),
    _Reader("php[0-9.]*", "-r|--run", "-[dc]", SCRIPT),
)
_PYTHON: Final = "sys.executable"
_AS_USER: Final = _program("su|runuser|script")  # these hand the word behind `-c` to a shell
_TAKES_ALL: Final = _program("cmd|powershell|pwsh")
_REMOTE: Final = _program("ssh|rsh|remsh|slogin|plink|autossh")
_REMOTE_PAIRS: Final = re.compile("-[A-Za-z0-9]*[bcDEeFIiJLlmOopQRSWwP]")
_STARTS_OTHERS: Final = _program(
    "sudo|doas|env|nice|ionice|nohup|setsid|stdbuf|time|timeout|chrt|sshpass|strace|unbuffer|xargs"
    "|proxychains4?|torsocks|chroot|unshare|nsenter|docker|podman|kubectl|flatpak-spawn"
)
_OPTION: Final = re.compile(r"[-+].*|/[A-Za-z](?::.*)?", re.DOTALL)


def command_line(frame: Frame, value: Value) -> list[tuple[str, Value]]:
    """The words of a list of arguments, each with the context that it stands in."""
    objects = frame.state.objects(value)
    lists = [obj for obj in objects if obj.kind in ("list", "tuple")]
    if not lists:
        return [(COMMAND, value)]
    found: list[tuple[str, Value]] = []
    for obj in lists:
        found += _of_list(obj)
    return found


def words_of(frame: Frame, op: Call, which: str, args: Arguments) -> Value:
    """The command line that a call is given word by word: `1,3..` for program and arguments.

    `0,1*` says that the arguments are the elements of one, of which the first is the program's name
    for itself.
    """
    program, _, rest = which.partition(",")
    start = int(rest.rstrip(".*"))
    values = [args.place(int(program))]
    after: Value | None = args.rest
    length = 1
    if rest.endswith("*"):
        objects = frame.state.objects(args.place(start))
        whole = bool(objects)
        for obj in objects[:1]:
            known = _prefix(obj)
            values += known[1:]
            whole = obj.length >= 0
        if not whole:
            after = frame.elements(args.place(start))
    else:
        values += args.positional[start:]
    length = len(values) if after is None else -1
    number = frame.number("words", op.dest, which)
    obj = Obj("list", dict(enumerate(values)), after, length, False)
    return Value(objects=frame.make(number, obj))


def _prefix(obj: Obj) -> list[Value]:
    """The elements from the first on, as far as their places are known."""
    found: list[Value] = []
    while len(found) in obj.fields:
        found.append(obj.fields[len(found)])
    return found


def _of_list(obj: Obj) -> list[tuple[str, Value]]:
    words = _prefix(obj)
    rest: Value | None = None
    if obj.length >= 0:
        words += [obj.get(index) or UNKNOWN for index in range(len(words), obj.length)]
    else:
        rest = obj.rest if words else obj.everything()
    if not words:
        if rest is None:
            return []
        return [(SHELL if _matches(rest, _READERS[0].name) else ARGUMENT, rest)]
    kinds = [COMMAND] + [ARGUMENT] * (len(words) - 1)
    kind_of_rest = ARGUMENT
    for index, word in enumerate(words):
        is_run = index == 0 or _matches(words[0], _STARTS_OTHERS)
        if is_run and _matches(word, _REMOTE):
            host = _behind_options(words, index + 1, _REMOTE_PAIRS)
            kinds[host + 1 :] = [SHELL] * len(kinds[host + 1 :])
            kind_of_rest = SHELL
            break
        at, kind = _code(words, index, rest is not None and is_run)
        if kind:
            last = len(words) if _matches(word, _TAKES_ALL) else at + 1
            kinds[at:last] = [kind] * len(kinds[at:last])
            if at >= len(words) or last > at + 1:
                kind_of_rest = kind
            break
    found = list(zip(kinds, words, strict=True))
    if rest is not None:
        found.append((kind_of_rest, rest))
    return found


def _code(words: list[Value], index: int, goes_on: bool) -> tuple[int, str]:
    """The place of what the program at a place runs, and what that is; "" for nothing.

    Behind the last word when it is in what is not known, which follows if the line `goes_on`: what
    a shell is given there may be an option and its command.
    """
    word = words[index]
    if _matches(word, _AS_USER):
        for at in range(index + 1, len(words)):
            if _matches(words[at], _READERS[0].option):
                return at + 1, SHELL
        return -1, ""
    for reader in _READERS:
        is_python = word.path == _PYTHON and reader.name.match("python") is not None
        if not is_python and not _matches(word, reader.name):
            continue
        at = index + 1
        while at < len(words):
            if _matches(words[at], reader.option):
                return at + 1, reader.context
            if not _matches(words[at], _OPTION):
                return -1, ""
            at += 2 if _matches(words[at], reader.pairs) else 1
        return (at, SHELL) if goes_on and reader.context == SHELL else (-1, "")
    return -1, ""


def _behind_options(words: list[Value], start: int, pairs: re.Pattern[str]) -> int:
    at = start
    while at < len(words) and _matches(words[at], _OPTION):
        at += 2 if _matches(words[at], pairs) else 1
    return at


def _matches(value: Value, pattern: re.Pattern[str]) -> bool:
    """Whether one of the constants that a value may be matches."""
    return value.constants is not None and any(
        isinstance(item, str) and pattern.fullmatch(item) for item in value.constants
    )
