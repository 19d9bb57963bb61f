import os
import zipfile

import pandas
from flask import Flask, request

app = Flask(__name__)


@app.post("/unzip")
def unzip():
    file = request.files["archive"]
    # clean: CWE-22
    archive = zipfile.ZipFile(file)
    for name in archive.namelist():
        # found: CWE-22
        with open(os.path.join("out", name), "wb") as out:
            out.write(archive.read(name))
    # clean: CWE-22
    pandas.read_csv(file)
    # found: CWE-22
    open(os.path.join("out", file.filename))
    return ""
