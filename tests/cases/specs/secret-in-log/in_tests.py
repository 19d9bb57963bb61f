# path: tests/test_service.py
# role: test
import logging
import unittest

logger = logging.getLogger(__name__)


class ServiceTest(unittest.TestCase):
    def test_login(self):
        # handled: CWE-532
        logger.info("password %s", self.password)
