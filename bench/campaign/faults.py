# mypy: ignore-errors
# (mypy reads the benches as 3.11, where sys.monitoring is not)
"""Raises once at a call, by `sys.monitoring` (PEP 669, Python 3.12+), and looks what it leaves.

    fault = Fault(places, watch, plan)    one call raises, and what follows is written down

The exception is raised in the frame that calls, at the instruction of the call, before the call
takes place; a call that releases something (`close`, `unlink`, ...) takes place first and raises at
the next instruction, as close(2) does, which gives the descriptor back and then reports EIO.

What is looked at, in the frames of the package from the one that calls out to the edge, where a
test or a library called the package:

    a frame is entered   what is held
    it is left           what is new and still held, for the innermost frame of which that is true
    the edge             frames that are gone are cleared, so that only owners outside keep a thing

and again when the test is over, after collection. An exception that no frame let out, nobody
logged, turned into text, kept or handed on is swallowed, at the line of its handler.
"""

import gc
import logging
import os
import sys
import sysconfig
import threading
import traceback
import types

from campaign.places import EVENTS, TOOL, is_exit, key_of, position

_AFTER = EVENTS.PY_UNWIND | EVENTS.RAISE | EVENTS.RERAISE | EVENTS.EXCEPTION_HANDLED
_STDLIB = os.path.realpath(sysconfig.get_path("stdlib")) + os.sep


class _Told:
    """Mixed into the exceptions: that somebody made a text of it."""

    fault = None

    def __str__(self):
        fault = type(self).fault
        if fault is not None:
            fault.told("its text was taken")
        return super().__str__()

    def __repr__(self):
        fault = type(self).fault
        if fault is not None:
            fault.told("its text was taken")
        return super().__repr__()


def exception_of(name):
    """An exception of the campaign, by the name of what it is a kind of."""
    message = "raised by the campaign"
    if name == "OSError":
        return type("InjectedOSError", (_Told, OSError), {})(5, message)
    if name == "CancelledError":
        import asyncio

        return type("InjectedCancelledError", (_Told, asyncio.CancelledError), {})(message)
    if name == "sqlite3.OperationalError":
        import sqlite3

        return type("InjectedOperationalError", (_Told, sqlite3.OperationalError), {})(message)
    return type("InjectedRuntimeError", (_Told, RuntimeError), {})(message)


