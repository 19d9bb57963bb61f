# path: shop/web.py
import os

from flask import Flask, request

app = Flask(__name__)


@app.route("/two/<name>/<int:number>/<path:rest>")
def two(name, number, rest):
    # clean: CWE-22
    open(f"parts/{number}")
    # clean: CWE-22
    open(os.path.join("parts", name))
    # found: CWE-22
    open(os.path.join("parts", rest))
