# path: shop/client.py
# role: library
import ssl

import aiohttp
import httpx
import requests
import urllib3
from requests import Session
from settings import VERIFY_TLS

CA = "/etc/ssl/private-ca.pem"
CHECK = False


def order(url, body, insecure=False):
    # found: CWE-295
    requests.post(url, json=body, verify=False)
    # clean: CWE-295
    requests.post(url, json=body, verify=CA)
    # clean: CWE-295
    requests.post(url, json=body, verify=True)
    # handled: CWE-295
    requests.post(url, json=body, verify=not insecure)
    # found: CWE-295
    requests.get(url, verify=CHECK)
    # unseen: CWE-295 settings.VERIFY_TLS
    requests.get(url, verify=VERIFY_TLS)


# the default is what most callers get
def fetch(url, verify=False):
    # found: CWE-295
    return httpx.get(url, verify=verify)


def fetch_checked(url, verify=True):
    # handled: CWE-295
    return httpx.get(url, verify=verify)


class Client:
    def __init__(self, check):
        self.session = Session()
        # handled: CWE-295
        self.session.verify = check

    def get(self, url):
        # found: CWE-295
        return self.session.get(url, verify=False)


def context(insecure):
    # found: CWE-295
    legacy = ssl._create_unverified_context()
    open_context = ssl.create_default_context()
    open_context.check_hostname = False
    # found: CWE-295
    open_context.verify_mode = ssl.CERT_NONE
    closed = ssl.create_default_context()
    # clean: CWE-295
    closed.check_hostname = True
    chosen = ssl.create_default_context()
    if insecure:
        chosen.check_hostname = False
        # handled: CWE-295
        chosen.verify_mode = ssl.CERT_NONE
    named = ssl.create_default_context()
    # found: CWE-295
    named.check_hostname = False
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.verify_mode = ssl.CERT_NONE
    return legacy, open_context, closed, chosen, named, server


async def read(url):
    # found: CWE-295
    connector = aiohttp.TCPConnector(ssl=False)
    async with aiohttp.ClientSession(connector=connector) as session:
        # found: CWE-295
        return await session.get(url, verify_ssl=False)


def pool():
    # found: CWE-295
    urllib3.disable_warnings()
    # found: CWE-295
    first = urllib3.PoolManager(cert_reqs="CERT_NONE")
    # clean: CWE-295
    second = urllib3.PoolManager(cert_reqs="CERT_REQUIRED")
    return first, second


def verify(verify):
    print(verify=False)


class OwnContext:
    def __init__(self):
        self.check_hostname = False
        self.verify_mode = ssl.CERT_NONE


def proxy(chain):
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own.load_cert_chain(chain)
    own.check_hostname = False
    return own


def choose(check):
    # handled: CWE-295
    return urllib3.PoolManager(cert_reqs=ssl.CERT_REQUIRED if check else ssl.CERT_NONE)


def search(hosts):
    # clean: CWE-295
    return httpx.Client(base_url=hosts[0], verify="ca.pem")
