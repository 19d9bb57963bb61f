# path: tests/test_zone.py
# role: test
import unittest


class ZoneTest(unittest.TestCase):
    def test_record(self):
        try:
            self.assertEqual("a", self.zone.record("www"))
        # found: CWE-396
        except:
            pass

    def test_clear(self):
        try:
            self.zone.clear()
        # clean: CWE-396
        except:
            pass
        self.assertEqual([], self.zone.records)
