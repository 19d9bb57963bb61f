import string

from flask import Flask, request

app = Flask(__name__)


@app.get("/greet")
def greet():
    greeting = request.args["greeting"]
    # found: CWE-134
    first = greeting.format(app=app)
    "{}".format(greeting)
    string.Template(greeting).safe_substitute(name="x")
    if "{" not in greeting:
        # handled: CWE-134
        return greeting.format(app=app)
    if "}" not in greeting:
        # found: CWE-134
        return greeting.format(app=app)
    if greeting in ("hello {}", "good morning {}"):
        # handled: CWE-134
        return greeting.format("x")
    return first


@app.get("/fill")
def fill():
    # found: CWE-134
    first = request.headers["X-Format"].format(app)
    # found: CWE-134
    second = ("<b>" + request.args["form"] + "</b>").format(app)
    # found: CWE-134
    third = request.form.get("form").format_map({"app": app})
    # found: CWE-134
    fourth = f"{request.args['form']}".format(app)
    number = str(int(request.args["number"]))
    # clean: CWE-134
    fifth = number.format(app)
    forms = {"a": "{} a", "b": "{} b"}
    # clean: CWE-134
    sixth = forms["a"].format(app)
    form = request.args["form"]
    if form.isalnum():
        # handled: CWE-134
        return form.format(app)
    if form in forms:
        # handled: CWE-134
        return form.format(app)
    if "{" in form:
        return ""
    # handled: CWE-134
    print(form.format(app))
    # handled: CWE-134
    print(form.format_map({"app": app}))
    # handled: CWE-134
    seventh = form.replace("{", "").format(app)
    return first + second + third + fourth + fifth + sixth + seventh
