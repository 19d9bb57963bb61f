# path: tests/test_app.py
# role: test
import unittest

from flask import make_response


class AppTest(unittest.TestCase):
    def test_login(self):
        response = make_response("")
        # handled: CWE-614
        response.set_cookie("session", "x", httponly=True)
        # handled: CWE-614
        response.set_cookie("session", "x", secure=False)
