"""Random mutations of Python source, each a function of a seed and a number.

A mutant starts from a slice of a real file, mostly short so that many fit into a run, and goes
through one to three mutations: tokens or bytes cut, swapped, doubled or inserted, the text
truncated, two files spliced, indentation changed, characters put in that no editor writes, or
brackets, operators and blocks nested deeply.

Invariant: `mutant(files, seed, number)` gives the same bytes for the same files on every host.

    >>> mutant([b"x = 1\\n"], 7, 0).data == mutant([b"x = 1\\n"], 7, 0).data
    True
"""

from __future__ import annotations

import re
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Final

_TOKEN: Final = re.compile(rb"\w+|\s+|[^\w\s]", re.ASCII)
_TOP_LEVEL: Final = re.compile(rb"^(?:@|def |class |async |if |try:|import |from |\w+ = )", re.M)

# How long a slice is at most, and how often: the second road is the cost, and it grows with it.
_LENGTHS: Final = ((70, 40), (22, 120), (7, 300), (1, 2000))
_LARGEST: Final = 200_000

_SNIPPETS: Final = (
    *(b"'''", b'"""', b"'", b'"', b"f'{", b"rb'", b"}", b"{", b"(", b")", b"[", b"]", b":", b";"),
    *(b"\\", b"\\\n", b"\r", b"\r\n", b"\x0c", b"\t", b"\n\n", b"\n    ", b"#", b"# -*- coding: "),
    *(b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xe2\x80\xa8", b"\xc2\xa0", b"\x1a"),
    *(b"=", b"==", b":=", b"->", b"**", b"*", b"@", b"`", b"<>", b"!", b"$", b"?", b"...", b"0777"),
    *(b"yield ", b"await ", b"async ", b"lambda: ", b"lambda *, x=1: ", b"not ", b"in ", b"is "),
    *(b"print ", b"exec ", b"raise ", b"return ", b"global x\n", b"nonlocal x\n", b"del ", b"pass"),
    *(b"except* E:\n", b"except:\n", b"finally:\n", b"else:\n", b"elif x:\n", b"try:\n", b"break"),
    *(b"match x:\n", b"case _:\n", b"case {**r}:\n", b"with a as b, c:\n", b"type X[T] = T\n"),
    *(
        b"from __future__ import annotations\n",
        b"from . import *\n",
        b"import a.b as c\n",
        b"1e999",
    ),
    *(b"super().__init__()", b"__class__", b"while 1:\n", b"continue\n", b"if 0:\n", b"x: int\n"),
)
_NESTED: Final = (
    *((b"(", b")"), (b"[", b"]"), (b"{0: ", b"}"), (b"f(", b")"), (b"a[", b"]"), (b"-", b"")),
    *((b"not ", b""), (b"lambda: ", b""), (b"", b".a"), (b"", b"()"), (b"", b" + 1"), (b"*", b"")),
    *((b"x if y else ", b""), (b"1 ** ", b""), (b"f'{", b"}'"), (b"[x for x in ", b"]")),
    *((b"await ", b""), (b"", b" and y"), (b"(y := ", b")"), (b"{**", b"}"), (b"", b" < z")),
)
_BLOCKS: Final = (
    *(b"if x:", b"for x in y:", b"while x:", b"with x as y:", b"def f():", b"class C:"),
    *(b"try:", b"async def f():", b"match x:", b"else:", b"try:\n{}    pass\n{}finally:"),
)


class Mutant:
    """One case: the bytes of a file, and the names of the mutations that made it."""

    __slots__ = ("data", "how")

    def __init__(self, data: bytes, how: tuple[str, ...]) -> None:
        self.data: Final = data
        self.how: Final = how


def standard_library(root: str) -> list[Path]:
    """The Python files under a root, sorted, without installed packages.

    An empty root is the host's own standard library.
    """
    top = Path(root or sysconfig.get_path("stdlib"))
    return sorted(
        path
        for path in top.rglob("*.py")
        if "site-packages" not in path.parts and "__pycache__" not in path.parts
    )


def read_all(paths: Sequence[Path]) -> list[bytes]:
    """The bytes of files that are not empty."""
    return [data for data in (path.read_bytes() for path in paths) if data.strip()]


def mutant(files: Sequence[bytes], seed: int, number: int) -> Mutant:
    """The mutant with this seed and number, of these files."""
    random = Random(f"{seed}:{number}")
    data = _slice(random, files)
    how: list[str] = []
    for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
        name = random.choice(_KINDS)
        how.append(name)
        data = _mutated(random, name, data, files)[:_LARGEST]
    return Mutant(data, tuple(how))


def _slice(random: Random, files: Sequence[bytes]) -> bytes:
    """Some consecutive lines of a file; half of the slices start at a top-level statement."""
    lengths = [length for _, length in _LENGTHS]
    [limit] = random.choices(lengths, [weight for weight, _ in _LENGTHS])
    data = random.choice(files)
    start = random.randrange(len(data))
    if random.random() < 0.5:
        found = _TOP_LEVEL.search(data, start) or _TOP_LEVEL.search(data)
        start = 0 if found is None else found.start()
    else:
        start = data.rfind(b"\n", 0, start) + 1
    lines = data[start : start + 100 * limit].splitlines(keepends=True)
    return b"".join(lines[: random.randint(1, limit)])


def _mutated(random: Random, name: str, data: bytes, files: Sequence[bytes]) -> bytes:
    if name.startswith("token"):
        return _tokens(random, name, data)
    if name.startswith("line"):
        return _lines(random, name, data)
    if name.startswith("nest"):
        return _nested(random, name, data)
    at = random.randrange(len(data) + 1)
    to = min(len(data), at + random.choice((1, 1, 2, 5, 20, 80)))
    if name == "byte cut":
        return data[:at] + data[to:]
    if name == "byte doubled":
        return data[:to] + data[at:]
    if name == "byte swapped":
        return data[:at] + data[at:to][::-1] + data[to:]
    if name == "byte changed":
        return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]
    if name == "snippet":
        return data[:at] + random.choice(_SNIPPETS) + data[at:]
    if name == "character":
        return data[:at] + _character(random) + data[at:]
    if name == "truncated":
        return data[:at]
    if name == "beheaded":
        return data[at:]
    if name == "spliced":
        other = _slice(random, files)
        return data[:at] + other[random.randrange(len(other) + 1) :]
    raise ValueError(f"no mutation is called {name}")


