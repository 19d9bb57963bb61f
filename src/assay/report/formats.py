"""The formats by name, and how a review becomes one of them.

`text` is also called `full`, `json` means `json-v1`. Writers are imported when they are needed.
"""

from __future__ import annotations

from typing import Final

from assay.frozen import frozen
from assay.review.delta import Delta
from assay.review.review import Review

FORMATS: Final = ("text", "full", "concise", "json", "json-v1", "sarif", "markdown", "github")


@frozen
class Layout:
    """What a report may depend on besides the review.

    `columns` and `colour` concern text; `successful` is False when the run itself went wrong.
    """

    version: str
    columns: int
    colour: bool
    verbose: bool
    statistics: bool
    sarif_verdicts: bool
    successful: bool


def render(review: Review, format_name: str, layout: Layout, delta: Delta | None = None) -> str:
    """The report in one of `FORMATS`, of a change where one is given.

    Raises ValueError for another name.
    """
    if delta is not None and format_name in ("text", "full", "concise", "markdown"):
        from assay.report.ansi import Painter
        from assay.report.change import (
            render_change_concise,
            render_change_markdown,
            render_change_text,
        )

        if format_name == "concise":
            return render_change_concise(review, delta)
        if format_name == "markdown":
            return render_change_markdown(review, delta)
        return render_change_text(review, delta, layout.columns, Painter(layout.colour))
    if format_name in ("text", "full"):
        from assay.report.ansi import Painter
        from assay.report.text import TextStyle, render_text

        style = TextStyle(layout.columns, Painter(layout.colour), layout.verbose, layout.statistics)
        return render_text(review, style)
    if format_name == "concise":
        from assay.report.concise import render_concise

        return render_concise(review, layout.verbose)
    if format_name in ("json", "json-v1"):
        from assay.report.json_v1 import render_json

        return render_json(review, layout.version, delta)
    if format_name == "sarif":
        from assay.report.sarif import render_sarif

        return render_sarif(review, layout.version, layout.sarif_verdicts, layout.successful, delta)
    if format_name == "markdown":
        from assay.report.markdown import render_markdown

        return render_markdown(review, layout.verbose)
    if format_name == "github":
        from assay.report.github import render_github

        return render_github(review, delta)
    raise ValueError(f"no such format: {format_name}")
