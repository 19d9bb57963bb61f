# path: tests/test_files.py
# role: test
import os
import unittest


class FileTest(unittest.TestCase):
    def test_modes(self):
        # handled: CWE-732
        os.chmod(self.path, 0o777)
        # handled: CWE-732
        os.chmod(self.path, 0o666)
        # handled: CWE-732
        os.chmod(self.path, 0o002)
