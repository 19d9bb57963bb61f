# path: shop/cgi.py
# role: library
from http.cookies import SimpleCookie


def headers(value, https):
    cookie = SimpleCookie()
    cookie["session"] = value
    # found: CWE-614
    cookie["session"]["secure"] = False
    # clean: CWE-614
    cookie["session"]["httponly"] = True
    # handled: CWE-614
    cookie["session"]["secure"] = https
    return cookie.output()
