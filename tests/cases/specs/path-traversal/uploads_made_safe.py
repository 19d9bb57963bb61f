# only: path-traversal, unrestricted-upload
import os

from flask import Flask, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
DIR = "/srv/up"


@app.route("/secured", methods=["POST"])
def secured():
    up = request.files["f"]
    # handled: CWE-22
    # unseen: CWE-434
    up.save(os.path.join(DIR, secure_filename(up.filename)))
    return "kept"


@app.route("/only-the-last-name", methods=["POST"])
def only_the_last_name():
    up = request.files["f"]
    # handled: CWE-22
    # unseen: CWE-434
    up.save(os.path.join(DIR, "x", os.path.basename(up.filename)))
    return "kept"