class Fault:
    """One call that raises once.

    `plan`: {"site": key, "exception": name, "after": bool, "stack": [[path, function], ...]}.
    """

    def __init__(self, places, watch, plan):
        self.places, self.watch = places, watch
        self.site, self.after = plan["site"], plan["after"]
        self.traced = {tuple(entry) for entry in plan["stack"]}
        self.error = exception_of(plan["exception"])
        self.pid = os.getpid()
        self.thread = None
        self.fired = self.armed = False
        self.pending = None  # frame id, instruction after which it is raised
        self.entries = {}  # id of frame: State
        self.frames = []  # of the package, innermost first: (id, path, function)
        self.left = {}  # Thing: row
        self.handler = None  # frame id and place of the handler that runs
        self.reports = []
        self.outcome = None
        self.settled = False
        self.edge = None
        self.busy = False
        self.codes = set()
        self.visited = []  # lines of the frame that handles it, from the handler on
        self.lines = {}  # id of frame: the line it is at

    # Set up

    def start(self):
        type(self.error).fault = self
        sys.monitoring.use_tool_id(TOOL, "campaign")
        for event, call in (
            (EVENTS.PY_START, self._start),
            (EVENTS.PY_RESUME, self._resume),
            (EVENTS.CALL, self._call),
            (EVENTS.LINE, self._line),
            (EVENTS.INSTRUCTION, self._instruction),
            (EVENTS.PY_RETURN, self._return),
            (EVENTS.PY_YIELD, self._return),
            (EVENTS.PY_UNWIND, self._unwind),
            (EVENTS.RAISE, self._raise),
            (EVENTS.RERAISE, self._raise),
            (EVENTS.EXCEPTION_HANDLED, self._handled),
        ):
            sys.monitoring.register_callback(TOOL, event, call)
        self._hear()
        sys.monitoring.set_events(TOOL, EVENTS.PY_START | EVENTS.PY_RESUME)

    def arm(self):
        """From now on the site raises."""
        self.armed = True
        self.watch.on = True
        sys.monitoring.restart_events()

    def _hear(self):
        """Listens to what reports an error: logging, the hooks of last resort."""
        fault = self
        handle = logging.Logger.callHandlers

        def call_handlers(logger, record):
            fault.logged(record)
            return handle(logger, record)

        logging.Logger.callHandlers = call_handlers
        logging.getLogger().setLevel(1)
        for module, name in ((sys, "unraisablehook"), (threading, "excepthook")):
            before = getattr(module, name)

            def hook(args, before=before, name=name):
                if fault.is_ours(args.exc_value):
                    fault.told(f"{name} reports it")
                return before(args)

            setattr(module, name, hook)

    def logged(self, record):
        """A record that a logger handles."""
        if self.busy or not self.fired or threading.get_ident() != self.thread:
            return
        info = record.exc_info
        if info and self.is_ours(info[1]):
            self.told(f"logged ({record.levelname})")
            return
        for value in [record.msg, *(record.args if isinstance(record.args, tuple) else ())]:
            if self.is_ours(value):
                self.told(f"logged ({record.levelname})")

    def told(self, how):
        """The error was reported in some way, while nobody had looked away."""
        if self.fired and not self.busy and self.outcome is None and how not in self.reports:
            self.reports.append(how)

    def is_ours(self, error):
        """Whether an exception is the injected one or follows from it."""
        for _ in range(12):
            if error is self.error:
                return True
            if not isinstance(error, BaseException):
                return False
            error = error.__cause__ or error.__context__
        return False

    # Before the fault

    def _start(self, code, offset):
        if self.busy:
            return None
        if self.fired:
            self._after_edge()
            return self._handed_on()
        path = self.places.path(code)
        if path is None or (path, code.co_qualname) not in self.traced:
            return sys.monitoring.DISABLE
        if id(code) not in self.codes:
            self.codes.add(id(code))
            wanted = EVENTS.CALL | EVENTS.LINE
            if self.after:
                wanted |= EVENTS.INSTRUCTION
            sys.monitoring.set_local_events(TOOL, code, wanted)
        if self.armed and os.getpid() == self.pid:
            self.busy = True
            frame = id(sys._getframe(1))
            self.lines.pop(frame, None)
            self.entries[frame] = self.watch.take()
            self.busy = False
        return None

    def _resume(self, code, offset):
        if self.fired:
            self._after_edge()
            return None
        return self._start(code, offset) if id(code) not in self.codes else None

    def _line(self, code, line):
        if self.fired:
            self._after_edge()
            handler = self.handler
            if handler is not None and handler[0] == id(sys._getframe(1)):
                self.visited.append(line)
            return
        if self.armed and not self.fired and not self.busy:
            self.busy = True
            frame = sys._getframe(1)
            lines = self._lines_before(id(frame), line)
            place = None
            if lines is not None:
                place = (self.places.path(code), lines, code.co_qualname)
            self.watch.line(place)
            self.busy = False
            return
        return

    def _lines_before(self, frame, line):
        before = self.lines.get(frame)
        self.lines[frame] = line
        return before

    def _call(self, code, offset, callee, first):
        if self.fired:
            if self.handler is not None and self.handler[0] == id(sys._getframe(1)):
                path = self.places.path(code)
                if path is not None and key_of(path, code, offset) == self.site:
                    self.told("it is tried again")
            return
        if not self.armed or self.busy or os.getpid() != self.pid:
            return
        path = self.places.path(code)
        if path is None or is_exit(callee, code) or key_of(path, code, offset) != self.site:
            return
        if self.after:
            self.pending = (id(sys._getframe(1)), offset)
            return
        self._fire(sys._getframe(1))
        raise self.error

    def _instruction(self, code, offset):
        if self.pending is None or self.fired:
            return
        frame = sys._getframe(1)
        if self.pending[0] != id(frame) or self.pending[1] == offset:
            return
        if position(code, offset)[0] is None:  # a handler: the call raised by itself
            self.pending = None
            return
        self._fire(frame)
        raise self.error

    def _fire(self, frame):
        self.busy = self.fired = True
        self.thread = threading.get_ident()
        self.watch.line((self.places.path(frame.f_code), frame.f_lineno, frame.f_code.co_qualname))
        gap = []
        while frame is not None:
            path = self.places.path(frame.f_code)
            if path is not None:
                self.frames += [*gap, (id(frame), path, frame.f_code.co_qualname, frame.f_lineno)]
                gap = []
                known = sys.monitoring.get_local_events(TOOL, frame.f_code)
                wanted = EVENTS.PY_RETURN | EVENTS.PY_YIELD | EVENTS.CALL | EVENTS.LINE
                sys.monitoring.set_local_events(TOOL, frame.f_code, known | wanted)
            elif not os.path.realpath(frame.f_code.co_filename).startswith(_STDLIB):
                break
            frame = frame.f_back
        frame = None
        sys.monitoring.set_events(TOOL, _AFTER)
        self.busy = False

    # After the fault

    def _mine(self):
        return self.fired and not self.busy and threading.get_ident() == self.thread

    def _unwind(self, code, offset, error):
        self._after_edge()
        if not self._mine() or self.outcome is not None or not self.is_ours(error):
            return
        self.busy = True
        frame = id(sys._getframe(1))
        if self.handler is not None and self.handler[0] == frame:
            self.handler = None
            self._watch_calls(False)
        for number, (known, path, function, line) in enumerate(self.frames):
            if known == frame:
                self._leave(frame, path, function, line)
                if number == len(self.frames) - 1:
                    self._at_edge(False)
                break
        self.busy = False

    def _leave(self, frame, path, function, line):
        """What is new since a frame was entered; it is left, or has handled the error."""
        entry = self.entries.get(frame)
        if entry is None:
            return
        for thing in self.watch.take().since(entry):
            if thing not in self.left:
                row = thing.told()
                row["frame"] = (path, line, function)
                row["status"] = "left"
                self.left[thing] = row

    def _raise(self, code, offset, error):
        self._after_edge()

    def _handled(self, code, offset, error):
        if not self._mine():
            return
        self._after_edge()
        if not self.is_ours(error) or self.outcome is not None:
            return
        path = self.places.path(code)
        if path is None:
            return
        self.busy = True
        frame = sys._getframe(1)
        line = position(code, offset + 2)[0] or frame.f_lineno  # PUSH_EXC_INFO has none
        self.visited = []
        self.handler = (id(frame), path, line, code.co_qualname)
        self._watch_calls(True)
        frame = None
        self.busy = False

    def _watch_calls(self, on):
        events = _AFTER | (EVENTS.PY_START if on else 0)
        sys.monitoring.set_events(TOOL, events)
        if on:
            sys.monitoring.restart_events()

    def _handed_on(self):
        """A function starts while a handler runs: is the error among its arguments?"""
        if self.handler is None or threading.get_ident() != self.thread:
            return
        self.busy = True
        try:
            frame = sys._getframe(2)
            code = frame.f_code
            if not os.path.realpath(code.co_filename).startswith(_STDLIB + "logging"):
                for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + 1]:
                    value = frame.f_locals.get(name)
                    if value is self.error and code.co_name not in ("__exit__", "__aexit__"):
                        self.busy = False
                        self.told(f"handed on to {code.co_qualname}")
            frame = None
        finally:
            self.busy = False
        return

    def _return(self, code, offset, value):
        self._after_edge()
        if not self._mine() or self.handler is None or self.outcome is not None:
            return
        frame = id(sys._getframe(1))
        if self.handler[0] != frame:
            return
        self.busy = True
        _, path, line, function = self.handler
        for known, own_path, own_function, own_line in self.frames:
            if known == frame:
                self._leave(frame, own_path, own_function, own_line)
                break
        if self.is_ours(value):
            self.reports.append("it is returned")
        if not self.reports and self._is_kept():
            self.reports.append("it is kept")
        given = type(value).__name__ if value is not None else "None"
        self.outcome = {"path": path, "line": line, "function": function, "gives": given}
        self.outcome["visited"] = self.visited
        self.handler = None
        self._at_edge(True)
        self.busy = False

    def _is_kept(self):
        """Whether something else than frames and tracebacks holds the error."""
        passed = (types.FrameType, types.TracebackType)
        for holder in gc.get_referrers(self.error):
            if holder is self or holder is self.__dict__ or isinstance(holder, passed):
                continue
            if isinstance(holder, BaseException) and self.is_ours(holder):
                continue
            return True
        return False

    def _at_edge(self, soon):
        """A frame of the package is about to be gone: what it leaves is looked at right after."""
        now = self.watch.take()
        self.edge = []
        for thing, row in self.left.items():
            if thing in now:
                self.edge.append(thing)
            else:
                row["status"] = "closed by then"
        if soon:
            soon_events = EVENTS.PY_START | EVENTS.PY_RETURN | EVENTS.PY_RESUME | EVENTS.LINE
            sys.monitoring.set_events(TOOL, _AFTER | soon_events)
            sys.monitoring.restart_events()

    def _after_edge(self):
        """The next event after that: which of the things nobody but dead frames held."""
        if self.edge is None or not self._mine():
            return
        self.busy = True
        kept, self.edge = self.edge, None
        self._settle(kept)
        sys.monitoring.set_events(TOOL, 0 if self.outcome is not None else _AFTER)
        self.busy = False

    def _settle(self, kept):
        self.settled = True
        error, seen = self.error, set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            if error.__traceback__ is not None:
                traceback.clear_frames(error.__traceback__)
            error = error.__context__
        error = None
        gc.collect()
        now = self.watch.take()
        for thing in kept:
            self.left[thing]["status"] = "held" if thing in now else "until collected"

    def finish(self):
        """The end of the test: drops the error, collects and looks once more; gives the result."""
        self.busy = True
        sys.monitoring.set_events(TOOL, 0)
        sys.monitoring.free_tool_id(TOOL)
        if self.fired and not self.settled:
            self._at_edge(False)
            self._settle(self.edge)
        self.error.__traceback__ = None
        type(self.error).fault = None
        gc.collect()
        gc.collect()
        now = self.watch.take()
        for thing, row in self.left.items():
            if row["status"] == "held":
                row["status"] = "stays" if thing in now else "held till the test ended"
        return {
            "fired": self.fired,
            "left": list(self.left.values()),
            "handled": self.outcome,
            "reports": self.reports,
            "route": [[path, line, function] for _, path, line, function in self.frames],
        }
