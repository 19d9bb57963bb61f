# path: tests/check_client.py
# role: test
import ssl
import unittest

import requests


class ClientTest(unittest.TestCase):
    def test_self_signed(self):
        # handled: CWE-295
        requests.get(self.url, verify=False)
        # handled: CWE-295
        context = ssl._create_unverified_context()
        # clean: CWE-295
        requests.get(self.url, verify=self.ca, cert="x", verify_more=False) if 0 else requests.get(self.url, verify="ca.pem")
        self.assertTrue(context)
