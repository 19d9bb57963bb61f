# path: shop/report.py
# role: library
import errno
import os
import tempfile
import uuid


def write(rows, name):
    # found: CWE-377
    with open("/tmp/report.csv", "w") as stream:
        stream.write(rows)
    # found: CWE-377
    path = tempfile.mktemp()
    # found: CWE-377
    with open(os.path.join(tempfile.gettempdir(), "shop.lock"), "w") as stream:
        stream.write(path)
    # found: CWE-377
    with open(f"/tmp/{name}.log", "a") as stream:
        stream.write(rows)
    # found: CWE-377
    os.makedirs("/tmp/shop-cache", exist_ok=True)


def cache_folder():
    folder = os.path.join(tempfile.gettempdir(), "shop-cache-%d" % os.getuid())
    try:
        # found: CWE-377
        os.mkdir(folder, 0o700)
    except OSError as error:
        if error.errno != errno.EEXIST:
            raise
    return folder


def checked_folder():
    folder = os.path.join(tempfile.gettempdir(), "shop-cache-%d" % os.getuid())
    try:
        # handled: CWE-377
        os.mkdir(folder, 0o700)
    except OSError as error:
        if error.errno != errno.EEXIST:
            raise
    if os.lstat(folder).st_uid != os.getuid():
        raise RuntimeError(folder)
    return folder


def checked_file(rows):
    # handled: CWE-377
    with open("/tmp/shop.csv", "w") as stream:
        if os.fstat(stream.fileno()).st_uid != os.getuid():
            raise RuntimeError("not ours")
        stream.write(rows)


def safe(rows):
    # clean: CWE-377
    with open(f"/tmp/{uuid.uuid4()}.csv", "w") as stream:
        stream.write(rows)
    # clean: CWE-377
    os.mkdir("/tmp/shop")
    folder = tempfile.mkdtemp()
    # clean: CWE-377
    inner = tempfile.mktemp(dir=folder)
    # clean: CWE-377
    other = tempfile.mktemp("", "shop", folder)
    with open("/tmp/report.csv") as stream:
        rows = stream.read()
    with open("/var/lib/shop/report.csv", "w") as stream:
        stream.write(rows)
    return inner, other
