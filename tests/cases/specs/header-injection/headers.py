from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, quote, unquote


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = unquote(self.path)
        # found: CWE-113
        self.send_header("X-Name", name)
        # found: CWE-113
        self.send_header("X-Path", unquote(self.path).upper())
        # found: CWE-113
        self.send_header("X-" + name, "1")
        # found: CWE-113
        self.send_header("Location", "/next?" + name)
        # found: CWE-113
        self.send_header("X-Agent", self.headers["User-Agent"])
        query = parse_qs(self.path)
        # found: CWE-113
        self.send_header("X-Query", query["q"][0])
        # clean: CWE-113
        self.send_header("Content-Type", "text/plain")
        # clean: CWE-113
        self.send_header("Content-Length", str(len(name)))

    def do_POST(self):
        name = unquote(self.path)
        # handled: CWE-113
        self.send_header("X-Name", name.replace("\r", "").replace("\n", ""))
        # handled: CWE-113
        self.send_header("X-Name", quote(name))
        # clean: CWE-113
        self.send_header("X-Name", repr(name))
        if name.isalnum():
            # handled: CWE-113
            self.send_header("X-Name", name)
        if name in ("a", "b"):
            # handled: CWE-113
            self.send_header("X-Name", name)
        if "\r" in name or "\n" in name:
            return
        # handled: CWE-113
        self.send_header("X-Name", name)
        if name == "c":
            # handled: CWE-113
            self.send_header("X-Name", name)
