"""The templates of a program: which file a name means, what it prints, how that is escaped."""

from __future__ import annotations

from pathlib import Path
from typing import final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.driver.dump import dump
from assay.driver.grounds import Now
from assay.driver.options import UsageError
from assay.models.templates import template_models
from assay.program.facts import FileFacts
from assay.program.program import Program
from assay.program.templates.projects import Escaping, Template, Templates, format_template
from assay.program.templates.rendering import Rendering
from assay.program.templates.values import Autoescape
from assay.program.templates.walk import Loader, Walk
from assay.source.door import Door
from assay.source.file import read_file
from assay.source.templates import Dialect, Tree, parse_template
from places import program_in, source_in

ENOUGH, NOT, TEXT, UNKNOWN = (
    Escaping.ENOUGH,
    Escaping.NOT_ENOUGH,
    Escaping.AS_TEXT,
    Escaping.UNKNOWN,
)


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write("setup.py", "")


def write(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text, "utf-8")


def place_of(path: str) -> str:
    return Door.of_folder(Path.cwd()).place(path)


def facts_of(path: str, text: str) -> FileFacts:
    write(path, text)
    program = program_in(Path.cwd())
    place = program.door.place(path)
    return program.add(read_file(program.door, place, path), place).facts


def template(text: str, engine: str = "flask", name: str = "a.html") -> Template:
    """A template alone, under an engine with nothing set; a tag makes it a page."""
    write(f"templates/{name}", text if "<" in text else f"<p>{text}")
    found = program_in(Path.cwd()).shared(Templates).at(place_of(f"templates/{name}"), engine)
    assert found is not None
    return found


def said(found: Template) -> list[tuple[str, str]]:
    """Each output as it is spelled, with the answer."""
    return [(output.flow.spelled(), output.escaping.value) for output in found.outputs]


def answer(text: str, engine: str = "flask", name: str = "a.html") -> tuple[Escaping, str]:
    """The answer and the reason for the one output of a template."""
    (output,) = template(text, engine, name).outputs
    return output.escaping, output.reason


def renderings(path: str, text: str) -> list[Rendering]:
    facts = facts_of(path, text)
    templates = facts.program.shared(Templates)
    found = [
        templates.rendering(function, site.op)
        for function in facts.functions
        for site in function.calls
    ]
    return [one for one in found if one is not None]


# Filters and contexts


