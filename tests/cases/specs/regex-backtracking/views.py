# path: shop/views.py
import re

from flask import Flask, request

app = Flask(__name__)

# found: CWE-1333
NAMES = re.compile(r"^(\w+\s?)*$")
# found: CWE-1333
TRAILING = re.compile(r"\s+$")
# clean: CWE-1333
PRICE = re.compile(r"\$\d+(?:\.\d{2})?")
# found: CWE-1333
QUOTED = re.compile(r'"(\\.|[^"])*"')
# clean: CWE-1333
QUOTED_ONCE = re.compile(r'"(\\.|[^"\\])*"')
# found: CWE-1333
FOLDED = re.compile("^(?:ab|AB)*$", re.I)
# clean: CWE-1333
AS_WRITTEN = re.compile("^(?:ab|AB)*$")
# found: CWE-1333
COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
# found: CWE-1333
COLUMNS = re.compile(r"(.*),(.*),(.*);", re.DOTALL)
# found: CWE-1333
TWICE = re.compile(r"^(a+)+b\1$")
# found: CWE-1333
LOOKED = re.compile(r"(?=[a-z])(?:[a-z]+)+(?<=z)!")
# found: CWE-1333
BOUNDED = re.compile(r"^(?:x{1,40})+y$")
# clean: CWE-1333
ALWAYS = re.compile(r"(?:\w+)*")
# clean: CWE-1333
LIST = re.compile(r"\w+(?:,\w+)*;")
# clean: CWE-1333
NUMBER = re.compile(r"^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?$")


@app.post("/names")
def names():
    # found: CWE-1333
    return str(re.match(r"^(a+)+$", request.args["names"]))


@app.post("/helper")
def helper():
    return check(request.form["names"])


def check(text):
    return str(NAMES.match(text))


@app.post("/strip")
def strip():
    text = request.get_data(as_text=True)
    text = TRAILING.sub("", text)
    return str(PRICE.search(text))


@app.post("/rest")
def rest():
    text = request.get_data(as_text=True)
    found = [
        QUOTED.search(text),
        QUOTED_ONCE.match(text),
        FOLDED.match(text),
        AS_WRITTEN.match(text),
        COLUMNS.match(text),
        TWICE.match(text),
        LOOKED.match(text),
        BOUNDED.match(text),
        ALWAYS.search(text),
        LIST.match(text),
        NUMBER.fullmatch(text),
    ]
    return str(found) + str(COMMENT.sub(b"", request.get_data()))
