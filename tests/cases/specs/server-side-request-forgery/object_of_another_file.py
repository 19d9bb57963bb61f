# path: app/views.py
from flask import Flask, request

from app.clients import machines, session

app = Flask(__name__)


@app.route("/formatted")
def formatted():
    host = request.args["host"]
    # found: CWE-918
    session.get("http://{}/health".format(host), timeout=3)
    return "asked"


@app.route("/stripped")
def stripped():
    # found: CWE-918
    session.post("http://" + request.args["host"].strip(), timeout=3)
    return "asked"


@app.route("/joined")
def joined():
    # found: CWE-918
    machines.get("".join(["http://", request.args["host"], "/health"]))
    return "asked"


@app.route("/numbered")
def numbered():
    host = request.args["host"]
    # clean: CWE-918
    session.get("http://machine-{}.test/health".format(int(host)), timeout=3)
    return "asked"


# file: app/__init__.py
# file: app/clients.py
import httpx
import requests

session = requests.Session()
machines = httpx.Client(timeout=3)