@pytest.mark.parametrize(
    ("text", "escaping"),
    [
        ("<p>{{ x }}", ENOUGH),
        ("<p>{{ x|safe }}", NOT),
        ("<p>{{ x|e|safe }}", ENOUGH),
        ("<p>{{ x|safe|e }}", NOT),
        ("<p>{{ x|safe|forceescape }}", ENOUGH),
        ("<p>{{ x|safe|upper }}", NOT),
        ("<p>{{ x|striptags|safe }}", NOT),
        ("<p>{{ x|tojson|safe }}", ENOUGH),
        ("<p>{{ x|length|safe }}", ENOUGH),
        ("<p>{{ x|urlencode|safe }}", ENOUGH),
        ("<p>{{ x|own }}", UNKNOWN),
        ("<p>{{ x|own|safe }}", UNKNOWN),
        ("<p>{{ x|own|int }}", ENOUGH),
        ("<p>{% autoescape false %}{{ x }}{% endautoescape %}", NOT),
        ("<p>{% autoescape false %}{{ x|e }}{% endautoescape %}", ENOUGH),
        ("<p>{% autoescape y %}{{ x }}{% endautoescape %}", UNKNOWN),
        ("<p title={{ x }}>", NOT),
        ("<p title='{{ x }}'>", ENOUGH),
        ("<p {{ x }}>", NOT),
        ("<p onclick='f({{ x }})'>", NOT),
        ("<p onclick='f({{ x|tojson }})'>", ENOUGH),
        ('<p onclick="f({{ x|tojson }})">', NOT),
        ('<p onclick="f({{ x|tojson|forceescape }})">', ENOUGH),
        ("<a href='{{ x }}'>", TEXT),
        ("<a href='/{{ x }}'>", ENOUGH),
        ("<a href='{{ x|urlencode }}'>", ENOUGH),
        ("<a href='{{ x|safe }}'>", NOT),
        ("<img src='{{ x }}'>", ENOUGH),
        ("<iframe srcdoc='{{ x }}'>", NOT),
        ("<script>a = {{ x }}</script>", NOT),
        ("<script>a = {{ x|tojson }}</script>", ENOUGH),
        ("<script>a = '{{ x }}'</script>", ENOUGH),
        ("<script>a = '{{ x|safe }}'</script>", NOT),
        ("<script>a = '{{ x|tojson }}'</script>", ENOUGH),
        ('<script>a = "{{ x|tojson }}"</script>', NOT),
        ("<script>a = `{{ x }}`</script>", NOT),
        ("<script type='application/json'>{{ x }}</script>", ENOUGH),
        ("<style>{{ x }}</style>", ENOUGH),
        ("<style>{{ x|safe }}</style>", NOT),
        ("<!-- {{ x }} -->", ENOUGH),
        ("<p>{{ ('%s' ~ x)|safe }}", NOT),
        ("<p>{{ ('<b>'|safe) ~ x }}", ENOUGH),
        ("<p>{{ '%s'|format(x)|safe }}", NOT),
        ("<p>{{ '%s'|safe|format(x) }}", ENOUGH),
        ("<p>{{ ''|default(x)|safe }}", NOT),
        ("<p>{{ x.strip()|safe }}", NOT),
        ("<p>{{ ', '.join(x)|safe }}", NOT),
        ("<p>{{ x|own|forceescape }}", ENOUGH),
        ("<p>{{ x|own|e }}", UNKNOWN),
        ("<p>{{ x if y else 'a' }}", ENOUGH),
    ],
)
def test_filters_and_places_of_jinja(text: str, escaping: Escaping) -> None:
    assert answer(text)[0] is escaping


@pytest.mark.parametrize(
    ("text", "escaping"),
    [
        ("<p>{{ x }}", ENOUGH),
        ("<p>{{ x|safe }}", NOT),
        ("<p>{{ x|safe|upper }}", ENOUGH),
        ("<p>{{ x|safe|default:'a' }}", NOT),
        ("<p>{{ 'a'|default:x|safe }}", NOT),
        ("<p>{{ x|safe|escape }}", NOT),
        ("<p>{{ x|safe|force_escape }}", ENOUGH),
        ("<p>{{ x|linebreaks|safe }}", ENOUGH),
        ("<p>{% autoescape off %}{{ x|linebreaks }}{% endautoescape %}", NOT),
        ("<p>{{ x|striptags|safe }}", UNKNOWN),
        ("<p>{{ x|tojson }}", UNKNOWN),
        ("<script>a = '{{ x|escapejs }}'</script>", ENOUGH),
        ("<script>a = {{ x|escapejs }}</script>", NOT),
        ("<script>a = `{{ x|escapejs }}`</script>", NOT),
        ("<p onclick=\"f('{{ x|escapejs }}')\">", ENOUGH),
        ("<p onclick=\"f('{{ x }}')\">", NOT),
        ("<p title={{ x|escapejs }}>", NOT),
        ("{{ x|json_script:'a' }}", ENOUGH),
        ("<p>{% firstof x 'a' %}", ENOUGH),
        ("<p>{% trans x %}", ENOUGH),
        ("<p>{% filter force_escape %}{{ x|safe }}{% endfilter %}", ENOUGH),
        ("<a href='{% url 'a' %}{{ x }}'>", ENOUGH),
    ],
)
def test_filters_and_places_of_django(text: str, escaping: Escaping) -> None:
    assert answer(text, "django")[0] is escaping


