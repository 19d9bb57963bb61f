import base64
import json
import pickle

import jsonpickle
import yaml
from flask import Flask, request
from itsdangerous import URLSafeSerializer

app = Flask(__name__)


@app.post("/pickle")
def pickled():
    # found: CWE-502
    pickle.loads(request.data)
    # found: CWE-502
    pickle.loads(base64.b64decode(request.cookies["state"]))
    # found: CWE-502
    jsonpickle.decode(request.form["state"])
    # clean: CWE-502
    pickle.loads(b"N.")
    json.loads(request.data)
    state = URLSafeSerializer("key").loads(request.cookies["state"])
    # handled: CWE-502
    pickle.loads(state)
    return ""


@app.post("/yaml")
def with_yaml():
    # found: CWE-502
    yaml.load(request.data)
    # found: CWE-502
    yaml.load(request.data, Loader=yaml.Loader)
    # found: CWE-502
    yaml.unsafe_load(request.data)
    yaml.load(request.data, Loader=yaml.SafeLoader)
    yaml.safe_load(request.data)
    # clean: CWE-502
    yaml.load("a: 1", Loader=yaml.Loader)
    return ""


def settings(path):
    with open(path) as stream:
        # found: CWE-502
        return yaml.load(stream)


def state(path):
    with open(path, "rb") as stream:
        # clean: CWE-502
        return pickle.load(stream)


def revive(data):
    # unseen: CWE-502 callers of revive
    return pickle.loads(data)


def own():
    # clean: CWE-502
    return pickle.loads(pickle.dumps({"a": 1}))


def constant():
    # clean: CWE-502
    return pickle.loads(b"I1\n.")


@app.post("/known")
def known():
    name = request.form["name"]
    if name in ("a", "b"):
        # handled: CWE-502
        pickle.loads(name.encode())
    serializer = URLSafeSerializer("key")
    # handled: CWE-502
    pickle.loads(serializer.loads(request.form["x"]))
    # handled: CWE-502
    pickle.loads(serializer.loads(request.args["x"]))
    # handled: CWE-502
    jsonpickle.decode(serializer.loads(request.args["y"]))
    if request.form["code"].isdigit():
        # handled: CWE-502
        pickle.loads(request.form["code"].encode())
    return ""
