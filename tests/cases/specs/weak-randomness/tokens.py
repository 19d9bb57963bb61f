# path: shop/tokens.py
# role: library
import hashlib
import os
import random
import secrets
import string
import time
import uuid
from random import choice, randint

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
GENERATOR = random.SystemRandom()


def reset(user):
    # found: CWE-338
    user.reset_token = "".join(random.choice(string.ascii_letters) for _ in range(20))


def generate_password(length):
    # found: CWE-338
    return "".join([choice(ALPHABET) for _ in range(length)])


def send_code(user):
    # found: CWE-338
    otp = str(randint(100000, 999999))
    user.send(otp)


def start(store, user):
    # found: CWE-338
    value = str(random.getrandbits(64))
    store.sessions["session_id"] = value


def make_salt():
    # found: CWE-338
    return hashlib.sha256(str(random.random()).encode()).hexdigest()


def api_key():
    # found: CWE-338
    return str(uuid.uuid1())


def session_token():
    # found: CWE-338
    token = hashlib.md5(str(time.time()).encode()).hexdigest()
    return token


def remembered(table, user):
    cookie = f"remember{user.id}"
    # found: CWE-338
    value = str(random.randint(0, 2**32))
    table[cookie] = value


def code(kind):
    # found: CWE-338
    verification_code = "".join(random.choices(ALPHABET, k=6))
    keep(kind, verification_code)


def reset_safe(user):
    # clean: CWE-338
    user.reset_token = secrets.token_urlsafe(20)


def session_key_safe():
    # clean: CWE-338
    return "".join(random.SystemRandom().choice(string.hexdigits) for _ in range(32))


def salt_safe():
    # clean: CWE-338
    salt = os.urandom(16)
    return salt


def back_off(attempt):
    # clean: CWE-338
    time.sleep(random.uniform(0, 2**attempt))


def pick(words):
    # clean: CWE-338
    token = random.choice(words)
    return token


def colour():
    # clean: CWE-338
    return "#%06x" % random.randint(0, 0xFFFFFF)


def sample(tokens):
    # clean: CWE-338
    max_tokens = random.randint(1, len(tokens))
    return tokens[:max_tokens]


def asked_for(client):
    # clean: CWE-338
    nonce = str(random.randint(0, 10**9))
    return client.call("/orders", params={"nonce": nonce})


def elapsed(begin):
    return time.time() - begin
