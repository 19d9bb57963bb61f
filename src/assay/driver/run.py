"""A whole run: which files, which rules, the review, and what went wrong around it.

run = review_paths(["."], "", options, checkers, all_rules_of_run, quiet=True, ...)
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from assay.checkers.base import Checker
from assay.driver.collecting import without_collector
from assay.driver.options import Options
from assay.driver.parallel import REGISTRY, review_files
from assay.driver.pipeline import Detail, review_module
from assay.driver.progress import Progress, default_jobs, progress_stream
from assay.driver.transport import Reader, pack
from assay.frozen import frozen
from assay.ledger.ledger import Unseen
from assay.ledger.reason import UNREADABLE
from assay.program.program import Program
from assay.review.review import FileReview, Review
from assay.review.verdicts import review_of_all
from assay.source.collect import (
    DEFAULT_EXCLUDE,
    Collected,
    Collection,
    Problem,
    collect,
    has_suffix,
)
from assay.source.door import OUTSIDE, Door
from assay.source.file import REFUSED, Parsed, parse_bytes
from assay.source.reach import reach_of

if TYPE_CHECKING:
    from assay.driver.grounds import Ground

STDIN: Final = "-"
STDIN_NAME: Final = "<stdin>"


@frozen
class Run:
    """A review and its surroundings, each a sorted tuple of "path: what".

    `missing` are named paths that do not exist; `unreadable` paths that gave no files, all of
    them holes of the review; `passed_over` links that are not followed; `lost` files that were
    named and could not be analysed; `notes` what went wrong with the cache.
    """

    review: Review
    missing: tuple[str, ...]
    unreadable: tuple[str, ...]
    passed_over: tuple[str, ...]
    lost: tuple[str, ...]
    notes: tuple[str, ...]


def door_for(paths: Sequence[str], stdin_filename: str, follow_links: bool = False) -> Door:
    """The door to what the paths stand for; a text without a name lies nowhere."""
    named = [path for path in paths if path != STDIN]
    if STDIN in paths and stdin_filename:
        named.append(stdin_filename)
    return Door(reach_of(named, os.getcwd(), follow_links))


def collected(door: Door, paths: Sequence[str], options: Options) -> Collection:
    """The files that the paths stand for; stdin is none of them."""
    return collect(
        [path for path in paths if path != STDIN],
        door=door,
        exclude=options.exclude or DEFAULT_EXCLUDE,
        extend_exclude=options.extend_exclude,
        force_exclude=options.force_exclude,
        respect_gitignore=options.respect_gitignore,
    )


def review_paths(
    door: Door,
    paths: Sequence[str],
    stdin_filename: str,
    options: Options,
    checkers: Sequence[Checker],
    detail: Detail,
    quiet: bool,
) -> Run:
    """Reviews paths and, where one of them is `-`, the standard input."""
    collection = collected(door, paths, options)
    reviews = []
    if STDIN in paths:
        source = parse_bytes(stdin_filename or STDIN_NAME, sys.stdin.buffer.read())
        # A text that is named as a file is reviewed in that file's place.
        place = door.place(stdin_filename) if stdin_filename else ""
        if place:
            source.inner = door.inner(place)
        module = Program(door, detail.outside).add(source, place)
        reviews.append(review_module(module, checkers, detail))
    notes: list[str] = []
    progress = Progress(len(collection.files), progress_stream(os.environ, quiet))
    try:
        jobs = options.jobs or default_jobs()
        reviews += _kept_or_new(
            door, collection.files, checkers, detail, options, jobs, progress, notes
        )
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
        elif problem.reason.startswith("a link") and not _is_file_left_out(problem):
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
    return Run(
        review,
        tuple(missing),
        tuple(unreadable),
        tuple(passed_over),
        tuple(lost),
        tuple(notes),
    )


def _is_file_left_out(problem: Problem) -> bool:
    """Whether a link that is not followed has the name of a file that would be reviewed."""
    return problem.reason.endswith(OUTSIDE) and has_suffix(problem.path)


def _kept_or_new(
    door: Door,
    files: Sequence[Collected],
    checkers: Sequence[Checker],
    detail: Detail,
    options: Options,
    jobs: int,
    progress: Progress,
    notes: list[str],
) -> list[FileReview]:
    """The reviews of the files in their order; those that are still good come from the cache."""
    if not options.cache or detail.debug or not files:
        answers = review_files(
            door, files, checkers, detail, jobs, progress, REGISTRY, options.start_method
        )
        notes += _refused(door, files, [answer.grounds for answer in answers])
        return [answer.review for answer in answers]
    from assay.driver.cache import Cache, build_digest, folder_of

    rules = {checker.rule.id: checker.rule for checker in checkers}
    settings = "\n".join(
        (
            build_digest(),
            repr(door.reach),
            repr(tuple(rules)),
            repr(detail),
            repr(options.file_seconds),
        )
    )
    cache = Cache(folder_of(options.cache_dir, door.reach), settings, door)
    reader = Reader(rules)
    found: dict[str, FileReview] = {}
    grounds: list[Sequence[Ground]] = []
    with without_collector():
        for file in files:
            kept = cache.get(file.place, reader)
            if kept is not None and kept.head.path == file.reported:
                found[file.place] = kept
                grounds.append(cache.grounds(file.place))
    left = [file for file in files if file.place not in found]
    progress.already(len(found))
    answers = review_files(
        door, left, checkers, detail, jobs, progress, REGISTRY, options.start_method
    )
    for file, answer in zip(left, answers, strict=True):
        found[file.place] = answer.review
        grounds.append(answer.grounds)
        if answer.grounds:
            cache.put(file.place, pack(answer.review), answer.grounds)
    cache.save()
    notes += cache.problems
    notes += _refused(door, files, grounds)
    return [found[file.place] for file in files]


def _refused(
    door: Door, files: Sequence[Collected], grounds: Iterable[Sequence[Ground]]
) -> list[str]:
    """What reviews wanted to read besides the reviewed files and did not, with the reasons."""
    own = {file.place for file in files}
    found = {
        (place, digest)
        for each in grounds
        for kind, place, digest in each
        if kind == "file" and digest.startswith(REFUSED) and place not in own
    }
    return [
        f"{door.reported(place)}: {digest.removeprefix(REFUSED)}" for place, digest in sorted(found)
    ]