@pytest.mark.parametrize(
    ("text", "engine", "escaping"),
    [
        ("<p>{{ x }}", "tornado", ENOUGH),
        ("<p>{% raw x %}", "tornado", NOT),
        ("<p>{% raw escape(x) %}", "tornado", ENOUGH),
        ("<p>{% autoescape None %}{{ x }}", "tornado", NOT),
        ("<p>{{ x }}", "bottle", ENOUGH),
        ("<p>{{!x}}", "bottle", NOT),
        ("<p>{{ x }}", "jinja2", NOT),
        ("<p>{{ x }}", "aiohttp", ENOUGH),
    ],
)
def test_other_engines(text: str, engine: str, escaping: Escaping) -> None:
    assert answer(text, engine)[0] is escaping


@pytest.mark.parametrize(
    ("name", "escaping"),
    [
        ("a.html", ENOUGH),
        ("a.jinja2", NOT),
        ("a.html.j2", NOT),
        ("a.txt", ENOUGH),
        ("a.conf.j2", ENOUGH),
    ],
)
def test_suffixes_decide_for_flask(name: str, escaping: Escaping) -> None:
    assert answer("<p>{{ x }}</p>", "flask", name)[0] is escaping


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<p>\n{{ x|safe }}", "|safe at line 2"),
        ("<script>\na={{ x|safe }}", "|safe at line 2, inside of <script>"),
        ("<p title='{{ x|safe }}'>", "|safe at line 1"),
        ("\n{% autoescape false %}{{ x }}", "autoescape off since line 2"),
        ("<script>{{ x }}", "code inside of <script>, without tojson"),
        (
            "<a href='{{ x }}'>",
            "start of a URL in href, which can be of the scheme javascript:",
        ),
        ("{{ x|own }}", "what the filter |own at line 1 does is not in view"),
    ],
)
def test_the_reason_is_told(text: str, reason: str) -> None:
    assert answer(text)[1] == reason


# Where values come from


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% for y in x.z %}{{ y.w|safe }}{% endfor %}", ["x.z[].w|safe"]),
        ("{% for k, v in x.items() %}{{ v|safe }}{% endfor %}", ["x.items()[]|safe"]),
        ("{% set y = x|e %}{{ y|safe }}", ["x|e|safe"]),
        ("{% set y = x %}{% if a %}{% set y = z %}{% endif %}{{ y }}", ["x", "z"]),
        ("{% with y = x.z %}{{ y }}{% endwith %}{{ y }}", ["x.z", "y"]),
        ("{% macro m(a, b=c) %}{{ a }}{{ b }}{% endmacro %}{{ m(x) }}", ["x", "c"]),
        ("{% macro m(a) %}{{ a }}{{ caller() }}{% endmacro %}{% call m(x) %}{{ y }}{% endcall %}",
         ["x", "y"]),
        ("{% macro m(a) %}{{ a }}{{ m(a.b) }}{% endmacro %}{{ m(x) }}", ["x", "x.b"]),
        ("{% for loop_ in x %}{{ loop.index }}{% endfor %}", []),
        ("{{ url_for('a', b=x) }}{{ _('a') }}", []),
        ("{{ x or y }}{{ a if b else c }}", ["x", "y", "a", "c"]),
        ("{% set y %}{{ x }}{% endset %}{{ y }}", ["x"]),
    ],
)  # fmt: skip
def test_values_are_followed_to_the_context(text: str, expected: list[str]) -> None:
    assert [spelled for spelled, _ in said(template(text))] == expected


def test_values_in_blocks_of_django() -> None:
    text = (
        "{% with y=x.z %}{% blocktrans with w=y %}{{ w }}{% endblocktrans %}{% endwith %}"
        "{% for a in x reversed %}{{ a }}{% empty %}{{ b }}{% endfor %}{% tag c as d %}{{ d }}"
    )
    assert [spelled for spelled, _ in said(template(text, "django"))] == ["x.z", "x[]", "b"]


def test_a_layout_gives_its_blocks_their_place() -> None:
    write("templates/base.html", "<script>{% block js %}{{ p }}{% endblock %}</script>{{ q }}")
    found = template(
        "{% extends 'base.html' %}{{ n }}{% block js %}{{ super() }}{{ x }}{% endblock %}"
    )
    assert said(found) == [("p", "not enough"), ("x", "not enough"), ("q", "enough")]
    assert [output.path for output in found.outputs] == [
        "templates/base.html",
        "templates/a.html",
        "templates/base.html",
    ]


