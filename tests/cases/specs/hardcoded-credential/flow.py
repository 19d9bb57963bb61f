# path: shop/clients.py
# role: library
import hmac
import os
from getpass import getpass

import jwt
from vendor import Client

# found: CWE-798
KEY = "9f86d081884c7d659a2feaa0c55ad015"
NAMES = ("alice", "bob")


def client():
    return Client(api_key=KEY)


def sign(body):
    # found: CWE-798
    shared = "k33p-me-out"
    return hmac.new(shared.encode(), body, "sha256")


def token(claims):
    # found: CWE-798
    return jwt.encode(claims, "jwt-signing-5ecret", algorithm="HS256")


class Session:
    def __init__(self, app):
        # found: CWE-798
        app.secret_key = "supersecretsigning"
        # found: CWE-798
        app.config["SECRET_KEY"] = "dev-4-ever"
        # found: CWE-798
        user, self.password = "root", "toor99"
        self.user = user

    # found: CWE-798
    def open(self, user, password="opendoor2day"):
        # found: CWE-798
        if password == "swordfish":
            return user
        return None


def settings():
    # found: CWE-798
    first = os.environ.get("SHOP_DB_PASSWORD", "s3cret!")
    # found: CWE-798
    second = os.getenv("SHOP_SECRET_KEY") or "n0t-so-secret"
    # found: CWE-798
    third = getattr(settings, "smtp_password", "mailer77")
    secret_key = second
    return first, secret_key, third


def fetched(args):
    # handled: CWE-798
    first = os.environ["SHOP_DB_PASSWORD"]
    # handled: CWE-798
    second = os.environ.get("SHOP_SECRET_KEY")
    # handled: CWE-798
    password = getpass("Password: ")
    # handled: CWE-798
    third = os.getenv("SHOP_API_KEY", "")
    # handled: CWE-798
    fourth = Client(api_key=os.environ["SHOP"])
    # handled: CWE-798
    return first, second, third, fourth, password, Client(password=getpass())


def sign_sessions(app):
    # found: CWE-798
    app.secret_key = "secret"
    # found: CWE-798
    app.secret_key = b'_5#y2L"F4Q8z\n\xec]/'
    # found: CWE-798
    app.config["SECRET_KEY_HMAC"] = "am0r3C0mpl3xK3y"
    # clean: CWE-798
    app.secret_key = "changeme"
    # clean: CWE-798
    app.secret_name = "secret"
