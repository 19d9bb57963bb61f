# path: shop/orders.py
# role: library
import hashlib
from hashlib import md5

SECRET_KEY = load_key()


def sign(body, secret):
    # found: CWE-328
    signature = hashlib.md5(body + secret).hexdigest()
    return signature


def session_for(user):
    # found: CWE-328
    return hashlib.sha1(user.name.encode()).hexdigest()


def unsubscribe_address(user):
    # found: CWE-328
    auth_code = md5(f"{user.id}{SECRET_KEY}".encode()).hexdigest()
    return f"/unsubscribe/{auth_code}"


def by_steps(data):
    # found: CWE-328
    h = hashlib.new("md5")
    h.update(data)
    license_code = h.hexdigest()
    store(license_code)


def by_name(data, strong):
    name = "sha1" if 3 * 3 > 8 else "sha256"
    # found: CWE-328
    h = hashlib.new(name)
    h.update(data)
    with open("var/passwords.txt", "a") as stream:
        stream.write(h.hexdigest())


def sealed(order):
    # found: CWE-328
    order.signature = hashlib.sha1(order.body).hexdigest()


def checksum(stream):
    # clean: CWE-328
    h = hashlib.md5()
    for chunk in stream:
        h.update(chunk)
    return h.hexdigest()


def etag_of(body):
    # clean: CWE-328
    etag = hashlib.sha1(body).hexdigest()
    return etag


def cached(url):
    # clean: CWE-328
    key = "page:" + hashlib.md5(url.encode()).hexdigest()
    return CACHE.get(key)


def strong(body):
    # clean: CWE-328
    return hashlib.sha256(body).hexdigest()


def strong_by_name(body):
    algorithm = "md5"
    algorithm = "sha512"
    # clean: CWE-328
    return hashlib.new(algorithm, body).hexdigest()


def websocket_accept(key):
    magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    # clean: CWE-328
    return hashlib.sha1((key + magic).encode()).digest()


def declared(body):
    # handled: CWE-328
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def declared_too(token):
    # handled: CWE-328
    session = hashlib.sha1(token, usedforsecurity=False).hexdigest()
    return session


def declared_by_name(token):
    # handled: CWE-328
    return hashlib.new("md5", token, usedforsecurity=False)


def shortened(value):
    # unseen: CWE-328 shortened
    return hashlib.md5(value).hexdigest()[:8]


def asked_for(params):
    # clean: CWE-328
    sign = hashlib.md5(params["q"].encode()).hexdigest()
    return client.call("search", query={"q": params["q"], "sign": sign})


def chosen(algorithm, body):
    return hashlib.new(algorithm, body)
