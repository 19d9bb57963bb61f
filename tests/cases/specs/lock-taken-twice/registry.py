# path: depot/registry.py
import asyncio
import threading

from oslo_concurrency import lockutils

from depot import locking


class Registry:
    def __init__(self):
        self._lock = threading.Lock()
        self._rows = {}

    def get(self, key):
        # clean: CWE-833
        with self._lock:
            return self._rows[key]

    def first(self, keys):
        with self._lock:
            # found: CWE-833
            return self.get(keys[0])

    def first_of_all(self, keys):
        # clean: CWE-833
        with self._lock:
            key = keys[0]
        return self.get(key)

    def later(self, keys, pool):
        # clean: CWE-833
        with self._lock:
            pool.submit(lambda: self.get(keys[0]))
            return pool.submit(self.get, keys[1])

    def __setitem__(self, key, value):
        # clean: CWE-833
        self._lock.acquire()
        try:
            self._rows[key] = value
        finally:
            self._lock.release()

    def setdefault(self, key, value):
        self._lock.acquire()
        try:
            if key not in self._rows:
                # found: CWE-833
                self[key] = value
        finally:
            self._lock.release()

    def released_for_it(self, key, value):
        # clean: CWE-833
        with self._lock:
            self._lock.release()
            self[key] = value
            self._lock.acquire()

    def store(self, key, value):
        self.check(key)
        self[key] = value

    def check(self, key):
        if not key:
            # clean: CWE-833
            with self._lock:
                self._rows.clear()

    def store_many(self, rows):
        with self._lock:
            for key, value in rows:
                # found: CWE-833
                self.store(key, value)

    def check_many(self, rows):
        # clean: CWE-833
        with self._lock:
            for key in rows:
                self.check(key)

    @property
    def size(self):
        # clean: CWE-833
        with self._lock:
            return len(self._rows)

    def report(self, log):
        with self._lock:
            # found: CWE-833
            log.info("%d rows", self.size)


class Nested:
    def __init__(self):
        self._lock = threading.RLock()
        self._ready = threading.Condition()

    def get(self, key):
        # clean: CWE-833
        with self._lock:
            return key

    def first(self, keys):
        with self._lock:
            # handled: CWE-833
            return self.get(keys[0])

    def last(self, keys):
        self._lock.acquire()
        try:
            # handled: CWE-833
            return self.get(keys[-1])
        finally:
            self._lock.release()

    def wake(self):
        # clean: CWE-833
        with self._ready:
            self._ready.notify()

    def wake_all(self):
        with self._ready:
            # handled: CWE-833
            self.wake()

    def wake_twice(self):
        with self._ready:
            # handled: CWE-833
            self.wake()
            self.wake()

    def wake_if(self, wanted):
        with self._ready:
            if wanted:
                # handled: CWE-833
                self.wake()

    def first_ready(self, keys):
        with self._ready, self._lock:
            # handled: CWE-833
            return self.get(keys[0])


class Shared:
    def __init__(self, lock):
        self._lock = lock
        self._other = locking.make()

    def get(self, key):
        with self._lock:
            return key

    def first(self, keys):
        with self._lock:
            # unseen: CWE-833 the kind of self._lock
            return self.get(keys[0])


class Volumes:
    @lockutils.synchronized("volumes")
    def create(self, name):
        # found: CWE-833
        self.snapshot(name)

    # clean: CWE-833
    @lockutils.synchronized("volumes")
    def snapshot(self, name):
        return name

    # clean: CWE-833
    @lockutils.synchronized("shares")
    def share(self, name):
        return self.snapshot(name)


class Tasks:
    def __init__(self):
        self._lock = asyncio.Lock()

    async def one(self):
        # clean: CWE-833
        async with self._lock:
            await asyncio.sleep(1)

    async def spawn(self):
        # clean: CWE-833
        async with self._lock:
            return asyncio.create_task(self.one())

    async def both(self):
        async with self._lock:
            # found: CWE-833
            await self.one()
