import urllib.request
from urllib.parse import urlparse

import httpx
import requests
from flask import Flask, abort, request

app = Flask(__name__)
HOSTS = {"api.test", "data.test"}


@app.get("/fetch")
def fetch():
    url = request.args["url"]
    # found: CWE-918
    requests.get(url)
    # found: CWE-918
    httpx.post(url, json={})
    # found: CWE-918
    urllib.request.urlopen(url)
    # found: CWE-918
    requests.get("http://" + url)
    # found: CWE-918
    requests.get(f"https://{url}/status")
    # clean: CWE-918
    requests.get("https://api.test/" + url)
    # clean: CWE-918
    requests.get(f"https://api.test/users/{url}/posts")
    # clean: CWE-918
    requests.get("https://api.test/")
    session = requests.Session()
    # found: CWE-918
    session.get(url)
    # clean: CWE-918
    requests.post("https://api.test/", data=url)
    return ""


@app.get("/checked")
def checked():
    url = request.args["url"]
    if urlparse(url).hostname not in HOSTS:
        abort(400)
    # handled: CWE-918
    requests.get(url)
    return ""


@app.get("/netloc")
def netloc():
    url = request.args["url"]
    if urlparse(url).netloc.endswith(".test"):
        # handled: CWE-918
        requests.get(url)
    if urlparse(url).netloc.endswith("api.test"):
        # found: CWE-918
        requests.get(url)
    return ""


@app.get("/known")
def known():
    url = request.args["url"]
    if url in ("https://api.test/a", "https://api.test/b"):
        # handled: CWE-918
        requests.get(url)
    return ""


@app.get("/service")
def service():
    base = app.config["SERVICE"]
    # clean: CWE-918
    requests.get(base + "/" + request.args["path"])
    host = request.args["host"]
    if host == "api.test":
        # handled: CWE-918
        requests.get("https://" + host)
    if host in HOSTS:
        # handled: CWE-918
        requests.get(f"https://{host}/status")
    if urlparse(host).netloc not in ("api.test", "data.test"):
        return ""
    # handled: CWE-918
    requests.get(host)
    return ""
