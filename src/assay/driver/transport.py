"""File reviews between processes.

Rules are sent by their id: they carry their documentation, and both sides have them. Of most rules
a file has no site, and nothing is sent.

Invariant: `unpack(pack(review), rules) == review` when `rules` are those of the review, in their
order.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from typing import IO, final

from assay.frozen import replace
from assay.ledger.observation import Verdict
from assay.ledger.rule import Rule
from assay.review.review import FileReview
from assay.review.verdicts import absent


def pack(review: FileReview) -> bytes:
    """The review as bytes, for `unpack` alone."""
    stream = io.BytesIO()
    sited = tuple(each for each in review.classes if each.verdict is not Verdict.ABSENT)
    _Packer(stream, protocol=pickle.HIGHEST_PROTOCOL).dump(replace(review, classes=sited))
    return stream.getvalue()


def unpack(data: bytes, rules: Mapping[str, Rule]) -> FileReview:
    """The review of bytes that a worker of this run made."""
    review: object = _Unpacker(io.BytesIO(data), rules).load()
    if not isinstance(review, FileReview):
        raise TypeError(f"a worker sent {type(review).__name__}, not a FileReview")
    sited = {each.rule.id: each for each in review.classes}
    classes = tuple(sited.get(name) or absent(rule) for name, rule in rules.items())
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
