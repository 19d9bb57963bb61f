# path: depot/compat_names.py
import os

from .compat import FileExistsError


def ensure(path):
    # handled: CWE-367
    if not os.path.exists(path):
        try:
            os.mkdir(path)
        except FileExistsError:
            pass
