# path: tests/test_views.py
# role: test
import traceback
import unittest

from flask import jsonify


class ViewTest(unittest.TestCase):
    def test_error(self):
        try:
            self.run_it()
        except Exception as error:
            # handled: CWE-209
            self.answer = jsonify(error=str(error))

    def test_trace(self):
        try:
            self.run_it()
        except Exception:
            # handled: CWE-209
            self.answer = jsonify(traceback.format_exc())

    def test_both(self):
        try:
            self.run_it()
        except Exception as error:
            # handled: CWE-209
            self.answer = jsonify(str(error))

    def test_more(self):
        try:
            self.run_it()
        except Exception as error:
            # handled: CWE-209
            self.answer = jsonify([repr(error)])
