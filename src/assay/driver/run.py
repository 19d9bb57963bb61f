"""A whole run: which files, which rules, the review, and what went wrong around it.

run = review_paths(door, ["."], "", governing, checkers, detail, quiet=True)

Files with the same rules are reviewed together (`driver.batches`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, final

from assay.checkers.base import Checker
from assay.driver.baseline import Baselines
from assay.driver.batches import batches_of, judged, parts_of
from assay.driver.by_file import ByFile
from assay.driver.collecting import without_collector
from assay.driver.governing import Governing
from assay.driver.options import Options
from assay.driver.parallel import REGISTRY, review_files
from assay.driver.personas import audience_of
from assay.driver.pipeline import Detail, review_module
from assay.driver.progress import Progress, default_jobs, progress_stream
from assay.driver.transport import Reader, pack
from assay.driver.weakened import by_comments, weakened_by
from assay.frozen import frozen, replace
from assay.ledger.ledger import Unseen
from assay.ledger.observation import Observation
from assay.ledger.reason import UNREADABLE
from assay.program.program import Program
from assay.review.audience import Audience
from assay.review.review import FileReview, Parsed, Review, Unread
from assay.review.verdicts import is_shown, review_of_all, with_rules_off
from assay.source.collect import Collected, Collection, collect
from assay.source.door import Door
from assay.source.file import MAX_BYTES, REFUSED, SourceFile, parse_bytes
from assay.source.reach import reach_of

if TYPE_CHECKING:
    from assay.driver.grounds import Ground, Now

STDIN: Final = "-"
STDIN_NAME: Final = "<stdin>"


@frozen
class Run:
    """A review and its surroundings, each a sorted tuple of "path: what".

    `wrong` are named paths that do not exist or are nothing to review; `passed_over` links that
    are not followed and lose nothing; `lost` files that were named and could not be analysed at
    all; `notes` what went wrong with the cache and with configurations.
    """

    review: Review
    wrong: tuple[str, ...]
    passed_over: tuple[str, ...]
    lost: tuple[str, ...]
    notes: tuple[str, ...]


@final
class Kept:
    """What each file's review rested on, by the place of the file, for whoever asks later.

    A file without grounds was not reviewed to its end. `ready` are the reviews of another state,
    `other`, that the cache still held when it was asked for those of this one.
    """

    def __init__(self, other: Now | None = None) -> None:
        self.other: Final = other
        self.ready: Final[dict[str, tuple[FileReview, Sequence[Ground]]]] = {}
        self.grounds: Final[dict[str, Sequence[Ground]]] = {}
        self.reported: Final[dict[str, str]] = {}

    def add(self, files: Sequence[Collected], grounds: Sequence[Sequence[Ground]]) -> None:
        """Notes the grounds of files that were reviewed together."""
        for file, rested in zip(files, grounds, strict=True):
            self.grounds[file.place] = rested
            self.reported[file.place] = file.reported


def stdin_bytes() -> bytes:
    """The standard input, as far as a text is looked at."""
    return sys.stdin.buffer.read(MAX_BYTES + 1)


def door_for(paths: Sequence[str], stdin_filename: str, follow_links: bool = False) -> Door:
    """The door to what the paths stand for; a text without a name lies nowhere."""
    return Door(reach_of(on_disk(paths, stdin_filename), os.getcwd(), follow_links))


def on_disk(paths: Sequence[str], stdin_filename: str) -> tuple[str, ...]:
    """The paths with the place of the standard input, if it has one."""
    named = [path for path in paths if path != STDIN]
    if STDIN in paths and stdin_filename:
        named.append(stdin_filename)
    return tuple(named)


def collected(door: Door, paths: Sequence[str], governing: Governing) -> Collection:
    """The files that the paths stand for; stdin is none of them."""
    options = governing.run.options
    return collect(
        [path for path in paths if path != STDIN],
        door=door,
        governing=governing.patterns,
        force_exclude=options.force_exclude,
        respect_gitignore=options.respect_gitignore,
    )


def review_paths(
    door: Door,
    paths: Sequence[str],
    stdin_filename: str,
    governing: Governing,
    checkers: Sequence[Checker],
    detail: Detail,
    quiet: bool,
    text: bytes | None = None,
    kept: Kept | None = None,
    only: Container[str] | None = None,
    ready: Mapping[str, tuple[FileReview, Sequence[Ground]]] | None = None,
    baselines: Baselines | None = None,
    audience: Audience | None = None,
) -> Run:
    """Reviews paths and, where one of them is `-`, the standard input, which is in `text` if read.

    `checkers` are all there are. `only` are the places of the files to review, None for all; what
    their reviews rest on goes to `kept`. Reviews that are `ready` are not made. What is found is
    compared with `baselines`; the findings are those of the `audience`, else of the persona of the
    settings. Raises UsageError
    where the settings of the run name a rule that does not exist.
    """
    options = governing.run.options
    notes: list[str] = []
    collection = collected(door, paths, governing)
    if only is not None:
        wanted = tuple(file for file in collection.files if file.place in only)
        collection = Collection(wanted, collection.problems, collection.left_out)
    parts = parts_of(collection.files, governing, checkers, notes)
    wrong: list[str] = []
    lost: list[str] = []
    unread: list[Unread] = []
    reviews: list[FileReview] = []
    by_file = ByFile(door, governing, [checker.rule for checker in checkers], notes)
    used = {checker.rule.id for part in parts for checker in part.checkers}
    in_run = [checker.rule for checker in checkers if checker.rule.id in used]
    if STDIN in paths:
        name = stdin_filename or STDIN_NAME
        source = parse_bytes(name, stdin_bytes() if text is None else text)
        found_in = _of_stdin(door, stdin_filename, source, parts[0].checkers, detail)
        place = door.place(stdin_filename) if stdin_filename else ""
        reviews.append(by_file.applied(with_rules_off(found_in, in_run, parts[0].origin), place))
        refusal = _not_a_text_of_python(source)
        if refusal:
            wrong.append(f"{name}: {refusal}")
    progress = Progress(len(collection.files), progress_stream(os.environ, quiet))
    grounds: list[Sequence[Ground]] = []
    try:
        jobs = options.jobs or default_jobs()
        for batch in batches_of(parts):
            first = len(grounds)
            found = _kept_or_new(
                door,
                batch.files,
                batch.checkers,
                detail,
                options,
                jobs,
                progress,
                notes,
                grounds,
                kept,
                ready,
            )
            reviews += [
                by_file.applied(with_rules_off(each, in_run, origin), file.place)
                for each, origin, file in zip(found, batch.origins, batch.files, strict=True)
            ]
            if kept is not None:
                kept.add(batch.files, grounds[first:])
    finally:
        progress.close()
    unread += _refused(door, collection.files, grounds)
    passed_over: list[str] = []
    holes: list[Unseen] = []
    for problem in collection.problems:
        said = f"{problem.path}: {problem.reason}"
        if problem.wrong:
            wrong.append(said)
        elif problem.passed_over:
            passed_over.append(said)
        else:
            unread.append(Unread(problem.path, Parsed.NOT, problem.reason))
            reason = f"{UNREADABLE}: {problem.reason}"
            holes.append(Unseen(problem.path, 0, "the whole path", reason, "", ()))
            if problem.explicit:
                lost.append(said)
    audience = audience or audience_of(options.persona)
    if baselines is not None:
        every = [checker.rule.id for checker in checkers]
        reviews = baselines.applied(reviews, paths, every, _shown_by(options, audience))
    review = review_of_all(
        reviews,
        holes,
        in_run,
        options.min_severity,
        options.min_confidence,
        unread,
        (
            *weakened_by(governing.run, judged(parts, checkers), collection.left_out),
            *by_file.weakened(),
            *by_comments(reviews),
            *(baselines.weakened(reviews) if baselines is not None else ()),
        ),
        baselines.results() if baselines is not None else (),
        audience,
    )
    named = {file.reported for file in collection.files if file.explicit}
    lost = [
        *(
            f"{file.head.path}: {file.head.problem}"
            for file in review.files
            if file.head.parsed is Parsed.NOT and file.head.path in named
        ),
        *lost,
    ]
    return Run(
        review,
        tuple(wrong),
        tuple(passed_over),
        tuple(lost),
        (*governing.notes, *notes),
    )


def _shown_by(options: Options, audience: Audience) -> Callable[[Observation], bool]:
    """Whether an observation is a finding that reports have."""
    return lambda each: (
        is_shown(each, options.min_severity, options.min_confidence) and audience.is_finding(each)
    )


def _of_stdin(
    door: Door,
    stdin_filename: str,
    source: SourceFile,
    checkers: Sequence[Checker],
    detail: Detail,
) -> FileReview:
    """The review of the standard input; a text that is named as a file has that file's place."""
    place = door.place(stdin_filename) if stdin_filename else ""
    if place:
        source.inner = door.inner(place)
    module = Program(door, detail.outside).add(source, place)
    return review_module(module, checkers, detail)


