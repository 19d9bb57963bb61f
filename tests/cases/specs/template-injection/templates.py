import jinja2
from django.template import Template
from flask import Flask, render_template, render_template_string, request
from mako.template import Template as MakoTemplate

app = Flask(__name__)
GREETINGS = {"a": "Hello {{ name }}", "b": "Bye {{ name }}"}


@app.get("/hello")
def hello():
    name = request.args["name"]
    # found: CWE-1336
    render_template_string("Hello " + name)
    # found: CWE-1336
    jinja2.Template(f"Hello {name}")
    environment = jinja2.Environment(autoescape=True)
    # found: CWE-1336
    environment.from_string(name)
    # found: CWE-1336
    Template(name)
    # found: CWE-1336
    MakoTemplate("Hello %s" % name)
    # found: CWE-1336
    render_template_string(request.form["template"], name="x")
    # clean: CWE-1336
    render_template_string("Hello {{ name }}", name=name)
    # clean: CWE-1336
    jinja2.Template("Hello {{ name }}").render(name=name)
    # clean: CWE-1336
    render_template_string(GREETINGS[name], name="x")
    return render_template("hello.html", name=name)


@app.get("/checked")
def checked():
    name = request.args["name"]
    if name.isalpha():
        # handled: CWE-1336
        render_template_string("Hello " + name)
    # handled: CWE-1336
    render_template_string("Hello " + name.replace("{", ""))
    if name in ("ann", "bob"):
        # handled: CWE-1336
        jinja2.Template(name)
    if "{" not in name:
        # handled: CWE-1336
        jinja2.Template(name)
    if name == "ann":
        # handled: CWE-1336
        Template(name)
    if not name.isdigit():
        return ""
    # handled: CWE-1336
    Template(name)
    return ""
