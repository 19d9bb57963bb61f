# path: shop/cache.py
import errno
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

from filelock import FileLock


class Cache:
    def __init__(self, folder):
        self.folder = folder
        # found: CWE-367
        if not os.path.exists(folder):
            os.makedirs(folder)

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        # found: CWE-367
        if not os.path.exists(path):
            with open(path, "w") as stream:
                stream.write(data)

    def drop(self, name):
        path = os.path.join(self.folder, name)
        # unseen: CWE-367 what else removes the path
        if os.path.isfile(path):
            os.remove(path)

    def same_expression(self):
        # found: CWE-367
        if not os.path.isdir(os.path.dirname(self.folder)):
            os.mkdir(os.path.dirname(self.folder))

    def early(self, target):
        # found: CWE-367
        if os.path.exists(target):
            return False
        shutil.copyfile(self.folder, target)
        return True

    def variable(self, target):
        # found: CWE-367
        there = os.path.lexists(target)
        if not there:
            os.symlink(self.folder, target)

    def with_path(self, name):
        folder = Path(self.folder) / name
        # found: CWE-367
        if not folder.exists():
            folder.mkdir()

    def refuse(self, target):
        # found: CWE-367
        if os.path.exists(target):
            raise FileExistsError(target)
        with open(target, "w") as stream:
            stream.write("")

    # Guards

    def tolerant(self):
        # handled: CWE-367
        if not os.path.exists(self.folder):
            os.makedirs(self.folder, exist_ok=True)

    def caught(self):
        # handled: CWE-367
        if not os.path.isdir(self.folder):
            try:
                os.makedirs(self.folder)
            except OSError as error:
                if error.errno != errno.EEXIST:
                    raise

    def vanished(self, path):
        try:
            # handled: CWE-367
            if os.path.exists(path):
                os.unlink(path)
        except FileNotFoundError:
            pass

    def exclusive(self, path):
        # handled: CWE-367
        if not os.path.exists(path):
            with open(path, "x") as stream:
                stream.write("")

    def locked(self, path):
        with FileLock(self.folder + ".lock"):
            # handled: CWE-367
            if not os.path.exists(path):
                os.mkdir(path)

    def flocked(self, lock, path):
        fcntl.flock(lock, fcntl.LOCK_EX)
        # handled: CWE-367
        if os.path.exists(path):
            os.remove(path)

    @synchronized("cache")
    def decorated(self, path):
        # handled: CWE-367
        if not os.path.exists(path):
            os.mkdir(path)

    def missing_ok(self, name):
        path = Path(self.folder, name)
        # handled: CWE-367
        if path.exists():
            path.unlink(missing_ok=True)

    # No act

    def told(self, path):
        # clean: CWE-367
        if not os.path.exists(path):
            print("there is nothing at", path)

    def read(self, path):
        # clean: CWE-367
        if os.path.exists(path):
            with open(path) as stream:
                return stream.read()
        return ""

    def other(self, path, target):
        # clean: CWE-367
        if not os.path.exists(path):
            os.mkdir(target)

    def changed(self, path):
        # clean: CWE-367
        if not os.path.exists(path):
            path = self.folder
            os.mkdir(path)

    def private(self):
        folder = tempfile.mkdtemp()
        data = os.path.join(folder, "data")
        # clean: CWE-367
        if not os.path.exists(data):
            os.mkdir(data)

    def both(self, path):
        # clean: CWE-367
        if os.path.exists(path):
            print("again")
        os.makedirs(path)

    def by_kind(self, path):
        # clean: CWE-367
        if os.path.isdir(path):
            shutil.rmtree(path)
        else:
            os.unlink(path)

    def atomic(self, path):
        # clean: CWE-367
        if os.path.exists(path):
            raise FileExistsError(path)
        os.mkdir(path)
