# mypy: ignore-errors
# (mypy reads the tests as 3.11, where sys.monitoring is not)
"""Writes down the control transfers of real programs, as `sys.monitoring` sees them (3.12).

    python edge_collector.py OUTPUT.json contextlib,textwrap test.test_contextlib ...

runs the host's own tests and records every transfer inside of the named modules. This script
needs nothing but the standard library, so it runs under any interpreter of 3.12 or later.

OUTPUT.json: {"version": "3.13.0", "modules": {path: [{"name", "line", "transfers"}]}}, where a
transfer is [kind, from, to, opcode]: `normal` or `raise`, positions as [line, column, end line,
end column], `from` null at the entry, `to` null when the exception leaves the function; the opcode
is that of the instruction it comes from.

What CPython does without a place in the text is passed over; the transfer goes on to the next
instruction that has one:
- instructions without a line, and NOP, RESUME, jumps, CLEANUP_THROW, RETURN_GENERATOR;
- handlers that only clean up: those of `except ... as name`, of comprehensions, of generators.
"""

import dis
import importlib
import io
import json
import sys
import unittest

SKIPPED = {
    "NOP",
    "RESUME",
    "JUMP_FORWARD",
    "JUMP_BACKWARD",
    "JUMP_BACKWARD_NO_INTERRUPT",
    "CLEANUP_THROW",
    "RETURN_GENERATOR",
    "MAKE_CELL",
    "COPY_FREE_VARS",
    "PUSH_EXC_INFO",
    "CACHE",
    "EXTENDED_ARG",
    "POP_TOP",
    "SWAP",
    "COPY",
    "POP_EXCEPT",
}
TOOL = 4


class Code:
    """What was seen of one code object."""

    def __init__(self, code):
        self.code = code
        self.transfers = set()
        self.positions = [
            (line, column, end, end_column) for line, end, column, end_column in code.co_positions()
        ]
        raw = code.co_code
        names = [dis.opname[raw[i]] for i in range(0, len(raw), 2)]
        self.names = names
        self.skipped = [
            name in SKIPPED or None in position
            for name, position in zip(names, self.positions, strict=True)
        ]
        self.cleanup = self.cleanup_ranges()

    def cleanup_ranges(self):
        """The instructions of handlers that only clean up, by index."""
        found = set()
        for entry in dis._parse_exception_table(self.code):
            index = entry.target // 2
            if self.names[index] in ("PUSH_EXC_INFO", "END_ASYNC_FOR", "CLEANUP_THROW"):
                continue
            while self.names[index] not in ("RERAISE", "PUSH_EXC_INFO"):
                found.add(index)
                index += 1
            found.add(index)
        return found

    def passed_over(self, index):
        return self.skipped[index] or index in self.cleanup


class Collector:
    """The callbacks. `frames` maps a frame to [last index with a place or None, raised]."""

    def __init__(self, files):
        self.files = files
        self.codes = {}
        self.frames = {}

    def known(self, code):
        if code.co_filename not in self.files:
            return None
        found = self.codes.get(id(code))  # the hash of a code object is computed each time
        if found is None:
            found = self.codes[id(code)] = Code(code)
        return found

    def start(self, code, offset):
        if self.known(code) is None:
            return sys.monitoring.DISABLE
        self.frames[id(sys._getframe(1))] = [None, False]
        return None

    def instruction(self, code, offset):
        known = self.known(code)
        if known is None:
            return sys.monitoring.DISABLE
        state = self.frames.setdefault(id(sys._getframe(1)), ["lost", False])
        index = offset // 2
        if known.names[index] == "CLEANUP_THROW":
            state[1] = False  # a StopIteration becomes the value of the await
        if known.passed_over(index):
            return None
        if state[0] != "lost":
            known.transfers.add((state[0], index, state[1]))
        state[0], state[1] = index, False
        return None

    def handled(self, code, offset, exception):
        if self.known(code) is not None:
            state = self.frames.setdefault(id(sys._getframe(1)), ["lost", False])
            state[1] = True

    def unwound(self, code, offset, exception):
        known = self.known(code)
        if known is not None:
            state = self.frames.pop(id(sys._getframe(1)), ["lost", False])
            if state[0] != "lost":
                known.transfers.add((state[0], None, True))

    def returned(self, code, offset, value):
        if self.known(code) is None:
            return sys.monitoring.DISABLE
        self.frames.pop(id(sys._getframe(1)), None)
        return None


def monitor(collector):
    monitoring = sys.monitoring
    events = monitoring.events
    monitoring.use_tool_id(TOOL, "edges")
    for event, callback in (
        (events.PY_START, collector.start),
        (events.INSTRUCTION, collector.instruction),
        (events.EXCEPTION_HANDLED, collector.handled),
        (events.PY_UNWIND, collector.unwound),
        (events.PY_RETURN, collector.returned),
    ):
        monitoring.register_callback(TOOL, event, callback)
    monitoring.set_events(
        TOOL,
        events.PY_START
        | events.INSTRUCTION
        | events.EXCEPTION_HANDLED
        | events.PY_UNWIND
        | events.PY_RETURN,
    )


def report(collector):
    modules = {}
    for known in collector.codes.values():
        code = known.code
        transfers = []
        for source, target, raised in known.transfers:
            transfers.append(
                [
                    "raise" if raised else "normal",
                    None if source is None else known.positions[source],
                    None if target is None else known.positions[target],
                    "" if source is None else known.names[source],
                ]
            )
        transfers.sort(key=repr)
        modules.setdefault(code.co_filename, []).append(
            {"name": code.co_name, "line": code.co_firstlineno, "transfers": transfers}
        )
    for functions in modules.values():
        functions.sort(key=lambda each: (each["line"], each["name"]))
    return {"version": ".".join(map(str, sys.version_info[:3])), "modules": modules}


def main():
    output, modules, *tests = sys.argv[1:]
    files = set()
    for name in modules.split(","):
        files.add(importlib.import_module(name).__file__)
    collector = Collector(files)
    saved = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.StringIO()
    try:
        result = unittest.TestResult()
        result.buffer = True
        suites = [unittest.defaultTestLoader.loadTestsFromName(name) for name in tests]
        monitor(collector)
        for suite in suites:
            suite.run(result)
    finally:
        sys.monitoring.set_events(TOOL, 0)
        sys.stdout, sys.stderr = saved
    with open(output, "w", encoding="utf-8") as file:
        json.dump(report(collector), file)


if __name__ == "__main__":
    main()
