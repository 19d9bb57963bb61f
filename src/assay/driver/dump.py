"""`assay dump`: what a layer made of a file, in its text form.

dump("cfg", "store.py:Store.load")
"""

from __future__ import annotations

import ast
import os
import sys
from typing import TYPE_CHECKING

from assay.driver.options import UsageError, suggestion
from assay.source.door import Door
from assay.source.file import Parsed, SourceFile, parse_bytes, read_file
from assay.source.reach import reach_of
from assay.source.redaction import without_secrets, without_values

if TYPE_CHECKING:
    from assay.ir.function import FunctionIR
    from assay.program.facts import FunctionFacts


def dump(layer: str, target: str) -> str:
    """The text form of `PATH` or `PATH:FUNCTION`; `-` is stdin, FUNCTION a qualified name.

    The layer `template` takes a template, and a variable of its context in place of the function.

    Raises UsageError when the file cannot be read or has no such function.
    """
    path, function = _split(target)
    if layer == "template":
        return _template(path, function)
    if path == "-":
        source = parse_bytes("<stdin>", sys.stdin.buffer.read())
    else:
        source = _read(path)
    if source.parsed is Parsed.NOT:
        raise UsageError(f"{path}: {source.problem}")
    if source.problem:
        sys.stderr.write(f"assay: {path}: {source.problem}\n")
    if layer == "callgraph":
        from assay.lowering.module import deep_recursion

        with deep_recursion():
            return source.redaction.said(_callgraph(source, path, function))
    without_values(source)
    if layer == "ast":
        tree: ast.AST = source.tree
        if function:
            tree = _node(source.tree, function, path)
        return source.redaction.said(ast.dump(tree, indent=2, include_attributes=True) + "\n")
    from assay.ir.pretty import format_cfg, format_function
    from assay.lowering.module import lower_module

    module = lower_module(source.tree, "")
    chosen = _function(module, function, path) if function else module
    return source.redaction.said(
        format_function(chosen, True) if layer == "ir" else format_cfg(chosen)
    )


def _read(path: str) -> SourceFile:
    door = Door(reach_of([path], os.getcwd()))
    return read_file(door, door.place(path), path)


def _callgraph(source: SourceFile, path: str, function: str) -> str:
    """What each call calls; functions in the order of the file."""
    from assay.program.program import Program
    from assay.program.spelling import spelled_callees, spelled_function, spelled_target

    door = Door(reach_of([path], os.getcwd()) if path != "-" else None)
    program = Program(door)
    facts = program.add(source, "" if path == "-" else door.place(path)).facts
    chosen = None if not function else _function(facts.functions[0].ir, function, path)
    lines: list[str] = []
    for each in facts.functions:
        if not each.calls or (chosen is not None and not _is_within(each, chosen)):
            continue
        lines.append(spelled_function(each))
        seen: set[tuple[int, int, str]] = set()
        for site in each.calls:
            at = site.op.at
            said = spelled_callees(program.callees(each, site.op), True)
            entry = (at.lineno, at.col_offset, said)
            if entry not in seen:
                seen.add(entry)
                lines.append(f"  {at.lineno:5}  {each.spelled(site.op.callee)}  ->  {said}")
                lines += [
                    f"         runs {spelled_target(callback.target)} ({callback.how})"
                    for callback in program.callbacks(each, site.op)
                ]
    return "\n".join(lines) + "\n" if lines else ""


def _is_within(function: FunctionFacts, chosen: FunctionIR) -> bool:
    here: FunctionFacts | None = function
    while here is not None and here.ir is not chosen:
        here = here.parent
    return here is not None


def _split(target: str) -> tuple[str, str]:
    """Path and function; a colon that is part of a path of Windows splits nothing."""
    path, colon, function = target.rpartition(":")
    if not colon or "/" in function or "\\" in function or len(path) < 2:
        return target, ""
    return path, function


def _function(module: FunctionIR, qualname: str, path: str) -> FunctionIR:
    pending = list(module.children)
    names: list[str] = []
    while pending:
        function = pending.pop(0)
        if qualname in (function.qualname, function.qualname.replace(".<locals>", "")):
            return function
        names.append(function.qualname)
        pending += function.children
    raise UsageError(f"{path}: no function '{qualname}'{suggestion(qualname, names)}")


def _node(tree: ast.Module, qualname: str, path: str) -> ast.AST:
    pending: list[tuple[str, ast.AST]] = [("", tree)]
    names: list[str] = []
    wanted = qualname.replace(".<locals>", "")
    while pending:
        prefix, parent = pending.pop(0)
        for node in ast.iter_child_nodes(parent):
            name = prefix
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                name = f"{prefix}.{node.name}" if prefix else node.name
                if name == wanted:
                    return node
                names.append(name)
            pending.append((name, node))
    raise UsageError(f"{path}: no function '{qualname}'{suggestion(qualname, names)}")


def _template(path: str, variable: str) -> str:
    from assay.program.program import Program
    from assay.program.templates.projects import Templates, format_template

    door = Door(reach_of([path], os.getcwd()))
    template = Program(door).shared(Templates).at(door.place(path))
    if template is None:
        raise UsageError(f"{path}: cannot be read")
    return without_secrets(format_template(template, variable))
