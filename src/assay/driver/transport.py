"""File reviews between processes.

Rules are sent by their id: they carry their documentation, and both sides have them. Of most rules
a file has no site, and nothing is sent.

Invariant: `Reader(rules).unpack(pack(review)) == review` when `rules` are those of the review, in
their order.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from typing import IO, Final, final

from assay.frozen import replace
from assay.ledger.observation import Verdict
from assay.ledger.rule import Rule
from assay.review.review import FileReview
from assay.review.verdicts import absent


def pack(review: FileReview) -> bytes:
    """The review as bytes, for a `Reader` alone."""
    stream = io.BytesIO()
    sited = tuple(each for each in review.classes if each.verdict is not Verdict.ABSENT)
    _Packer(stream, protocol=pickle.HIGHEST_PROTOCOL).dump(replace(review, classes=sited))
    return stream.getvalue()


@final
class Reader:
    """Reads the reviews that this run's workers, or an earlier run with the same rules, packed."""

    __slots__ = ("_absent", "_rules")

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules: Final = rules
        self._absent: Final = [(name, absent(rule)) for name, rule in rules.items()]

    def unpack(self, data: bytes) -> FileReview:
        """The review of bytes that `pack` made. Raises what `pickle` raises, and TypeError."""
        review: object = _Unpacker(io.BytesIO(data), self._rules).load()
        if not isinstance(review, FileReview):
            raise TypeError(f"{type(review).__name__} instead of a FileReview")
        sited = {each.rule.id: each for each in review.classes}
        classes = tuple([sited.get(name, none) for name, none in self._absent])
        return FileReview(review.head, classes, review.observations, review.unseen)


@final
class _Packer(pickle.Pickler):
    def persistent_id(self, obj: object) -> str | None:
        return obj.id if type(obj) is Rule else None


@final
class _Unpacker(pickle.Unpickler):
    def __init__(self, stream: IO[bytes], rules: Mapping[str, Rule]) -> None:
        super().__init__(stream)
        self._rules = rules

    def persistent_load(self, pid: object) -> Rule:
        assert isinstance(pid, str)
        return self._rules[pid]