def test_a_layout_that_is_not_in_view_is_a_hole() -> None:
    found = template("{% extends 'no.html' %}{% block a %}{{ x }}{{ y|safe }}{% endblock %}")
    assert said(found) == [("x", "enough"), ("y|safe", "not enough")]
    assert found.holes == ("the template no.html, of templates/a.html:1",)


def test_includes_and_imports_see_what_they_are_given() -> None:
    write("templates/part.html", "{{ x }}{{ y }}")
    write("templates/lib.html", "{% macro m(a) %}{{ a|safe }}{{ y }}{% endmacro %}")
    text = "<p title={% include 'part.html' %}>"
    assert said(template(text)) == [("x", "not enough"), ("y", "not enough")]
    text = "{% include 'part.html' with x=z only %}"
    assert said(template(text, "django")) == [("z", "enough")]
    text = "{% import 'lib.html' as lib %}{{ lib.m(z) }}"
    assert said(template(text)) == [("z|safe", "not enough")]
    text = "{% from 'lib.html' import m as n with context %}{{ n(z) }}"
    assert said(template(text)) == [("z|safe", "not enough"), ("y", "enough")]
    text = "{% import 'no.html' as lib %}{{ lib.m(z)|safe }}"
    assert said(template(text)) == []


def test_autoescape_off_holds_in_an_include_of_django_alone() -> None:
    write("templates/part.html", "<p>{{ x }}")
    django = template("{% autoescape off %}{% include 'part.html' %}{% endautoescape %}", "django")
    assert said(django) == [("x", "not enough")]
    jinja = template("{% autoescape false %}{% include 'part.html' %}{% endautoescape %}")
    assert said(jinja) == [("x", "enough")]


def test_walking_ends() -> None:
    write("templates/b.html", "{% extends 'a.html' %}")
    assert said(template("{% extends 'b.html' %}{% block c %}{{ x }}{% endblock %}"))
    assert said(template("{{ x }}{% include 'a.html' %}{% include 'a.html' %}"))
    text = "{% macro m(a) %}{{ m(a) }}{{ n(a) }}{% endmacro %}{% macro n(a) %}{{ m(a) }}{{ m(a) }}"
    template(text + "{% endmacro %}{{ m(x) }}")
    nested = "{% if a %}" * 50 + "{% include 'a.html' %}{{ x }}"
    assert template(nested).holes


def test_branches_of_tags_agree() -> None:
    found = template("<p {% if a %}class='b'{% endif %} title='{{ x }}' id={{ y }}>")
    assert said(found) == [("x", "enough"), ("y", "not enough")]


PIECES = st.sampled_from(
    [
        "{{ x|safe }}",
        "{{ m(x, y.z) }}",
        "{{ caller() }}",
        "{{ super() }}",
        "{% block b %}",
        "{% end %}",
        "{% endblock %}",
        "{% macro m(a, b=x) %}",
        "{% endmacro %}",
        "{% call(c) m(x) %}",
        "{% endcall %}",
        "{% for x in y|e %}",
        "{% endfor %}",
        "{% if x %}",
        "{% else %}",
        "{% endif %}",
        "{% set x = x ~ y %}",
        "{% include 'a.html' %}",
        "{% extends 'a.html' %}",
        "{% import 'a.html' as m %}",
        "{% from 'a.html' import m with context %}",
        "{% autoescape off %}",
        "{% filter e %}",
        "<script>",
        "</script>",
        "<p title=",
        "'",
        ">",
        "% include('a.html')\n",
    ]
)


