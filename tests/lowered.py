"""A text as the layers above lowering see it, for tests of these layers."""

from __future__ import annotations

from assay.program.facts import FileFacts
from assay.program.program import Program
from assay.source.file import parse_text


def facts_of(path: str, text: str) -> FileFacts:
    """The facts of a lone file."""
    return Program().add(parse_text(path, text), "").facts
