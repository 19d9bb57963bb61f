# path: shop/assembled.py
import re

from flask import Flask, request

from shop.patterns import IMPORTED, WORD

app = Flask(__name__)

_HEX = "[0-9A-Fa-f]{1,4}"
_FORMS = ["(?:%(hex)s:)*", "%(hex)s(?::%(hex)s)*"]
# found: CWE-1333
ADDRESS = re.compile("^(?:" + "|".join([form % {"hex": _HEX} for form in _FORMS]) + ")+$")
# found: CWE-1333
SENTENCE = re.compile(f"(?:{WORD} ?)+[.]")
# clean: CWE-1333
PHRASE = re.compile("{0}(?: {0})*[.]".format(WORD))
FLAGS = re.VERBOSE | re.ASCII
# found: CWE-1333
LOOSE = re.compile(
    r"""
    (?: \d* | [#] )+    # digits
    !
    """,
    FLAGS,
)


class Reader:
    # unseen: CWE-1333 callers of Reader.read
    field = re.compile(r"(\d+,?)+;")

    def __init__(self):
        # unseen: CWE-1333 callers of Reader.read
        self.row = re.compile("(%s)+;" % "[a-z]+")

    def read(self, text):
        return self.field.match(text), self.row.match(text)


@app.post("/")
def index():
    text = request.form["text"]
    find = ADDRESS.match
    # found: CWE-1333
    other = IMPORTED.match(text)
    ADDRESS.match(text)
    return str([find, other, SENTENCE.match(text), PHRASE.match(text), LOOSE.match(text)])


@app.post("/reader")
def reader():
    return str(Reader().read(request.form["text"]))


# file: shop/patterns.py
import re

WORD = r"[A-Za-z]+"
IMPORTED = re.compile(r"(\w+-?)+$")
