# path: tests/check_api.py
# role: test
import unittest

from fastapi.middleware.cors import CORSMiddleware
from flask_cors import CORS


class ApiTest(unittest.TestCase):
    def test_origins(self):
        # handled: CWE-942
        self.app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
        # handled: CWE-942
        CORS(self.app, supports_credentials=True)
        # handled: CWE-942
        self.app.config["ALLOWED_HOSTS"] = ["*"]
        # clean: CWE-942
        self.app.config["ALLOWED_HOSTS"] = ["a.example.com"]
        self.assertTrue(self.app)
