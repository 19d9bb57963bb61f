# path: shop/store.py
import os


def keep(name):
    # found: CWE-22
    open(os.path.join("uploads", name), "wb")


def keep_checked(name):
    # handled: CWE-22
    open(os.path.join("uploads", name), "wb")


def read_named(name):
    # clean: CWE-22
    open(os.path.join("uploads", name))


def for_tests_only(name):
    # unseen: CWE-22 callers of for_tests_only
    open(os.path.join("uploads", name))


# file: shop/__init__.py
# file: shop/web.py
import os

from flask import Flask, request

from shop.store import keep, keep_checked, read_named

app = Flask(__name__)


@app.route("/one")
def one():
    keep(request.args["name"])
    name = request.args["name"]
    if os.path.isabs(name) or ".." in name:
        raise ValueError(name)
    keep_checked(name)


@app.route("/two/<name>")
def two(name):
    read_named(name)


# file: tests/test_store.py
from shop.store import for_tests_only


def test_it():
    for_tests_only("a")
