"""Outside data in templates: found where the template prints it unescaped."""

from __future__ import annotations

from pathlib import Path

import pytest
from spec import checker_of

from assay.ledger.ledger import Ledger
from assay.ledger.observation import Verdict
from places import module_in

VIEW = """\
from flask import Flask, render_template, request
from markupsafe import escape

app = Flask(__name__)

@app.route("/a")
def a():
    return render_template("a.html", {arguments})
"""


def words(folder: Path, template: str, arguments: str) -> list[tuple[Verdict, str]]:
    """What the rule says of the one call that prints a template."""
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "pyproject.toml").write_text("")
    (folder / "templates" / "a.html").write_text(f"<html><body>{template}</body></html>\n")
    (folder / "app.py").write_text(VIEW.replace("{arguments}", arguments))
    facts = module_in(folder, folder / "app.py").facts
    ledger = Ledger("app.py")
    checker_of("cross-site-scripting").review(facts, ledger)
    return [(each.verdict, each.message) for each in ledger.observations]


def found(said: list[tuple[Verdict, str]]) -> list[str]:
    """The messages of what is found."""
    return [message for verdict, message in said if verdict is Verdict.FOUND]


def test_what_a_template_marks_as_safe_is_found(tmp_path: Path) -> None:
    (message,) = found(words(tmp_path, "<p>{{ title|safe }}</p>", 'title=request.args["t"]'))
    assert "title of a template, unescaped at templates/a.html:1 (|safe at line 1)" in message


def test_script_and_blocks_without_escaping(tmp_path: Path) -> None:
    for template in (
        "<script>var x = {{ title }};</script>",
        "{% autoescape false %}{{ title }}{% endautoescape %}",
    ):
        assert len(found(words(tmp_path, template, 'title=request.args["t"]'))) == 1


@pytest.mark.parametrize(
    ("template", "arguments"),
    [
        ("<p>{{ title }}</p>", 'title=request.args["t"]'),  # escaped
        ("<p>{{ other|safe }}</p>", 'title=request.args["t"], other="x"'),  # a constant
        ("<p>{{ title|safe }}</p>", 'title=int(request.args["t"])'),  # a number
        ("<p>{{ title|safe }}</p>", 'title=escape(request.args["t"])'),
    ],
)
def test_what_is_escaped_or_harmless_is_not(tmp_path: Path, template: str, arguments: str) -> None:
    assert found(words(tmp_path, template, arguments)) == []
