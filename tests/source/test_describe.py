"""The sentence that says what a file is follows its code."""

import json
import os
import sysconfig

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.source.describe import describe
from assay.source.file import parse_bytes, parse_text
from assay.source.span import Span

_RESIZE = '''
from acme.tests.functional import helpers


class ResizeTests(helpers.ServerTestCase):
    """Test for issue 4711 of the release before.

    More words.
    """

    def _resize(self, server, host):
        body = {'resize': {'flavor': self.flavor['id']}}
        self.api.post_server_action(server['id'], body)
        self._wait_for_migration_status(server, ['error'])
        server = self._wait_for_state_change(server, 'ERROR')
        self.assertEqual(host, server['host'])

    def test_it(self):
        server = self._boot_server('alpha')
        self._resize(server, 'beta')
        first = self._get_provider_by_host('alpha')
        second = self._get_provider_by_host('beta')
        no_usage = {'CPU': 0}
        usages = self._get_provider_usages(second)
        self.assertEqual(no_usage, usages)
        self.assertFlavorMatchesAllocation(self.flavor, first)
'''


def _summary(text: str, path: str = "a.py") -> str:
    return describe(parse_text(path, text)).summary


def test_a_lone_test_file() -> None:
    description = describe(parse_text("test_4711.py", _RESIZE))
    assert description.summary == (
        "a functional regression test (class derives from helpers.ServerTestCase, imported from "
        "acme, so the project is acme); it drives a resize that must fail (line 13), waits for "
        "migration status 'error' (line 14) and state change 'ERROR' (line 15), and checks server "
        "host (line 16), provider usages (line 25), and that flavor matches allocation (line 26), "
        "for both 'beta' and 'alpha'; in the author's words: "
        '"Test for issue 4711 of the release before." (line 6)'
    )
    assert description.kind == "functional regression test"
    assert description.project == "acme"
    assert description.bases[0].origin == "acme.tests.functional.helpers.ServerTestCase"
    assert all(0 <= fact.line <= 26 for fact in description.facts)
    assert ("drives `resize`", 13) in [(fact.text, fact.line) for fact in description.facts]


def test_an_edited_file_gets_another_sentence() -> None:
    edited = (
        _RESIZE.replace("'resize'", "'evacuate'")
        .replace("'ERROR'", "'ACTIVE'")
        .replace("['error']", "['done']")
        .replace("issue 4711 of", "what happens after")
        .replace("acme.tests.functional", "nova.tests.unit")
    )
    summary = _summary(edited)
    assert summary.startswith("a unit test (class derives from helpers.ServerTestCase, imported")
    assert "the project is OpenStack Nova" in summary
    assert "it drives an evacuate (line 13), waits for migration status 'done'" in summary
    assert "fail" not in summary
    assert "regression" not in summary


def test_a_failure_is_expected_by_a_with_statement_too() -> None:
    text = "def test_a(client):\n    with pytest.raises(E):\n        client.submit({'pay': {}})\n"
    assert "drives a pay that must fail (line 3)" in _summary(text)
    assert "checks that E is raised (line 2)" in _summary(text)


def test_requests_by_path() -> None:
    text = "def test_a(client):\n    r = client.post('/login')\n    assert r.status_code == 200\n"
    assert _summary(text) == (
        "a test; it drives POST /login (line 2) and checks r status code (line 3)"
    )


def test_a_test_of_imported_functions() -> None:
    text = (
        "import os\nfrom pkg.core import parse\n\ndef test_a():\n    assert parse('x').kind == 1\n"
    )
    assert _summary(text) == "a test; it calls parse (line 5) and checks parse kind (line 5)"


def test_the_framework_of_a_test() -> None:
    text = "import unittest\nclass A(unittest.TestCase):\n    def test(self): pass\n"
    description = describe(parse_text("a.py", text))
    assert description.framework == "unittest"
    assert description.summary == (
        "a test (class derives from unittest.TestCase, imported from unittest)"
    )


