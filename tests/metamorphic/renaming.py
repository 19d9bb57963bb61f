"""Operators that give things other names: modules, imported names, and every word of the author's.

    def load(path):           ->      def zubalo(rimeko):
        stream = open(path)               vaduni = open(rimeko)

Kept are names of libraries: imports, attributes that are not the file's own, builtins, keywords of
calls out of view, dunder names; and what a framework finds by its name: tests and their parameters,
members of classes with bases out of view, parameters of decorated functions, settings.
"""

from __future__ import annotations

import ast
import asyncio
import concurrent.futures
import contextlib
import hashlib
import io
import keyword
import logging
import pathlib
import queue
import re
import socket
import sqlite3
import subprocess
import tempfile
import threading
import unittest
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from metamorphic.draft import DoesNotApply, Draft, Spot
from metamorphic.scopes import BUILTINS, bound_by, own_nodes, parameters

_KNOWN_TYPES: Final = (
    *(str, bytes, bytearray, list, dict, set, tuple, int, float, type, BaseException, property),
    *(io.StringIO, io.BufferedReader, io.TextIOWrapper, io.FileIO, socket.socket, zipfile.ZipFile),
    *(threading.Thread, threading.Condition, threading.Event, threading.Semaphore, queue.Queue),
    *(subprocess.Popen, sqlite3.Connection, sqlite3.Cursor, logging.Logger, logging.Handler),
    *(unittest.TestCase, pathlib.Path, re.Pattern, re.Match, contextlib.ExitStack, threading.local),
    *(concurrent.futures.Future, concurrent.futures.Executor, asyncio.Task, asyncio.Queue),
    *(asyncio.StreamWriter, asyncio.StreamReader, asyncio.Protocol, asyncio.AbstractEventLoop),
    *(tempfile.TemporaryDirectory, tempfile.SpooledTemporaryFile),
)
_OF_LIBRARIES: Final = frozenset(name for kind in _KNOWN_TYPES for name in dir(kind)) | {
    "acquire",
    "release",
    "locked",
}
_FRAME_READERS: Final = frozenset({"locals", "globals", "vars", "eval", "exec", "dir"})
_BY_TEXT: Final = frozenset(
    {"getattr", "setattr", "hasattr", "delattr", "attrgetter", "methodcaller"}
)
_OPEN_DECORATORS: Final = frozenset({"staticmethod", "classmethod", "property"})

# Words of Polish, Finnish, Hungarian, Turkish, Swahili, Croatian, Greek, Russian and Chinese, of
# plain things: none means anything that a review looks for.
_WORDS: Final = (Path(__file__).parent / "words.txt").read_text(encoding="utf-8").split()


def import_as(draft: Draft, spot: Spot) -> None:
    """Each import of the file gives another name: `import os as os_1`."""
    _module_wide(draft, spot, "import", _imports_renamed)


def module_aliased(draft: Draft, spot: Spot) -> None:
    """What the module imports is assigned to another name, which is used."""
    _module_wide(draft, spot, "alias", _imports_aliased)


def random_words(draft: Draft, spot: Spot) -> None:
    """Each word of the author's is replaced by syllables."""
    _module_wide(draft, spot, "random", lambda draft: _words_replaced(draft, _syllables))


def foreign_words(draft: Draft, spot: Spot) -> None:
    """Each word of the author's is replaced by a word that is not English."""
    _module_wide(draft, spot, "foreign", lambda draft: _words_replaced(draft, _foreign))


def _module_wide(
    draft: Draft, spot: Spot, key: str, rewrite: Callable[[Draft], set[ast.AST]]
) -> None:
    """Rewrites the module once; raises for spots whose function holds nothing that changed."""
    done = (key, draft.tree)
    if done not in draft.memory:
        draft.memory[done] = True
        for node in rewrite(draft):
            for each in [node, *draft.ancestors(node)]:
                draft.memory[key, each] = True
    function = draft.function_of(spot.node)
    where: ast.AST = draft.statement_of(spot.node) if function is None else function
    if (key, where) not in draft.memory:
        raise DoesNotApply("no such name in its function")


