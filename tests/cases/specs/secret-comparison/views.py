# path: shop/views.py
# role: web handler
import hashlib
import hmac
import secrets

from flask import Flask, request

app = Flask(__name__)
API_KEY = load_key()


@app.route("/hook", methods=["POST"])
def hook():
    expected_signature = hmac.new(KEY, request.data, hashlib.sha256).hexdigest()
    # found: CWE-208
    if request.headers["X-Signature"] != expected_signature:
        return "no", 403
    return "yes"


@app.route("/login", methods=["POST"])
def login():
    password = request.form["password"]
    user = find(request.form["user"])
    # found: CWE-208
    if user.password == password:
        return "welcome"
    return "no", 403


def authorized():
    # found: CWE-208
    return request.headers.get("X-Api-Key") == API_KEY


def verify(api_key, account):
    # found: CWE-208
    return account.api_key == api_key


def authenticate(user, password):
    hashed_password = digest(password)
    # found: CWE-208
    return user.password_hash == hashed_password


def reset():
    # found: CWE-208
    if request.args["reset_token"] == stored_reset_token():
        return "ok"
    return "no"


@app.route("/safe", methods=["POST"])
def safe_hook():
    expected = hmac.new(KEY, request.data, hashlib.sha256).hexdigest()
    # handled: CWE-208
    if not hmac.compare_digest(request.headers["X-Signature"], expected):
        return "no", 403
    return "yes"


def safe_key():
    # handled: CWE-208
    return secrets.compare_digest(request.headers["X-Api-Key"], API_KEY)


def register():
    # clean: CWE-208
    if request.form["password"] != request.form["confirm_password"]:
        return "different"
    # clean: CWE-208
    if request.form["password1"] != request.form["password2"]:
        return "different"
    password = request.form["password"]
    if password == "":
        return "empty"
    if request.form["password"] == PASSWORD_MASK:
        return "unchanged"
    return "ok"


class Credentials:
    def __eq__(self, other):
        return self.password == other.password


def differs(current, desired):
    return current["password"] != desired["password"]


def parse(token, end_token):
    return token == end_token
