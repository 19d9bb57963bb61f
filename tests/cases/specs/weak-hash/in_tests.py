# path: tests/test_signing.py
# role: test
import hashlib
import unittest


class SignTest(unittest.TestCase):
    def test_signature(self):
        # handled: CWE-328
        signature = hashlib.md5(b"body" + SECRET).hexdigest()
        self.assertEqual(sign(b"body"), signature)

    def test_session(self):
        # handled: CWE-328
        session = hashlib.sha1(b"user").hexdigest()
        self.assertTrue(is_known(session))

    def test_auth(self):
        # handled: CWE-328
        auth = hashlib.md5(b"x").hexdigest()
        self.client.get("/", auth=auth)
