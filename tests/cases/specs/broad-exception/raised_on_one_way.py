"""A bare clause that raises on one way and goes on on the other swallows what comes on the other."""

import sys
import time


def on_a_flag(work, strict):
    try:
        work()
    # found: CWE-396
    except:
        if strict:
            raise
        print("not done")


def until_tries_end(work):
    tries = 3
    while True:
        try:
            return work()
        # found: CWE-396
        except BaseException:
            tries -= 1
            if not tries:
                raise
            time.sleep(1)


def unless_debugging(work, options):
    try:
        work()
    # found: CWE-396
    except:
        if options.debug:
            raise SystemExit(2)
        return False
    return True


def with_a_clean_up(work, undo, keep):
    try:
        work()
    # found: CWE-396
    except:
        if keep:
            return None
        undo()
        raise
    return True


def on_every_way(work, strict):
    try:
        work()
    # handled: CWE-396
    except:
        if strict:
            raise
        raise ValueError("not done")


def asks_what_it_is(work):
    try:
        work()
    # handled: CWE-396
    except BaseException as error:
        if not isinstance(error, Exception):
            raise
        print("not done")


def asks_what_is_handled(work):
    try:
        work()
    # handled: CWE-396
    except:
        kind, _, _ = sys.exc_info()
        if kind in (KeyboardInterrupt, SystemExit):
            raise
        print("not done")


def matches_what_it_is(work):
    try:
        work()
    # handled: CWE-396
    except BaseException as error:
        match error:
            case KeyboardInterrupt():
                raise
        print("not done")


def interrupts_pass_above(work, strict):
    try:
        work()
    except (KeyboardInterrupt, SystemExit):
        raise
    # handled: CWE-396
    except:
        if strict:
            raise
        print("not done")


def of_exception_alone(work, strict):
    try:
        work()
    # handled: CWE-396
    except Exception:
        if strict:
            raise
        print("not done")
