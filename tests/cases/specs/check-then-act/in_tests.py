# path: tests/test_cache.py
# role: test
import os
import unittest


class CacheTest(unittest.TestCase):
    def setUp(self):
        # clean: CWE-367
        if not os.path.exists("data"):
            os.mkdir("data")

    def tearDown(self):
        # clean: CWE-367
        if os.path.exists("data/cache"):
            os.remove("data/cache")
