# path: shop/accounts.py
# role: library
import hashlib

import bcrypt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from passlib.hash import md5_crypt

SALT = b"pepper-and-salt"


def register(user, password):
    # found: CWE-916
    user.password = hashlib.md5(password.encode()).hexdigest()


def register_salted(user, password, salt):
    # found: CWE-916
    digest = hashlib.sha256()
    digest.update(salt)
    digest.update(password.encode())
    user.secret = digest.hexdigest()


def stored(form):
    # found: CWE-916
    return hashlib.sha1(form["password"].encode()).hexdigest()


def few_rounds(password, salt):
    # found: CWE-916
    return hashlib.pbkdf2_hmac("sha256", password, salt, 1000)


def one_salt(password):
    # found: CWE-916
    return hashlib.pbkdf2_hmac("sha256", password, SALT, 600000)


def low_cost(password):
    # found: CWE-916
    return bcrypt.hashpw(password, bcrypt.gensalt(4))


def derived(password, salt):
    # found: CWE-916
    kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=1000)
    return kdf.derive(password)


def old_hash(password):
    # found: CWE-916
    return md5_crypt.hash(password)


def slow(password):
    # clean: CWE-916
    return bcrypt.hashpw(password, bcrypt.gensalt())


def slow_too(password):
    salt = os.urandom(16)
    # clean: CWE-916
    return hashlib.pbkdf2_hmac("sha256", password, salt, 600000)


def memory_hard(password, salt):
    # clean: CWE-916
    return hashlib.scrypt(password, salt=salt, n=2**15, r=8, p=1)


def decided(password, salt, rounds):
    # handled: CWE-916
    return hashlib.pbkdf2_hmac("sha256", password, salt, rounds)


def decided_elsewhere(password, salt, settings):
    # handled: CWE-916
    return hashlib.pbkdf2_hmac("sha256", password, salt, settings.rounds)


def decided_by_cost(password, cost):
    # handled: CWE-916
    return bcrypt.hashpw(password, bcrypt.gensalt(cost))


def digest_auth(user, realm, password):
    # clean: CWE-916
    return hashlib.md5(f"{user}:{realm}:{password}".encode()).hexdigest()


def asked_for(client, user, password):
    # clean: CWE-916
    secret = hashlib.md5(password.encode()).hexdigest()
    return client.call("login", data={"user": user, "secret": secret})


def no_password(document):
    return hashlib.md5(document).hexdigest()
