"""Markup escapes what is put into it; a text that is finished when it becomes Markup is not escaped."""

from django.utils.html import format_html
from flask import Flask, make_response, request
from markupsafe import Markup, escape

app = Flask(__name__)
ROW = Markup("<tr><td>{name}</td></tr>")


@app.route("/format")
def formatted():
    # handled: CWE-79
    return Markup("<b>{}</b>").format(request.args["name"])


@app.route("/percent")
def percent():
    name = request.args["name"]
    # handled: CWE-79
    return Markup("<b>%s</b>") % name


@app.route("/tuple")
def percent_of_several():
    text = Markup("<b>%s</b> %s") % (request.args["name"], "there")
    # handled: CWE-79
    return text


@app.route("/dict")
def percent_of_a_dict():
    text = Markup("<b>%(name)s</b>") % {"name": request.args["name"]}
    # handled: CWE-79
    return make_response(text)


@app.route("/plus")
def plus():
    # handled: CWE-79
    return Markup("<b>") + request.args["name"] + Markup("</b>")


@app.route("/in-front")
def in_front():
    page = Markup("<hr>")
    page += request.args["name"]
    # handled: CWE-79
    return page.strip() + request.args["title"]


@app.route("/join")
def joined():
    # handled: CWE-79
    return Markup("<br>").join([request.args["name"], request.args["title"]])


@app.route("/escaped-text")
def escaped_text_escapes():
    # handled: CWE-79
    return escape(request.args["name"]) + ": " + request.args["title"]


@app.route("/of-the-module")
def of_the_module():
    # handled: CWE-79
    return ROW.format(name=request.args["name"])


@app.route("/django")
def django_escapes():
    # handled: CWE-79
    return make_response(format_html("<b>{}</b>", request.args["name"]))


@app.route("/finished")
def finished():
    # found: CWE-79
    text = Markup("<b>{}</b>".format(request.args["name"]))
    # unseen: CWE-79
    return text


@app.route("/finished-by-percent")
def finished_by_percent():
    # found: CWE-79
    # unseen: CWE-79
    return Markup("<b>%s</b>" % request.args["name"])


@app.route("/plain-again")
def plain_again():
    text = str(Markup("<b>")) + request.args["name"]
    # found: CWE-79
    return text


@app.route("/undone")
def undone():
    text = Markup("<b>{}</b>").format(request.args["name"])
    # found: CWE-79
    return text.unescape()


@app.route("/into-a-plain-text")
def into_a_plain_text():
    # found: CWE-79
    return "<b>{}</b>{}".format(Markup("<hr>"), request.args["name"])
