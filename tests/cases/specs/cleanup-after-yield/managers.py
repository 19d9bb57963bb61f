# path: depot/managers.py
import os
import shutil
import signal
import sys
import threading
from contextlib import ExitStack, asynccontextmanager, contextmanager

import pytest

LEVEL = 1
LOCK = threading.Lock()


@contextmanager
def working_directory(path):
    old = os.getcwd()
    os.chdir(path)
    # found: CWE-459
    yield
    os.chdir(old)


@contextmanager
def working_directory_restored(path):
    old = os.getcwd()
    os.chdir(path)
    try:
        # handled: CWE-459
        yield
    finally:
        os.chdir(old)


@contextmanager
def scratch(base, names):
    folder = os.path.join(base, "scratch")
    os.makedirs(folder)
    for name in names:
        with open(os.path.join(folder, name), "w") as stream:
            stream.write(name)
    # found: CWE-459
    yield folder
    shutil.rmtree(folder)


@contextmanager
def scratch_removed(base):
    folder = os.path.join(base, "scratch")
    os.makedirs(folder)
    try:
        # handled: CWE-459
        yield folder
    except BaseException:
        shutil.rmtree(folder)
        raise
    else:
        shutil.rmtree(folder)


class Screen:
    def __init__(self, lock):
        self._lock = lock
        self.depth = 0
        self.quiet = False

    @contextmanager
    def exclusive(self, rows):
        self.lock().acquire()
        for row in rows:
            row.clear()
        # found: CWE-459
        yield
        self._lock.release()

    def lock(self):
        return self._lock

    @contextmanager
    def exclusive_safely(self):
        self._lock.acquire()
        try:
            # handled: CWE-459
            yield
        finally:
            self._lock.release()

    @contextmanager
    def nested(self):
        self.depth += 1
        # unseen: CWE-459 the users of self
        yield self.depth
        self.depth -= 1

    @contextmanager
    def silenced(self):
        before, self.quiet = self.quiet, True
        try:
            # handled: CWE-459
            yield
        finally:
            self.quiet = before

    @contextmanager
    def held(self):
        with self._lock:
            # clean: CWE-459
            yield self.depth

    @contextmanager
    def only_a_lock_round_it(self):
        self.quiet = True
        with self._lock:
            # unseen: CWE-459 the users of self
            yield
        self.quiet = False


@asynccontextmanager
async def serving(server):
    await server.start()
    # found: CWE-459
    yield server
    await server.stop()


@asynccontextmanager
async def serving_safely(server):
    await server.start()
    try:
        # handled: CWE-459
        yield server
    finally:
        await server.stop()


@asynccontextmanager
async def lifespan(app):
    await app.pool.start()
    # clean: CWE-459
    yield
    await app.pool.stop()


@contextmanager
def on_signal(number, handler):
    previous = signal.signal(number, handler)
    # found: CWE-459
    yield
    signal.signal(number, previous)


@contextmanager
def on_signal_safely(number, handler):
    with ExitStack() as stack:
        stack.callback(signal.signal, number, signal.signal(number, handler))
        # clean: CWE-459
        yield


@contextmanager
def environment(name, value):
    old = os.environ[name]
    os.environ[name] = value
    try:
        # handled: CWE-459
        yield
    finally:
        os.environ[name] = old


@contextmanager
def transaction(session):
    session.begin()
    # clean: CWE-459
    yield session
    session.commit()


@contextmanager
def redirected(stream):
    saved = sys.stdout
    sys.stdout = stream
    # found: CWE-459
    yield stream
    sys.stdout = saved


@contextmanager
def verbose():
    global LEVEL
    old, LEVEL = LEVEL, 2
    with LOCK:
        # found: CWE-459
        yield
    LEVEL = old


@contextmanager
def verbose_for_a_while():
    global LEVEL
    old, LEVEL = LEVEL, 2
    try:
        # handled: CWE-459
        yield
    finally:
        LEVEL = old


@contextmanager
def timed(clock, report):
    start = clock.now()
    # clean: CWE-459
    yield
    report.append(clock.now() - start)


@contextmanager
def opened(path):
    stream = open(path)
    # clean: CWE-459
    yield stream
    stream.close()


@pytest.fixture
def server(factory):
    made = factory.start()
    yield made
    made.stop()


def numbers(source):
    source.start()
    yield from source
    source.stop()