@final
class Itself(Loader):
    """Every name means the one template that there is."""

    def __init__(self) -> None:
        self.tree: Tree | None = None

    def load(self, name: str, origin: Tree) -> Tree | None:
        return self.tree

    def autoescape(self, tree: Tree) -> Autoescape:
        return Autoescape(None, "not known")


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(list(Dialect)))
def test_any_template_can_be_walked(text: str, dialect: Dialect) -> None:
    loader = Itself()
    loader.tree = parse_template("a.html", text, dialect)
    walk = Walk(loader, template_models(), loader.tree, True)
    for output in walk.outputs:
        assert bool(output.reason) is (output.escaping is not ENOUGH)
        assert 1 <= output.line <= text.count("\n") + 1


# Which file a name means


@pytest.mark.parametrize(
    ("files", "asking", "name", "expected"),
    [
        (["templates/a.html"], "app.py", "a.html", "templates/a.html"),
        (["web/templates/a.html"], "web/app.py", "a.html", "web/templates/a.html"),
        (["web/templates/a.html"], "web/sub/app.py", "a.html", "web/templates/a.html"),
        (["one/templates/a.html", "two/templates/a.html"], "two/app.py", "a.html",
         "two/templates/a.html"),
        (["one/templates/a.html", "two/templates/a.html"], "app.py", "a.html", ""),
        (["one/templates/b/a.html", "two/templates/a.html"], "app.py", "b/a.html",
         "one/templates/b/a.html"),
        (["static/a.html", "web/templates/a.html"], "app.py", "a.html", "web/templates/a.html"),
        (["pages/a.html"], "app.py", "a.html", "pages/a.html"),
        (["node_modules/templates/a.html"], "app.py", "a.html", ""),
        (["templates/a.html"], "app.py", "../a.html", ""),
        (["templates/a b.html"], "app.py", "a b.html", "templates/a b.html"),
        (["templates/xa.html"], "app.py", "a.html", ""),
    ],
)  # fmt: skip
def test_the_file_of_a_name(files: list[str], asking: str, name: str, expected: str) -> None:
    for path in files:
        write(path, "{{ x }}")
    facts = facts_of(asking, "import flask\n")
    found = facts.program.shared(Templates).find(facts, name)
    assert ("" if found is None else found.path) == expected
    bits = facts.program.uses.bits
    grounds = facts.program.grounds(bits)
    now = Now(Door.of_folder(Path.cwd()))
    assert all(now.holds(ground, {}) for ground in grounds)


def test_answers_rest_on_the_files_that_were_read() -> None:
    write("templates/a.html", "{% extends 'base.html' %}")
    write("templates/base.html", "{{ x }}")
    facts = facts_of("app.py", "import flask\n")
    templates = facts.program.shared(Templates)
    templates.find(facts, "a.html")
    facts.program.uses.bits = 0
    assert templates.find(facts, "a.html") is templates.find(facts, "a.html")
    grounds = facts.program.grounds(facts.program.uses.bits)
    root = f"/{Path.cwd().name}"
    assert {(kind, what.replace(root, "")) for kind, what, _ in grounds} >= {
        ("file", "/templates/a.html"),
        ("file", "/templates/base.html"),
        ("template", "a.html "),
        ("template", "base.html "),
    }
    assert all(Now(Door.of_folder(Path.cwd())).holds(ground, {}) for ground in grounds)
    write("templates/base.html", "{{ y }}")
    assert not all(Now(Door.of_folder(Path.cwd())).holds(ground, {}) for ground in grounds)
    write("templates/base.html", "{{ x }}")
    write("sub/templates/base.html", "{{ x }}")
    assert not all(Now(Door.of_folder(Path.cwd())).holds(ground, {}) for ground in grounds)


def test_text_without_a_place_has_no_templates() -> None:
    source = source_in(Path.cwd(), "setup.py")
    facts = Program().add(source, "").facts
    assert facts.program.shared(Templates).find(facts, "a.html") is None


# Environments


