# only: unrestricted-upload
import os
import uuid

from flask import Flask, request
from werkzeug.utils import secure_filename

app = Flask(__name__)
KINDS = (".png", ".jpg")


@app.post("/picture")
def picture():
    file = request.files["picture"]
    name = secure_filename(file.filename)
    # unseen: CWE-434 how the folder is served
    file.save(os.path.join("pictures", name))
    # clean: CWE-434
    file.save(os.path.join("pictures", uuid.uuid4().hex))
    if os.path.splitext(name)[1] in KINDS:
        # handled: CWE-434
        file.save(os.path.join("pictures", name))
    if name.endswith((".png", ".jpg")):
        # handled: CWE-434
        file.save(os.path.join("pictures", name))
    if name.rsplit(".", 1)[1] in ("png", "jpg"):
        # handled: CWE-434
        file.save(os.path.join("pictures", name))
    if file.content_type == "image/png":
        # unseen: CWE-434 how the folder is served
        file.save(os.path.join("pictures", name))
    return ""
