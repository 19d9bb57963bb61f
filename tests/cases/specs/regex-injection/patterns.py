import re

from flask import Flask, request

app = Flask(__name__)


@app.get("/search")
def search():
    pattern = request.args["pattern"]
    text = "some text"
    # found: CWE-730
    re.search(pattern, text)
    # found: CWE-730
    re.compile(pattern).search(text)
    # found: CWE-730
    re.match("^" + pattern + "$", text)
    # found: CWE-730
    re.sub(f"({pattern})", "x", text)
    # found: CWE-730
    re.findall(pattern, text)
    # found: CWE-730
    re.split(pattern.lower(), text)
    # handled: CWE-730
    re.search(re.escape(pattern), text)
    # handled: CWE-730
    re.compile(rf"\b{re.escape(pattern)}\b").search(text)
    # clean: CWE-730
    re.search("[a-z]+", request.args["text"])
    # clean: CWE-730
    re.sub("a", request.args["text"], text)
    if pattern.isalnum():
        # handled: CWE-730
        re.search(pattern, text)
    if pattern in ("a+", "b+"):
        # handled: CWE-730
        re.search(pattern, text)
    if pattern == "a*":
        # handled: CWE-730
        re.match(pattern, text)
    if not pattern.isdigit():
        return ""
    # handled: CWE-730
    re.match(pattern, text)
    return ""
