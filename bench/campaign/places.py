# mypy: ignore-errors
# (mypy reads the benches as 3.11, where sys.monitoring is not)
"""Where calls are in a package, what they call, and which of them the tests reach.

    places = Places("/.../src/thing")     frames and code objects by their place in a package
    recorder = Recorder(places)           the calls that are reached, with callee and stack

What nobody expects to fail is told apart by the callee's module (`can_raise`), and so is what does
input or output by itself (`is_io`).
"""

import os
import sys
import types

TOOL = 4
EVENTS = sys.monitoring.events
_THE_IO_MODULES = (
    "posix _io io os socket _socket ssl _ssl select selectors fcntl sqlite3 subprocess shutil "
    "tempfile mmap pathlib glob zipfile tarfile gzip bz2 lzma pty termios tty http.client "
    "urllib.request _posixsubprocess genericpath ctypes _ctypes redis OpenSSL.SSL"
)
IO_MODULES = frozenset(_THE_IO_MODULES.split())
_THE_SILENT_MODULES = (
    "posixpath ntpath "
    "builtins logging warnings time _thread threading collections functools itertools "
    "operator re string typing weakref copy contextlib abc types enum dataclasses inspect "
    "math random struct _struct datetime hashlib _hashlib base64 json uuid errno traceback "
    "sys gc queue _queue asyncio _asyncio _collections _functools _operator _weakref _sre "
    "platform locale codecs textwrap contextvars _contextvars unittest.mock "
    "concurrent.futures multiprocessing concurrent.futures._base concurrent.futures.thread "
    "collections.abc _io.StringIO signal _signal asyncio.locks asyncio.tasks asyncio.events"
)
_SILENT_MODULES = frozenset(_THE_SILENT_MODULES.split())
_LOUD = frozenset({"builtins.open", "threading.Thread.start", "pickle.loads", "pickle.dumps"})
_THE_RELEASING = (
    "close closefd aclose shutdown unlink remove rmdir rmtree removedirs terminate kill "
    "disconnect release unlock unregister detach stop cancel join "
    "rollback cleanup teardown"
)
RELEASING = frozenset(_THE_RELEASING.split())


class Places:
    """Frames and code objects of a package by their place in it.

    `root` is the folder of the package, `skip` parts of paths that are no part of it (tests).
    """

    def __init__(self, root, skip=()):
        self.root = os.path.realpath(root)
        self.skip = tuple(skip)
        self.above = os.path.dirname(self.root) + os.sep
        self._known = {}

    def path(self, code):
        """The path of a code object's file from the folder above the package, or None."""
        name = code.co_filename
        found = self._known.get(name, "")
        if found == "":
            real = os.path.realpath(name)
            found = None
            if real.startswith(self.root + os.sep):
                found = real[len(self.above) :]
                if any(part in found for part in self.skip):
                    found = None
            self._known[name] = found
        return found

    def of_frame(self, frame):
        """(path, line, function) of a frame in the package, else None."""
        path = self.path(frame.f_code)
        if path is None:
            return None
        return (path, frame.f_lineno, frame.f_code.co_qualname)


def key_of(path, code, offset):
    """The key of a call site: path:line:column:end line:end column:function."""
    line, end, column, end_column = position(code, offset)
    return f"{path}:{line}:{column}:{end}:{end_column}:{code.co_qualname}"


_positions = {}


def position(code, offset):
    known = _positions.get(id(code))
    if known is None:
        known = _positions[id(code)] = (code, list(code.co_positions()))
    return known[1][offset // 2]


_SURE = frozenset(
    {
        "posix.getpid",
        "posix.getppid",
        "posix.fspath",
        "posix.cpu_count",
        "os.fsencode",
        "os.fsdecode",
        "genericpath.exists",
        "genericpath.isfile",
        "genericpath.isdir",
        "subprocess.list2cmdline",
    }
)


def callee_name(callee, first):
    """Module and qualified name of what is called."""
    if isinstance(callee, types.MethodType):
        callee = callee.__func__
    owner = getattr(callee, "__objclass__", None)
    if owner is None and isinstance(callee, types.BuiltinFunctionType):
        bound = callee.__self__
        if bound is not None and not isinstance(bound, types.ModuleType):
            owner = bound if isinstance(bound, type) else type(bound)
    if owner is not None:
        return f"{owner.__module__}.{owner.__qualname__}.{callee.__name__}"
    if not hasattr(callee, "__qualname__"):
        callee = type(callee)
    module = getattr(callee, "__module__", None) or "builtins"
    return f"{module}.{callee.__qualname__}"


def _module_in(name, modules):
    parts = name.split(".")
    return any(".".join(parts[:count]) in modules for count in range(1, len(parts)))


def is_io(callee, first):
    """Whether a callee does input or output by itself, as far as its module tells."""
    name = callee_name(callee, first)
    return name == "builtins.open" or _module_in(name, IO_MODULES)


def can_raise(callee, first):
    """Whether it is worth while that a call raises: what nobody expects to fail is left out."""
    if isinstance(callee, type) and issubclass(callee, BaseException):
        return False
    name = callee_name(callee, first)
    if name in _LOUD or _module_in(name, IO_MODULES):
        return name not in _SURE and not name.endswith((".fileno", ".__enter__"))
    return not _module_in(name, _SILENT_MODULES)


def releases(name):
    """Whether a callee gives something back, by the first word of its name."""
    return name.strip("_").split("_")[0] in RELEASING


def is_exit(callee, code):
    """The normal exit of a `with`, which is a call event too: raising there skips clean-up."""
    name = getattr(callee, "__name__", "")
    return name in ("__exit__", "__aexit__") and name not in code.co_names


class Recorder:
    """Writes down which call sites each test reaches, with callee and stack."""

    def __init__(self, places):
        self.places = places
        self.sites = {}  # key: {callee, io, can, stack, code}
        self.io_codes = set()
        self.keys = {}
        self.reached = set()

    def start(self):
        sys.monitoring.use_tool_id(TOOL, "campaign")
        sys.monitoring.register_callback(TOOL, EVENTS.CALL, self._call)
        sys.monitoring.set_events(TOOL, EVENTS.CALL)

    def next_test(self):
        """Forgets what was reached."""
        self.reached = set()

    def _call(self, code, offset, callee, first):
        path = self.places.path(code)
        if path is None or code.co_name == "<module>" or is_exit(callee, code):
            return sys.monitoring.DISABLE
        known = (id(code), offset)
        key = self.keys.get(known)
        if key is None:
            key = self.keys[known] = key_of(path, code, offset)
        self.reached.add(key)
        if key not in self.sites:
            io = is_io(callee, first)
            stack = []
            frame = sys._getframe(1)
            while frame is not None:
                place = self.places.path(frame.f_code)
                if place is not None:
                    entry = (place, frame.f_code.co_qualname)
                    stack.append(entry)
                    if io:
                        self.io_codes.add(entry)
                frame = frame.f_back
            function = callee.__func__ if isinstance(callee, types.MethodType) else callee
            if isinstance(function, type):
                function = function.__init__
            while hasattr(function, "__wrapped__"):
                function = function.__wrapped__
            own = getattr(function, "__code__", None)
            own_path = None if own is None else self.places.path(own)
            self.sites[key] = {
                "callee": callee_name(callee, first),
                "io": io,
                "can": can_raise(callee, first),
                "stack": list(dict.fromkeys(stack)),
                "own": None if own_path is None else (own_path, own.co_qualname),
                "releases": releases(getattr(callee, "__name__", "")),
            }
        return None
