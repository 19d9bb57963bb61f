# path: shop/views.py
# role: web handler
"""An error that is handed on through more calls than are followed."""
from flask import Flask, jsonify

app = Flask(__name__)


@app.route("/orders")
def orders():
    try:
        return run()
    except Exception as error:
        # unseen: CWE-209 third
        return first(error)


@app.route("/carts")
def carts():
    try:
        return run()
    except Exception as error:
        # found: CWE-209
        return second(error)


@app.route("/bills")
def bills():
    try:
        return run()
    # clean: CWE-209
    except Exception as error:
        print(error)
        return jsonify(error="failed")


def first(error):
    return second(error)


def second(error):
    return third(error)


def third(error):
    return jsonify(error=str(error))
