"""Where uploads are kept: one folder a day, one file an upload, and an index of digests."""

import datetime
import hashlib
import json
import os
import shutil
import socket
import tempfile
import threading

from flask import Blueprint, abort, jsonify, request

from depot.quota import reserve

CHUNK = 1 << 16

pages = Blueprint("storage", __name__)


class Storage:
    """The files of one depot below a root folder."""

    def __init__(self, root, index_path):
        self.root = root
        self.index_path = index_path
        self.lock = threading.Lock()

    def folder_for(self, day):
        """The folder of a day, made on first use."""
        folder = os.path.join(self.root, day.isoformat())
        if not os.path.isdir(folder):
            os.makedirs(folder)
        return folder

    def preview_folder(self, day):
        """The folder of a day's previews; several workers may ask for it at once."""
        folder = os.path.join(self.root, day.isoformat(), "previews")
        if not os.path.isdir(folder):
            os.makedirs(folder, exist_ok=True)
        return folder

    def claim(self, name):
        """Make an upload's marker file; only one of all callers gets True."""
        marker = os.path.join(self.root, name + ".claim")
        try:
            handle = os.open(marker, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            return False
        os.close(handle)
        return True

    def discard(self, name):
        """Remove an upload that somebody else may be removing too."""
        path = os.path.join(self.root, name)
        if os.path.exists(path):
            try:
                os.remove(path)
            except FileNotFoundError:
                pass

    def replace_index(self, entries):
        """Write the index anew."""
        if os.path.exists(self.index_path):
            os.remove(self.index_path)
        with open(self.index_path, "w", encoding="utf-8") as stream:
            json.dump(entries, stream)

    def store(self, upload, folder):
        """Copy an upload into a folder and return its digest."""
        target = open(os.path.join(folder, upload.name), "wb")
        digest = hashlib.sha256()
        while chunk := upload.read(CHUNK):
            digest.update(chunk)
            target.write(chunk)
        target.close()
        return digest.hexdigest()

    def store_small(self, upload, folder):
        """As `store`, for what fits into memory."""
        data = upload.read()
        target = open(os.path.join(folder, upload.name), "wb")
        try:
            target.write(data)
        finally:
            target.close()
        return hashlib.sha256(data).hexdigest()

    def unpack(self, upload):
        """Unpack an archive below a scratch folder, which the caller removes."""
        scratch = tempfile.mkdtemp(dir=self.root)
        try:
            shutil.unpack_archive(upload.path, scratch)
        except shutil.ReadError:
            shutil.rmtree(scratch)
            raise
        return scratch

    def announce(self, address, name):
        """Tell the mirror at an address about a new upload."""
        link = socket.create_connection(address, timeout=5)
        reserve(link, name)
        link.sendall(name.encode())
        link.close()

    def open_log(self, name):
        """A log that the caller closes."""
        return open(os.path.join(self.root, name + ".log"), "a", encoding="utf-8")

    def count(self, name):
        """Count an upload in the index."""
        self.lock.acquire()
        try:
            with open(self.index_path, "a", encoding="utf-8") as stream:
                stream.write(name + "\n")
        finally:
            self.lock.release()


storage = Storage("/var/lib/depot", "/var/lib/depot/index")


@pages.route("/uploads", methods=["POST"])
def upload():
    """Take one file."""
    file = request.files.get("file")
    if file is None or not storage.claim(file.filename):
        abort(409)
    digest = storage.store(file, storage.folder_for(datetime.date.today()))
    storage.count(file.filename)
    return jsonify(name=file.filename, digest=digest)
