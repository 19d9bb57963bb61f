import os


class Static:
    def __init__(self, root):
        self.root = root

    def look_up(self, name):
        path = os.path.realpath(os.path.join(self.root, name))
        root = os.path.realpath(self.root)
        if os.path.commonprefix([path, root]) != root:
            return None
        # found: CWE-22
        return os.stat(path)

    def look_up_well(self, name):
        path = os.path.realpath(os.path.join(self.root, name))
        root = os.path.realpath(self.root)
        if os.path.commonpath([path, root]) != root:
            return None
        # handled: CWE-22
        return os.stat(path)

    def serve(self, path):
        root = os.path.abspath(self.root)
        if not (path + os.path.sep).startswith(root):
            return None
        # found: CWE-22
        return open(path)

    def serve_well(self, path):
        root = os.path.abspath(self.root) + os.path.sep
        if not (path + os.path.sep).startswith(root):
            return None
        # handled: CWE-22
        return open(path)


def read(path):
    # unseen: CWE-22 callers of read
    return open(path).read()


def own():
    return read_own("notes.txt")


def read_own(path):
    # clean: CWE-22
    return open(path).read()
