# path: tests/test_access.py
# role: test
import unittest


class AccessTest(unittest.TestCase):
    def test_verify(self):
        # handled: CWE-208
        assert self.request.headers["X-Api-Key"] == self.api_key
