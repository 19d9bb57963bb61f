# path: depot/converter.py
from depot.locking import FolderLock


class Converter:
    def convert(self, path):
        # found: CWE-667
        self.lock = FolderLock(path, exclusive=True).acquire()
        self.rewrite(path)
        self.lock.release()
        self.lock = None

    def convert_safely(self, path):
        # handled: CWE-667
        self.lock = FolderLock(path, exclusive=True).acquire()
        try:
            self.rewrite(path)
        finally:
            self.lock.release()
            self.lock = None


def convert(path, rewrite):
    # found: CWE-667
    lock = FolderLock(path).acquire()
    rewrite(path)
    lock.release()


def convert_if(path, rewrite):
    # handled: CWE-667
    token = FolderLock(path).acquire()
    try:
        rewrite(path)
    finally:
        token.release()
