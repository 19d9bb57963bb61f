# only: path-traversal, unrestricted-upload
import os
import posixpath
import secrets
from os.path import join, splitext

from flask import Flask, request

app = Flask(__name__)
DIR = "/srv/up"


@app.route("/joined", methods=["POST"])
def joined():
    up = request.files["f"]
    # found: CWE-22
    # unseen: CWE-434
    up.save(os.path.join(DIR, up.filename))
    return "kept"


@app.route("/joined-by-name", methods=["POST"])
def joined_by_name():
    up = request.files.getlist("f")[0]
    # found: CWE-22
    # unseen: CWE-434
    up.save(dst=join(DIR, up.filename))
    return "kept"


@app.route("/formatted", methods=["POST"])
def formatted():
    up = request.files["f"]
    # found: CWE-22
    # unseen: CWE-434
    up.save("{}/{}".format(DIR, up.filename))
    return "kept"


@app.route("/lower", methods=["POST"])
def lower():
    # found: CWE-22
    # unseen: CWE-434
    request.files["f"].save(
        posixpath.join(DIR, request.files["f"].filename.lower())
    )
    return "kept"


def keep_all():
    for up in request.files.values():
        # found: CWE-22
        # unseen: CWE-434
        up.save(os.path.join(DIR, up.filename))


@app.route("/own-name", methods=["POST"])
def own_name():
    up = request.files["f"]
    # clean: CWE-22
    # clean: CWE-434
    up.save(os.path.join(DIR, secrets.token_hex(8)))
    return "kept"


# What stands behind the last dot is chosen by the client; whether it leads elsewhere depends on
# what stands before it.


@app.route("/second-piece", methods=["POST"])
def second_piece():
    up = request.files["f"]
    # found: CWE-22
    # clean: CWE-434
    up.save(os.path.join(DIR, up.filename.split(".")[1]))
    return "kept"


@app.route("/extension", methods=["POST"])
def extension():
    up = request.files["f"]
    kind = up.filename.split(".")[1]
    # clean: CWE-22
    # unseen: CWE-434
    up.save(os.path.join(DIR, "avatar." + kind))
    return "kept"


@app.route("/last-piece", methods=["POST"])
def last_piece():
    up = request.files["f"]
    kind = up.filename.rsplit(".", 1)[1]
    # clean: CWE-22
    # unseen: CWE-434
    up.save(os.path.join(DIR, f"avatar.{kind}"))
    return "kept"


@app.route("/last-part", methods=["POST"])
def last_part():
    up = request.files["f"]
    _, _, kind = up.filename.rpartition(".")
    # clean: CWE-22
    # unseen: CWE-434
    up.save(os.path.join(DIR, "%s.%s" % (secrets.token_hex(8), kind)))
    return "kept"


@app.route("/all-behind-the-first-dot", methods=["POST"])
def all_behind_the_first_dot():
    up = request.files["f"]
    # found: CWE-22
    # unseen: CWE-434
    up.save(os.path.join(DIR, "avatar." + up.filename.split(".", 1)[1]))
    return "kept"


@app.route("/splitext", methods=["POST"])
def splitext_of_name():
    up = request.files["f"]
    stem, kind = splitext(up.filename)
    # clean: CWE-22
    # unseen: CWE-434
    up.save(os.path.join(DIR, secrets.token_hex(8) + kind))
    # found: CWE-22
    # unseen: CWE-434
    up.save(os.path.join(DIR, stem + ".png"))
    return "kept"


@app.route("/checked", methods=["POST"])
def checked():
    up = request.files["f"]
    kind = os.path.splitext(up.filename)[-1]
    if kind not in (".png", ".gif"):
        return "no"
    # handled: CWE-22
    # handled: CWE-434
    up.save(os.path.join(DIR, secrets.token_hex(8) + kind))
    return "kept"
