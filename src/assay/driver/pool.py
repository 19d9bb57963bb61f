"""The processes that review files, and what happens when one of them dies.

Each worker is a fresh interpreter (`spawn`), or a copy of this one (`fork`), that takes a few files
at a time and answers for each one as soon as it is done. A worker that dies takes one file with
it, the one it was at: that file is unseen, the rest of its files go to others, and a new worker
takes its place. The same happens to a worker that is far over the limit of time.

Invariant: `Pool.run` has one review for each file, in the order of the files.
"""

from __future__ import annotations

import contextlib
import importlib
import signal
import time
from collections import deque
from collections.abc import Sequence
from multiprocessing.connection import wait
from typing import Final, TypeAlias, final

from assay.checkers.base import Checker
from assay.driver.collecting import without_collector
from assay.driver.pipeline import Answer, Detail, Reviewer, lost_file, replay
from assay.driver.processes import SPAWN, ChildEnd, start
from assay.driver.progress import Progress
from assay.driver.transport import Reader, pack
from assay.frozen import frozen
from assay.ledger.reason import BUDGET, INTERNAL_ERROR
from assay.source.collect import Collected
from assay.source.door import Door
from assay.source.reach import Reach

_BATCH: Final = 8
_GRACE: Final = 5.0

_Task: TypeAlias = tuple[int, str, str]
"""Index, place, reported path."""


@frozen
class _Order:
    """What a worker is told first. `rules` are the ids of the rules to judge, `registry` is the
    module that knows the checkers.
    """

    reach: Reach
    registry: str
    rules: tuple[str, ...]
    detail: Detail


def worker_main(connection: ChildEnd) -> None:
    """The loop of a worker: an order and batches come in, one answer for each file goes out."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        order = connection.recv()
    except EOFError:
        return
    if not isinstance(order, _Order):
        raise TypeError("a worker gets its order first")
    chosen = frozenset(order.rules)
    checkers = [checker for checker in _checkers_of(order.registry) if checker.rule.id in chosen]
    with without_collector():
        reviewer = Reviewer(Door(order.reach), checkers, order.detail)
        grounds = _Sender()
        connection.send(None)
        while True:
            try:
                batch = connection.recv()
            except EOFError:
                return
            if not isinstance(batch, list):
                raise TypeError("a worker gets lists of tasks")
            for index, place, reported in batch:
                answer = reviewer.review(place, reported)
                connection.send((index, pack(answer.review), grounds.sent(answer.grounds)))


def _checkers_of(registry: str) -> list[Checker]:
    known: object = importlib.import_module(registry).all_checkers()
    if not isinstance(known, tuple):
        raise TypeError(f"{registry}.all_checkers() gives no tuple")
    return [checker for checker in known if isinstance(checker, Checker)]


_Sent: TypeAlias = tuple[list[tuple[str, str, str]], list[int]]
"""Grounds that are new, and the numbers of all."""


@final
class _Sender:
    """Grounds on their way out of a worker: each is sent once, and is a number from then on."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str, str], int] = {}

    def sent(self, grounds: Sequence[tuple[str, str, str]]) -> _Sent:
        new: list[tuple[str, str, str]] = []
        numbers: list[int] = []
        for ground in grounds:
            number = self._numbers.get(ground)
            if number is None:
                number = len(self._numbers)
                self._numbers[ground] = number
                new.append(ground)
            numbers.append(number)
        return new, numbers


@final
class _Receiver:
    """The other end of a `_Sender`."""

    def __init__(self) -> None:
        self._table: list[tuple[str, str, str]] = []

    def received(self, sent: _Sent) -> tuple[tuple[str, str, str], ...]:
        new, numbers = sent
        self._table += new
        return tuple(self._table[number] for number in numbers)


@final
class _Worker:
    """A process, the tasks that it has not answered, and when it last said something."""

    def __init__(self, method: str, order: _Order, lane: int) -> None:
        self.lane: Final = lane
        self.child: Final = start(method, worker_main)
        self.tasks: Final[deque[_Task]] = deque()
        self.grounds: Final = _Receiver()
        self.ready = False
        self.heard = time.monotonic()
        self.tell(order)

    def tell(self, message: object) -> None:
        """Sends a message. If the worker is dead, that is heard of next."""
        with contextlib.suppress(ConnectionError):
            self.child.connection.send(message)


