# path: tests/test_accounts.py
# role: test
import hashlib
import unittest


class AccountTest(unittest.TestCase):
    def test_old_passwords(self):
        password = b"old"
        # handled: CWE-916
        user = User(password=hashlib.md5(password).hexdigest())
        self.assertTrue(user.upgrade(password))

    def test_sha(self):
        password = b"old"
        # handled: CWE-916
        self.check(hashlib.sha1(password).hexdigest())

    def test_rounds(self):
        # handled: CWE-916
        self.check(hashlib.pbkdf2_hmac("sha256", b"pw", os.urandom(8), 1))
