# path: depot/kept_in_objects.py
"""What a class keeps, and what its methods give back."""

import requests

from depot.base import Base


class NoClosing:
    def session(self):
        if self._session is None:
            # found: CWE-772
            self._session = requests.Session()
        return self._session.get("/")


class ClosesTheOther:
    def __init__(self, path):
        # found: CWE-772
        self.stream = open(path)
        # handled: CWE-772
        self.other = open(path + ".other")

    def close(self):
        self.other.close()


class ClosesBoth:
    def __init__(self, path):
        # handled: CWE-772
        self.stream = open(path)
        # handled: CWE-772
        self.other = open(path + ".other")

    def close(self):
        for stream in (self.stream, self.other):
            stream.close()


class ClosesThroughAName:
    def __init__(self, path):
        # handled: CWE-772
        self.stream = open(path)

    def close(self):
        stream, self.stream = self.stream, None
        stream.close()


class ClosesInDel:
    def __init__(self):
        # handled: CWE-772
        self._session = requests.Session()

    def __del__(self):
        if self._session is not None:
            self._session.close()


class ClosedAbove(ClosesBoth):
    def reopen(self, path):
        # handled: CWE-772
        self.stream = open(path)


class OutOfView(Base):
    def __init__(self, path):
        # unseen: CWE-772 depot.base.Base
        self._stream = open(path)


class GivenAway:
    def __init__(self, path, owner):
        # unseen: CWE-772 the owner of self._stream
        self._stream = open(path)
        owner.adopt(self._stream)
