# path: depot/told.py
"""A file whose name the user is told is the result."""

import logging
import os
import tempfile

log = logging.getLogger(__name__)


def drawn(draw):
    descriptor, path = tempfile.mkstemp(suffix=".dot")
    draw(descriptor)
    print("graph written to %s" % path)


def logged(draw):
    # found: CWE-459
    descriptor, path = tempfile.mkstemp(suffix=".dot")
    draw(descriptor)
    log.debug("graph written to %s", path)


def told_the_descriptor(draw):
    # found: CWE-459
    descriptor, path = tempfile.mkstemp(suffix=".dot")
    draw(path)
    print(f"descriptor {descriptor}")


def told_and_removed_on_one_way(draw):
    # found: CWE-459
    descriptor, path = tempfile.mkstemp(suffix=".dot")
    if not draw(descriptor):
        return
    print(f"graph written to {path}")
    os.remove(path)
