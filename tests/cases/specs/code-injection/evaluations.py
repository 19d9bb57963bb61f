import ast
import importlib

from flask import Flask, request

app = Flask(__name__)
PLUGINS = {"mail": "plugins.mail", "chat": "plugins.chat"}


@app.post("/formula")
def formula():
    text = request.form["formula"]
    # found: CWE-94
    value = eval(text)
    # found: CWE-94
    exec("x = " + text)
    # found: CWE-94
    eval(f"int('{text}')")
    # clean: CWE-94
    eval("1 + 1")
    tree = ast.literal_eval(text)
    # handled: CWE-94
    eval(tree)
    return str(value)


@app.post("/plugin")
def plugin():
    name = request.json["plugin"]
    # found: CWE-94
    importlib.import_module("plugins." + name)
    # found: CWE-94
    __import__(name)
    if name in PLUGINS:
        # handled: CWE-94
        importlib.import_module("plugins." + name)
    # clean: CWE-94
    importlib.import_module("plugins.mail")
    return ""


@app.post("/compiled")
def compiled():
    # found: CWE-94
    code = compile(request.data, "<form>", "eval")
    number = request.form["number"]
    if number.isdigit():
        # handled: CWE-94
        eval(number)
    text = request.form["text"]
    if not text.startswith("'") or not text.endswith("'") or "'" in text[1:-1]:
        return "not a literal"
    # handled: CWE-94
    eval(text)
    return code


@app.post("/patterns")
def patterns():
    import re

    text = request.form["text"]
    if re.fullmatch(r"[0-9+*() -]+", text):
        # found: CWE-94
        eval(text)
    if re.fullmatch(r"\w+", text):
        # handled: CWE-94
        eval(text)
    match = re.match(r"^\w+$", text)
    if match:
        # handled: CWE-94
        eval(f"'{text}'")
    return ""
