"""Shares with their intervals, correlations of ranks, and Markdown tables.

share(11, 97)      "11.3 % (6.5-19.2)"
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

_Z: Final = 1.959964  # 95 %


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score, both ends between 0 and 1.

    Wilson, Probable inference, the law of succession, and statistical inference (1927): unlike the
    normal approximation it is right for shares near 0 and for few cases.
    """
    if not whole:
        return 0.0, 1.0
    share = part / whole
    width = 1 + _Z * _Z / whole
    centre = (share + _Z * _Z / (2 * whole)) / width
    half = _Z / width * math.sqrt(share * (1 - share) / whole + _Z * _Z / (4 * whole * whole))
    return max(0.0, centre - half), min(1.0, centre + half)


def share(part: int, whole: int) -> str:
    """A share in per cent with its 95 % interval."""
    if not whole:
        return "-"
    low, high = wilson(part, whole)
    return f"{100 * part / whole:.1f} % ({100 * low:.1f}-{100 * high:.1f})"


def kendall(pairs: Sequence[tuple[float, float]]) -> float:
    """Kendall's tau-b of pairs of values, from -1 to 1; 0 where one side is all ties.

    Tau-b, since both sides are ranks of a few steps and most pairs are ties.
    """
    agree = tied_first = tied_second = compared = 0
    for index, (a, b) in enumerate(pairs):
        for c, d in pairs[:index]:
            compared += 1
            tied_first += a == c
            tied_second += b == d
            product = (a - c) * (b - d)
            agree += (product > 0) - (product < 0)
    below = math.sqrt((compared - tied_first) * (compared - tied_second))
    return agree / below if below else 0.0


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows)]
