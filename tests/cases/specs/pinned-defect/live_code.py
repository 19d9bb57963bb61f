# path: store/upload.py
# role: library
import os


def upload(path, user):
    # found: CWE-459
    # FIXME: bug 9001, re-enable the check when the role service answers
    # check_permission(user, path)
    return os.stat(path)


def download(path):
    # clean: CWE-459
    # FIXME: bug 9002, slow for large files
    return open(path).read()


def name(path):
    # clean: CWE-459
    # TODO: security review of the naming scheme
    return os.path.basename(path)


def move(path, target):
    # found: CWE-459
    # XXX: race condition between the check and the move
    if not os.path.exists(target):
        os.rename(path, target)


def size(path):
    # clean: CWE-459
    return os.path.getsize(path)  # HACK: see RFC-2616 and UTF-8


BUGS = "BUG: this is no comment"
