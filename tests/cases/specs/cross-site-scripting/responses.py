import html
import json

import flask
import markupsafe
from flask import Flask, jsonify, make_response, render_template, request
from markupsafe import Markup

app = Flask(__name__)


@app.get("/plain")
def plain():
    # found: CWE-79
    return "Hello " + request.args["name"]


@app.get("/response")
def response():
    name = request.args.get("name")
    if not name:
        # clean: CWE-79
        return "who are you"
    # found: CWE-79
    answer = make_response(f"<b>{name}</b>")
    # found: CWE-79
    answer = flask.Response("<i>%s</i>" % name)
    # found: CWE-79
    answer.text = Markup("<u>" + name + "</u>")
    return answer


@app.get("/escaped")
def escaped():
    name = request.args["name"]
    # handled: CWE-79
    return "Hello " + html.escape(name)


@app.get("/markup")
def markup():
    # handled: CWE-79
    return f"Hello {markupsafe.escape(request.args['name'])}"


@app.get("/script")
def script():
    name = html.escape(request.args["name"])
    # found: CWE-79
    return f"<script>var name = {name};</script>"


@app.get("/attribute")
def attribute():
    name = request.args["name"].replace('"', "")
    # handled: CWE-79
    return '<a title="' + name + '">link</a>'


@app.get("/number/<int:number>")
def number(number: int):
    # clean: CWE-79
    return f"<b>{number}</b>"


@app.get("/upper/<word>")
def upper(word):
    # found: CWE-79
    return word.upper()


@app.get("/template")
def template():
    return render_template("hello.html", name=request.args["name"])


@app.get("/json")
def as_json():
    return jsonify(name=request.args["name"])


@app.get("/dict")
def as_dict():
    return {"name": request.args["name"]}


@app.get("/text")
def as_text():
    return flask.Response(json.dumps(request.args), mimetype="application/json")


@app.get("/letters")
def letters():
    name = request.args["name"]
    if not name.isalpha():
        flask.abort(400)
    # handled: CWE-79
    return "Hello " + name


@app.get("/known")
def known():
    name = request.args["name"]
    # handled: CWE-79
    return "Hello " + name if name in ("ann", "bob") else "Hello"


@app.get("/brackets")
def brackets():
    # handled: CWE-79
    return "Hello " + request.args["name"].replace("<", "&lt;")


def page(body):
    return "<html><body>" + body + "</body></html>"


@app.get("/helper")
def helper():
    # found: CWE-79
    return page(request.args["body"]), 200


@app.get("/debug")
def debug():
    answer = make_response("name: " + request.args["name"])
    answer.mimetype = "text/plain"
    other = make_response("name: " + request.args["name"])
    other.headers["Content-Type"] = "text/plain"
    return answer if request.args.get("first") else other
