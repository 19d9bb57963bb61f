import io
import tarfile

import py7zr
from flask import Flask, request

app = Flask(__name__)


@app.post("/unpack")
def unpack():
    data = io.BytesIO(request.get_data())
    with tarfile.open(fileobj=data) as archive:
        # found: CWE-22
        archive.extractall("out")
        # handled: CWE-22
        archive.extractall("out", filter="data")
        # found: CWE-22
        archive.extractall("out", filter="fully_trusted")
        for member in archive.getmembers():
            # found: CWE-22
            archive.extract(member, "out")
            # handled: CWE-22
            archive.extract(member, "out", filter="data")
    # found: CWE-22
    py7zr.SevenZipFile(data).extractall("out")
    return ""
