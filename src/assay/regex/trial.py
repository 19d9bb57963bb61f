"""A bounded run of a witness, in a process of its own: does the engine really not come back?

The child imports `re`, compiles the pattern, builds the texts and matches. Nothing of the reviewed
project but the text of the pattern gets there, and the child does nothing else.

Why the answer does not depend on the machine or its load: nothing is compared with a number of
seconds that a correct engine could come near to.

    exponential   40 pumps; each doubles the work, so at least 2**40 steps, which no machine does in
                  the time allowed; polynomial work on so short a text is a small part of it
    polynomial    the growth is measured: pumps are added until a match takes some milliseconds,
                  then there are `_GROWTH` times as many. The CPU time of the child grows with the
                  power of the degree, and has to grow by more than the middle between that power
                  and the next lower one. Degrees above the third have to grow like the third.

A text that takes no time at all though it is `_LONGEST` characters long is answered, which is what
every linear match ends with.

Invariant: COSTLY and ANSWERED are statements about the engine; everything else is NOT_RUN.
"""

from __future__ import annotations

import marshal
import os
import signal
import subprocess
import sys
from functools import lru_cache
from typing import Final

from assay.regex.tree import Pattern
from assay.regex.witness import Witness

COSTLY: Final = "costly"
"""The engine does what the automaton predicts: the witness is confirmed."""

ANSWERED: Final = "answered"
"""The engine does not do what the automaton predicts."""

NOT_RUN: Final = "not run"
"""There is no answer: no interpreter, no process, or the machine was too busy."""

_DOUBLINGS: Final = 40
_LONGEST: Final = 400_000
"""Characters of the longest text that is tried; behind that the stack of the engine gets so large
that a linear match takes more time for each character."""

_GROWTH: Final = 4
_GROWTH_OF_SEVERAL: Final = 3
"""By how much the number of pumps is multiplied, where there is one and where there are more."""

_SECONDS_FOR_FEW: Final = 0.3
"""CPU time for the text of an exponential witness."""

_SECONDS: Final = 4.0
"""CPU time for all texts of a polynomial one; each but the last is done in a small part of it."""

_PATIENCE: Final = 40.0
"""Seconds on the clock after which a child that was not given its CPU time is given up."""

_EXIT_COSTLY: Final = 3

# Runs in the child. `pieces` are texts with whether they are pumped. A match that outlasts the
# timer ends the child by its signal; where there is no such timer, the parent counts on the clock.
_CHILD: Final = """
import marshal, re, sys, time
pattern, flags, mode, pieces, times, growth, wanted, longest, seconds = marshal.loads(
    sys.stdin.buffer.read())
tried = getattr(re.compile(pattern, flags), mode)
empty = b"" if isinstance(pattern, bytes) else ""
def measured(times):
    text = empty.join([piece * times if pumped else piece for piece, pumped in pieces])
    started = time.process_time()
    tried(text)
    return time.process_time() - started
try:
    import signal
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
except (ImportError, AttributeError):
    pass
if not growth:
    measured(times)
    sys.exit(0)
size = max(1, sum(len(piece) for piece, pumped in pieces if pumped))
while times * growth * size <= longest:
    if measured(times) >= 0.015:
        for _ in range(3):  # a run that a busy core held up does not decide
            took = min(measured(times), measured(times), measured(times))
            if min(measured(times * growth), measured(times * growth)) >= took * wanted:
                sys.exit(3)
        sys.exit(0)
    times += times // 2 + 1
"""


def is_costly(pattern: Pattern, flags: int, mode: str, witness: Witness) -> str:
    """Runs a witness: COSTLY, ANSWERED or NOT_RUN."""
    if witness.degree:
        degree = min(witness.degree, 3)
        growth = _GROWTH if degree == 2 else _GROWTH_OF_SEVERAL
        wanted = growth ** (degree - 0.5)
        times, seconds = 8, _SECONDS
    else:
        times, growth, wanted, seconds = _DOUBLINGS, 0, 0.0, _SECONDS_FOR_FEW
    return _run(pattern, flags, mode, witness.pieces, times, growth, wanted, seconds)


@lru_cache(maxsize=256)
def _run(
    pattern: Pattern,
    flags: int,
    mode: str,
    texts: tuple[tuple[str, bool], ...],
    times: int,
    growth: int,
    wanted: float,
    seconds: float,
) -> str:
    if not sys.executable:
        return NOT_RUN
    has_timer = os.name == "posix"
    try:
        pieces = [
            (text.encode("latin-1") if isinstance(pattern, bytes) else text, is_pumped)
            for text, is_pumped in texts
        ]
        given = (pattern, flags, mode, pieces, times, growth, wanted, _LONGEST, seconds)
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _CHILD],
            input=marshal.dumps(given),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE if has_timer else seconds * 5,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return NOT_RUN if has_timer else COSTLY
    except (OSError, ValueError):
        return NOT_RUN
    if done.returncode == 0:
        return ANSWERED
    if done.returncode == _EXIT_COSTLY:
        return COSTLY
    if done.returncode < 0:
        return COSTLY if -done.returncode == signal.SIGVTALRM else NOT_RUN
    return NOT_RUN