@pytest.mark.parametrize(
    ("code", "name", "escaping"),
    [
        ("env = Environment()", "a.html", NOT),
        ("env = Environment(autoescape=True)", "a.html", ENOUGH),
        ("env = Environment(autoescape=False)", "a.html", NOT),
        ("env = Environment(autoescape=flag)", "a.html", UNKNOWN),
        ("env = Environment(**options)", "a.html", UNKNOWN),
        ("env = Environment(autoescape=select_autoescape())", "a.html", ENOUGH),
        ("env = Environment(autoescape=select_autoescape())", "a.jinja", NOT),
        ("env = Environment(autoescape=select_autoescape(['jinja']))", "a.html", NOT),
        ("env = Environment(autoescape=select_autoescape(default=True))", "a.jinja", ENOUGH),
        ("env = Environment(autoescape=select_autoescape(names))", "a.html", UNKNOWN),
    ],
)
def test_environments_of_jinja(code: str, name: str, escaping: Escaping) -> None:
    write(f"templates/{name}", "<p>{{ x }}</p>")
    text = (
        "from jinja2 import Environment, select_autoescape\n"
        f"{code}\n"
        f"def f(x):\n    return env.get_template({name!r}).render(x=x)\n"
    )
    (rendering,) = renderings("app.py", text)
    assert rendering.template is not None
    assert [output.escaping for output in rendering.template.outputs] == [escaping]


def test_an_environment_that_is_an_attribute() -> None:
    write("templates/a.html", "{{ x }}")
    text = (
        "import jinja2\n"
        "class Mail:\n"
        "    def __init__(self):\n        self.env = jinja2.Environment(autoescape=True)\n"
        "    def send(self, x):\n"
        "        page = self.env.get_template('a.html')\n"
        "        return page.render({'x': x})\n"
    )
    (rendering,) = renderings("app.py", text)
    assert rendering.template is not None
    assert said(rendering.template) == [("x", "enough")]
    assert list(rendering.given) == ["x"]


@pytest.mark.parametrize(
    ("files", "asking", "answered"),
    [
        ({}, "from django.shortcuts import render", "enough"),
        (
            {"conf/settings.py": "TEMPLATES = [{'OPTIONS': {'autoescape': False}}]"},
            "from django.shortcuts import render",
            "not enough",
        ),
        ({"web.py": "app.jinja_env.autoescape = False"}, "import flask", "not enough"),
        ({"web.py": "app.jinja_env.autoescape = choose()"}, "import flask", "unknown"),
        ({"web.py": "env.autoescape = False"}, "import flask", "enough"),
        (
            {"web.py": "import tornado.web\ntornado.web.Application([], autoescape=None)"},
            "import tornado.web",
            "not enough",
        ),
        (
            {"web.py": "aiohttp_jinja2.setup(app, autoescape=False)"},
            "import aiohttp_jinja2",
            "not enough",
        ),
        ({}, "import something", "unknown"),
    ],
)
def test_settings_of_a_project(files: dict[str, str], asking: str, answered: str) -> None:
    for path, text in files.items():
        write(path, text)
    write("templates/a.html", "<p>{{ x }}")
    facts = facts_of("app.py", asking)
    found = facts.program.shared(Templates).find(facts, "a.html")
    assert found is not None
    assert said(found) == [("x", answered)]


# Calls that print


