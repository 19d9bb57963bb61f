from urllib.parse import urlparse

import flask
from django.utils.http import url_has_allowed_host_and_scheme
from flask import Flask, redirect, request, url_for

app = Flask(__name__)


@app.get("/next")
def to_next():
    # found: CWE-601
    return redirect(request.args.get("next"))


@app.get("/default")
def default():
    # found: CWE-601
    return redirect(request.args.get("next") or url_for("home"))


@app.get("/slash")
def slash():
    # found: CWE-601
    return redirect("/" + request.args["page"])


@app.get("/stripped")
def stripped():
    # handled: CWE-601
    return redirect("/" + request.args["page"].lstrip("/"))


@app.get("/folder")
def folder():
    # clean: CWE-601
    return redirect("/pages/" + request.args["page"])


@app.get("/site")
def site():
    # clean: CWE-601
    return redirect("https://example.test/" + request.args["page"])


@app.get("/host")
def host():
    # found: CWE-601
    return redirect("https://" + request.args["host"] + "/start")


@app.get("/parsed")
def parsed():
    url = request.args["url"]
    parts = urlparse(url)
    if parts.scheme != "https" or parts.netloc not in ("example.test",):
        flask.abort(400)
    # handled: CWE-601
    return redirect(url)


@app.get("/django")
def django():
    url = request.args["url"]
    if url_has_allowed_host_and_scheme(url, allowed_hosts=None):
        # handled: CWE-601
        return redirect(url)
    # clean: CWE-601
    return redirect("/")


@app.get("/query")
def query():
    # clean: CWE-601
    return redirect(url_for("search") + "?q=" + request.args["q"])


@app.get("/prefix")
def prefix():
    url = request.args["url"]
    if url.startswith("https://example.test"):
        # found: CWE-601
        return redirect(url)
    if url.startswith("https://example.test/"):
        # handled: CWE-601
        return redirect(url)
    # clean: CWE-601
    return redirect(url_for("home"))


@app.get("/items/<path:rest>")
def items(rest):
    # found: CWE-601
    return redirect(location=rest)


@app.get("/known")
def known():
    page = request.args["page"]
    if page in ("/a", "/b"):
        # handled: CWE-601
        return redirect(page)
    # handled: CWE-601
    return redirect("/" + page.strip("/"))


def is_local(url):
    if not url:
        return False
    parts = urlparse(url)
    if parts.netloc:
        return False
    return parts.scheme == "" and parts.path.startswith("/")


def is_own(url):
    own, asked = urlparse(request.host_url), urlparse(url)
    return asked.scheme in ("http", "https") and own.netloc == asked.netloc


@app.get("/local")
def local():
    url = request.args.get("url")
    if url and is_local(url):
        # handled: CWE-601
        return redirect(url)
    if is_own(url):
        # handled: CWE-601
        return redirect(url)
    if is_own("/") or is_local(url):
        # found: CWE-601
        return redirect(url)
    # handled: CWE-601
    return redirect(urlparse(url)._replace(scheme="", netloc="").geturl())
