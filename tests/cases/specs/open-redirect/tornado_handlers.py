import tornado.web


class Trailing(tornado.web.RequestHandler):
    def get(self):
        # found: CWE-601
        self.redirect(self.request.path.rstrip("/"))


class Trimmed(tornado.web.RequestHandler):
    def get(self):
        path, *rest = self.request.uri.partition("?")
        path = "/" + path.strip("/")
        # handled: CWE-601
        self.redirect("".join([path, *rest]))


class Refused(tornado.web.RequestHandler):
    def get(self):
        if self.request.path.startswith("//"):
            raise tornado.web.HTTPError(403)
        # handled: CWE-601
        self.redirect(self.request.path + "/")
