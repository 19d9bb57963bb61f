# mypy: ignore-errors
# (mypy reads the benches as 3.11; this runs in the campaign's Python, 3.12 or later)
"""What a process holds: descriptors, locks, threads, children, files, transactions, its state.

`Watch.take()` is a `State`; `state.since(earlier)` are the `Thing`s that are held now and were not.
Each has a kind, words, a key that two states share, and where it was acquired, as far as known.

Needs nothing but the standard library, so that it runs under the reviewed package's interpreter.
What is seen and how:

    descriptor      /proc/self/fd, by number and target; file locks by /proc/locks
    lock            threading.Lock and RLock are wrapped before the package is imported
    thread, child   threading.enumerate, /proc/self/task/*/children
    file            audit events of what makes files, looked up again later
    transaction     sqlite3 connections, by their audit event
    process state   environment, folder, umask, signal handlers
"""

import functools
import gc
import os
import signal
import sys
import threading
import weakref

_real_lock = threading.Lock
_real_rlock = threading.RLock
_SIGNALS = sorted({int(each) for each in signal.valid_signals() if int(each) < 32} - {9, 19})


class Thing:
    """Something that is held: equal to the same thing in another state."""

    __slots__ = ("acquired", "key", "kind", "what")

    def __init__(self, kind, key, what, acquired=None):
        self.kind, self.key, self.what, self.acquired = kind, key, what, acquired

    def __eq__(self, other):
        return (self.kind, self.key) == (other.kind, other.key)

    def __hash__(self):
        return hash((self.kind, self.key))

    def told(self):
        """As a row: kind, what, acquired (path, line, function) or None."""
        return {"kind": self.kind, "what": self.what, "acquired": self.acquired}


class State(dict):
    """What is held at one moment: things by themselves."""

    def since(self, earlier):
        """What is held now and was not then."""
        return [thing for thing in self if thing not in earlier]


class Watch:
    """The watcher of this process; `package` tells the place in the package that a frame is at.

    `package(frame)` is (path, line, function) for a frame of the package, else None.
    """

    def __init__(self, package):
        self.package = package
        self.locks = weakref.WeakSet()
        self.connections = []
        self.made = {}  # path of a file: (kind, where)
        self.started = {}  # what was acquired where: descriptors, the last child
        self.threads = weakref.WeakKeyDictionary()  # where they were started
        self.seen = frozenset()
        self.on = False

    def install(self):
        """Wraps locks and listens to audit events; before the package is imported."""
        watch = self

        class Lock(_Lock):
            def __init__(self):
                _Lock.__init__(self, _real_lock(), watch)

        class RLock(_RLock):
            def __init__(self):
                _RLock.__init__(self, _real_rlock(), watch)

        threading.Lock, threading.RLock = Lock, RLock
        real_start = threading.Thread.start

        @functools.wraps(real_start)
        def start(thread):
            if watch.on:
                watch.threads[thread] = watch.here()
            return real_start(thread)

        threading.Thread.start = start
        sys.addaudithook(self._audit)

    def here(self):
        """The innermost place in the package on this thread's stack."""
        frame = sys._getframe(1)
        while frame is not None:
            place = self.package(frame)
            if place is not None:
                return place
            frame = frame.f_back
        return None

    def _audit(self, event, args):
        if not self.on:
            return
        try:
            self._heard(event, args)
        except Exception as error:  # an audit hook that raises would be a fault of its own
            sys.__stderr__.write(f"campaign: {event}: {error!r}\n")

    def _heard(self, event, args):
        if event in ("tempfile.mkstemp", "tempfile.mkdtemp"):
            self.made[os.path.abspath(args[0])] = ("temporary file left", self.here())
        elif event == "open":
            path, _, flags = args
            if isinstance(path, str) and isinstance(flags, int) and flags & os.O_CREAT:
                self._file(path)
        elif event == "os.mkdir":
            self._file(args[0])
        elif event in ("os.rename", "os.link", "os.symlink"):
            self._file(args[1])
        elif event == "sqlite3.connect/handle":
            connection = args[0]
            self.connections.append((weakref.ref(connection), self.here()))
        elif event in ("subprocess.Popen", "os.fork", "os.posix_spawn"):
            self.started["child"] = self.here()

    def _file(self, path):
        path = os.path.abspath(os.fsdecode(path))
        if not path.startswith(("/proc/", "/dev/")) and not os.path.lexists(path):
            self.made.setdefault(path, ("file left", self.here()))

    def line(self, place):
        """Called at lines of watched functions: new descriptors belong to the last one."""
        now = set(os.listdir("/proc/self/fd"))
        for fd in now - self.seen:
            try:
                os.fstat(int(fd))
            except OSError:  # the one of the listing itself
                now.discard(fd)
                continue
            if place is not None:
                self.started[fd] = place
            else:
                self.started.pop(fd, None)
        self.seen = now

    def take(self):
        """What is held now."""
        state = State()
        for thing in self._things():
            state[thing] = None
        return state

    def _things(self):
        locked = _locked_inodes()
        for fd in os.listdir("/proc/self/fd"):
            try:
                target = os.readlink(f"/proc/self/fd/{fd}")
            except OSError:
                continue
            if target.startswith(f"/proc/{os.getpid()}/fd") or target == "/dev/urandom":
                continue
            where = self.started.get(fd)
            target = target.removesuffix(" (deleted)")  # it may be unlinked meanwhile
            yield Thing("descriptor stays", (fd, target), _plain(target), where)
            if locked and target.startswith("/"):
                try:
                    inode = os.stat(target).st_ino
                except OSError:
                    continue
                if inode in locked:
                    yield Thing("file lock held", (fd, target), _plain(target), where)
        for lock in list(self.locks):
            if lock.holder is not None:
                yield Thing("lock held", id(lock), f"{lock.word} made {lock.made}", lock.where)
        for thread in threading.enumerate():
            what = f"{type(thread).__name__}{' (daemon)' if thread.daemon else ''}"
            yield Thing("thread left", thread.ident, what, self.threads.get(thread))
        for child in _children():
            yield Thing("child left", child, "process", self.started.get("child"))
        for path, (kind, where) in list(self.made.items()):
            if os.path.lexists(path):
                yield Thing(kind, path, _plain(path), where)
        for reference, where in self.connections:
            connection = reference()
            try:
                if connection is not None and connection.in_transaction:
                    yield Thing("transaction open", id(connection), "sqlite3.Connection", where)
            except Exception:  # of a closed connection
                continue
        for name, value in os.environ.items():
            if name == "PYTEST_CURRENT_TEST":
                continue
            yield Thing("state changed", ("environment", name, value), f"os.environ[{name!r}]")
        try:
            folder = os.getcwd()
        except OSError:
            folder = "a folder that is gone"
        yield Thing("state changed", ("folder", folder), "current folder")
        mask = os.umask(0o77)
        os.umask(mask)
        yield Thing("state changed", ("umask", mask), "umask")
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            key = ("signal", number, repr(handler))
            yield Thing("state changed", key, f"handler of {signal.Signals(number).name}")


