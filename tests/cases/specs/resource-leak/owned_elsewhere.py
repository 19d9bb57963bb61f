"""Somebody else owns it: clean when that is certain, unseen when it is not."""

import os
import subprocess

from journal import Recorder, follow


def returned(path):
    # clean: CWE-772
    return open(path)


def returned_in_a_pair(path):
    # clean: CWE-772
    stream = open(path)
    return stream, path


def no_pipes(command):
    return subprocess.Popen(command)


def lines_of(path):
    # clean: CWE-772
    stream = open(path)
    yield stream


def both_ends():
    # clean: CWE-772
    return os.pipe()


def process_ends(path):
    import sys

    # clean: CWE-772
    stream = open(path)
    print(stream.fileno())
    sys.exit(1)


def handed_to_a_class(path):
    # unseen: CWE-772 Recorder
    return Recorder(open(path))


def handed_to_a_function(path):
    # unseen: CWE-772 follow
    stream = open(path)
    follow(stream)


def shared_with_a_closure(path):
    # unseen: CWE-772 stream
    stream = open(path)

    def close():
        stream.close()

    return close


class Keeper:
    def __init__(self, path):
        # unseen: CWE-772 the owner of self.stream
        self.stream = open(path)


def hand_over(path):
    # unseen: CWE-772 Recorder
    stream = open(path)
    try:
        recorder = Recorder(stream)
        stream = None
        return recorder
    finally:
        if stream is not None:
            stream.close()
