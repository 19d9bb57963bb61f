# path: tests/test_threads.py
# role: test
import os
import threading
import unittest


class ThreadTest(unittest.TestCase):
    def test_join(self):
        results = []
        thread = threading.Thread(target=results.append, args=(1,))
        thread.start()
        # handled: CWE-362
        thread.join()
        self.assertEqual([1], results)

    def test_event(self):
        done = threading.Event()
        self.start(done)
        # handled: CWE-362
        done.wait(timeout=5)
        self.assertTrue(self.finished)

    def test_no_assertion(self):
        thread = threading.Thread(target=print)
        thread.start()
        # clean: CWE-362
        thread.join()

    def test_text(self):
        path = os.path.join("a", "b")
        text = ",".join(["a", "b"])
        self.assertEqual("a/b a,b", f"{path} {text}")

    def test_result(self):
        process = self.spawn("true")
        # handled: CWE-362
        code = process.wait()
        self.assertEqual(0, code)
