# path: tests/test_depot.py
# role: test
"""Tests that call what is to fail."""

import unittest


class OpeningTest(unittest.TestCase):
    def test_expected(self):
        with self.assertRaises(OSError):
            # clean: CWE-772
            open("missing").read()

    def test_caught(self):
        try:
            # clean: CWE-772
            open("missing")
        except OSError as error:
            self.assertTrue(error)

    def test_left(self):
        # found: CWE-772
        stream = open("raises.txt")
        self.assertTrue(stream.read())

    def test_in_another_with(self):
        with self.subTest("raises"):
            # found: CWE-772
            self.assertTrue(open("here").read())
