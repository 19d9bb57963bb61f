"""Which ways on which a resource is open the analysis of resources leaves out, and why."""

from __future__ import annotations

from typing import Final

from assay.domains.tracking import Doubts
from assay.program.silence import excused

_RULES: Final = ("resource-leak", "temporary-file-left")

DOUBTS: Final = Doubts(
    excused(
        "owned.unlikely-to-raise", "what follows while it is open is not believed to raise", *_RULES
    ),
    excused(
        "owned.hardly-taken",
        "a way is left out that control hardly takes: past a handler of everything, or out of a"
        " with that swallows",
        *_RULES,
    ),
    excused(
        "owned.in-cleanup",
        "what raises stands in a finally or a handler, which is believed to know what it calls",
        *_RULES,
    ),
    excused("owned.exits", "a call ends the process while it is open", *_RULES),
)
ENTERED: Final = excused(
    "owned.entered", "what raises is the entering of something that is open already", *_RULES
)
LEFT_AT_YIELD: Final = excused(
    "owned.left-at-yield",
    "it is open at the yield of a generator, which may be left there",
    *_RULES,
)
TESTED: Final = excused("owned.tested", "a test says that there is nothing to give back", *_RULES)
NAMED_SO: Final = excused(
    "owned.named-so", "the name of a function says that it gives back what it is passed", *_RULES
)
PATH_OF_A_PATH: Final = excused(
    "owned.path-of-a-path", "what raises makes a path of a path", "temporary-file-left"
)
GIVEN_BACK_BY_A_CALLEE: Final = excused(
    "owned.given-back-by-a-callee",
    "a function that it is passed to gives it back, on some way of it or as its name says",
    *_RULES,
)
KEPT_BY_A_CALLEE: Final = excused(
    "owned.kept-by-a-callee", "a function that it is passed to keeps it", *_RULES
)
RELEASE_PASSED_ON: Final = excused(
    "owned.release-passed-on", "what gives it back is passed to a call, which may call it", *_RULES
)