def _plain(target):
    """A target without what differs from run to run."""
    for name in ("TMPDIR", "HOME"):
        folder = os.environ.get(name, "")
        if len(folder) > 1:
            target = target.replace(folder, f"${name}")
    for mark in ("socket:", "pipe:"):
        if target.startswith(mark):
            return mark[:-1]
    return target


def _locked_inodes():
    """Inodes of files that this process has locked."""
    found = set()
    try:
        with open("/proc/locks", encoding="ascii") as lines:
            for line in lines:
                fields = line.split()
                if len(fields) > 5 and fields[4] == str(os.getpid()):
                    found.add(int(fields[5].rpartition(":")[2]))
    except OSError:
        pass
    return found


def _children():
    found = []
    for task in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{task}/children", encoding="ascii") as file:
                found += [int(each) for each in file.read().split()]
        except OSError:
            continue
    return found


def collect():
    """Runs the collector until it has no more to do, some few times."""
    for _ in range(3):
        if not gc.collect():
            break


class _Lock:
    """A lock that knows who holds it since where."""

    word = "Lock"

    def __init__(self, real, watch):
        self.real, self.watch = real, watch
        self.holder = self.where = None
        self.count = 0
        place = watch.here() if watch.on else None
        self.made = "elsewhere" if place is None else f"{place[0]}:{place[1]}"
        watch.locks.add(self)

    def acquire(self, blocking=True, timeout=-1):
        taken = self.real.acquire(blocking, timeout)
        if taken:
            self._taken()
        return taken

    def _taken(self):
        self.count += 1
        if self.count == 1:
            self.where = self.watch.here() if self.watch.on else None
            self.holder = threading.get_ident()

    def release(self):
        if self.count <= 1:
            self.holder = self.where = None
        self.count = max(0, self.count - 1)
        self.real.release()

    def locked(self):
        return self.real.locked()

    def __enter__(self):
        self.acquire()
        return True

    def __exit__(self, *_):
        self.release()

    def _at_fork_reinit(self):
        self.real._at_fork_reinit()
        self.holder = self.where = None
        self.count = 0


class _RLock(_Lock):
    word = "RLock"

    def release(self):
        if not self.real._is_owned():
            self.real.release()  # raises
        super().release()

    def _is_owned(self):
        return self.real._is_owned()

    def _recursion_count(self):
        return self.real._recursion_count()

    def _release_save(self):
        kept = (self.real._release_save(), self.count, self.where)
        self.count, self.holder, self.where = 0, None, None
        return kept

    def _acquire_restore(self, kept):
        self.real._acquire_restore(kept[0])
        self.count, self.where = kept[1], kept[2]
        self.holder = threading.get_ident()
