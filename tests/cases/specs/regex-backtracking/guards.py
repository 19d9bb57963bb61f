# path: shop/guards.py
import re

from flask import Flask, abort, request

app = Flask(__name__)

# handled: CWE-1333
TRAILING = re.compile(r"\s+$")
# handled: CWE-1333
LINE = re.compile(r"\s+$")
# handled: CWE-1333
WORDS = re.compile(r"(\w+\s?)*$")
# found: CWE-1333
TOO_LATE = re.compile(r"(\w+\s?)*$")
# found: CWE-1333
STILL_LONG = re.compile(r"(\w+\s?)*$")
# found: CWE-1333
OTHER_TEXT = re.compile(r"(\w+\s?)*$")
# found: CWE-1333
LOWER_BOUND = re.compile(r"(\w+\s?)*$")


@app.post("/trailing")
def trailing():
    text = request.form["text"]
    if len(text) > 1000:
        abort(413)
    return TRAILING.sub("", text)


@app.post("/line")
def line():
    return LINE.sub("", request.form["line"][:200])


@app.post("/words")
def words():
    text = request.form["text"].strip()
    if 0 < len(text) <= 20:
        return str(WORDS.match(text))
    return ""


@app.post("/late")
def late():
    text = request.form["text"]
    found = TOO_LATE.match(text)
    if len(text) > 20:
        abort(413)
    return str(found)


@app.post("/long")
def long():
    text = request.form["text"]
    if len(text) > 5000:
        abort(413)
    return str(STILL_LONG.match(text))


@app.post("/other")
def other():
    text = request.form["text"]
    if len(request.form["name"]) > 20:
        abort(413)
    return str(OTHER_TEXT.match(text))


@app.post("/lower")
def lower():
    text = request.form["text"]
    if len(text) < 20:
        abort(400)
    return str(LOWER_BOUND.match(text))


@app.post("/atomic")
def atomic():
    text = request.form["text"]
    # unseen: CWE-1333 a possessive repeat
    re.match(r"(?:a+)++b", text)
    # handled: CWE-1333
    re.match(r"(?:(?>a+)b?)*!", text)
    # handled: CWE-1333
    re.match(r"\w++\w*!", text)
    # handled: CWE-1333
    re.fullmatch(r"(?:\w++ ?)*", text)
    # found: CWE-1333
    return str(re.match(r"(?:a++|a)*b", text))
