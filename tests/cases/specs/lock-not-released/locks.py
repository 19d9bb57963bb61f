"""Explicit acquisitions of locks."""

import threading


class Registry:
    def __init__(self):
        self._lock = threading.Lock()
        self._entries = {}

    def normal_way_only(self, key, load):
        # found: CWE-667
        self._lock.acquire()
        self._entries[key] = load(key)
        self._lock.release()

    def early_return(self, key):
        # found: CWE-667
        self._lock.acquire()
        if key in self._entries:
            return self._entries[key]
        self._lock.release()
        return None

    def one_error_only(self, key, load):
        # found: CWE-667
        self._lock.acquire()
        try:
            self._entries[key] = load(key)
        except KeyError:
            pass
        self._lock.release()

    def in_a_loop(self, keys, load):
        for key in keys:
            # found: CWE-667
            self._lock.acquire()
            load(key)
            self._lock.release()

    def raise_in_between(self, key):
        # found: CWE-667
        self._lock.acquire()
        if key not in self._entries:
            raise LookupError(key)
        self._lock.release()

    async def awaited(self, lock, read):
        # found: CWE-667
        await lock.acquire()
        await read()
        lock.release()

    def in_finally(self, key, load):
        # handled: CWE-667
        self._lock.acquire()
        try:
            self._entries[key] = load(key)
        finally:
            self._lock.release()

    def in_a_handler(self, key, load):
        # handled: CWE-667
        self._lock.acquire()
        try:
            value = load(key)
        except Exception:
            self._lock.release()
            raise
        self._lock.release()
        return value

    def with_a_timeout(self, load):
        # handled: CWE-667
        if not self._lock.acquire(timeout=1):
            return None
        try:
            return load()
        finally:
            self._lock.release()

    def only_if_got(self, load):
        # handled: CWE-667
        got = self._lock.acquire(False)
        try:
            return load()
        finally:
            if got:
                self._lock.release()

    def optional(self, lock, load):
        if lock is not None:
            # handled: CWE-667
            lock.acquire()
        try:
            return load()
        finally:
            if lock is not None:
                lock.release()

    def nothing_raises(self):
        # handled: CWE-667
        self._lock.acquire()
        self.count = len(self._entries)
        self._lock.release()

    def split(self):
        # unseen: CWE-667 the other holder of self._lock
        self._lock.acquire()

    def taken_back(self, wait):
        self._lock.release()
        try:
            wait()
        finally:
            # unseen: CWE-667 the other holder of self._lock
            self._lock.acquire()

    def with_statement(self, key, load):
        with self._lock:
            self._entries[key] = load(key)


def not_a_lock(license):
    license.acquire()


class Handle:
    def open_or_give_up(self, load):
        # handled: CWE-667
        self._lock.acquire()
        try:
            load()
        except BaseException:
            self._lock.release()
            raise

    def open_or_log(self, load):
        # found: CWE-667
        self._lock.acquire()
        try:
            load()
        except ValueError:
            self._lock.release()
            raise
        self.read()
        self._lock.release()

    def logged_between(self, send):
        # handled: CWE-667
        self._lock.acquire()
        log.msg("sending")
        try:
            send()
        finally:
            self._lock.release()

    def handed_to_a_worker(self, submit):
        started = False
        # unseen: CWE-667 the other holder of self._lock
        self._lock.acquire()
        try:
            started = submit(lambda: work(self._lock))
        finally:
            if not started:
                self._lock.release()

    def kept_by_nobody(self, submit, other):
        started = False
        # found: CWE-667
        self._lock.acquire()
        try:
            started = submit(lambda: work(other))
        finally:
            if not started:
                self._lock.release()


class Signal:
    def wait_for(self, arrived):
        # unseen: CWE-667 the other holder of self._wait
        self._wait.acquire(blocking=False)
        if not arrived():
            # unseen: CWE-667 the other holder of self._wait
            self._wait.acquire()
        if self._wait.locked():
            self._wait.release()

    def wait_if_refused(self, arrived):
        # found: CWE-667
        if not self._wait.acquire(blocking=False):
            return
        arrived()
        self._wait.release()

    def given_for_a_while(self, wait):
        with self._lock:
            self._lock.release()
            wait()
            # unseen: CWE-667 the other holder of self._lock
            self._lock.acquire()


def tokens_of_a_queue(tokens, queue, work):
    # unseen: CWE-667 the other holder of tokens
    tokens.acquire()
    while queue.get() is not None:
        work()
        # unseen: CWE-667 the other holder of tokens
        tokens.acquire()
    tokens.release()


def token_for_each(tokens, queue, work):
    while queue.get() is not None:
        # found: CWE-667
        tokens.acquire()
        work()
        tokens.release()


class Served:
    def run(self, work):
        if not self.single:
            # handled: CWE-667
            self._lock.acquire()
        try:
            work()
        finally:
            if not self.single:
                self._lock.release()

    def run_wrongly(self, work):
        if not self.single:
            # found: CWE-667
            self._lock.acquire()
        try:
            work()
        finally:
            if self.ended:
                self._lock.release()


class Timed:
    def with_a_limit(self, load):
        # handled: CWE-667
        if self._lock.acquire(timeout=60) is False:
            raise TimeoutError("too late")
        try:
            load()
        finally:
            self._lock.release()

    def with_a_limit_misread(self, load):
        # unseen: CWE-667 the other holder of self._lock
        if self._lock.acquire(timeout=60) is True:
            raise TimeoutError("too late")
        try:
            load()
        finally:
            self._lock.release()


class Two:
    def both(self):
        # handled: CWE-667
        self._outer.acquire()
        # handled: CWE-667
        self._inner.acquire()
        self._inner.release()
        self._outer.release()

    def both_and_more(self, load):
        # found: CWE-667
        self._outer.acquire()
        # found: CWE-667
        self._inner.acquire()
        load()
        self._inner.release()
        self._outer.release()


class Pool:
    def spawn(self, put, destroy):
        # handled: CWE-667
        self._free.acquire()
        try:
            put()
        except:
            destroy()  # on its way to the release
            self._free.release()
            raise

    def spawn_or_give_up(self, put, destroy):
        # found: CWE-667
        self._free.acquire()
        try:
            put()
        except ValueError:
            destroy()
            raise
        except:
            self._free.release()
            raise


class Places:
    def __init__(self, folder):
        self._slots = threading.Semaphore(4)
        self._taken = []
        self._folder = folder

    def drop(self, item):
        # handled: CWE-667
        self._slots.acquire()
        self._taken.remove(item)
        self._slots.release()

    def drop_file(self, item):
        # found: CWE-667
        self._slots.acquire()
        self._folder.remove(item)
        self._slots.release()


class Connections:
    def __init__(self, make):
        self._slots = threading.Semaphore(4)
        self._lock = threading.Lock()
        self._make = make
        self.closing = False

    def take(self):
        # unseen: CWE-667 the other holder of self._slots
        self._slots.acquire()
        if self.closing:
            self._slots.release()
            return None
        try:
            return self._make()
        except Exception:
            self._slots.release()
            raise

    def give(self, connection):
        connection.rest()
        self._slots.release()

    def take_without_handler(self):
        # found: CWE-667
        self._slots.acquire()
        if self.closing:
            self._slots.release()
            return None
        return self._make()

    def forget(self, key):
        # found: CWE-667
        self._lock.acquire()
        if self.closing:
            return
        self._lock.release()

    def remember(self, key):
        # handled: CWE-667
        self._lock.acquire()
        self._lock.release()
