# path: shop/vault.py
# role: library
from Crypto.Cipher import AES, ARC4, DES, PKCS1_OAEP, PKCS1_v1_5
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def old(key, text):
    # found: CWE-327
    box = DES.new(key, DES.MODE_CBC, iv())
    # found: CWE-327
    stream = ARC4.new(key)
    # found: CWE-327
    blocks = AES.new(key, AES.MODE_ECB)
    # found: CWE-327
    default = AES.new(key)
    # found: CWE-327
    triple = Cipher(algorithms.TripleDES(key), modes.CBC(iv()))
    # found: CWE-327
    ecb = Cipher(algorithms.AES(key), modes.ECB())
    # found: CWE-327
    rsa = PKCS1_v1_5.new(key)
    return box, stream, blocks, default, triple, ecb, rsa


def padded(public_key, text):
    # found: CWE-327
    return public_key.encrypt(text, padding.PKCS1v15())


def padded_well(public_key, text):
    # clean: CWE-327
    return public_key.encrypt(
        text, padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    )


def new(key, mode, settings):
    # handled: CWE-327
    chosen = AES.new(key, mode)
    # handled: CWE-327
    configured = AES.new(key, settings.mode)
    # clean: CWE-327
    counted = AES.new(key, AES.MODE_GCM)
    # clean: CWE-327
    chained = AES.new(key, AES.MODE_CBC, iv())
    oaep = PKCS1_OAEP.new(key)
    return chosen, configured, counted, chained, oaep


def in_development(key, args, options):
    if args.insecure:
        # handled: CWE-327
        return AES.new(key, AES.MODE_ECB)
    # handled: CWE-327
    return AES.new(key, mode=args.mode)


class TestVault:
    def make(self, key):
        # handled: CWE-327
        return AES.new(key, AES.MODE_ECB)

    def make_old(self, key):
        # handled: CWE-327
        return DES.new(key)
