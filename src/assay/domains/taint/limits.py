"""How far outside data is followed: the bounds of the analysis, in things and steps.

Where one of them cuts something off that data could have been in, the value holds `CUT` from there
on: data of which nothing is known but that there may be some. A sink that it reaches is `unseen`.
"""

from __future__ import annotations

from typing import Final

from assay.domains.taint.gates import FOLLOWING, RULES
from assay.program.silence import limit

CALLERS: Final = limit("taint.callers", 24, "callers of a function that are looked at", *RULES)
LOOKS: Final = limit("taint.looks", 8, "callers that are evaluated for one sink", *RULES)
STORES: Final = limit(
    "taint.stores", 8, "assignments to an attribute that are looked at for one sink", *RULES
)
DEPTH: Final = limit(
    "taint.depth", 4, "how deep calls are followed from the function that is reviewed", *FOLLOWING
)
MODULE_DEPTH: Final = limit(
    "taint.module-depth", 2, "how deep calls are followed for what a module assigns", *FOLLOWING
)
MODULE_SIZE: Final = limit(
    "taint.module-size", 6000, "operations of a module whose variables are evaluated", *FOLLOWING
)
QUESTIONS: Final = limit(
    "taint.questions", 200, "questions about functions that rest on each other", *FOLLOWING
)
SLICES: Final = limit(
    "taint.slices",
    8,
    "rounds in which sinks are found in a function that names do not show",
    *RULES,
)
NAMESAKES: Final = limit(
    "taint.namesakes", 4, "methods of one name that a call of something unknown may run", *FOLLOWING
)
NEAR: Final = limit(
    "taint.near", 16, "files at hand in which methods of a name are looked for", *FOLLOWING
)
HITS: Final = limit(
    "taint.hits", 64, "sinks of a callee that its arguments are followed to", *RULES
)
TOLD: Final = limit("taint.told", 8, "values that reach one sink from parameters", *RULES)
TAINTS: Final = limit("taint.taints", 12, "origins of the data in one value", *FOLLOWING)
THROUGH: Final = limit(
    "taint.through", 40, "values that data is known to have passed through", *FOLLOWING
)
ACCESS: Final = limit("taint.access", 3, "attributes that are read from a parameter", *FOLLOWING)
CONSTANTS: Final = limit("taint.constants", 6, "constants that a value may be", *FOLLOWING)
PARTS: Final = limit("taint.parts", 16, "parts of a text that are told apart", *FOLLOWING)
TEXT: Final = limit("taint.text", 100_000, "characters of a text that are known", *FOLLOWING)
FIELDS: Final = limit("taint.fields", 48, "entries of a container that are told apart", *FOLLOWING)
DEEP: Final = limit(
    "taint.deep", 4, "containers in each other in which data is looked for", *FOLLOWING
)
OBJECTS: Final = limit("taint.objects", 8, "objects that one value may be", *FOLLOWING)
RETURNED: Final = limit(
    "taint.returned", 64, "objects that a function gives back or stores", *FOLLOWING
)
ELEMENTS: Final = limit(
    "taint.elements", 40, "elements of a list whose places are known", *FOLLOWING
)
VISITS: Final = limit(
    "taint.visits", 24, "times that a block of a function is evaluated", *FOLLOWING
)
STEPS: Final = limit("taint.steps", 40_000, "operations that are evaluated", *FOLLOWING)
SLICE_DEPTH: Final = limit(
    "taint.slice-depth", 6, "operations between a value and a sink that a test of it is followed",
    *FOLLOWING,
)  # fmt: skip
