# path: depot/descriptors.py
"""Raw descriptors: who owns them when os.fdopen refuses, and elements of pairs."""

import os
import tempfile


def refused(self):
    # found: CWE-772
    descriptor = os.open(self.path, os.O_RDWR)
    return os.fdopen(descriptor, self.mode, encoding=self.encoding)


def refused_and_closed(self):
    # handled: CWE-772
    descriptor = os.open(self.path, os.O_RDWR)
    try:
        return os.fdopen(descriptor, self.mode, encoding=self.encoding)
    except Exception:
        os.close(descriptor)
        raise


def other_descriptor_closed(self, other):
    # found: CWE-772
    descriptor = os.open(self.path, os.O_RDWR)
    try:
        return os.fdopen(descriptor, self.mode)
    except Exception:
        os.close(other)
        raise


def literal_mode(path):
    # handled: CWE-772
    descriptor = os.open(path, os.O_RDWR)
    return os.fdopen(descriptor, "w")


def thrown_away(data):
    # found: CWE-772
    _, path = tempfile.mkstemp()
    # handled: CWE-772
    with open(path, "w") as stream:
        stream.write(data)
    return path
