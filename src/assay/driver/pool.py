"""The processes that review files, and what happens when one of them dies.

Each worker is a fresh interpreter (spawn) that takes a few files at a time and answers for each
one as soon as it is done. A worker that dies takes one file with it, the one it was at: that
file is unseen, the rest of its files go to others, and a new worker takes its place. The same
happens to a worker that is far over the limit of time.

Invariant: `Pool.run` has one review for each file, in the order of the files.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Final, TypeAlias, final

from assay.checkers.base import Checker
from assay.driver.pipeline import GC_THRESHOLD, Detail, Reviewer, lost_file, replay
from assay.driver.progress import Progress
from assay.driver.transport import pack, unpack
from assay.ledger.reason import BUDGET, INTERNAL_ERROR
from assay.review.review import FileReview
from assay.source.collect import Collected

_BATCH: Final = 8
_GRACE: Final = 5.0

_Task: TypeAlias = tuple[int, str, str]
"""Index, path on disk, reported path."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What a worker is told once. `rules` are the ids of the rules to judge, `registry` is the
    module that knows the checkers, `root` the folder that reported paths are relative to.
    """

    root: str
    registry: str
    rules: tuple[str, ...]
    detail: Detail


def worker_main(connection: Connection[object, list[_Task]], order: _Order) -> None:
    """The loop of a worker: batches come in, one answer for each file goes out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    chosen = frozenset(order.rules)
    checkers = [checker for checker in _checkers_of(order.registry) if checker.rule.id in chosen]
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD, *gc.get_threshold()[1:])
    reviewer = Reviewer(order.root, checkers, order.detail)
    connection.send(None)
    while True:
        try:
            batch = connection.recv()
        except EOFError:
            return
        for index, path, reported in batch:
            review = reviewer.review(path, reported)
            connection.send((index, pack(review)))


def _checkers_of(registry: str) -> list[Checker]:
    known: object = importlib.import_module(registry).all_checkers()
    if not isinstance(known, tuple):
        raise TypeError(f"{registry}.all_checkers() gives no tuple")
    return [checker for checker in known if isinstance(checker, Checker)]


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """A process that starts in here ignores Ctrl-C from its first moment on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@final
class _Worker:
    """A process, the tasks that it has not answered, and when it last said something."""

    def __init__(self, context: SpawnContext, order: _Order) -> None:
        here, there = context.Pipe()
        self.connection: Final[Connection[list[_Task], object]] = here
        self.process: Final[SpawnProcess] = context.Process(
            target=worker_main, args=(there, order), daemon=True
        )
        with _interrupts_ignored():
            self.process.start()
        there.close()
        self.tasks: Final[deque[_Task]] = deque()
        self.ready = False
        self.heard = time.monotonic()

    def end(self) -> None:
        """Ends the process, whatever it does."""
        self.connection.close()
        if self.process.is_alive():
            self.process.kill()
        self.process.join()


@final
class Pool:
    """The tasks that are left, the workers, and the answers so far."""

    def __init__(
        self,
        files: Sequence[Collected],
        checkers: Sequence[Checker],
        detail: Detail,
        jobs: int,
        progress: Progress,
        registry: str,
    ) -> None:
        self._checkers = checkers
        self._rules = {checker.rule.id: checker.rule for checker in checkers}
        self._order = _Order(os.getcwd(), registry, tuple(self._rules), detail)
        self._limit = 2 * detail.seconds + _GRACE if detail.seconds else float("inf")
        self._progress = progress
        self._context = multiprocessing.get_context("spawn")
        self._left: deque[_Task] = deque(
            (index, file.path, file.reported) for index, file in enumerate(files)
        )
        self._answers: dict[int, FileReview] = {}
        self._total = len(files)
        self._wanted = min(jobs, (len(files) + _BATCH - 1) // _BATCH)
        self._workers: list[_Worker] = []

    def run(self) -> list[FileReview]:
        """All answers, in the order of the files."""
        try:
            self._workers = [self._new_worker() for _ in range(self._wanted)]
            while len(self._answers) < self._total:
                self._step()
        finally:
            for worker in self._workers:
                worker.end()
        return [self._answers[index] for index in range(self._total)]

    def _new_worker(self) -> _Worker:
        return _Worker(self._context, self._order)

    def _step(self) -> None:
        """Waits for an answer, a death or the limit of time, and deals with it."""
        waiting = wait([worker.connection for worker in self._workers], timeout=1.0)
        for worker in list(self._workers):
            if worker.connection in waiting:
                self._hear(worker)
        now = time.monotonic()
        for worker in list(self._workers):
            if worker.tasks and now - worker.heard > self._limit:
                self._bury(worker, f"{BUDGET}: more than {self._order.detail.seconds} s")
        self._progress.done(len(self._answers))

    def _hear(self, worker: _Worker) -> None:
        try:
            message = worker.connection.recv()
        except (EOFError, OSError):
            worker.process.join(_GRACE)
            code = worker.process.exitcode
            self._bury(worker, f"{INTERNAL_ERROR}: a worker process died (exit code {code})")
            return
        worker.heard = time.monotonic()
        if isinstance(message, tuple):
            index, data = message
            self._answers[index] = unpack(data, self._rules)
            worker.tasks.popleft()
        worker.ready = True
        if not worker.tasks:
            self._feed(worker)

    def _feed(self, worker: _Worker) -> None:
        """Gives a batch: large ones while much is left, so that all end at about the same time."""
        size = max(1, min(_BATCH, len(self._left) // (2 * self._wanted)))
        batch = [self._left.popleft() for _ in range(min(size, len(self._left)))]
        if batch:
            worker.tasks.extend(batch)
            with contextlib.suppress(BrokenPipeError):  # its death is heard of next
                worker.connection.send(batch)

    def _bury(self, worker: _Worker, reason: str) -> None:
        """One file is lost with a worker; the others of its batch go back."""
        self._workers.remove(worker)
        worker.end()
        if not worker.ready:
            raise RuntimeError(f"a worker process does not start: {reason}")
        if worker.tasks:
            index, _, reported = worker.tasks.popleft()
            self._answers[index] = lost_file(reported, reason, replay(reported), self._checkers)
            self._left.extendleft(reversed(worker.tasks))
        if self._left:
            self._workers.append(self._new_worker())
