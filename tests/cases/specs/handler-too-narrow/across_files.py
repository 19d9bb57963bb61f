# path: depot/manager.py
from depot import codec


class Manager:
    def __init__(self, path):
        self.path = path

    def restore(self):
        try:
            with open(self.path) as stream:
                return codec.decoded(stream)
        # found: CWE-755
        except OSError:
            return None

    def restore_guarded(self):
        try:
            with open(self.path) as stream:
                return codec.decoded(stream)
        # handled: CWE-755
        except (OSError, codec.BrokenError, ValueError):
            return None

    def restore_by_a_careful_callee(self):
        try:
            with open(self.path) as stream:
                return codec.decoded_or_nothing(stream)
        # clean: CWE-755
        except OSError:
            return None

    def keep(self, state):
        with open(self.path, "w") as stream:
            stream.write(codec.encoded(state))
# file: depot/__init__.py
# file: depot/codec.py
import json


class BrokenError(Exception):
    pass


def decoded(stream):
    return json.load(stream)["state"]


def decoded_or_nothing(stream):
    try:
        return json.load(stream)
    except ValueError:
        return None


def encoded(state):
    return json.dumps({"state": state})
