"""The checkers, found by looking into this package.

A module of this package that defines `CHECKER` is a checker, one that defines `CHECKERS` a table of
them; `base`, this module and helpers do neither. A new checker is a new file, and nothing else has
to name it.

Invariant: the order is that of the modules' names, the same in every process.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache

import assay.checkers
from assay.checkers.base import Checker


@cache
def all_checkers() -> tuple[Checker, ...]:
    """Every checker, in the order of module names. Raises when two share a rule's id."""
    names = sorted(module.name for module in pkgutil.iter_modules(assay.checkers.__path__))
    checkers: list[Checker] = []
    for name in names:
        module = importlib.import_module(f"assay.checkers.{name}")
        checker: object = getattr(module, "CHECKER", None)
        several: object = getattr(module, "CHECKERS", ())
        found = [*several] if isinstance(several, tuple) else [several]
        if checker is not None:
            found.append(checker)
        for each in found:
            if not isinstance(each, Checker):
                raise TypeError(f"assay.checkers.{name} has a CHECKER that is not a Checker")
            checkers.append(each)
    _require_distinct(checkers)
    return tuple(checkers)


def _require_distinct(checkers: Sequence[Checker]) -> None:
    seen: set[str] = set()
    for checker in checkers:
        if checker.rule.id in seen:
            raise ValueError(f"two checkers have the rule id {checker.rule.id}")
        seen.add(checker.rule.id)
