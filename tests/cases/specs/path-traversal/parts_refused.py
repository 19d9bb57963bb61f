import os
import pathlib
import re

from flask import request


def safe(path):
    if ".." in path.split("/") or pathlib.PurePosixPath(path).is_absolute():
        raise ValueError(path)
    return path


def in_helper():
    path = safe(request.args["path"])
    # handled: CWE-22
    open(os.path.join("files", path))


def in_parts():
    path = request.args["path"]
    if ".." in pathlib.Path(path).parts or os.path.isabs(path):
        return
    # handled: CWE-22
    open(os.path.join("files", path))


def not_enough():
    path = request.args["path"]
    if ".." in path.split("/"):
        return
    # found: CWE-22
    open(os.path.join("files", path))


def other_separator():
    path = request.args["path"]
    if ".." in path.split(",") or os.path.isabs(path):
        return
    # found: CWE-22
    open(os.path.join("files", path))


BACKUP = re.compile(r"^[0-9]+/[0-9]+.zip$")
LOOSE = re.compile(r"^[0-9]+/.+[.]zip$")
BETWEEN = re.compile(r"^[0-9]+/.x?.$")
OPTIONAL = re.compile(r"^[0-9]*/?[0-9]+.zip$")


def by_pattern():
    path = request.args["path"]
    if BACKUP.match(path):
        # handled: CWE-22
        open(os.path.join("files", path))
    if LOOSE.match(path):
        # found: CWE-22
        open(os.path.join("files", path))
    if BETWEEN.match(path):
        # found: CWE-22
        open(os.path.join("files", path))
    if OPTIONAL.match(path):
        # found: CWE-22
        open(os.path.join("files", path))
