"""A bounded run of a witness, in a process of its own: does the engine really not come back?

The child imports `re`, compiles the pattern, builds the text, allows itself some CPU time and matches.
Either it ends, or the system ends it when the time is used up. Nothing of the reviewed project but
the text of the pattern gets there, and the child does nothing else.

Why the answer does not depend on the machine or its load. The length of the text is chosen so that
the two cases lie far apart, in CPU time of the child, which waiting does not add to:

    exponential   40 pumps; each doubles the work, so at least 2**40 steps, which no machine does in
                  the time allowed; polynomial work on so short a text is done in a small part of it
    polynomial    n pumps of k characters; linear work is n*k steps, the claimed work at least
                  n*n*k/2: with n = 50,000 a factor of 25,000. A step of a repeat of one character
                  is some 100 times cheaper than one of a group, so a factor of 250 is left in the
                  worst case, and the limit lies in the middle of it.
    degree 3, 4   5,000 pumps in each part, so that work of the next lower degree stays below the limit

Invariant: ANSWERED and KILLED are statements about the engine; everything else is NOT_RUN.
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from functools import lru_cache
from typing import Final

from assay.regex.tree import Pattern
from assay.regex.witness import Witness

KILLED: Final = "killed"
"""The match was not finished within its time: the witness is confirmed."""

ANSWERED: Final = "answered"
"""The match ended: the engine does not do what the automaton predicts."""

NOT_RUN: Final = "not run"
"""There is no answer: no interpreter, no process, or the machine was too busy."""

_DOUBLINGS: Final = 40
_PUMPS: Final = 50_000
_PUMPS_OF_SEVERAL: Final = 5_000
_LONGEST: Final = 2_000_000
"""Characters of a text that is tried."""

_SECONDS: Final = 0.2
"""CPU time for a short text."""

_SECONDS_A_CHARACTER: Final = 0.03
"""CPU time for each character of the pumps of a long one."""

_MOST_SECONDS: Final = 2.0
_PATIENCE: Final = 30.0
"""Seconds on the clock after which a child that was not given its CPU time is given up."""

# Runs in the child. Exit code 0 stands for an answer. Where the system has no such timer, the parent
# counts seconds on the clock.
_CHILD: Final = """
import marshal, re, sys
pattern, flags, mode, pieces, seconds = marshal.loads(sys.stdin.buffer.read())
text = b"".join(pieces) if isinstance(pattern, bytes) else "".join(pieces)
tried = getattr(re.compile(pattern, flags), mode)
try:
    import signal
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
except (ImportError, AttributeError):
    pass
tried(text)
"""


def is_costly(pattern: Pattern, flags: int, mode: str, witness: Witness) -> str:
    """Runs a witness: KILLED, ANSWERED or NOT_RUN."""
    pumps = [text for text, is_pumped in witness.pieces if is_pumped]
    size = sum(len(pump) for pump in pumps)
    if not witness.degree:
        times, seconds = _DOUBLINGS, _SECONDS
    elif witness.degree > 2:
        times, seconds = _PUMPS_OF_SEVERAL, _SECONDS
    else:
        times, seconds = _PUMPS, min(max(_SECONDS, size * _SECONDS_A_CHARACTER), _MOST_SECONDS)
    if times * size > _LONGEST:
        return NOT_RUN
    texts = tuple(text * times if is_pumped else text for text, is_pumped in witness.pieces)
    return _run(pattern, flags, mode, texts, seconds)


@lru_cache(maxsize=256)
def _run(pattern: Pattern, flags: int, mode: str, texts: tuple[str, ...], seconds: float) -> str:
    if not sys.executable:
        return NOT_RUN
    try:
        pieces = [t.encode("latin-1") for t in texts] if isinstance(pattern, bytes) else [*texts]
        given = marshal.dumps((pattern, flags, mode, pieces, seconds))
        has_timer = os.name == "posix"
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _CHILD],
            input=given,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE if has_timer else seconds * 5,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return NOT_RUN if os.name == "posix" else KILLED
    except (OSError, ValueError):
        return NOT_RUN
    if done.returncode == 0:
        return ANSWERED
    if done.returncode < 0:
        import signal

        return KILLED if -done.returncode == signal.SIGVTALRM else NOT_RUN
    return NOT_RUN
