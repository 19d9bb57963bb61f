"""Which of the reached call sites raise, with what and when: by hash, those that hold things first.

A site is `path:line:column:end line:end column:function`, as `faults.key_of` makes it.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

_THE_ACQUIRING: Final = (
    "open fdopen socket connect create_connection accept bind listen Popen mkstemp mkdtemp "
    "NamedTemporaryFile TemporaryFile TemporaryDirectory SpooledTemporaryFile Thread start "
    "Timer Lock RLock acquire lock flock lockf pipe socketpair mmap makedirs mkdir "
    "inotify_init ThreadPoolExecutor ProcessPoolExecutor Process fork dup dup2 register "
    "execute begin wrap_socket umask chdir signal chmod rename replace"
)
ACQUIRING: Final = frozenset(_THE_ACQUIRING.split())


class Reached(TypedDict):
    """What the recorder wrote down of a site."""

    callee: str
    io: bool
    can: bool
    stack: list[tuple[str, str]]
    own: tuple[str, str] | None
    releases: bool


@dataclass(frozen=True)
class Plan:
    """One injection: the site raises in one test."""

    site: str
    test: str
    callee: str
    exception: str
    after: bool
    stack: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        return self.site.split(":")[0]

    @property
    def line(self) -> int:
        return int(self.site.split(":")[1])

    @property
    def function(self) -> str:
        return self.site.split(":", 5)[5]


@dataclass(frozen=True)
class Calls:
    """The calls of one file by position, and its functions that acquire or handle something."""

    at: Mapping[tuple[int, int, int, int], bool]  # whether it is awaited
    holding: frozenset[tuple[int, int]]  # lines of functions

    def holds(self, line: int) -> bool:
        """Whether the innermost function round a line acquires or handles something."""
        return any(first <= line <= last for first, last in self.holding)


def calls_of(text: str) -> Calls:
    """What the choice asks of a file's text."""
    tree = ast.parse(text)
    awaited = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Await)}
    at: dict[tuple[int, int, int, int], bool] = {}
    holding: set[tuple[int, int]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            end, column = node.end_lineno or 0, node.end_col_offset or 0
            at[node.lineno, node.col_offset, end, column] = id(node) in awaited
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _holds(node):
            holding.add((node.lineno, node.end_lineno or node.lineno))
    return Calls(at, frozenset(holding))


def _holds(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    for node in _inside(function):
        if isinstance(node, (ast.With, ast.AsyncWith, ast.Try)):
            return True
        if isinstance(node, ast.Call):
            name = node.func
            spelled = name.attr if isinstance(name, ast.Attribute) else ""
            spelled = name.id if isinstance(name, ast.Name) else spelled
            if spelled in ACQUIRING:
                return True
    return False


def _inside(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions in it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield child
            yield from _inside(child)


def choose(
    sites: Mapping[str, Reached],
    io_functions: frozenset[tuple[str, str]],
    fastest: Mapping[str, str],
    texts: Mapping[str, str],
    most: int,
) -> list[Plan]:
    """The injections of a package, at most `most` and one more for each that is awaited.

    `fastest` is the quickest test that reaches a site, `texts` are files by their path. Functions
    take turns, those that hold something and calls that do input or output come first.
    """
    calls = {path: calls_of(text) for path, text in sorted(texts.items())}
    ranked: list[tuple[int, str, str]] = []
    by_function: dict[tuple[str, str], list[str]] = {}
    for site in sorted(sites):
        path, line, column, end, end_column, function = site.split(":", 5)
        known = calls.get(path)
        position = (int(line), int(column), int(end), int(end_column))
        if known is None or position not in known.at or not sites[site]["can"]:
            continue
        if site in fastest:
            by_function.setdefault((path, function), []).append(site)
    for (path, _), members in by_function.items():
        members.sort(key=_hash)
        for turn, site in enumerate(members):
            holds = calls[path].holds(int(site.split(":")[1]))
            does = _does_io(sites[site], io_functions)
            ranked.append((turn + (0 if holds else 4) + (0 if does else 2), _hash(site), site))
    found: list[Plan] = []
    for _, _, site in sorted(ranked)[:most]:
        reached = sites[site]
        exception = "RuntimeError"
        if _does_io(reached, io_functions):
            exception = "OSError"
            if reached["callee"].startswith("sqlite3."):
                exception = "sqlite3.OperationalError"
        stack = tuple((path, function) for path, function in reached["stack"])
        test, callee = fastest[site], reached["callee"]
        plain = Plan(site, test, callee, exception, reached["releases"], stack)
        path, line, column, end, end_column, _ = site.split(":", 5)
        if calls[path].at[int(line), int(column), int(end), int(end_column)]:
            found.append(Plan(site, test, callee, exception, False, stack))
            found.append(Plan(site, test, callee, "CancelledError", False, stack))
        else:
            found.append(plain)
    return found


def _does_io(site: Reached, io_functions: frozenset[tuple[str, str]]) -> bool:
    own = site["own"]
    return site["io"] or (own is not None and (own[0], own[1]) in io_functions)


def _hash(site: str) -> str:
    return hashlib.sha256(site.encode()).hexdigest()


def fastest_tests(
    tests: Sequence[tuple[str, float, str, Sequence[str]]],
) -> dict[str, str]:
    """By site the quickest passed test that reaches it; rows are test, seconds, outcome, sites."""
    best: dict[str, tuple[float, str]] = {}
    for test, seconds, outcome, reached in tests:
        if outcome != "passed":
            continue
        for site in reached:
            if site not in best or (seconds, test) < best[site]:
                best[site] = (seconds, test)
    return {site: test for site, (_, test) in best.items()}