def _character(random: Random) -> bytes:
    """Any character: of the control, the Latin, or any other plane; surrogates as WTF-8."""
    top = random.choice((0x20, 0x100, 0x3000, 0x10000, 0x110000))
    return chr(random.randrange(top)).encode("utf-8", "surrogatepass")


def _tokens(random: Random, name: str, data: bytes) -> bytes:
    tokens = _TOKEN.findall(data)
    if not tokens:
        return data
    at = random.randrange(len(tokens))
    many = random.choice((1, 1, 1, 2, 5))
    if name == "token cut":
        del tokens[at : at + many]
    elif name == "token doubled":
        tokens[at:at] = tokens[at : at + many]
    elif name == "token swapped":
        other = random.randrange(len(tokens))
        tokens[at], tokens[other] = tokens[other], tokens[at]
    else:
        tokens[at] = random.choice(_SNIPPETS)
    return b"".join(tokens)


def _lines(random: Random, name: str, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    if not lines:
        return data
    at = random.randrange(len(lines))
    to = min(len(lines), at + random.choice((1, 1, 2, 5, len(lines))))
    if name == "line cut":
        del lines[at:to]
    elif name == "line doubled":
        lines[at:at] = lines[at:to]
    elif name == "line moved":
        moved = lines[at:to]
        del lines[at:to]
        lines[random.randrange(len(lines) + 1) : 0] = moved
    elif name == "line indented":
        lead = random.choice((b" ", b"  ", b"    ", b"\t", b"        ", b"\x0c", b" \t"))
        lines[at:to] = [lead + line for line in lines[at:to]]
    elif name == "line dedented":
        lines[at:to] = [line[random.choice((1, 2, 4, 8)) :] for line in lines[at:to]]
    elif name == "line stripped":
        lines[at:to] = [line.lstrip(b" \t") for line in lines[at:to]]
    else:
        end = random.choice((b"\r", b"\r\n", b"", b" \\\n", b"\x0c\n"))
        lines[at:to] = [line.rstrip(b"\r\n") + end for line in lines[at:to]]
    return b"".join(lines)


def _nested(random: Random, name: str, data: bytes) -> bytes:
    depth = random.choice((3, 20, 60, 98, 100, 102, 150, 300, 1000, 3000))
    if name == "nest expression":
        tokens = _TOKEN.findall(data)
        at = random.randrange(len(tokens) + 1)
        kinds = [random.choice(_NESTED) for _ in range(random.choice((1, 1, 3)))]
        kept = depth if random.random() < 0.7 else depth // 2
        opened = b"".join([kinds[i % len(kinds)][0] for i in range(depth)])
        closed = b"".join([kinds[i % len(kinds)][1] for i in reversed(range(kept))])
        return b"".join([*tokens[:at], opened, b"x", closed, *tokens[at:]])
    lines = data.splitlines(keepends=True)
    at = random.randrange(len(lines) + 1)
    depth = min(depth, 300)
    unit = random.choice((b" ", b"\t"))
    kinds_of_block = [random.choice(_BLOCKS) for _ in range(random.choice((1, 1, 3)))]
    blocks = []
    for level in range(depth):
        block = kinds_of_block[level % len(kinds_of_block)].replace(b"{}", unit * level)
        blocks.append(unit * level + block + b"\n")
    body = [unit * depth + line for line in lines[at : at + random.choice((0, 1, 10))]]
    return b"".join([*lines[:at], *blocks, *(body or [unit * depth + b"pass\n"]), *lines[at:]])


_KINDS: Final = (
    *("token cut", "token doubled", "token swapped", "token replaced"),
    *("token cut", "token doubled", "token swapped", "token replaced"),
    *("byte cut", "byte doubled", "byte swapped", "byte changed"),
    *("snippet", "snippet", "character", "truncated", "beheaded", "spliced"),
    *("line cut", "line doubled", "line moved", "line indented", "line dedented"),
    *("line stripped", "line ended", "nest expression", "nest block"),
)
