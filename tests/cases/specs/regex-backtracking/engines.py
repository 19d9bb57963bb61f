# path: shop/engines.py
import re2
import regex
from flask import Flask, request

app = Flask(__name__)

# handled: CWE-1333
WAITS = regex.compile(r"^(a+)+$")
# unseen: CWE-1333 the engine of regex
ENDLESS = regex.compile(r"^(a+)+$")
# clean: CWE-1333
LINEAR = re2.compile(r"^(a+)+$")


@app.post("/")
def index():
    text = request.form["text"]
    # clean: CWE-1333
    re2.match(r"^(a+)+$", text)
    # handled: CWE-1333
    regex.match(r"^(b+)+$", text, timeout=2)
    # unseen: CWE-1333 the engine of regex
    regex.match(r"^(b+)+$", text)
    return str([WAITS.match(text, timeout=0.5), ENDLESS.match(text), LINEAR.match(text)])
