# path: app/roster.py
"""What is read through many files is not known; what is read here is."""
import json

from app import codec


class Roster:
    def load(self):
        try:
            with open(self.path) as stream:
                return codec.decoded(stream)
        # unseen: CWE-755 what codec.decoded() raises
        except OSError:
            return {}

    def near(self):
        try:
            with open(self.path) as stream:
                return codec.parsed(stream)
        # found: CWE-755
        except OSError:
            return {}

    def both(self):
        try:
            with open(self.path) as stream:
                head = json.loads(stream.readline())
                return head, codec.decoded(stream)
        # unseen: CWE-755 what codec.decoded() raises
        except (OSError, ValueError):
            return {}

    def save(self, data):
        with open(self.path, "w") as stream:
            json.dump(data, stream)
# file: app/__init__.py
# file: app/codec.py
import json

from app import formats


def decoded(stream):
    return formats.read(stream)


def parsed(stream):
    return json.load(stream)
# file: app/formats.py
import json


def read(stream):
    return json.load(stream)
