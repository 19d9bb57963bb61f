"""The harness itself: annotations are no part of the reviewed text, and differences are told."""

from pathlib import Path

from spec import read_case

_TEXT = """\
# path: app/a.py
# role: library
x = 1
# found: CWE-1
# unseen: CWE-2 helper
y = helper()  # found: CWE-3
"""


def test_annotations_are_taken_out(tmp_path: Path) -> None:
    folder = tmp_path / "some-rule"
    folder.mkdir()
    file = folder / "one.py"
    file.write_text(_TEXT, encoding="utf-8")
    case = read_case(file)
    assert case.text == "x = 1\ny = helper()  # found: CWE-3\n"
    assert [(e.word, e.cwe, e.name, e.line) for e in case.expectations] == [
        ("found", 1, "", 2),
        ("unseen", 2, "helper", 2),
    ]
    assert (case.path, case.role, case.rules) == ("app/a.py", "library", ("some-rule",))
    assert case.shown == (3, 6)
