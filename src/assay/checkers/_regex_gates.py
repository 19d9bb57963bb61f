"""Why nothing is found of a slow regular expression."""

from __future__ import annotations

from typing import Final

from assay.program.silence import excused, not_known

_RULE: Final = "regex-backtracking"

IN_A_TEST: Final = excused(
    "regex.in-a-test", "a test matches texts of its own, so that nobody else writes them", _RULE
)
OWN_DATA: Final = excused(
    "regex.own-data",
    "a file of this role matches texts that whoever runs it has written",
    _RULE,
)
FROM_INSIDE: Final = excused(
    "regex.from-inside", "what is matched comes from the machine, as its names say", _RULE
)
BOUND_BY_NAME: Final = excused(
    "regex.bound-by-name",
    "the text is cut at a number that is named a bound, and its value is not in view",
    _RULE,
)
SHORT_TEXT: Final = not_known(
    "regex.short-text",
    "what is matched has the name of a short text, and is slow in long ones alone",
    _RULE,
)
NOT_OUTSIDE: Final = not_known(
    "regex.not-outside",
    "nothing says that others write what is matched: callers decide, or what is not in view",
    _RULE,
)
OTHER_ENGINE: Final = not_known(
    "regex.other-engine", "the engine is not that of re, whose ways are counted", _RULE
)
NOT_CONFIRMED: Final = not_known(
    "regex.not-confirmed", "a run on the slow text did not take long", _RULE
)
TEXT_NOT_KNOWN: Final = not_known(
    "regex.text-not-known", "the text of the expression is not constant", _RULE
)
TOO_LARGE: Final = not_known(
    "regex.too-large", "the expression is too large to be examined, or cannot be read", _RULE
)
