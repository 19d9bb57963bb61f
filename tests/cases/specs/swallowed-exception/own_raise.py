# path: depot/own_raise.py
import errno
import os
import sys


def run_in(loop, running, job):
    try:
        if running() is loop:
            raise NotImplementedError("called from the loop itself")
    # found: CWE-390
    except RuntimeError:
        pass
    return loop.run(job)


def run_in_safely(loop, running, job):
    try:
        if running() is loop:
            raise NotImplementedError("called from the loop itself")
    # clean: CWE-390
    except NotImplementedError:
        raise
    # handled: CWE-390
    except RuntimeError:
        pass
    return loop.run(job)


def member(rows, key):
    try:
        row = rows[key]
        if row.hidden:
            raise KeyError(key)
        row.touch()
    # found: CWE-390
    except LookupError:
        pass


def jump(rows, key):
    try:
        if rows[key].hidden:
            raise KeyError(key)
        rows[key].touch()
    # handled: CWE-390
    except KeyError:
        pass


def take(path):
    try:
        return os.open(path, os.O_CREAT | os.O_EXCL)
    # found: CWE-390
    except OSError as error:
        if error.errno == errno.EEXIST:
            pass
        elif error.errno == errno.EACCES and sys.platform != "win32":
            raise


def take_or_say_so(path):
    try:
        return os.open(path, os.O_CREAT | os.O_EXCL)
    # clean: CWE-390
    except OSError as error:
        if not (
            error.errno == errno.EEXIST
            or (error.errno == errno.EACCES and sys.platform == "win32")
        ):
            raise