def _imported(draft: Draft) -> dict[str, ast.Import | ast.ImportFrom]:
    """The names that one import of the module and nothing else binds, with it."""
    times: dict[str, int] = {}
    found: dict[str, ast.Import | ast.ImportFrom] = {}
    for node in ast.walk(draft.tree):
        names = bound_by(node)
        if isinstance(node, ast.arg):
            names = [node.arg]
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            names = node.names
        for name in names:
            times[name] = times.get(name, 0) + 1
            if isinstance(node, (ast.Import, ast.ImportFrom)) and draft.parents[node] is draft.tree:
                found[name] = node
    texts = {
        node.value
        for node in ast.walk(draft.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {
        name: node
        for name, node in found.items()
        if times[name] == 1 and name != "*" and name not in texts
        if not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
    }


def _loads(draft: Draft, name: str) -> list[ast.Name]:
    return [node for node in ast.walk(draft.tree) if isinstance(node, ast.Name) and node.id == name]


def _imports_renamed(draft: Draft) -> set[ast.AST]:
    changed: set[ast.AST] = set()
    for name, node in _imported(draft).items():
        alias = next(
            each for each in node.names if (each.asname or each.name.partition(".")[0]) == name
        )
        if alias.asname is None and "." in alias.name:
            continue  # `import a.b as c` gives b, and not a
        alias.asname = draft.fresh(name)
        for use in _loads(draft, name):
            use.id = alias.asname
            changed.add(use)
    return changed


def _imports_aliased(draft: Draft) -> set[ast.AST]:
    changed: set[ast.AST] = set()
    for name, node in _imported(draft).items():
        again = draft.fresh(name)
        uses = _loads(draft, name)
        if not uses:
            continue
        for use in uses:
            use.id = again
            changed.add(use)
        assigned = ast.Assign([ast.Name(again, ast.Store())], ast.Name(name, ast.Load()))
        draft.after(node, [assigned])
    return changed


# Words


def _syllables(name: str, number: int) -> str:
    digest = hashlib.sha256(f"{name}:{number}".encode()).digest()
    return "".join(
        "bdfgklmnprstvz"[a % 14] + "aeiou"[b % 5]
        for a, b in zip(digest[:3], digest[3:6], strict=True)
    )


def _foreign(name: str, number: int) -> str:
    digest = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")
    first = _WORDS[digest % len(_WORDS)]
    return first if number == 0 else f"{first}_{_WORDS[(digest + number) % len(_WORDS)]}"


def _styled(name: str, word: str) -> str:
    """The word with the underscores in front and the capitals of a name."""
    bare = name.lstrip("_")
    if bare.isupper():
        word = word.upper()
    elif bare[:1].isupper():
        word = word.title().replace("_", "")
    return name[: len(name) - len(bare)] + word


def _words_replaced(draft: Draft, invent: Callable[[str, int], str]) -> set[ast.AST]:
    tree = draft.tree
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in _FRAME_READERS:
            raise DoesNotApply("names are read as texts")
    words = _Words(draft)
    used = {*words.names, *words.attributes}
    new: dict[str, str] = {}
    for name in sorted(used):
        number = 0
        while True:
            word = _styled(name, invent(name, number))
            number += 1
            if word not in draft.taken | set(new.values()) | used and _is_free(word):
                break
        new[name] = word
    return _exchanged(tree, words, new)


def _is_free(word: str) -> bool:
    return word.isidentifier() and not keyword.iskeyword(word) and word not in BUILTINS


class _Words:
    """What of a file may be renamed: `names` of variables, functions, classes and parameters, and
    `attributes`; `parameters` are those of each function that may be called with keywords.
    """

    def __init__(self, draft: Draft) -> None:
        tree = draft.tree
        self.attributes = _own_attributes(tree)
        kept = set(BUILTINS) | draft.foreign | {"self", "cls", "_"} | set(_texts_for_names(tree))
        bound: set[str] = set()
        loaded = {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        functions = {
            node.name: {each.arg for each in parameters(node.args)}
            for node in ast.walk(tree)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        classes = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
        self.parameters = functions
        for name, owner in classes.items():
            made = next((each for each in owner.body if _is_init(each)), None)
            if isinstance(made, ast.FunctionDef):
                functions[name] = {each.arg for each in parameters(made.args)}
        for node in ast.walk(tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                kept.update(bound_by(node))
            elif isinstance(node, ast.arg):
                bound.add(node.arg)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                parent = draft.parents[node]
                if isinstance(parent, ast.ClassDef):
                    if node.name not in self.attributes:
                        kept.update(each.arg for each in parameters(node.args))
                else:
                    bound.add(node.name)
                if node.name.startswith("test") or not _is_open(node):
                    kept.update([node.name, *(each.arg for each in parameters(node.args))])
            elif isinstance(node, ast.ClassDef):
                bound.add(node.name)
                kept.update(_members(node) - self.attributes)
                if node.name.startswith("Test") or node.decorator_list:
                    kept.add(node.name)
            elif isinstance(node, ast.Call) and not _own_call(node, functions, self.attributes):
                kept.update(each.arg for each in node.keywords if each.arg)
            elif isinstance(node, ast.keyword) and node.arg is None:
                kept.update(_texts(tree))  # names may come from the keys of a dict
            else:
                bound.update(bound_by(node))
        for name in _module_variables(tree):
            if name.isupper() and name not in loaded:
                kept.add(name)  # a setting, which somebody else reads
        self.names = {name for name in bound if name not in kept and not _is_dunder(name)}
        self.attributes -= kept


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _is_init(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "__init__"


def _is_open(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether nothing but a plain decorator stands round a function."""
    return all(
        isinstance(each, ast.Name) and each.id in _OPEN_DECORATORS for each in node.decorator_list
    )


def _members(node: ast.ClassDef) -> set[str]:
    return {name for each in own_nodes(node) for name in bound_by(each)}


def _own_attributes(tree: ast.AST) -> set[str]:
    """Attributes that only classes in view have, which no base out of view asks for."""
    closed: set[str] = set()
    own: set[str] = set()
    others: set[str] = set(_OF_LIBRARIES)
    for node in ast.walk(tree):
        if not isinstance(node, ast.ClassDef):
            continue
        is_closed = not node.decorator_list and not node.keywords
        for base in node.bases:
            is_closed &= isinstance(base, ast.Name) and (base.id in closed or base.id == "object")
        names = _members(node) | {
            part.attr
            for part in ast.walk(node)
            if isinstance(part, ast.Attribute)
            and isinstance(part.ctx, ast.Store)
            and isinstance(part.value, ast.Name)
            and part.value.id in ("self", "cls")
        }
        if is_closed and not node.name.startswith("Test"):
            closed.add(node.name)
            own |= names
        else:
            others |= names
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            others.update(bound_by(node))
            others.update(part for each in node.names for part in each.name.split("."))
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _root(node) in _import_names(tree):
            others.add(node.attr)
    return {name for name in own - others - set(_texts(tree)) if not _is_dunder(name)}


def _import_names(tree: ast.AST) -> set[str]:
    return {
        name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in bound_by(node)
    }


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _texts_for_names(tree: ast.AST) -> Iterator[str]:
    """Texts by which something is found: of `getattr` and the like, and of lists of names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else _root(node.func)
            if name in _BY_TEXT or "patch" in ast.unparse(node.func):
                yield from (part for text in _texts(node) for part in text.split("."))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("__"):
            yield from _texts(node)


def _module_variables(tree: ast.Module) -> set[str]:
    return {
        name
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign))
        for part in ast.walk(node)
        for name in bound_by(part)
    }


def _own_call(node: ast.Call, functions: dict[str, set[str]], attributes: set[str]) -> bool:
    """Whether the keywords of a call are names of parameters in view."""
    if isinstance(node.func, ast.Name):
        return node.func.id in functions
    return isinstance(node.func, ast.Attribute) and node.func.attr in attributes


def _exchanged(tree: ast.Module, words: _Words, new: dict[str, str]) -> set[ast.AST]:
    changed: set[ast.AST] = set()
    names = {name: word for name, word in new.items() if name in words.names}
    attributes = {name: word for name, word in new.items() if name in words.attributes}
    everything = names | attributes
    members = {
        part
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for part in node.body
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    for node in ast.walk(tree):
        before = ast.dump(node) if isinstance(node, (ast.Global, ast.Nonlocal)) else ""
        if isinstance(node, ast.Name) and node.id in everything:
            node.id = everything[node.id]
        elif isinstance(node, ast.arg) and node.arg in names:
            node.arg = names[node.arg]
        elif isinstance(node, ast.Attribute) and node.attr in attributes:
            node.attr = attributes[node.attr]
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            known = attributes if node in members else everything
            if node.name not in known:
                continue
            node.name = known[node.name]
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)):
            if not node.name or node.name not in names:
                continue
            node.name = names[node.name]
        elif isinstance(node, ast.MatchMapping) and node.rest and node.rest in names:
            node.rest = names[node.rest]
        elif isinstance(node, ast.keyword) and node.arg and node.arg in names:
            node.arg = names[node.arg]
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            node.names = [names.get(each, each) for each in node.names]
            if ast.dump(node) == before:
                continue
        else:
            continue
        changed.add(node)
    return changed
