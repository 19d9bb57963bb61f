import os
import pathlib
import re
import shutil

from flask import Flask, abort, request, send_file, send_from_directory
from werkzeug.utils import secure_filename

app = Flask(__name__)
ROOT = "/srv/files"


@app.get("/open")
def opened():
    name = request.args["name"]
    # found: CWE-22
    open(os.path.join(ROOT, name))
    # found: CWE-22
    open(f"{ROOT}/{name}.txt")
    # handled: CWE-22
    open(os.path.join(ROOT, secure_filename(name)))
    # handled: CWE-22
    open(os.path.join(ROOT, os.path.basename(name)))
    # clean: CWE-22
    open(os.path.join(ROOT, "readme.txt"))
    # found: CWE-22
    shutil.rmtree(ROOT + "/" + name)
    # found: CWE-22
    return send_file(name)


@app.get("/realpath")
def realpath():
    path = os.path.realpath(os.path.join(ROOT, request.args["name"]))
    if not path.startswith(ROOT + os.sep):
        abort(404)
    # handled: CWE-22
    return open(path).read()


@app.get("/no-separator")
def no_separator():
    path = os.path.realpath(os.path.join(ROOT, request.args["name"]))
    if not path.startswith(ROOT):
        abort(404)
    # found: CWE-22
    return open(path).read()


@app.get("/not-resolved")
def not_resolved():
    path = os.path.join(ROOT, request.args["name"])
    if not path.startswith(ROOT + "/"):
        abort(404)
    # found: CWE-22
    return open(path).read()


@app.get("/commonpath")
def commonpath():
    path = os.path.abspath(os.path.join(ROOT, request.args["name"]))
    if os.path.commonpath([ROOT, path]) != ROOT:
        abort(404)
    # handled: CWE-22
    return open(path).read()


@app.get("/commonprefix")
def commonprefix():
    path = os.path.abspath(os.path.join(ROOT, request.args["name"]))
    if os.path.commonprefix([ROOT, path]) != ROOT:
        abort(404)
    # found: CWE-22
    return open(path).read()


@app.get("/pathlib")
def with_pathlib():
    root = pathlib.Path(ROOT)
    path = (root / request.args["name"]).resolve()
    if not path.is_relative_to(root):
        abort(404)
    # handled: CWE-22
    return path.read_text()


@app.get("/pathlib-not-resolved")
def pathlib_not_resolved():
    path = pathlib.Path(ROOT) / request.args["name"]
    if not path.is_relative_to(ROOT):
        abort(404)
    # found: CWE-22
    return path.read_text()


@app.get("/dots")
def dots():
    name = request.args["name"]
    if ".." in name:
        abort(404)
    # handled: CWE-22
    open(ROOT + "/" + name)
    # found: CWE-22
    open(os.path.join(ROOT, name))
    return ""


@app.get("/pattern/<name>")
def pattern(name):
    if not re.fullmatch(r"[a-z0-9]+\.txt", name):
        abort(404)
    # handled: CWE-22
    return open(os.path.join(ROOT, name)).read()


@app.get("/directory/<name>")
def directory(name):
    # handled: CWE-22
    return send_from_directory(ROOT, name)


def is_inside(root, path):
    return os.path.realpath(path).startswith(os.path.realpath(root) + os.sep)


@app.get("/helper")
def helper():
    path = os.path.join(ROOT, request.args["name"])
    if not is_inside(ROOT, path):
        abort(404)
    # handled: CWE-22
    return open(path).read()
