# path: shop/web.py
# model: { source = "shop.inbox.read()", kind = "message" }
# model: { source = "shop.inbox.Box.subject", kind = "web" }
# model: { source = "shop.web.on_order", kind = "web", parameters = ["order"] }
# model: { sink = "shop.db.Store.query", rule = "sql-injection" }
# model: { sanitizer = "shop.text.clean_name", rule = "sql-injection" }
# model: { sanitizer = "shop.text.clean_path", rule = "path-traversal" }
# model: { validator = "shop.text.is_known", rule = "CWE-89" }
# model: { validator = "shop.text.require_known", rule = "sql-injection", raises = true }
from shop import inbox
from shop.inbox import Box
from shop.text import clean_name, clean_path, is_known, require_known

from .db import Store

store = Store()


def messages(db: Store):
    name = inbox.read()
    # found: CWE-89
    db.query("select " + name)
    # found: CWE-89
    store.query(text=name)
    # handled: CWE-89
    store.query(clean_name(name))
    # found: CWE-89
    store.query(clean_path(name))
    if is_known(name):
        # handled: CWE-89
        store.query(name)
    # clean: CWE-89
    store.query("select 1")


def on_order(order, flags):
    # found: CWE-89
    store.query(order)
    # unseen: CWE-89 callers of on_order
    store.query(flags)
    require_known(order)
    # handled: CWE-89
    store.query(order)


def boxes(box: Box):
    # found: CWE-89
    store.query(box.subject)


# file: shop/__init__.py
# file: shop/inbox.py
def read():
    return fetch()


class Box:
    subject = ""


# file: shop/db.py
class Store:
    def query(self, text):
        return self.send(text)


# file: shop/text.py
import third


def clean_name(x):
    return third.clean(x)


def clean_path(x):
    return third.clean(x)


def is_known(x):
    return third.known(x)


def require_known(x):
    third.require(x)