def _lanes(files: Sequence[Collected], wanted: int) -> list[deque[_Task]]:
    """The files as so many runs of neighbours, about equally large.

    Neighbours import the same modules, so that each process reads fewer of them than if every
    process got files from everywhere. Who is done with its own lane helps at the end of another.
    """
    sizes = [1 + file.size for file in files]
    lanes: list[deque[_Task]] = [deque() for _ in range(wanted)]
    total = sum(sizes)
    done = 0
    for index, (file, size) in enumerate(zip(files, sizes, strict=True)):
        lane = min(wanted - 1, done * wanted // total)
        lanes[lane].append((index, file.place, file.reported))
        done += size
    return lanes


@final
class Pool:
    """The tasks that are left, the workers, and the answers so far."""

    def __init__(
        self,
        reach: Reach,
        files: Sequence[Collected],
        checkers: Sequence[Checker],
        detail: Detail,
        jobs: int,
        progress: Progress,
        registry: str,
        method: str = SPAWN,
    ) -> None:
        self._checkers = checkers
        rules = {checker.rule.id: checker.rule for checker in checkers}
        self._reader = Reader(rules)
        self._order = _Order(reach, registry, tuple(rules), detail)
        self._limit = 2 * detail.seconds + _GRACE if detail.seconds else float("inf")
        self._progress = progress
        self._method = method
        self._answers: dict[int, Answer] = {}
        self._total = len(files)
        self._wanted = min(jobs, (len(files) + _BATCH - 1) // _BATCH)
        self._lanes = _lanes(files, self._wanted)
        self._workers: list[_Worker] = []

    def run(self) -> list[Answer]:
        """All answers, in the order of the files."""
        try:
            for lane in range(self._wanted):
                self._workers.append(self._new_worker(lane))
            while len(self._answers) < self._total:
                self._step()
        finally:
            for worker in self._workers:
                worker.child.end()
        return [self._answers[index] for index in range(self._total)]

    def _new_worker(self, lane: int) -> _Worker:
        return _Worker(self._method, self._order, lane)

    def _step(self) -> None:
        """Waits for an answer, a death or the limit of time, and deals with it."""
        waiting = wait([worker.child.connection for worker in self._workers], timeout=1.0)
        for worker in list(self._workers):
            if worker.child.connection in waiting:
                self._hear(worker)
        now = time.monotonic()
        for worker in list(self._workers):
            if worker.tasks and now - worker.heard > self._limit:
                self._bury(worker, f"{BUDGET}: more than {self._order.detail.seconds} s")
        self._progress.done(len(self._answers))

    def _hear(self, worker: _Worker) -> None:
        try:
            message = worker.child.connection.recv()
        except (EOFError, OSError):
            code = worker.child.exit_code(_GRACE)
            self._bury(worker, f"{INTERNAL_ERROR}: a worker process died (exit code {code})")
            return
        worker.heard = time.monotonic()
        if isinstance(message, tuple):
            index, data, sent = message
            grounds = worker.grounds.received(sent)
            self._answers[index] = Answer(self._reader.unpack(data), grounds)
            worker.tasks.popleft()
        worker.ready = True
        if not worker.tasks:
            self._feed(worker)

    def _feed(self, worker: _Worker) -> None:
        """Gives a batch: smaller ones near the end, so that all end at about the same time."""
        lane = self._lanes[worker.lane]
        size = max(1, min(_BATCH, sum(len(each) for each in self._lanes) // (2 * self._wanted)))
        batch = [lane.popleft() for _ in range(min(size, len(lane)))]
        if not batch:
            longest = max(self._lanes, key=len)
            batch = [longest.pop() for _ in range(min(size, len(longest)))]
        if batch:
            worker.tasks.extend(batch)
            worker.tell(batch)

    def _bury(self, worker: _Worker, reason: str) -> None:
        """One file is lost with a worker; the others of its batch go back."""
        self._workers.remove(worker)
        worker.child.end()
        if not worker.ready:
            raise RuntimeError(f"a worker process does not start: {reason}")
        if worker.tasks:
            index, _, reported = worker.tasks.popleft()
            lost = lost_file(reported, reason, replay(reported), self._checkers)
            self._answers[index] = Answer(lost, ())
            self._lanes[worker.lane].extendleft(reversed(worker.tasks))
        if any(self._lanes):
            self._workers.append(self._new_worker(worker.lane))
