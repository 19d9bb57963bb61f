import asyncio
import contextlib
import json
import os
import subprocess
import sys
import unittest

from oslo_utils import excutils


class AppError(Exception):
    pass


class Missing(AppError, KeyError):
    pass


def library_rows(path):
    # raises: JSONDecodeError, OSError
    reveal_raises()
    with open(path) as stream:
        return json.load(stream)


def processes():
    # raises: CalledProcessError, OSError, TimeoutExpired
    reveal_raises()
    subprocess.run(["make"], check=True, timeout=3)


def a_process_that_is_not_checked():
    # raises: OSError
    reveal_raises()
    subprocess.run(["make"], check=False)


def literals_and_numbers(text):
    # raises: nothing
    reveal_raises()
    return int("3") + int(len(text))


def taken_in_part(path):
    # raises: OSError
    reveal_raises()
    try:
        return library_rows(path)
    except ValueError:
        # raises: JSONDecodeError
        reveal_raises()
        return None


def raised_again(path):
    # raises: AppError, FileNotFoundError
    reveal_raises()
    try:
        return library_rows(path)
    except FileNotFoundError:
        # raises: FileNotFoundError
        reveal_raises()
        raise
    except OSError:
        return None
    except ValueError as error:
        raise AppError(path) from error


def raised_again_by_name(path):
    # raises: OSError
    reveal_raises()
    try:
        library_rows(path)
    except (OSError, ValueError) as error:
        # raises: JSONDecodeError, OSError
        reveal_raises()
        if isinstance(error, OSError):
            raise OSError(path)


def by_its_own_hierarchy(number):
    # raises: ValueError
    reveal_raises()
    try:
        raise_missing(number)
    except KeyError:
        # raises: Missing
        reveal_raises()
    return int(sys.argv[1])


def raise_missing(number):
    # raises: Missing
    reveal_raises()
    if number:
        raise Missing(number)


def exact_errors_are_no_subclasses():
    # raises: OSError
    reveal_raises()
    try:
        raise OSError("disk")
    except FileNotFoundError:
        # raises: nothing
        reveal_raises()


def die(message):
    # raises: SystemExit, no return
    reveal_raises()
    print(message)
    sys.exit(1)


def ends_behind_a_wrapper(path):
    # raises: JSONDecodeError, SystemExit
    reveal_raises()
    try:
        return library_rows(path)
    except OSError:
        die("no file")
    raise AppError("not reached")


def always_fails(number):
    # raises: AppError, no return
    reveal_raises()
    if number:
        raise AppError
    return always_fails(number - 1)


def suppressed():
    # raises: nothing
    reveal_raises()
    with contextlib.suppress(FileNotFoundError, PermissionError, OSError):
        os.remove("x")


def suppressed_in_part():
    # raises: OSError
    reveal_raises()
    with contextlib.suppress(FileNotFoundError):
        os.remove("x")


@contextlib.contextmanager
def quiet():
    # raises: nothing
    reveal_raises()
    try:
        yield
    except AppError:
        pass


@contextlib.contextmanager
def passing():
    # raises: OSError
    reveal_raises()
    try:
        yield
    finally:
        os.remove("x")


def under_a_manager_in_view(number):
    # raises: ValueError
    reveal_raises()
    with quiet():
        raise_missing(number)
        int(number)


def under_one_that_passes(number):
    # raises: Missing, OSError
    reveal_raises()
    with passing():
        raise_missing(number)


class Swallowing:
    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return True


class Telling:
    def __enter__(self):
        raise AppError("busy")

    def __exit__(self, kind, error, trace):
        print(error)


def under_classes(number):
    # raises: AppError, no return
    reveal_raises()
    with Swallowing():
        raise_missing(number)
    with Telling():
        pass


def saved_and_raised_again(number):
    # raises: Missing
    reveal_raises()
    try:
        raise_missing(number)
    except Missing:
        with excutils.save_and_reraise_exception():
            print("gone")


def told_not_to_raise(number):
    # raises: nothing
    reveal_raises()
    try:
        raise_missing(number)
    except Missing:
        with excutils.save_and_reraise_exception() as ctxt:
            ctxt.reraise = False


def groups(number):
    # raises: JSONDecodeError, OSError, ValueError
    reveal_raises()
    try:
        int(number)
        raise_missing(number)
    except* AppError:
        # raises: Missing
        reveal_raises()
        library_rows("x")


async def waits():
    # raises: AppError, CancelledError, no return
    reveal_raises()
    await asyncio.sleep(1)
    raise AppError


async def waits_for_it():
    # raises: CancelledError, TimeoutError
    reveal_raises()
    try:
        await asyncio.wait_for(waits(), 3)
    except AppError:
        pass


def calls_without_waiting():
    # raises: nothing
    reveal_raises()
    return waits()


def numbers():
    # raises: AppError, GeneratorExit, no return
    reveal_raises()
    yield 1
    raise AppError


def asks_for_the_next():
    # raises: AppError
    reveal_raises()
    for number in numbers():
        print(number)


def asserted(number):
    # raises: nothing
    reveal_raises()
    try:
        assert number
    except AssertionError:
        # raises: AssertionError
        reveal_raises()


class Case(unittest.TestCase):
    def wait(self):
        # raises: AssertionError
        reveal_raises()
        for attempt in range(10):
            if attempt:
                return
        self.fail("timed out")

    def test_expected(self):
        # raises: nothing
        reveal_raises()
        with self.assertRaises(Missing):
            raise_missing(1)


class Base:
    def run(self):
        raise NotImplementedError

    def start(self):
        # raises: AppError
        reveal_raises()
        self.run()


class Derived(Base):
    def run(self):
        raise AppError


def given_a_callback(callback):
    # raises: ...
    reveal_raises()
    callback()


def given_a_callback_and_prepared(callback):
    # raises: AppError
    reveal_raises()
    try:
        callback()
    except AppError:
        # raises: AppError
        reveal_raises()
        raise
    except Exception:
        # raises: ...
        reveal_raises()
