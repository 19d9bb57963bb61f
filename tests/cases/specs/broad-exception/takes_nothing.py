# only: broad-exception, swallowed-exception, swallowed-cancellation, check-then-act
"""`except ():` takes no error, which is the opposite of a bare clause."""

import os

NOTHING = ()
OPTIONAL = ()
try:
    import zstd

    OPTIONAL = (zstd.Error,)
# handled: CWE-390
except ImportError:
    pass


def empty(work):
    try:
        work()
    # clean: CWE-390
    except ():
        pass


def by_name(work):
    try:
        work()
    # clean: CWE-390
    except NOTHING:
        pass


def spread(work):
    try:
        work()
    # clean: CWE-390
    except (*NOTHING, *()):
        pass


async def waits(task):
    while True:
        try:
            await task
        # clean: CWE-390
        except ():
            pass


def tested_first(path):
    # found: CWE-367
    if not os.path.exists(path):
        try:
            os.mkdir(path)
        # clean: CWE-390
        except ():
            pass


def bound_twice(work):
    try:
        work()
    # handled: CWE-390
    except OPTIONAL:
        pass


def bare(work):
    try:
        work()
    # found: CWE-396
    except:
        pass


def nothing_and_everything(work):
    try:
        work()
    # found: CWE-396
    except (*NOTHING, BaseException):
        pass
