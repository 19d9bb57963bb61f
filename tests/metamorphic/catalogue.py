"""All operators, and the families of rules that each fits.

An operator fits a family when it changes at least 30 % of its sites; the tests hold that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from assay.ledger.rule import Family
from metamorphic import boundaries, carriers, control, renaming
from metamorphic.draft import DoesNotApply, Draft, Spot


@dataclass(frozen=True, slots=True)
class Operator:
    """A way to write a program otherwise. `apply` rewrites the draft for one spot, or raises
    `DoesNotApply` with the reason and leaves it as it was.

    `leaves` are rules that ask for what the operator takes away: they are not asked.
    """

    name: str
    apply: Callable[[Draft, Spot], None]
    fits: frozenset[Family]
    leaves: frozenset[str] = frozenset()
    is_wide: bool = False  # rewrites whole functions, once for all sites in them


FAMILIES: Final = tuple(each for each in Family if each is not Family.SUPPRESSIONS)
"""Those whose sites are code; suppressions are comments, which no tree holds."""

_ALL: Final = frozenset(FAMILIES)
_ERRORS: Final = frozenset({Family.ERRORS})  # only there are most sites near a clause
_CONDITIONS: Final = frozenset({Family.ERRORS, Family.RACES, Family.INJECTION})
_COROUTINES: Final = _ALL - {Family.RACES, Family.INJECTION}  # many are methods or decorated
_WORDS: Final = _ALL - {Family.CREDENTIALS}
_BY_NAME: Final = frozenset(
    {  # whose sites are told by the name that the author gave: without it there is no question
        "hardcoded-credential",
        "hardcoded-host",
        "secret-comparison",
        "secret-in-log",
        "trust-boundary",
        "weak-hash",
        "weak-password-hash",
        "weak-randomness",
    }
)

OPERATORS: Final = (
    Operator("helper", boundaries.into_helper, _ALL),
    Operator("method", boundaries.into_method, _ALL),
    Operator("private method", boundaries.into_private_method, _ALL),
    Operator("static method", boundaries.into_static_method, _ALL),
    Operator("other module", boundaries.into_other_module, _ALL),
    Operator("decorated helper", boundaries.into_decorated_helper, _ALL),
    Operator("helper with wraps", boundaries.into_wrapped_helper, _ALL),
    Operator("decorator with arguments", boundaries.into_helper_decorated_with_arguments, _ALL),
    Operator("function with wraps", boundaries.function_decorated, _ALL, is_wide=True),
    Operator("second return", boundaries.into_helper_with_second_return, _ALL),
    Operator("closure", boundaries.into_closure, _ALL),
    Operator("partial", boundaries.by_partial, _ALL),
    Operator("alias of function", boundaries.by_alias_of_function, _ALL),
    Operator("forwarding", boundaries.by_forwarding, _ALL),
    Operator("async twin", boundaries.async_twin, _COROUTINES),
    Operator("tuple", carriers.in_tuple, _ALL),
    Operator("list index", carriers.in_list, _ALL),
    Operator("dict entry", carriers.in_dict, _ALL),
    Operator("attribute", carriers.in_attribute, _ALL),
    Operator("own owner", carriers.in_own_owner, _ALL),
    Operator("pair of helper", carriers.in_pair_of_helper, _ALL),
    Operator("generator", carriers.by_generator, _ALL),
    Operator("context manager", carriers.by_context_manager, _ALL),
    Operator("walrus", carriers.by_walrus, _ALL),
    Operator("match", carriers.by_match, _ALL),
    Operator("inverted conditions", control.conditions_inverted, _CONDITIONS, is_wide=True),
    Operator("early return", control.early_return, _ALL, is_wide=True),
    Operator("conditions as match", control.conditions_matched, _CONDITIONS, is_wide=True),
    Operator("handler in function", control.handlers_in_functions, _ERRORS, is_wide=True),
    Operator("errors in constant", control.errors_in_constant, _ERRORS, is_wide=True),
    Operator("errors aliased", control.errors_aliased, _ERRORS, is_wide=True),
    Operator("import as", renaming.import_as, _ALL, is_wide=True),
    Operator("alias of module", renaming.module_aliased, _ALL, is_wide=True),
    Operator("random words", renaming.random_words, _WORDS, _BY_NAME, is_wide=True),
    Operator("foreign words", renaming.foreign_words, _WORDS, _BY_NAME, is_wide=True),
)


def operator_named(name: str) -> Operator:
    """The operator of a name. Raises KeyError."""
    return {operator.name: operator for operator in OPERATORS}[name]


def attempt(operator: Operator, draft: Draft, spot: Spot, rule: str = "") -> None:
    """Rewrites one spot, or notes in it why not."""
    if rule in operator.leaves:
        spot.why_not = "the rule asks for the name"
        return
    try:
        operator.apply(draft, spot)
    except DoesNotApply as reason:
        spot.why_not = str(reason)
    else:
        spot.changed = True
