# path: depot/handed_over.py
"""Temporary directories that an object takes over, and clean-ups that are registered."""

import functools
import os
import shutil
import tempfile


class Sandbox:
    def __init__(self, folder):
        self.folder = folder

    def close(self):
        shutil.rmtree(self.folder)


class Label:
    def __init__(self, folder):
        self.folder = folder


def taken_over():
    # handled: CWE-459
    folder = tempfile.mkdtemp()
    return Sandbox(folder)


def only_named(run):
    # found: CWE-459
    folder = tempfile.mkdtemp()
    run(Label(folder))


def registered(self):
    # found: CWE-459
    descriptor, path = tempfile.mkstemp()
    os.close(descriptor)
    self.addCleanup(functools.partial(self.log, path))


def registered_removal(self):
    # handled: CWE-459
    descriptor, path = tempfile.mkstemp()
    os.close(descriptor)
    self.addCleanup(functools.partial(os.unlink, path))


def noted(self, archive):
    # unseen: CWE-459 the owner of self.paths_to_remove[]
    folder = tempfile.mkdtemp()
    self.paths_to_remove.append(folder)
    archive.extract(folder)


def made_for_a_call(start):
    # unseen: CWE-459 start
    return start(tempfile.mkdtemp())


def named_first(start):
    # found: CWE-459
    folder = tempfile.mkdtemp()
    return start(folder)


def on_a_condition(chosen):
    # clean: CWE-459
    folder = tempfile.TemporaryDirectory()
    if not chosen:
        return None
    with folder as name:
        return os.listdir(name)




def under_another_name(fill):
    # handled: CWE-459
    folder = to_path(tempfile.mkdtemp())
    try:
        fill(folder)
    finally:
        shutil.rmtree(folder)


def under_another_name_and_left(fill):
    # found: CWE-459
    folder = to_path(tempfile.mkdtemp())
    fill(folder)
    shutil.rmtree(folder)


def among_arguments(paths):
    arguments = []
    for path in paths:
        # unseen: CWE-459 the owner of arguments[]
        folder = tempfile.mkdtemp()
        arguments.extend(["--bind", folder, path])
    return arguments


def among_forgotten_arguments(paths):
    arguments = []
    for path in paths:
        # found: CWE-459
        folder = tempfile.mkdtemp()
        arguments.extend(["--bind", folder, path])
    return len(arguments)


def inside_another(fill):
    # handled: CWE-459
    folder = tempfile.mkdtemp()
    try:
        descriptor, path = tempfile.mkstemp(dir=folder)
        os.close(descriptor)
        fill(path)
    finally:
        shutil.rmtree(folder)


def inside_a_lasting_one(fill, folder):
    # found: CWE-459
    descriptor, path = tempfile.mkstemp(dir=folder)
    os.close(descriptor)
    fill(path)
