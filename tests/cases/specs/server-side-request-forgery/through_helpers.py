import subprocess

import requests
from flask import Flask, request

app = Flask(__name__)


def fetch(url):
    # clean: CWE-918
    return requests.get(url)


def fetch_any(url):
    # found: CWE-918
    return requests.get(url)


@app.route("/item")
def item():
    fetch("https://api.example.com/items/" + request.args["id"])
    fetch_any(request.args["url"])
    return ""
