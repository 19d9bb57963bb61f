# path: tests/test_mail.py
# role: test
import ftplib
import smtplib
import unittest


class MailTest(unittest.TestCase):
    def test_login(self):
        # handled: CWE-319
        smtplib.SMTP("localhost").login("user", "secret")
        # handled: CWE-319
        ftplib.FTP("localhost").login("user", "secret")
