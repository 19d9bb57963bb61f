# path: depot/removed.py
"""Ways on which a temporary file or directory is removed, and those on which it stays."""

import os
import shutil
import tempfile
from os import close

from depot.conversion import convert


def never(data):
    # found: CWE-459
    folder = tempfile.mkdtemp()
    convert(data, folder)


def skipped(data):
    # found: CWE-459
    folder = tempfile.mkdtemp()
    convert(data, folder)
    shutil.rmtree(folder)


def in_finally(data):
    # handled: CWE-459
    folder = tempfile.mkdtemp()
    try:
        convert(data, folder)
    finally:
        shutil.rmtree(folder)


def another_one(data, other):
    # found: CWE-459
    folder = tempfile.mkdtemp()
    try:
        convert(data, folder)
    finally:
        shutil.rmtree(other)


def moved(data, target):
    # found: CWE-459
    descriptor, path = tempfile.mkstemp()
    os.close(descriptor)
    convert(data, path)
    os.rename(path, target)


def moved_or_removed(data, target):
    # handled: CWE-459
    descriptor, path = tempfile.mkstemp()
    os.close(descriptor)
    try:
        convert(data, path)
        os.rename(path, target)
    except BaseException:
        os.unlink(path)
        raise


def with_statement(data):
    # handled: CWE-459
    with tempfile.TemporaryDirectory() as folder:
        convert(data, folder)


def by_a_helper(data):
    # handled: CWE-459
    folder = tempfile.mkdtemp()
    try:
        convert(data, folder)
    finally:
        rmtree_without_raise(folder)


async def cancelled(data):
    # found: CWE-459
    folder = tempfile.mkdtemp()
    try:
        await convert(data, folder)
    except Exception:  # cancellation passes it by
        shutil.rmtree(folder)
        raise
    shutil.rmtree(folder)


def returned(data):
    # clean: CWE-459
    folder = tempfile.mkdtemp()
    return folder


def without_check(data):
    # handled: CWE-459
    descriptor, path = tempfile.mkstemp()
    try:
        os.close(descriptor)
        convert(data, path)
    finally:
        if os.path.exists(path):
            os.remove(path)


def closed_by_a_name(data):
    # handled: CWE-459
    descriptor, path = tempfile.mkstemp()
    close(descriptor)
    try:
        convert(data, path)
    finally:
        os.unlink(path)
