"""The role comes from the code first, then from the path."""

import ast

import pytest

from assay.source.roles import Role, role_evidence, role_of

_CASES = [
    (
        "a.py",
        "import unittest\nclass A(unittest.TestCase):\n    def test_x(self): pass\n",
        Role.TEST,
    ),
    ("a.py", "from x import base\nclass T(base.ProviderTestCase):\n    pass\n", Role.TEST),
    ("a.py", "def test_one(tmp_path):\n    assert f(tmp_path) == 1\n", Role.TEST),
    ("a.py", "import pytest\n@pytest.fixture\ndef client(): ...\n", Role.TEST),
    ("a.py", "def test_one(self):\n    self.assertEqual(1, self.x)\n", Role.TEST),
    ("tests/helpers.py", "def make(): pass\n", Role.TEST),
    ("conftest.py", "x = 1\n", Role.TEST),
    ("a.py", "def test_connection(host):\n    return ping(host)\n", Role.LIBRARY),
    (
        "a.py",
        "from flask import Flask\napp = Flask('a')\n@app.route('/')\ndef f(): ...\n",
        Role.WEB_HANDLER,
    ),
    ("a.py", "def create(app):\n    @app.get('/x')\n    def f(): ...\n", Role.WEB_HANDLER),
    (
        "a.py",
        "from fastapi import APIRouter\nr = APIRouter()\n@r.post('/')\nasync def f(): ...\n",
        Role.WEB_HANDLER,
    ),
    ("a.py", "from django.views import View\nclass A(View): ...\n", Role.WEB_HANDLER),
    ("a.py", "from django.http import HttpResponse\ndef index(request): ...\n", Role.WEB_HANDLER),
    ("a.py", "from aiohttp import web\nasync def f(request): ...\n", Role.WEB_HANDLER),
    ("a.py", "import tornado.web\nclass A(tornado.web.RequestHandler): ...\n", Role.WEB_HANDLER),
    (
        "a.py",
        "from http.server import BaseHTTPRequestHandler as B\nimport http.server\n"
        "class A(http.server.BaseHTTPRequestHandler): ...\n",
        Role.WEB_HANDLER,
    ),
    (
        "a.py",
        "from django.db import migrations\nclass Migration(migrations.Migration): ...\n",
        Role.MIGRATION,
    ),
    ("a.py", "revision = 'a'\ndown_revision = None\ndef upgrade(): ...\n", Role.MIGRATION),
    ("app/migrations/0001_a.py", "x = 1\n", Role.MIGRATION),
    ("a.py", "def f(): ...\nif __name__ == '__main__':\n    f()\n", Role.SCRIPT),
    ("a.py", "class A: ...\ndef f(): ...\nif '__main__' == __name__:\n    f()\n", Role.APPLICATION),
    ("a.py", "#!/usr/bin/env python\nprint(1)\n", Role.SCRIPT),
    ("a.py", "import click\n@click.command()\ndef f(): ...\n", Role.SCRIPT),
    ("a.py", "import sys\ndef main():\n    f(sys.argv)\n", Role.SCRIPT),
    ("setup.py", "from setuptools import setup\nsetup()\n", Role.SCRIPT),
    ("a.py", "DEBUG = True\nSECRET_KEY = 'x'\nALLOWED_HOSTS = []\n", Role.CONFIG),
    ("a.py", "HOST = 'a'\nPORT = 1\nNAME = 'b'\n", Role.CONFIG),
    ("proj/settings.py", "x = 1\n", Role.CONFIG),
    ("examples/a.py", "def f(): ...\nif __name__ == '__main__':\n    f()\n", Role.EXAMPLE),
    ("docs/conf.py", "x = 1\n", Role.EXAMPLE),
    ("a.pyi", "def f() -> int: ...\n", Role.STUB),
    ("a.ipynb", "x = 1\n", Role.NOTEBOOK),
    ("a.py", "import json\ndef f(): ...\n", Role.LIBRARY),
    ("", "", Role.LIBRARY),
]


@pytest.mark.parametrize(("path", "text", "role"), _CASES)
def test_role(path: str, text: str, role: Role) -> None:
    assert role_of(path, ast.parse(text), text) is role


def test_the_evidence_has_the_line_that_decided() -> None:
    text = "import unittest\n\nclass A(unittest.TestCase):\n    pass\n"
    evidence = role_evidence("a.py", ast.parse(text), text)
    assert (evidence.line, evidence.text) == (3, "class A derives from unittest.TestCase")
    evidence = role_evidence("tests/a.py", ast.parse("x = 1"), "x = 1")
    assert (evidence.line, evidence.text) == (0, "is in folder tests")
