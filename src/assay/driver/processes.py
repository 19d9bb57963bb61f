"""Processes that run this package: each a fresh interpreter (SPAWN) or a copy of this one (FORK).

The current folder holds reviewed code more often than not, and `python -c` looks there first when
it imports: a file `random.py` would be run. `multiprocessing` starts its processes that way, and a
process more that tracks their resources. A fresh interpreter is therefore started here, with `-P`,
and the first thing that it does is to take over the path on which this one found its modules.

Invariant: what lies in the current folder is not imported by a process that is started here,
unless this package itself was imported from that folder, or the user's PYTHONPATH names it.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final, TypeAlias, final

import assay

if TYPE_CHECKING:  # Windows has no ForkProcess
    from multiprocessing.context import ForkProcess

SPAWN: Final = "spawn"
FORK: Final = "fork"

ChildEnd: TypeAlias = "Connection[object, object]"
Main: TypeAlias = Callable[[ChildEnd], None]
"""What a child runs: a function of a module, given the child's end of the connection."""

_PROGRAM: Final = (
    "import sys; sys.path[:] = {path!a}; "
    "from multiprocessing.connection import {kind}; from {module} import {name}; "
    "{name}({kind}({handle}))"
)


class Child(ABC):
    """A process and the connection to it."""

    def __init__(self, connection: ChildEnd) -> None:
        self.connection: Final = connection

    @abstractmethod
    def exit_code(self, seconds: float) -> int | None:
        """Waits so long for the end; None if it did not come. Signals are negative numbers."""

    @abstractmethod
    def end(self) -> None:
        """Ends the process, whatever it does."""


def can_start(method: str) -> bool:
    """Whether there is an interpreter to start; a frozen program has none."""
    if method == FORK and FORK in multiprocessing.get_all_start_methods():
        return True
    return bool(sys.executable) and not getattr(sys, "frozen", False)


def start(method: str, main: Main) -> Child:
    """Starts a process that runs `main`: a copy if that is asked for and the system can do it."""
    here, there = multiprocessing.Pipe()
    with _interrupts_ignored():
        if method == FORK and FORK in multiprocessing.get_all_start_methods():
            child: Child = _Forked(here, there, main)
        else:
            child = _Spawned(here, there, main)
    there.close()
    return child


@final
class _Spawned(Child):
    """A fresh interpreter. It inherits the other end of the connection and nothing else."""

    def __init__(self, here: ChildEnd, there: ChildEnd, main: Main) -> None:
        super().__init__(here)
        command = command_line(_program(there, main))
        if sys.platform == "win32":
            os.set_handle_inheritable(there.fileno(), True)
            startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [there.fileno()]})
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                startupinfo=startup,
            )
        else:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[there.fileno()],
            )

    def exit_code(self, seconds: float) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def end(self) -> None:
        self.connection.close()
        self._process.kill()
        self._process.wait()


@final
class _Forked(Child):
    """A copy of this process. It imports what it still lacks from where this one would."""

    def __init__(self, here: ChildEnd, there: ChildEnd, main: Main) -> None:
        super().__init__(here)
        self._process: Final[ForkProcess] = multiprocessing.get_context("fork").Process(
            target=main, args=(there,), daemon=True
        )
        self._process.start()

    def exit_code(self, seconds: float) -> int | None:
        self._process.join(seconds)
        return self._process.exitcode

    def end(self) -> None:
        self.connection.close()
        if self._process.is_alive():
            self._process.kill()
        self._process.join()


def command_line(program: str) -> list[str]:
    """A fresh interpreter that runs a text, started with the options of this one and with `-P`."""
    return [sys.executable, "-P", *_options(), "-c", program]


def _program(there: ChildEnd, main: Main) -> str:
    return _PROGRAM.format(
        path=module_path(),
        kind=type(there).__name__,
        handle=there.fileno(),
        module=main.__module__,
        name=main.__name__,
    )


def module_path() -> list[str]:
    """Where this process finds modules, without the entry that stands for the current folder.

    The folder that holds this package is the last entry, if it is none of the others.
    """
    path = [entry for entry in sys.path if isinstance(entry, str) and entry != ""]
    home = os.path.dirname(os.path.dirname(os.path.abspath(assay.__file__)))
    return path if home in path else [*path, home]


def _options() -> list[str]:
    """The options that this interpreter was started with, as far as they change what is run."""
    flags = (
        (sys.flags.isolated, "-I"),
        (sys.flags.ignore_environment, "-E"),
        (sys.flags.no_user_site, "-s"),
        (sys.flags.no_site, "-S"),
        (sys.dont_write_bytecode, "-B"),
    )
    options = [option for is_set, option in flags if is_set]
    options += ["-O"] * sys.flags.optimize
    options += [f"-W{warning}" for warning in sys.warnoptions]
    for name, value in sys._xoptions.items():
        options.append(f"-X{name}" if value is True else f"-X{name}={value}")
    return options


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