@pytest.mark.parametrize(
    ("text", "given", "is_whole"),
    [
        ("import flask\nflask.render_template('a.html', x=1, y=2)", ["x", "y"], True),
        ("import flask\nflask.render_template('a.html', **{'x': 1})", ["x"], True),
        ("import flask\nflask.render_template('a.html', **locals())", [], False),
        ("from django.shortcuts import render\nrender(r, 'a.html', {'x': 1})", ["x"], True),
        ("from django.shortcuts import render\nrender(r, 'a.html', context={'x': 1, **y})", ["x"],
         False),
        ("from django.shortcuts import render\nrender(r, 'a.html', y)", [], False),
        ("from django.shortcuts import render\nrender(r, 'a.html')", [], True),
        ("from django.template.loader import render_to_string as r\nr('a.html', {'x': 1})",
         ["x"], True),
        ("from django.template import loader\nt = loader.get_template('a.html')\n"
         "t.render({'x': 1}, r)", ["x"], True),
        ("from fastapi.templating import Jinja2Templates\nt = Jinja2Templates(directory='a')\n"
         "t.TemplateResponse(r, 'a.html', {'x': 1})", ["x"], True),
        ("from fastapi.templating import Jinja2Templates\nt = Jinja2Templates(directory='a')\n"
         "t.TemplateResponse('a.html', {'request': r, 'x': 1})", ["request", "x"], True),
        ("import tornado.web\nclass A(tornado.web.RequestHandler):\n    def get(self):\n"
         "        self.render('a.html', x=1)", ["x"], True),
        ("import aiohttp_jinja2\naiohttp_jinja2.render_template('a.html', r, {'x': 1})", ["x"],
         True),
        ("import bottle\nbottle.template('a', x=1)\nbottle.template('a.html', x=1)", ["x"], True),
    ],
)  # fmt: skip
def test_calls_that_print(text: str, given: list[str], is_whole: bool) -> None:
    write("templates/a.html", "{{ x|safe }}")
    rendering = renderings("app.py", text)[-1]
    assert rendering.template is not None
    assert (list(rendering.given), rendering.is_whole) == (given, is_whole)


def test_calls_without_a_template_say_why() -> None:
    write("one/templates/a.html", "")
    write("two/templates/a.html", "")
    found = renderings(
        "app.py",
        "import flask\n"
        "flask.render_template(name)\n"
        "flask.render_template('no.html')\n"
        "flask.render_template('a.html')\n"
        "flask.render_template(['no.html', 'one/templates/a.html'])\n",
    )
    assert [rendering.hole for rendering in found] == [
        "the name of the template is computed",
        "the template no.html is not in view",
        "the template a.html can be more than one file",
        "",
    ]


def test_decorators_that_print_what_a_function_returns() -> None:
    write("templates/a.html", "<p>{{ x|safe }}")
    facts = facts_of(
        "app.py",
        "import aiohttp_jinja2\n@aiohttp_jinja2.template('a.html')\nasync def f(r): ...\n",
    )
    rendering = facts.program.shared(Templates).decorated(facts.functions[1])
    assert rendering is not None
    assert rendering.template is not None
    assert rendering.template.unescaped("x")[0].reason == "|safe at line 1"


def test_outputs_by_variable() -> None:
    found = template("{{ x }}{{ x.y|safe }}{{ z|own }}<a href='{{ x.u }}'>")
    assert [len(found.printed(name)) for name in ("x", "z", "y")] == [3, 1, 0]
    assert [output.flow.path for output in found.unescaped("x")] == [("y",)]
    assert [output.flow.path for output in found.urls("x")] == [("u",)]
    assert len(found.unknown("z")) == 1


# The text form


def test_a_template_can_be_dumped() -> None:
    write("templates/a.html", "<p>{{ x|safe }}</p>\n<a href='{{ y }}'>{% include 'no.html' %}")
    assert dump("template", "templates/a.html") == (
        "templates/a.html\n"
        "  1  {{ x|safe }}  text  not enough  (|safe at line 1)\n"
        "  2  {{ y }}  url href  as text only"
        "  (start of a URL in href, which can be of the scheme javascript:)\n"
        "  not in view: the template no.html, of templates/a.html:2\n"
    )
    assert "{{ y }}" not in dump("template", "templates/a.html:x")
    with pytest.raises(UsageError, match="cannot be read"):
        dump("template", "templates/no.html")


def test_the_text_form_tells_what_is_no_page() -> None:
    found = template("{{ x }}", "flask", "a.txt")
    assert "no page" in format_template(found)


def test_a_message_is_no_page_whatever_its_name() -> None:
    write("templates/a.html", "{{ x|safe }} is down")
    found = program_in(Path.cwd()).shared(Templates).at(place_of("templates/a.html"))
    assert found is not None
    assert (found.is_page, said(found)) == (False, [("x|safe", "enough")])
    write("templates/b.html", "{% load a %}\n{{ x|safe }}\n")
    part = program_in(Path.cwd()).shared(Templates).at(place_of("templates/b.html"))
    assert part is not None
    assert part.is_page
