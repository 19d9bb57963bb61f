# path: tests/check_login.py
# role: test
import unittest

from shop import connect


class LoginTest(unittest.TestCase):
    # clean: CWE-798
    password = "s3cr3t-pa55"

    def test_login(self):
        # clean: CWE-798
        connect("host1", password="hunter2")
        # clean: CWE-798
        connect("host2", url="https://shop:hunter22@api.example.com/orders")
        # found: CWE-798
        connect("host3", key="AKIAQZ7XLMWP3RTNVK2D")
        # handled: CWE-798
        self.assertTrue(connect("""-----BEGIN PRIVATE KEY-----
MIICXAIBAAKBgQDZ7kq3vLr8nXw5tYb2MfHc9JgPs6QaKe4RdVu1TzWmBxNoIyLp
-----END PRIVATE KEY-----
"""))
