"""What one value tells of another: a test of `urlparse(url).netloc` says something of url.

Invariant: the subject is the number of a value, never the value itself.
"""

from __future__ import annotations

from typing import Final, final


@final
class View:
    """That a value tells something of another: `kind` is what, `subject` the other's number."""

    __slots__ = ("kind", "subject")

    def __init__(self, subject: int, kind: str) -> None:
        self.subject: Final = subject
        self.kind: Final = kind

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and (
            self.subject == other.subject and self.kind == other.kind
        )

    __hash__ = None  # type: ignore[assignment]