def _not_a_text_of_python(source: SourceFile) -> str:
    """Why a text is not worth a review; "" when it is."""
    if source.parsed is Parsed.WHOLE:
        return ""
    return f"no statement could be read: {source.problem}" if source.parsed is Parsed.NOT else ""


def _kept_or_new(
    door: Door,
    files: Sequence[Collected],
    checkers: Sequence[Checker],
    detail: Detail,
    options: Options,
    jobs: int,
    progress: Progress,
    notes: list[str],
    rested: list[Sequence[Ground]],
    beside: Kept | None,
    ready: Mapping[str, tuple[FileReview, Sequence[Ground]]] | None,
) -> list[FileReview]:
    """The reviews of the files in their order; those that are still good come from the cache.

    Adds what they rest on to `rested`, in the same order.
    """
    if not options.cache or detail.debug or not files:
        answers = review_files(
            door, files, checkers, detail, jobs, progress, REGISTRY, options.start_method
        )
        rested += [answer.grounds for answer in answers]
        progress.already(len(files))
        return [answer.review for answer in answers]
    from assay.driver.cache import Cache, build_digest, folder_of

    rules = {checker.rule.id: checker.rule for checker in checkers}
    settings = "\n".join(
        (
            build_digest(),
            repr(door.reach),
            repr(tuple(rules)),
            repr(replace(detail, day="")),  # a ground of the reviews that rest on it
            repr(options.file_seconds),
        )
    )
    cache = Cache(folder_of(options.cache_dir, door.reach), settings, door)
    reader = Reader(rules)
    found: dict[str, FileReview] = {}
    on: dict[str, Sequence[Ground]] = {}
    with without_collector():
        for file in files:
            kept = cache.get(file.place, reader)
            if kept is not None and kept.head.path == file.reported:
                found[file.place] = kept
                on[file.place] = cache.grounds(file.place)
            elif ready is not None and file.place in ready:
                found[file.place], on[file.place] = ready[file.place]
                cache.put(file.place, pack(found[file.place]), on[file.place])
            elif beside is not None and beside.other is not None:
                was = cache.get(file.place, reader, beside.other)
                if was is not None and was.head.path == file.reported:
                    beside.ready[file.place] = was, cache.grounds(file.place)
    left = [file for file in files if file.place not in found]
    progress.already(len(found))
    answers = review_files(
        door, left, checkers, detail, jobs, progress, REGISTRY, options.start_method
    )
    for file, answer in zip(left, answers, strict=True):
        found[file.place] = answer.review
        on[file.place] = answer.grounds
        if answer.grounds:
            cache.put(file.place, pack(answer.review), answer.grounds)
    progress.already(len(left))
    cache.save()
    notes += [problem for problem in cache.problems if problem not in notes]
    rested += [on[file.place] for file in files]
    return [found[file.place] for file in files]


def _refused(
    door: Door, files: Sequence[Collected], grounds: Iterable[Sequence[Ground]]
) -> list[Unread]:
    """What reviews wanted to read besides the reviewed files and did not, with the reasons."""
    own = {file.place for file in files}
    found = {
        (place, digest)
        for each in grounds
        for kind, place, digest in each
        if kind == "file" and digest.startswith(REFUSED) and place not in own
    }
    return [
        Unread(door.reported(place), Parsed.NOT, digest.removeprefix(REFUSED))
        for place, digest in sorted(found)
    ]
