# path: shop/keys.py
# role: library
import rsa as plain_rsa
from Crypto.PublicKey import DSA, RSA
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from paramiko import RSAKey

BITS = 1024


def short():
    # found: CWE-326
    one = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    # found: CWE-326
    two = rsa.generate_private_key(65537, 512)
    # found: CWE-326
    three = dsa.generate_private_key(1024)
    # found: CWE-326
    four = RSA.generate(BITS)
    # found: CWE-326
    five = DSA.generate(1024)
    # found: CWE-326
    six = RSAKey.generate(bits=1024)
    # found: CWE-326
    seven = plain_rsa.newkeys(512)
    # found: CWE-326
    eight = ec.generate_private_key(ec.SECP192R1())
    return one, two, three, four, five, six, seven, eight


# found by what most callers get
def by_default(size=1024):
    # found: CWE-326
    return RSA.generate(size)


def long_enough(size, settings, args, strong):
    # clean: CWE-326
    one = rsa.generate_private_key(65537, 3072)
    # clean: CWE-326
    two = RSA.generate(2048)
    # handled: CWE-326
    three = RSA.generate(size)
    # handled: CWE-326
    four = RSA.generate(settings.bits)
    # handled: CWE-326
    five = rsa.generate_private_key(65537, key_size=args.bits)
    # handled: CWE-326
    six = RSA.generate(4096 if strong else 1024)
    # clean: CWE-326
    seven = RSA.generate(1024 * 4)
    return one, two, three, four, five, six, seven


def default_long(size=4096):
    # handled: CWE-326
    return RSA.generate(size)


def asked_for(prompt):
    # handled: CWE-326
    return DSA.generate(prompt("bits"))


def new_curve():
    # clean: CWE-326
    return ec.generate_private_key(ec.SECP256R1())