def test_a_library_module() -> None:
    text = "import json\nimport os\ndef a(): ...\ndef b(): ...\ndef c(): ...\nclass D: ...\n"
    assert _summary(text) == (
        "a library module: 3 functions, 1 class; imports json and os; no entry point"
    )


def test_a_web_module() -> None:
    text = (
        "from flask import Flask\napp = Flask('a')\n"
        "@app.route('/users', methods=['POST'])\ndef add(): ...\n"
        "@app.get('/')\ndef index(): ...\n"
    )
    assert _summary(text) == (
        "a web handler module (Flask): 2 routes: POST /users (line 3) and GET / (line 5)"
    )


def test_a_script_names_its_entry_point() -> None:
    text = "import sys\ndef f(): ...\nif __name__ == '__main__':\n    f()\n"
    assert _summary(text) == (
        'a script: 1 function; imports sys; entry point at line 3: `if __name__ == "__main__"`'
    )


@pytest.mark.parametrize(
    ("path", "text", "start"),
    [
        ("a.py", "", "an empty library module"),
        ("a.pyi", "def f() -> int: ...\n", "a type stub: 1 function"),
        ("a.py", "x = 1\ny = = 2\n", "a library module: no function or class"),
        ("a.py", "class A(B): ...\n", "a library module: 1 class; class A derives from B (line 1)"),
    ],
)
def test_other_files(path: str, text: str, start: str) -> None:
    assert _summary(text, path).startswith(start)


def test_what_was_not_parsed_is_said() -> None:
    assert _summary("x = 1\ny = = 2\n").endswith("; parsed in part")
    assert describe(parse_bytes("a.py", b"\x00")).summary.endswith("; not parsed")


def test_a_notebook_counts_its_cells() -> None:
    document = json.dumps({"cells": [{"cell_type": "code", "source": "import os"}]})
    assert _summary(document, "a.ipynb") == (
        "a notebook: 1 code cell; no function or class; imports os"
    )


def test_standard_input_has_a_name_like_any_file() -> None:
    assert describe(parse_bytes("<stdin>", b"import os\n")).summary.startswith("a library module")
    assert describe(parse_bytes("tests/x.py", b"import os\n")).summary.startswith("a test")


def test_every_fact_of_real_files_has_a_line_of_the_file() -> None:
    folder = sysconfig.get_path("stdlib")
    for name in ("ast.py", "json/tool.py", "http/server.py", "unittest/case.py", "pdb.py"):
        with open(os.path.join(folder, name), "rb") as stream:
            file = parse_bytes(name, stream.read())
        description = describe(file)
        assert description.summary
        for fact in description.facts:
            assert 0 <= fact.line <= len(file.lines)


_PIECES = (
    "def test_a(self):\n",
    "class TestA(b.C):\n",
    "    ",
    "self.assertEqual(a, x['y'].z)\n",
    "x = self.get_a('b')\n",
    "import a.tests.b as b\n",
    "self.wait_for_it(['error'])\n",
    "@app.get('/')\n",
    "c.post_it({'k': {}})\n",
    "with raises(E):\n",
    "'''Bug 1. Two'''\n",
    "x = x\n",
    "assert x == f(x, 'a')\n",
    "if __name__ == '__main__':\n",
    "pass\n",
    "(\n",
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=30))
def test_any_program_is_described(pieces: list[str]) -> None:
    file = parse_text("a.py", "".join(pieces))
    description = describe(file)
    assert description.summary
    assert "\n" not in description.summary
    assert description.summary == describe(file).summary


def test_spans_are_ordered_values() -> None:
    spans = [Span(2, 0, 2, 1), Span(1, 4, 1, 9), Span(1, 4, 1, 5)]
    assert sorted(spans) == [spans[2], spans[1], spans[0]]
    assert len({*spans, Span(2, 0, 2, 1)}) == 3
    assert spans[1].contains(spans[2])
    assert not spans[2].contains(spans[1])
