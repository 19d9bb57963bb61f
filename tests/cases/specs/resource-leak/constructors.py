# path: depot/constructors.py
import socket

MAGIC = b"DEPO"


class Volume:
    def __init__(self, path):
        # found: CWE-772
        self.stream = open(path, "rb")
        while True:
            block = self.stream.read(512)
            if len(block) != 512:
                raise OSError("unexpected end")
            if block.startswith(MAGIC):
                break

    def close(self):
        self.stream.close()


class ClosedVolume:
    def __init__(self, path):
        # handled: CWE-772
        self.stream = open(path, "rb")
        if self.stream.read(4) != MAGIC:
            self.stream.close()
            raise ValueError(path)

    def close(self):
        self.stream.close()


class OwnClose:
    def __init__(self, path):
        # handled: CWE-772
        self.stream = open(path, "rb")
        if self.stream.read(4) != MAGIC:
            self.close()
            raise ValueError(path)

    def close(self):
        self.stream.close()


class CheckedFirst:
    def __init__(self, path):
        if not path:
            raise ValueError(path)
        # handled: CWE-772
        self.stream = open(path, "rb")
        assert self.stream.readable()

    def close(self):
        self.stream.close()


class Guarded:
    def __init__(self, path):
        # handled: CWE-772
        self.stream = open(path, "rb")
        try:
            if self.stream.read(4) != MAGIC:
                raise ValueError(path)
        except BaseException:
            self.stream.close()
            raise

    def close(self):
        self.stream.close()


class Link:
    def __enter__(self):
        # found: CWE-772
        self.sock = socket.socket()
        if self.sock.family not in self.families:
            raise OSError("no such family")
        return self

    def __exit__(self, *details):
        self.sock.close()

    def reopen(self):
        # handled: CWE-772
        self.sock = socket.socket()
        if self.sock.family not in self.families:
            raise OSError("no such family")


class Listener:
    def __init__(self, address):
        try:
            # found: CWE-772
            self.sock = socket.socket(socket.AF_INET6)
            self.sock.bind(address)
        except OSError:
            self.sock = None
        if not self.sock:
            # handled: CWE-772
            self.sock = socket.socket()
            self.sock.bind(address)

    def close(self):
        self.sock.close()


class ClosedListener:
    def __init__(self, address):
        try:
            # handled: CWE-772
            self.sock = socket.socket(socket.AF_INET6)
            self.sock.bind(address)
        except OSError:
            if self.sock:
                self.sock.close()
            self.sock = None

    def close(self):
        self.sock.close()


class Passing:
    def connect(self, address):
        # handled: CWE-772
        self.sock = socket.create_connection(address)
        self.sock.settimeout(2)
        sock, self.sock = self.sock, None
        return sock

    def close(self):
        if self.sock is not None:
            self.sock.close()
            self.sock = None
