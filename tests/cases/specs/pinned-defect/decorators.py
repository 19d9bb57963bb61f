# path: tests/check_queue.py
# role: test
import unittest

import pytest
from pytest import mark


# handled: CWE-459
@pytest.mark.xfail(reason="bug 12345: lock is left behind", strict=True)
def test_lock_is_removed(lock):
    assert not lock.exists()


# handled: CWE-459
@mark.xfail(reason="https://github.com/example/queue/issues/77")
def test_queue_is_empty(queue):
    assert not queue


# handled: CWE-459
@pytest.mark.xfail(
    reason="GH-12",
)
def test_order(queue):
    assert queue.order == 1


class QueueTest(unittest.TestCase):
    # handled: CWE-459
    @unittest.expectedFailure  # bug 4242
    def test_drained(self):
        self.assertEqual(0, self.queue.size)

    # bpo-31337: sockets stay open
    # handled: CWE-459
    @unittest.expectedFailure
    def test_sockets(self):
        self.assertEqual([], self.queue.sockets)

    # handled: CWE-459
    @unittest.expectedFailure  # CVE-2021-1234
    def test_traversal(self):
        self.assertRaises(ValueError, self.queue.load, "../x")

    # clean: CWE-459
    @unittest.expectedFailure
    def test_unknown(self):
        self.assertTrue(self.queue.open)

    # found: CWE-459
    @unittest.skip("bug 777 makes it hang")
    def test_hang(self):
        self.queue.join()

    # clean: CWE-459
    @unittest.skip("needs a printer")
    def test_print(self):
        self.queue.print()

    # clean: CWE-459
    @pytest.mark.skip
    def test_bare(self):
        self.queue.print()
