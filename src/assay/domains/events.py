"""What happens to a resource at an operation of a function.

stream = open(path)
registry["log"] = stream        Event(0, STORED, op, "registry[]")
"""

from __future__ import annotations

from typing import Final, final

from assay.ir.ops import Op

# What happens to a resource at an operation.
RELEASED: Final = "released"
RETURNED: Final = "returned"
STORED: Final = "stored"
YIELDED: Final = "yielded"
REGISTERED: Final = "registered"
HANDED: Final = "handed"
CAPTURED: Final = "captured"
EXHAUSTED: Final = "exhausted"  # iterated over to its end, unless that is left
ADOPTED: Final = "adopted"  # taken over by a call that leaves it alone when it raises


@final
class Event:
    """Something that happens to one resource at one operation; `what` is one of the words above."""

    __slots__ = ("detail", "op", "site", "what")

    def __init__(self, site: int, what: str, op: Op | None, detail: str) -> None:
        self.site: Final = site
        self.what: Final = what
        self.op: Final = op  # None at a `return`
        # Where it is stored, to whom it is handed; of a release, to whom it was handed before.
        self.detail: Final = detail
