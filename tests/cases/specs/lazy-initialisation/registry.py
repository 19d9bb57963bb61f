# path: depot/lazy.py
import asyncio
import threading

from .compat import Lock

MODES = {}
NAMES = {}
KINDS: list[str] = []
SEEN = set()
TABLE_LOCK = threading.Lock()


def mode(rows, name):
    # found: CWE-820
    if not MODES:
        for row in rows:
            MODES[row.name] = row
    return MODES[name]


def name_of(key):
    # found: CWE-820
    if not NAMES:
        NAMES["a"] = "first"
        NAMES["b"] = "second"
    return NAMES[key]


def name_at_once(rows, key):
    # clean: CWE-820
    if not NAMES:
        NAMES.update({row.key: row.name for row in rows})
    return NAMES[key]


def kind(rows, index):
    with TABLE_LOCK:
        # handled: CWE-820
        if not KINDS:
            for row in rows:
                KINDS.append(row.kind)
    return KINDS[index]


def published(rows, name):
    global MODES
    if not MODES:
        fresh = {}
        for row in rows:
            fresh[row.name] = row
        MODES = fresh
    return MODES[name]


def local_one(rows):
    MODES = {}
    if not MODES:
        for row in rows:
            MODES[row.name] = row
    return MODES


def seen(rows):
    # clean: CWE-820
    if not SEEN:
        SEEN.update(rows)
    return SEEN


def first_seen(row):
    # clean: CWE-820
    if not SEEN:
        SEEN.add(row)


def names_at_once(rows):
    # clean: CWE-820
    if not NAMES:
        fresh = {}
        for row in rows:
            fresh[row.key] = row.name
        NAMES.update(fresh)


def kinds_at_once(rows):
    # clean: CWE-820
    if not KINDS:
        KINDS.extend(row.kind for row in rows)
    return KINDS


def mode_once(rows):
    # clean: CWE-820
    if not MODES:
        MODES["only"] = rows


class Pool:
    def __init__(self):
        self._lock = None
        if self._lock is None:
            self._lock = threading.Lock()
        self._guard = threading.Lock()

    def ensure(self):
        # found: CWE-820
        if self._lock is None:
            self._lock = threading.Lock()
        return self._lock

    def ensure_by_try(self):
        try:
            # found: CWE-820
            self._other
        except AttributeError:
            self._other = Lock()

    def ensure_by_name(self):
        # found: CWE-820
        if not hasattr(self, "_third"):
            self._third = threading.RLock()

    def ensure_condition(self):
        # found: CWE-820
        if not self._ready:
            self._ready = threading.Condition()

    def ensure_guarded(self):
        with self._guard:
            # handled: CWE-820
            if self._lock is None:
                self._lock = threading.Lock()

    def ensure_twice(self):
        if self._lock is None:
            with self._guard:
                # handled: CWE-820
                if self._lock is None:
                    self._lock = threading.Lock()

    def ensure_held(self):
        self._guard.acquire()
        try:
            # handled: CWE-820
            if self._lock is None:
                self._lock = threading.Lock()
        finally:
            self._guard.release()

    def ensure_then(self):
        with self._guard:
            try:
                # handled: CWE-820
                self._other
            except AttributeError:
                self._other = Lock()

    def name(self, rows):
        with TABLE_LOCK:
            # handled: CWE-820
            if not NAMES:
                for row in rows:
                    NAMES[row.key] = row.name

    def kinds(self, rows):
        with self._guard:
            # handled: CWE-820
            if not KINDS:
                KINDS.append("first")
                KINDS.extend(rows)


class Tasks:
    def ensure(self):
        if self._lock is None:
            self._lock = asyncio.Lock()

    async def run(self):
        return self._lock


class Compat:
    def ensure(self):
        if self._lock is None:
            self._lock = Lock()

    async def run(self):
        return self._lock
