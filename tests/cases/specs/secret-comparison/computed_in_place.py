# path: shop/hooks.py
import base64
import hashlib
import hmac

from django.utils.crypto import salted_hmac
from flask import Flask, abort, request

app = Flask(__name__)
KEY = load_key()


@app.route("/hook", methods=["POST"])
def hook():
    sig = request.headers["X-Signature"]
    # found: CWE-208
    if hmac.new(KEY, request.data, hashlib.sha256).hexdigest() != sig:
        abort(403)
    return "ok"


def is_signed(body, received):
    # found: CWE-208
    return received == "sha256=" + hmac.new(KEY, body, "sha256").hexdigest()


def is_signed_in_base64(body, received):
    wanted = base64.b64encode(hmac.digest(KEY, body, "sha256")).decode()
    # found: CWE-208
    return wanted == received


def is_signed_by_django(value, received):
    # found: CWE-208
    return salted_hmac("shop", value).hexdigest() == received


def is_signed_shortly(body, received):
    # found: CWE-208
    if f"v1:{hmac.new(KEY, body, 'sha1').hexdigest()[:20]}" == received:
        return True
    return False


def is_signed_and_compared_well(body, sig):
    # handled: CWE-208
    return hmac.compare_digest(hmac.new(KEY, body, "sha256").hexdigest(), sig)


def is_hidden_by_a_second_code(body, sig):
    computed = hmac.new(KEY, body, "sha256").digest()
    # clean: CWE-208
    return hmac.new(KEY, computed, "sha256").digest() == hmac.new(KEY, sig, "sha256").digest()


def change(form):
    # clean: CWE-208
    return form.new_password == form.repeat_password


def is_same_file(first, second):
    return hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()
