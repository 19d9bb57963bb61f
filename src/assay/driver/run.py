"""A whole run: which files, which rules, the review, and what went wrong around it.

run = review_paths(["."], "", options, checkers, all_rules_of_run, quiet=True, ...)
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from assay.checkers.base import Checker
from assay.driver.options import Options
from assay.driver.parallel import REGISTRY, review_files
from assay.driver.pipeline import Detail, review_module
from assay.driver.progress import Progress, default_jobs, progress_stream
from assay.ledger.ledger import Unseen
from assay.ledger.reason import UNREADABLE
from assay.program.program import Program
from assay.review.review import Review
from assay.review.verdicts import review_of_all
from assay.source.collect import DEFAULT_EXCLUDE, Collection, collect
from assay.source.file import Parsed, parse_bytes

STDIN: Final = "-"
STDIN_NAME: Final = "<stdin>"


@dataclass(frozen=True, slots=True)
class Run:
    """A review and its surroundings, each a sorted tuple of "path: what".

    `missing` are named paths that do not exist; `unreadable` paths that gave no files, all of
    them holes of the review; `passed_over` links that are not followed; `lost` files that were
    named and could not be analysed.
    """

    review: Review
    missing: tuple[str, ...]
    unreadable: tuple[str, ...]
    passed_over: tuple[str, ...]
    lost: tuple[str, ...]


def collected(paths: Sequence[str], options: Options) -> Collection:
    """The files that the paths stand for; stdin is none of them."""
    return collect(
        [path for path in paths if path != STDIN],
        root=os.getcwd(),
        exclude=options.exclude or DEFAULT_EXCLUDE,
        extend_exclude=options.extend_exclude,
        force_exclude=options.force_exclude,
        respect_gitignore=options.respect_gitignore,
    )


def review_paths(
    paths: Sequence[str],
    stdin_filename: str,
    options: Options,
    checkers: Sequence[Checker],
    detail: Detail,
    quiet: bool,
) -> Run:
    """Reviews paths and, where one of them is `-`, the standard input."""
    collection = collected(paths, options)
    reviews = []
    if STDIN in paths:
        source = parse_bytes(stdin_filename or STDIN_NAME, sys.stdin.buffer.read())
        # A text that is named as a file is reviewed in that file's place.
        module = Program(os.getcwd()).add(source, stdin_filename)
        reviews.append(review_module(module, checkers, detail))
    progress = Progress(len(collection.files), progress_stream(os.environ, quiet))
    try:
        jobs = options.jobs or default_jobs()
        reviews += review_files(collection.files, checkers, detail, jobs, progress, REGISTRY)
    finally:
        progress.close()
    missing: list[str] = []
    passed_over: list[str] = []
    unreadable: list[str] = []
    holes: list[Unseen] = []
    for problem in collection.problems:
        said = f"{problem.path}: {problem.reason}"
        if problem.missing:
            missing.append(said)
        elif problem.reason.startswith("a link"):
            passed_over.append(said)
        else:
            unreadable.append(said)
            reason = f"{UNREADABLE}: {problem.reason}"
            holes.append(Unseen(problem.path, 0, "the whole path", reason, "", ()))
    named = {file.reported for file in collection.files if file.explicit}
    if STDIN in paths:
        named.add(stdin_filename or STDIN_NAME)
    review = review_of_all(
        reviews,
        holes,
        [checker.rule for checker in checkers],
        options.min_severity,
        options.min_confidence,
    )
    lost = [
        f"{file.head.path}: {file.head.problem}"
        for file in review.files
        if file.head.parsed is Parsed.NOT and file.head.path in named
    ]
    lost += [
        f"{problem.path}: {problem.reason}"
        for problem in collection.problems
        if problem.explicit and not problem.missing
    ]
    return Run(review, tuple(missing), tuple(unreadable), tuple(passed_over), tuple(lost))
