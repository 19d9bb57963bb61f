"""What closures do with the variables that they share with the function round them.

    with open(path) as stream:
        names.sort(key=lambda name: stream.name + name)         only reads it, and `with` closes it

Invariant: a name is `only_read` when no closure can give back, hand on or replace what it holds.
"""

from __future__ import annotations

from typing import Final

from assay.domains.acquisitions import Acquisition
from assay.domains.owners import with_closures
from assay.ir.function import Return
from assay.ir.ops import CELL, Attr, Await, Call, Enter, Load, Store
from assay.models.cleanup import object_model, undo_model
from assay.models.resources import call_model
from assay.program.facts import FunctionFacts

_HANDING_ON: Final = frozenset(("detach", "makefile", "fileno", "enter_context"))


def only_read(function: FunctionFacts, sites: list[Acquisition]) -> frozenset[str]:
    """The variables of a function that closures in it read attributes of, and nothing else."""
    shared = set(function.ir.cells)
    if not shared or not sites:
        return frozenset()
    ending = set(object_model().ending) | set(object_model().closing) | set(undo_model().methods)
    for site in sites:
        ending.update(site.resource.release)
    ending |= _HANDING_ON
    for inner in with_closures(function):
        if inner is function:
            continue
        used: list[int] = []
        for block in inner.ir.blocks:
            for op in block.ops:
                if isinstance(op, Store) and op.scope == CELL:
                    shared.discard(op.name)
                if not isinstance(op, Attr) or op.name in ending:
                    used += op.uses()
            if isinstance(block.terminator, Return):
                used.append(block.terminator.value)
        for temp in used:
            read = inner.definitions[temp] if temp >= 0 else None
            if isinstance(read, Load) and read.scope == CELL:
                shared.discard(read.name)
    return frozenset(shared)


def managed(function: FunctionFacts, sites: list[Acquisition]) -> int:
    """The bits of what a `with` statement makes, and gives back whoever else can reach it."""
    made = {site.op.dest: site for site in sites if site.resource.with_releases}
    closed = {site.op.dest: site for site in sites}
    bits = 0
    for op in function.definitions:
        if not isinstance(op, Enter):
            continue
        manager = function.definitions[op.manager]
        if isinstance(manager, Await):
            manager = function.definitions[manager.value]
        if not isinstance(manager, Call):
            continue
        site = made.get(manager.dest)
        if site is None and function.callee(manager) in call_model().closes.functions:
            site = closed.get(manager.args[0]) if manager.args else None
        if site is not None:
            bits |= site.bit
    return bits
