# path: depot/tests/test_move.py
# role: test
"""Hosts as data of a test."""

import unittest


class MoveTest(unittest.TestCase):
    def test_move(self):
        # clean: CWE-1051
        self.start_node("host1")
        # clean: CWE-1051
        self.start_node("host2")
        # clean: CWE-1051
        self.assertEqual("host2", self.place())
