# path: shop/vault.py
# role: library
import os

from Crypto.Cipher import AES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

IV = b"0123456789abcdef"


def constant(key, text):
    # found: CWE-329
    one = AES.new(key, AES.MODE_CBC, b"0123456789abcdef")
    # found: CWE-329
    two = AES.new(key, AES.MODE_CBC, IV)
    # found: CWE-329
    three = AES.new(key, AES.MODE_CBC, iv=b"\0" * 16)
    # found: CWE-329
    four = Cipher(algorithms.AES(key), modes.CBC(bytes(16)))
    # found: CWE-329
    five = AES.new(key, AES.MODE_CBC, key[:16])
    # found: CWE-329
    six = AESGCM(key).encrypt(b"000000000000", text, None)
    return one, two, three, four, five, six


def joined(key):
    half = b"01234567"
    # found: CWE-329
    return AES.new(key, AES.MODE_CBC, half + half)


def fresh(key, text):
    iv = os.urandom(16)
    # clean: CWE-329
    one = AES.new(key, AES.MODE_CBC, iv)
    # clean: CWE-329
    two = Cipher(algorithms.AES(key), modes.CBC(iv))
    # clean: CWE-329
    three = AESGCM(key).encrypt(os.urandom(12), text, None)
    return one, two, three


def sent_along(key, message):
    # clean: CWE-329
    one = AES.new(key, AES.MODE_CBC, message[:16])
    # clean: CWE-329
    two = Cipher(algorithms.AES(key), modes.CTR(message[:16]))
    return one, two


def made(key):
    # clean: CWE-329
    return AES.new(key, AES.MODE_CBC, iv=make_iv())
