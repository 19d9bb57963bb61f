"""The way of a taint: the lines that outside data comes past, from its source on."""

from __future__ import annotations

from typing import Final, final


@final
class Step:
    """The last line of a way, and the way `before` it.

    With `inside`, the end of the way is that inside a callee, whose first step, the parameter, is
    left out. Ways are put together at every call, and read for findings alone.
    """

    __slots__ = ("before", "inside", "length", "line", "path", "words")

    def __init__(
        self, path: str, line: int, words: str, before: Step | None, inside: Step | None = None
    ) -> None:
        self.path: Final = path
        self.line: Final = line
        self.words: Final = words
        self.before: Final = before
        self.inside: Final = inside
        so_far = 0 if before is None else before.length
        self.length: Final[int] = so_far + (1 if inside is None else inside.length - 1)


def appended(before: Step | None, inside: Step | None) -> Step | None:
    """The way to a call, and then the way inside the callee without its first step."""
    if inside is None or inside.length == 1:
        return before
    return Step(inside.path, inside.line, inside.words, before, inside)


def way(step: Step | None) -> list[Step]:
    """The steps of a way, from its source on."""
    parts: list[list[Step]] = []
    while step is not None:
        parts.append([step] if step.inside is None else way(step.inside)[1:])
        step = step.before
    return [each for part in reversed(parts) for each in part]
