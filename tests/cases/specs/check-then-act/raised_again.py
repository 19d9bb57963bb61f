"""A clause answers for the work of others when control goes on behind it, not when it raises."""

import errno
import os
import sys


class SetupError(Exception):
    pass


def raises_another(path):
    # found: CWE-367
    if not os.path.exists(path):
        try:
            os.mkdir(path)
        except OSError as error:
            raise SetupError(path) from error


def raises_the_same(path, log):
    # found: CWE-367
    if not os.path.exists(path):
        try:
            os.makedirs(path)
        except OSError:
            log.exception("cannot make %s", path)
            raise


def ends_the_process(path):
    # found: CWE-367
    if not os.path.isdir(path):
        try:
            os.makedirs(path)
        except FileExistsError:
            sys.exit(f"cannot make {path}")


def raises_first(path):
    # found: CWE-367
    if not os.path.exists(path):
        try:
            os.mkdir(path)
        except FileExistsError:
            raise
        except OSError:
            print("no folder")


def cleans_up_and_raises(path, undo):
    # found: CWE-367
    if not os.path.exists(path):
        try:
            os.mkdir(path)
        except BaseException:
            undo()
            raise


def goes_on(path):
    # handled: CWE-367
    if not os.path.exists(path):
        try:
            os.mkdir(path)
        except FileExistsError:
            pass


def goes_on_when_it_is_there(path):
    # handled: CWE-367
    if not os.path.exists(path):
        try:
            os.mkdir(path)
        except OSError as error:
            if error.errno != errno.EEXIST:
                raise SetupError(path) from error


def outer_clause_goes_on(path, log):
    try:
        # handled: CWE-367
        if not os.path.exists(path):
            try:
                os.mkdir(path)
            except OSError:
                log.warning("cannot make %s", path)
                raise
    except FileExistsError:
        return False
    return True


def raises_for_other_errors_only(path):
    # handled: CWE-367
    if not os.path.exists(path):
        try:
            os.mkdir(path)
        except PermissionError:
            raise
        except OSError:
            return False
    return True
