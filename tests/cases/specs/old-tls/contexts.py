# path: shop/net.py
# role: library
import ssl

from OpenSSL import SSL
from urllib3 import PoolManager


def old(sock):
    # found: CWE-327
    one = ssl.SSLContext(ssl.PROTOCOL_TLSv1)
    # found: CWE-327
    two = ssl.SSLContext(protocol=ssl.PROTOCOL_SSLv3)
    # found: CWE-327
    three = ssl.wrap_socket(sock, ssl_version=ssl.PROTOCOL_TLSv1_1)
    # found: CWE-327
    four = SSL.Context(SSL.TLSv1_METHOD)
    # found: CWE-327
    five = PoolManager(ssl_version=ssl.PROTOCOL_TLSv1)
    six = ssl.create_default_context()
    # found: CWE-327
    six.minimum_version = ssl.TLSVersion.TLSv1
    # found: CWE-327
    six.maximum_version = ssl.TLSVersion.TLSv1_1
    return one, two, three, four, five, six


def by_variable():
    version = ssl.PROTOCOL_SSLv3
    # found: CWE-327
    return ssl.SSLContext(version)


def new(version, settings, legacy):
    # handled: CWE-327
    one = ssl.SSLContext(version)
    # handled: CWE-327
    two = ssl.SSLContext(settings.protocol)
    # handled: CWE-327
    two.minimum_version = settings.minimum
    # handled: CWE-327
    three = ssl.SSLContext(ssl.PROTOCOL_TLSv1 if legacy else ssl.PROTOCOL_TLS_CLIENT)
    # handled: CWE-327
    four = PoolManager(ssl_version=version)
    # handled: CWE-327
    five = SSL.Context(settings.method)
    six = ssl.create_default_context()
    return one, two, three, four, five, six
